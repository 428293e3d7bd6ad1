"""What OpenAPI says of fields that are objects: the client's models lack these words (k8s.io/api, release 1.36)."""

from __future__ import annotations

from typing import Final

CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
#: By the type and the field, or by the name of a field that every kind has.
OBJECT_FIELDS: Final = {
    "metadata": f"Standard object's metadata. More info: {CONVENTIONS}#metadata",
    "spec": f"Specification of the desired behavior of the object. More info: {CONVENTIONS}#spec-and-status",
    "status": (
        "Most recently observed status of the object. Populated by the system. Read-only. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "core.v1.Service.spec": f"Spec defines the behavior of a service. {CONVENTIONS}#spec-and-status",
    "core.v1.Service.status": (
        "Most recently observed status of the service. Populated by the system. Read-only. "
        f"More info: {CONVENTIONS}#spec-and-status"
    ),
    "core.v1.Pod.spec": f"Specification of the desired behavior of the pod. More info: {CONVENTIONS}#spec-and-status",
    "core.v1.Pod.status": (
        "Most recently observed status of the pod. This data may not be up to date. Populated by the system. "
        f"Read-only. More info: {CONVENTIONS}#spec-and-status"
    ),
    "core.v1.PodTemplateSpec.spec": (
        f"Specification of the desired behavior of the pod. More info: {CONVENTIONS}#spec-and-status"
    ),
    "apps.v1.Deployment.spec": "Specification of the desired behavior of the Deployment.",
    "apps.v1.Deployment.status": "Most recently observed status of the Deployment.",
    "apps.v1.DeploymentSpec.selector": (
        "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by "
        "this deployment. It must match the pod template's labels."
    ),
    "apps.v1.DeploymentSpec.strategy": "The deployment strategy to use to replace existing pods with new ones.",
    "apps.v1.DeploymentSpec.template": (
        "Template describes the pods that will be created. The only allowed template.spec.restartPolicy value is "
        '"Always".'
    ),
    "core.v1.ServiceSpec.sessionAffinityConfig": (
        "sessionAffinityConfig contains the configurations of session affinity."
    ),
    "core.v1.ServiceStatus.loadBalancer": (
        "LoadBalancer contains the current status of the load-balancer, if one is present."
    ),
    "core.v1.Container.resources": (
        "Compute Resources required by this container. Cannot be updated. "
        "More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"
    ),
    "core.v1.Container.readinessProbe": (
        "Periodic probe of container service readiness. Container will be removed from service endpoints if the probe "
        "fails. Cannot be updated. More info: "
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes"
    ),
    "core.v1.Container.livenessProbe": (
        "Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. "
        "More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes"
    ),
    "core.v1.Container.lifecycle": (
        "Actions that the management system should take in response to container lifecycle events. Cannot be updated."
    ),
    "discovery.v1.Endpoint.conditions": "conditions contains information about the current status of the endpoint.",
    "discovery.v1.Endpoint.targetRef": "targetRef is a reference to a Kubernetes object that represents this endpoint.",
    "apps.v1.StatefulSet.spec": "Spec defines the desired identities of pods in this set.",
    "apps.v1.StatefulSet.status": (
        "Status is the current status of Pods in this StatefulSet. This data may be out of date by some window of time."
    ),
    "apps.v1.DaemonSet.spec": f"The desired behavior of this daemon set. More info: {CONVENTIONS}#spec-and-status",
    "apps.v1.DaemonSet.status": (
        "The current status of this daemon set. This data may be out of date by some window of time. Populated by "
        "the system. Read-only. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "apps.v1.ReplicaSet.spec": (
        "Spec defines the specification of the desired behavior of the ReplicaSet. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "apps.v1.ReplicaSet.status": (
        "Status is the most recently observed status of the ReplicaSet. This data may be out of date by some window "
        "of time. Populated by the system. Read-only. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "apps.v1.StatefulSetSpec.selector": (
        "selector is a label query over pods that should match the replica count. It must match the pod template's "
        "labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"
    ),
    "apps.v1.StatefulSetSpec.template": (
        "template is the object that describes the pod that will be created if insufficient replicas are detected. "
        "Each pod stamped out by the StatefulSet will fulfill this Template, but have a unique identity from the "
        "rest of the StatefulSet. Each pod will be named with the format <statefulsetname>-<podindex>. For example, "
        'a pod in a StatefulSet named "web" with index number "3" would be named "web-3". The only allowed '
        'template.spec.restartPolicy value is "Always".'
    ),
    "apps.v1.StatefulSetSpec.updateStrategy": (
        "updateStrategy indicates the StatefulSetUpdateStrategy that will be employed to update Pods in the "
        "StatefulSet when a revision is made to Template."
    ),
    "apps.v1.StatefulSetSpec.persistentVolumeClaimRetentionPolicy": (
        "persistentVolumeClaimRetentionPolicy describes the lifecycle of persistent volume claims created from "
        "volumeClaimTemplates. By default, all persistent volume claims are created as needed and retained until "
        "manually deleted. This policy allows the lifecycle to be altered, for example by deleting persistent volume "
        "claims when their stateful set is deleted, or when their pod is scaled down."
    ),
    "apps.v1.StatefulSetSpec.ordinals": (
        "ordinals controls the numbering of replica indices in a StatefulSet. The default ordinals behavior assigns "
        'a "0" index to the first replica and increments the index by one for each additional replica requested.'
    ),
    "apps.v1.StatefulSetUpdateStrategy.rollingUpdate": (
        "RollingUpdate is used to communicate parameters when Type is RollingUpdateStatefulSetStrategyType."
    ),
    "apps.v1.DaemonSetSpec.selector": (
        "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must "
        "match the pod template's labels. More info: "
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"
    ),
    "apps.v1.DaemonSetSpec.template": (
        "An object that describes the pod that will be created. The DaemonSet will create exactly one copy of this "
        "pod on every node that matches the template's node selector (or on every node if no node selector is "
        'specified). The only allowed template.spec.restartPolicy value is "Always". More info: '
        "https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#pod-template"
    ),
    "apps.v1.DaemonSetSpec.updateStrategy": "An update strategy to replace existing DaemonSet pods with new pods.",
    "apps.v1.DaemonSetUpdateStrategy.rollingUpdate": (
        'Rolling update config params. Present only if type = "RollingUpdate".'
    ),
    "apps.v1.ReplicaSetSpec.selector": (
        "Selector is a label query over pods that should match the replica count. Label keys and values that must "
        "match in order to be controlled by this replica set. It must match the pod template's labels. More info: "
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"
    ),
    "apps.v1.ReplicaSetSpec.template": (
        "Template is the object that describes the pod that will be created if insufficient replicas are detected. "
        "More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-template"
    ),
    "batch.v1.Job.spec": f"Specification of the desired behavior of a job. More info: {CONVENTIONS}#spec-and-status",
    "batch.v1.Job.status": f"Current status of a job. More info: {CONVENTIONS}#spec-and-status",
    "batch.v1.CronJob.spec": (
        "Specification of the desired behavior of a cron job, including the schedule. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "batch.v1.CronJob.status": f"Current status of a cron job. More info: {CONVENTIONS}#spec-and-status",
    "batch.v1.JobTemplateSpec.spec": (
        f"Specification of the desired behavior of the job. More info: {CONVENTIONS}#spec-and-status"
    ),
    "batch.v1.CronJobSpec.jobTemplate": "Specifies the job that will be created when executing a CronJob.",
    "batch.v1.JobSpec.podFailurePolicy": (
        "Specifies the policy of handling failed pods. In particular, it allows to specify the set of actions and "
        "conditions which need to be satisfied to take the associated action. If empty, the default behaviour "
        "applies - the counter of failed pods, represented by the jobs's .status.failed field, is incremented and it "
        "is checked against the backoffLimit. This field cannot be used in combination with restartPolicy=OnFailure."
    ),
    "batch.v1.JobSpec.successPolicy": (
        "successPolicy specifies the policy when the Job can be declared as succeeded. If empty, the default "
        "behavior applies - the Job is declared as succeeded only when the number of succeeded pods equals to the "
        "completions. When the field is specified, it must be immutable and works only for the Indexed Jobs. Once "
        "the Job meets the SuccessPolicy, the lingering pods are terminated."
    ),
    "batch.v1.JobSpec.selector": (
        "A label query over pods that should match the pod count. Normally, the system sets this field for you. More "
        "info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"
    ),
    "batch.v1.JobSpec.template": (
        "Describes the pod that will be created when executing a job. The only allowed template.spec.restartPolicy "
        'values are "Never" or "OnFailure". More info: '
        "https://kubernetes.io/docs/concepts/workloads/controllers/jobs-run-to-completion/"
    ),
    "networking.v1.NetworkPolicy.spec": (
        "spec represents the specification of the desired behavior for this NetworkPolicy."
    ),
    "networking.v1.Ingress.spec": f"spec is the desired state of the Ingress. More info: {CONVENTIONS}#spec-and-status",
    "networking.v1.Ingress.status": (
        f"status is the current state of the Ingress. More info: {CONVENTIONS}#spec-and-status"
    ),
    "networking.v1.IngressClass.spec": (
        f"spec is the desired state of the IngressClass. More info: {CONVENTIONS}#spec-and-status"
    ),
    "networking.v1.NetworkPolicySpec.podSelector": (
        "podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to "
        "any pods selected by this field. An empty selector matches all pods in the policy's namespace. Multiple "
        "network policies can select the same set of pods. In this case, the ingress rules for each are combined "
        "additively. This field is optional. If it is not specified, it defaults to an empty selector."
    ),
    "networking.v1.NetworkPolicyPeer.podSelector": (
        "podSelector is a label selector which selects pods. This field follows standard label selector semantics; "
        "if present but empty, it selects all pods.\n\nIf namespaceSelector is also set, then the NetworkPolicyPeer "
        "as a whole selects the pods matching podSelector in the Namespaces selected by NamespaceSelector. Otherwise "
        "it selects the pods matching podSelector in the policy's own namespace."
    ),
    "networking.v1.NetworkPolicyPeer.namespaceSelector": (
        "namespaceSelector selects namespaces using cluster-scoped labels. This field follows standard label "
        "selector semantics; if present but empty, it selects all namespaces.\n\nIf podSelector is also set, then "
        "the NetworkPolicyPeer as a whole selects the pods matching podSelector in the namespaces selected by "
        "namespaceSelector. Otherwise it selects all pods in the namespaces selected by namespaceSelector."
    ),
    "networking.v1.NetworkPolicyPeer.ipBlock": (
        "ipBlock defines policy on a particular IPBlock. If this field is set then neither of the other fields can be."
    ),
    "networking.v1.IngressSpec.defaultBackend": (
        "defaultBackend is the backend that should handle requests that don't match any rule. If Rules are not "
        "specified, DefaultBackend must be specified. If DefaultBackend is not set, the handling of requests that do "
        "not match any of the rules will be up to the Ingress controller."
    ),
    "networking.v1.IngressBackend.service": (
        'service references a service as a backend. This is a mutually exclusive setting with "Resource".'
    ),
    "networking.v1.IngressBackend.resource": (
        "resource is an ObjectRef to another Kubernetes resource in the namespace of the Ingress object. If resource "
        "is specified, a service.Name and service.Port must not be specified. This is a mutually exclusive setting "
        'with "Service".'
    ),
    "networking.v1.IngressServiceBackend.port": (
        "port of the referenced service. A port name or port number is required for a IngressServiceBackend."
    ),
    "networking.v1.HTTPIngressPath.backend": (
        "backend defines the referenced service endpoint to which the traffic will be forwarded to."
    ),
    "networking.v1.IngressClassSpec.parameters": (
        "parameters is a link to a custom resource containing additional configuration for the controller. This is "
        "optional if the controller does not require extra parameters."
    ),
    "rbac.v1.RoleBinding.roleRef": (
        "roleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the "
        "RoleRef cannot be resolved, the Authorizer must return an error. This field is immutable."
    ),
    "rbac.v1.ClusterRole.aggregationRule": (
        "aggregationRule is an optional field that describes how to build the Rules for this ClusterRole. If "
        "AggregationRule is set, then the Rules are controller managed and direct changes to Rules will be stomped "
        "by the controller."
    ),
    "rbac.v1.ClusterRoleBinding.roleRef": (
        "roleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the "
        "Authorizer must return an error. This field is immutable."
    ),
    "core.v1.ReplicationController.spec": (
        "Spec defines the specification of the desired behavior of the replication controller. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "core.v1.ReplicationController.status": (
        "Status is the most recently observed status of the replication controller. This data may be out of date by "
        "some window of time. Populated by the system. Read-only. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "core.v1.PersistentVolumeClaim.spec": (
        "spec defines the desired characteristics of a volume requested by a pod author. More info: "
        "https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistentvolumeclaims"
    ),
    "core.v1.PersistentVolumeClaim.status": (
        "status represents the current information/status of a persistent volume claim. Read-only. More info: "
        "https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistentvolumeclaims"
    ),
    "core.v1.PersistentVolume.spec": (
        "spec defines a specification of a persistent volume owned by the cluster. Provisioned by an administrator. "
        "More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistent-volumes"
    ),
    "core.v1.PersistentVolume.status": (
        "status represents the current information/status for the persistent volume. Populated by the system. "
        "Read-only. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistent-volumes"
    ),
    "core.v1.ResourceQuota.spec": f"Spec defines the desired quota. {CONVENTIONS}#spec-and-status",
    "core.v1.ResourceQuota.status": (
        f"Status defines the actual enforced quota and its current usage. {CONVENTIONS}#spec-and-status"
    ),
    "core.v1.LimitRange.spec": f"Spec defines the limits enforced. More info: {CONVENTIONS}#spec-and-status",
    "core.v1.Node.spec": f"Spec defines the behavior of a node. {CONVENTIONS}#spec-and-status",
    "core.v1.Node.status": (
        "Most recently observed status of the node. Populated by the system. Read-only. More info: "
        f"{CONVENTIONS}#spec-and-status"
    ),
    "core.v1.Namespace.spec": f"Spec defines the behavior of the Namespace. More info: {CONVENTIONS}#spec-and-status",
    "core.v1.Namespace.status": (
        f"Status describes the current status of a Namespace. More info: {CONVENTIONS}#spec-and-status"
    ),
    "core.v1.ReplicationControllerSpec.template": (
        "Template is the object that describes the pod that will be created if insufficient replicas are detected. "
        'This takes precedence over a TemplateRef. The only allowed template.spec.restartPolicy value is "Always". '
        "More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#pod-template"
    ),
    "core.v1.PersistentVolumeClaimSpec.selector": "selector is a label query over volumes to consider for binding.",
    "core.v1.PersistentVolumeClaimSpec.resources": (
        "resources represents the minimum resources the volume should have. Users are allowed to specify resource "
        "requirements that are lower than previous value but must still be higher than capacity recorded in the "
        "status field of the claim. More info: "
        "https://kubernetes.io/docs/concepts/storage/persistent-volumes#resources"
    ),
    "core.v1.PodSpec.securityContext": (
        "SecurityContext holds pod-level security attributes and common container settings. Optional: Defaults to "
        "empty.  See type description for default values of each field."
    ),
    "core.v1.PodSpec.affinity": "If specified, the pod's scheduling constraints",
    "core.v1.PodSpec.dnsConfig": (
        "Specifies the DNS parameters of a pod. Parameters specified here will be merged to the generated DNS "
        "configuration based on DNSPolicy."
    ),
    "core.v1.Container.startupProbe": (
        "StartupProbe indicates that the Pod has successfully initialized. If specified, no other probes are "
        "executed until this completes successfully. If this probe fails, the Pod will be restarted, just as if the "
        "livenessProbe failed. This can be used to provide different probe parameters at the beginning of a Pod's "
        "lifecycle, when it might take a long time to load data or warm a cache, than during steady-state operation. "
        "This cannot be updated. More info: "
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes"
    ),
    "core.v1.Container.securityContext": (
        "SecurityContext defines the security options the container should be run with. If set, the fields of "
        "SecurityContext override the equivalent fields of PodSecurityContext. More info: "
        "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"
    ),
    "policy.v1.PodDisruptionBudget.spec": (
        "spec is the specification of the desired behavior of the PodDisruptionBudget."
    ),
    "policy.v1.PodDisruptionBudget.status": "status is the most recently observed status of the PodDisruptionBudget.",
    "policy.v1.PodDisruptionBudgetSpec.selector": (
        "selector is a label query over pods whose evictions are managed by the disruption budget. A null selector "
        "will match no pods, while an empty ({}) selector will select all pods within the namespace."
    ),
    "autoscaling.v2.HorizontalPodAutoscaler.spec": (
        f"spec is the specification for the behaviour of the autoscaler. More info: {CONVENTIONS}#spec-and-status."
    ),
    "autoscaling.v2.HorizontalPodAutoscaler.status": "status is the current information about the autoscaler.",
    "autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef": (
        "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be "
        "collected, as well as to actually change the replica count."
    ),
    "autoscaling.v2.HorizontalPodAutoscalerSpec.behavior": (
        "behavior configures the scaling behavior of the target in both Up and Down directions (scaleUp and "
        "scaleDown fields respectively). If not set, the default HPAScalingRules for scale up and scale down are "
        "used."
    ),
    "core.v1.Probe.exec": "Exec specifies a command to execute in the container.",
    "core.v1.Probe.httpGet": "HTTPGet specifies an HTTP GET request to perform.",
    "core.v1.Probe.tcpSocket": "TCPSocket specifies a connection to a TCP port.",
    "core.v1.Probe.grpc": "GRPC specifies a GRPC HealthCheckRequest.",
}
