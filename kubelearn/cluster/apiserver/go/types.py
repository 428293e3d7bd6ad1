"""What Kubernetes' Go types say beyond field names and numbers: pointers, embedding, omitempty, named types.

Source: types.go of k8s.io/api (core, apps, batch, discovery, authentication, authorization, autoscaling, v1)
and of k8s.io/apimachinery (meta/v1), v0.32.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Embedded structs: what protobuf calls the field → their types.
EMBEDDED: Final[dict[str, frozenset[str]]] = {
    "volumeSource": frozenset({"core.v1.VolumeSource"}),
    "handler": frozenset({"core.v1.ProbeHandler"}),
    "localObjectReference": frozenset({"core.v1.LocalObjectReference"}),
    "ephemeralContainerCommon": frozenset({"core.v1.EphemeralContainerCommon"}),
}
#: Fields that protobuf names otherwise than JSON does.
JSON_NAMES: Final = {"authentication.v1.BoundObjectReference.uID": "uid"}
#: Types with metadata that are no kinds of their own.
TEMPLATES: Final = frozenset(
    {"core.v1.PodTemplateSpec", "core.v1.PersistentVolumeClaimTemplate", "batch.v1.JobTemplateSpec"}
)

#: Fields that are pointers to scalars in every type that has them, so that an explicit zero is kept.
_POINTERS: Final = _words("""
    acquireTime activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation apiGroup appProtocol
    automountServiceAccountToken averageUtilization averageValue backoffLimit backoffLimitPerIndex blockOwnerDeletion
    cachingMode collisionCount completionMode completionTime completions controller currentAverageUtilization
    currentCPUUtilizationPercentage defaultMode deletionGracePeriodSeconds deletionTimestamp enableServiceLinks
    expirationSeconds failedIndexes fsGroup fsGroupChangePolicy gmsaCredentialSpec gmsaCredentialSpecName
    gracePeriodSeconds holderIdentity hostProcess hostUsers ignoreStoreReadErrorWithClusterBreakingPotential immutable
    initiatorName internalTrafficPolicy ipFamilyPolicy ipMode lastScaleTime leaseDurationSeconds leaseTransitions
    loadBalancerClass localhostProfile managedBy manualSelector maxFailedIndexes maxSurge maxUnavailable minDomains
    minReplicas mode mountPropagation nodeAffinityPolicy nodeTaintsPolicy optional orphanDependents parallelism
    podReplacementPolicy preemptionPolicy preferredHolder priority privileged procMount progressDeadlineSeconds
    propagationPolicy readOnlyRootFilesystem recursiveReadOnly recursiveReadOnlyMounts renewTime resourceClaimName
    resourceClaimTemplateName revisionHistoryLimit runAsGroup runAsNonRoot runAsUser runAsUserName runtimeClassName
    seLinuxChangePolicy selectPolicy service serving setHostnameAsFQDN shareProcessNamespace signerName sizeLimit
    stabilizationWindowSeconds startTime started storageClassName succeededCount succeededIndexes
    supplementalGroupsPolicy suspend targetCPUUtilizationPercentage terminating terminatingReplicas
    terminationGracePeriodSeconds time timeAdded tolerationSeconds trafficDistribution ttlSecondsAfterFinished
    userNamespaces volumeAttributesClassName volumeMode zone
""")
#: Names that are pointers in these types only.
_POINTERS_OF: Final = _words("""
    apps.v1.DeploymentSpec.replicas apps.v1.ReplicaSetSpec.replicas apps.v1.StatefulSetSpec.replicas
    autoscaling.v1.HorizontalPodAutoscalerStatus.observedGeneration
    autoscaling.v2.HorizontalPodAutoscalerStatus.observedGeneration autoscaling.v2.MetricTarget.value
    autoscaling.v2.MetricValueStatus.value batch.v1.JobStatus.ready batch.v1.JobStatus.terminating
    batch.v1.PodFailurePolicyOnExitCodesRequirement.containerName coordination.v1.LeaseSpec.strategy
    core.v1.AzureDiskVolumeSource.fsType core.v1.AzureDiskVolumeSource.kind core.v1.AzureDiskVolumeSource.readOnly
    core.v1.CSIVolumeSource.fsType core.v1.CSIVolumeSource.readOnly core.v1.ClientIPConfig.timeoutSeconds
    core.v1.ClusterTrustBundleProjection.name core.v1.Container.restartPolicy core.v1.EndpointAddress.nodeName
    core.v1.EphemeralContainerCommon.restartPolicy core.v1.FCVolumeSource.lun core.v1.HostPathVolumeSource.type
    core.v1.NodeFeatures.supplementalGroupsPolicy core.v1.PodDNSConfigOption.value core.v1.PortStatus.error
    core.v1.TypedObjectReference.namespace discovery.v1.Endpoint.hostname discovery.v1.Endpoint.nodeName
    discovery.v1.EndpointConditions.ready discovery.v1.EndpointPort.name discovery.v1.EndpointPort.port
    discovery.v1.EndpointPort.protocol meta.v1.Preconditions.resourceVersion meta.v1.Preconditions.uid
    networking.v1.IngressSpec.ingressClassName networking.v1.HTTPIngressPath.pathType
    networking.v1.NetworkPolicyPort.protocol networking.v1.NetworkPolicyPort.port
    networking.v1.NetworkPolicyPort.endPort
""")
#: Structs that are no pointers: Go writes them always, empty or not.
_VALUE_STRUCTS: Final[dict[str, frozenset[str]]] = {
    owner: _words(names)
    for owner, names in {
        "apps.v1.DeploymentSpec": "template strategy",
        "apps.v1.ReplicaSetSpec": "template",
        "apps.v1.DaemonSetSpec": "template updateStrategy",
        "apps.v1.StatefulSetSpec": "template updateStrategy",
        "authentication.v1.SelfSubjectReviewStatus": "userInfo",
        "autoscaling.v1.HorizontalPodAutoscalerSpec": "scaleTargetRef",
        "autoscaling.v2.HorizontalPodAutoscalerSpec": "scaleTargetRef",
        "autoscaling.v2.ContainerResourceMetricSource": "target",
        "autoscaling.v2.ContainerResourceMetricStatus": "current",
        "autoscaling.v2.ExternalMetricSource": "metric target",
        "autoscaling.v2.ExternalMetricStatus": "metric current",
        "autoscaling.v2.ObjectMetricSource": "describedObject target metric",
        "autoscaling.v2.ObjectMetricStatus": "metric current describedObject",
        "autoscaling.v2.PodsMetricSource": "metric target",
        "autoscaling.v2.PodsMetricStatus": "metric current",
        "autoscaling.v2.ResourceMetricSource": "target",
        "autoscaling.v2.ResourceMetricStatus": "current",
        "batch.v1.JobSpec": "template",
        "batch.v1.CronJobSpec": "jobTemplate",
        "batch.v1.JobTemplateSpec": "metadata spec",
        "core.v1.Binding": "target",
        "core.v1.Container": "resources",
        "core.v1.ContainerStatus": "state lastState",
        "core.v1.EphemeralContainerCommon": "resources",
        "core.v1.Event": "involvedObject source",
        "core.v1.NodeDaemonEndpoints": "kubeletEndpoint",
        "core.v1.NodeStatus": "daemonEndpoints nodeInfo",
        "core.v1.PersistentVolumeClaimSpec": "resources",
        "core.v1.PersistentVolumeClaimTemplate": "metadata spec",
        "core.v1.PodTemplateSpec": "metadata spec",
        "core.v1.PreferredSchedulingTerm": "preference",
        "core.v1.ServiceStatus": "loadBalancer",
        "core.v1.WeightedPodAffinityTerm": "podAffinityTerm",
        "discovery.v1.Endpoint": "conditions",
        "networking.v1.IngressStatus": "loadBalancer",
        "networking.v1.NetworkPolicySpec": "podSelector",
    }.items()
}
#: Lists without ``omitempty``, as far as it shows: a nil one is null in JSON.
_LISTS: Final[dict[str, frozenset[str]]] = {"core.v1.PodSpec": frozenset({"containers"})}
_NONE: Final[frozenset[str]] = frozenset()
#: Structs that are no pointers in every type that has them.
OF_KINDS: Final = frozenset({"metadata", "spec", "status"})
#: Fields that Go writes even when they are zero (no ``omitempty``), where a zero is a sensible value.
#: An empty managedFields, though not written, asks for a reset of the managers, so it has to survive.
_REQUIRED: Final[dict[str, frozenset[str]]] = {
    owner: _words(names)
    for owner, names in {
        "apps.v1.ReplicaSetStatus": "replicas",
        "authorization.v1.SubjectAccessReviewStatus": "allowed",
        "authorization.v1.SubjectRulesReviewStatus": "incomplete",
        "autoscaling.v1.CrossVersionObjectReference": "kind name",
        "autoscaling.v2.CrossVersionObjectReference": "kind name",
        "autoscaling.v1.HorizontalPodAutoscalerSpec": "maxReplicas",
        "autoscaling.v1.HorizontalPodAutoscalerStatus": "currentReplicas desiredReplicas",
        "autoscaling.v1.ScaleStatus": "replicas",
        "autoscaling.v2.HPAScalingPolicy": "type value periodSeconds",
        "autoscaling.v2.MetricSpec": "type",
        "autoscaling.v2.HorizontalPodAutoscalerSpec": "maxReplicas",
        "autoscaling.v2.HorizontalPodAutoscalerStatus": "desiredReplicas",
        "autoscaling.v2.MetricIdentifier": "name",
        "autoscaling.v2.MetricTarget": "type",
        "batch.v1.PodFailurePolicyRule": "action",
        "core.v1.AppArmorProfile": "type",
        "core.v1.AttachedVolume": "name devicePath",
        "core.v1.CSIVolumeSource": "driver",
        "core.v1.ConfigMapKeySelector": "key",
        "core.v1.Container": "name",
        "core.v1.ContainerPort": "containerPort",
        "core.v1.ContainerStateTerminated": "exitCode",
        "core.v1.ContainerStatus": "name ready restartCount image imageID",
        "core.v1.DaemonEndpoint": "Port",
        "core.v1.DownwardAPIVolumeFile": "path",
        "core.v1.EndpointAddress": "ip",
        "core.v1.EndpointPort": "port",
        "core.v1.EnvVar": "name",
        "core.v1.EphemeralContainerCommon": "name",
        "core.v1.Event": "reportingComponent reportingInstance",
        "core.v1.GRPCAction": "port",
        "core.v1.HTTPGetAction": "port",
        "core.v1.HTTPHeader": "name value",
        "core.v1.HostAlias": "ip",
        "core.v1.HostIP": "ip",
        "core.v1.HostPathVolumeSource": "path",
        "core.v1.ISCSIVolumeSource": "targetPortal iqn lun",
        "core.v1.KeyToPath": "key path",
        "core.v1.LinuxContainerUser": "uid gid",
        "core.v1.NFSVolumeSource": "server path",
        "core.v1.NodeAddress": "type address",
        "core.v1.NodeRuntimeHandler": "name",
        "core.v1.NodeSelectorRequirement": "key operator",
        "core.v1.NodeSystemInfo": (
            "machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion kubeProxyVersion "
            "operatingSystem architecture"
        ),
        "core.v1.ObjectFieldSelector": "fieldPath",
        "core.v1.PersistentVolumeClaimVolumeSource": "claimName",
        "core.v1.PodAffinityTerm": "topologyKey",
        "core.v1.PodIP": "ip",
        "core.v1.PodOS": "name",
        "core.v1.PodReadinessGate": "conditionType",
        "core.v1.PodResourceClaim": "name",
        "core.v1.PodSchedulingGate": "name",
        "core.v1.PortStatus": "port protocol",
        "core.v1.PreferredSchedulingTerm": "weight",
        "core.v1.ResourceFieldSelector": "resource",
        "core.v1.SeccompProfile": "type",
        "core.v1.SecretKeySelector": "key",
        "core.v1.ServiceAccountTokenProjection": "path",
        "core.v1.ServicePort": "port",
        "core.v1.SleepAction": "seconds",
        "core.v1.Sysctl": "name value",
        "core.v1.TCPSocketAction": "port",
        "core.v1.Taint": "key effect",
        "core.v1.TopologySpreadConstraint": "maxSkew topologyKey whenUnsatisfiable",
        "core.v1.TypedLocalObjectReference": "kind name",
        "core.v1.TypedObjectReference": "kind name",
        "core.v1.Volume": "name",
        "core.v1.VolumeDevice": "name devicePath",
        "core.v1.VolumeMount": "name mountPath",
        "core.v1.VolumeMountStatus": "name mountPath",
        "core.v1.WeightedPodAffinityTerm": "weight",
        "discovery.v1.EndpointSlice": "addressType endpoints ports",
        "discovery.v1.Endpoint": "addresses",
        "discovery.v1.ForNode": "name",
        "discovery.v1.ForZone": "name",
        "meta.v1.Condition": "type status reason message",
        "meta.v1.LabelSelectorRequirement": "key operator",
        "meta.v1.OwnerReference": "apiVersion kind name uid",
        "core.v1.PodSpec": "containers",
        "meta.v1.ObjectMeta": "managedFields",
        "core.v1.NodeSelector": "nodeSelectorTerms",
        "core.v1.ProjectedVolumeSource": "sources",
        "authentication.v1.TokenRequestSpec": "audiences",
    }.items()
}
#: Named Go types: name → the fields that have it (short type names: they differ within what is listed).
_NAMED: Final = {
    use: name
    for name, uses in {
        "types.UID": (
            "ObjectMeta.uid OwnerReference.uid ObjectReference.uid BoundObjectReference.uid Preconditions.uid "
            "UncountedTerminatedPods.succeeded UncountedTerminatedPods.failed"
        ),
        "v1.AddressType": "EndpointSlice.addressType",
        "v1.AppArmorProfileType": "AppArmorProfile.type",
        "v1.Capability": "Capabilities.add Capabilities.drop",
        "v1.CompletionMode": "JobSpec.completionMode",
        "v1.PodReplacementPolicy": "JobSpec.podReplacementPolicy",
        "v1.ConditionStatus": (
            "DeploymentCondition.status ReplicaSetCondition.status JobCondition.status NamespaceCondition.status "
            "NodeCondition.status PodCondition.status Condition.status PodFailurePolicyOnPodConditionsPattern.status"
        ),
        "v1.ContainerRestartPolicy": "Container.restartPolicy EphemeralContainer.restartPolicy",
        "v1.DNSPolicy": "PodSpec.dnsPolicy",
        "v1.DeletionPropagation": "DeleteOptions.propagationPolicy",
        "v1.DeploymentConditionType": "DeploymentCondition.type",
        "v1.DeploymentStrategyType": "DeploymentStrategy.type",
        "v1.FinalizerName": "NamespaceSpec.finalizers",
        "v1.HostPathType": "HostPathVolumeSource.type",
        "v1.IPFamily": "ServiceSpec.ipFamilies",
        "v1.IPFamilyPolicy": "ServiceSpec.ipFamilyPolicy",
        "v1.JobConditionType": "JobCondition.type",
        "v1.LabelSelectorOperator": "LabelSelectorRequirement.operator",
        "v1.LoadBalancerIPMode": "LoadBalancerIngress.ipMode",
        "v1.ManagedFieldsOperationType": "ManagedFieldsEntry.operation",
        "v1.MountPropagationMode": "VolumeMount.mountPropagation",
        "v1.NamespaceConditionType": "NamespaceCondition.type",
        "v1.NamespacePhase": "NamespaceStatus.phase",
        "v1.NodeAddressType": "NodeAddress.type",
        "v1.NodeConditionType": "NodeCondition.type",
        "v1.NodeInclusionPolicy": (
            "TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy"
        ),
        "v1.NodePhase": "NodeStatus.phase",
        "v1.NodeSelectorOperator": "NodeSelectorRequirement.operator",
        "v1.OSName": "PodOS.name",
        "v1.PersistentVolumeAccessMode": "PersistentVolumeClaimSpec.accessModes",
        "v1.PersistentVolumeMode": "PersistentVolumeClaimSpec.volumeMode",
        "v1.PodConditionType": (
            "PodCondition.type PodReadinessGate.conditionType PodFailurePolicyOnPodConditionsPattern.type"
        ),
        "v1.PodFSGroupChangePolicy": "PodSecurityContext.fsGroupChangePolicy",
        "v1.PodPhase": "PodStatus.phase",
        "v1.PodQOSClass": "PodStatus.qosClass",
        "v1.PodResizeStatus": "PodStatus.resize",
        "v1.PreemptionPolicy": "PodSpec.preemptionPolicy",
        "v1.ProcMountType": "SecurityContext.procMount",
        "v1.PodSELinuxChangePolicy": "PodSecurityContext.seLinuxChangePolicy",
        "v1.Protocol": "ContainerPort.protocol EndpointPort.protocol PortStatus.protocol ServicePort.protocol",
        "v1.PullPolicy": "Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy",
        "v1.RecursiveReadOnlyMode": "VolumeMount.recursiveReadOnly VolumeMountStatus.recursiveReadOnly",
        "v1.ReplicaSetConditionType": "ReplicaSetCondition.type",
        "v1.ResourceList": (
            "ResourceRequirements.limits ResourceRequirements.requests VolumeResourceRequirements.limits "
            "VolumeResourceRequirements.requests NodeStatus.capacity NodeStatus.allocatable PodSpec.overhead "
            "ContainerStatus.allocatedResources"
        ),
        "v1.ResourceName": "ContainerResizePolicy.resourceName",
        "v1.ResourceResizeRestartPolicy": "ContainerResizePolicy.restartPolicy",
        "v1.RestartPolicy": "PodSpec.restartPolicy",
        "v1.SeccompProfileType": "SeccompProfile.type",
        "v1.SecretType": "Secret.type",
        "v1.ServiceAffinity": "ServiceSpec.sessionAffinity",
        "v1.ServiceExternalTrafficPolicy": "ServiceSpec.externalTrafficPolicy",
        "v1.ServiceInternalTrafficPolicy": "ServiceSpec.internalTrafficPolicy",
        "v1.ServiceType": "ServiceSpec.type",
        "v1.StorageMedium": "EmptyDirVolumeSource.medium",
        "v1.SupplementalGroupsPolicy": "PodSecurityContext.supplementalGroupsPolicy",
        "v1.TaintEffect": "Taint.effect Toleration.effect",
        "v1.TerminationMessagePolicy": "Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy",
        "v1.TolerationOperator": "Toleration.operator",
        "v1.URIScheme": "HTTPGetAction.scheme",
        "v1.UniqueVolumeName": "AttachedVolume.name NodeStatus.volumesInUse",
        "v1.UnsatisfiableConstraintAction": "TopologySpreadConstraint.whenUnsatisfiable",
        "v1.PodFailurePolicyAction": "PodFailurePolicyRule.action",
        "v1.PodFailurePolicyOnExitCodesOperator": "PodFailurePolicyOnExitCodesRequirement.operator",
    }.items()
    for use in uses.split()
}
_GO_NAMES: Final = {
    "bytes": "[]uint8",
    "double": "float64",
    "meta.v1.Time": "v1.Time",
    "meta.v1.MicroTime": "v1.MicroTime",
    "authentication.v1.ExtraValue": "v1.ExtraValue",
    "meta.v1.FieldsV1": "v1.FieldsV1",
}


def is_pointer(message: str, name: str, cardinality: str, type_name: str) -> bool:
    """Return whether a Go field is a pointer.

    Args:
        message: the type that declares the field.
        name: the field's name in JSON.
        cardinality: ``one``, ``list`` or ``map``.
        type_name: type of the value.
    """
    if cardinality != "one":
        return False
    if name in _POINTERS or type_name == "meta.v1.FieldsV1" or f"{message}.{name}" in _POINTERS_OF:
        return True
    if type_name.partition(".")[0] in ("intstr", "resource") or "." not in type_name or type_name in _GO_NAMES:
        return False
    return not is_value_struct(message, name)


def is_value_struct(message: str, name: str) -> bool:
    """Return whether a field is a struct that Go writes always."""
    return name in OF_KINDS or name in _VALUE_STRUCTS.get(message, ())


def always_written(message: str) -> frozenset[str]:
    """Return the structs that are no pointers and the lists without omitempty which a type itself declares."""
    return _VALUE_STRUCTS.get(message, _NONE) | _LISTS.get(message, _NONE)


def is_required(message: str, name: str) -> bool:
    """Return whether Go writes a field that is zero."""
    return name in _REQUIRED.get(message, ())


def go_name(type_name: str) -> str:
    """Return how Go's messages name a type: ``v1.ServicePort``, ``int32``."""
    known = _GO_NAMES.get(type_name)
    if known is not None:
        return known
    parts = type_name.split(".")
    return ".".join(parts[-2:])


def go_type(message: str, name: str, cardinality: str, type_name: str) -> tuple[str, str]:
    """Return how Go's messages name a field's type and the type of its items."""
    named = _NAMED.get(f"{message.rpartition('.')[2]}.{name}", "")
    if named == "v1.ResourceList":
        return named, "resource.Quantity"
    item = named or go_name(type_name)
    return {"list": f"[]{item}", "map": f"map[string]{item}"}.get(cardinality, item), item
