"""One strategy per resource: defaults, admission, allocation and validation."""

from __future__ import annotations

from kubelearn.cluster.apiserver.resources import BY_KEY

from .certificates.certificatesigningrequest import REQUESTS, CertificateSigningRequestStrategy
from .config.configmap import ConfigMapStrategy
from .config.secret import SecretStrategy
from .endpoints.endpoints import EndpointsStrategy
from .endpoints.endpointslice import EndpointSliceStrategy
from .networking.ingress import IngressClassStrategy, IngressStrategy
from .networking.networkpolicy import NetworkPolicyStrategy
from .others.apiservice import API_SERVICES, APIServiceStrategy
from .others.event import EventStrategy
from .others.lease import LeaseStrategy
from .others.namespace import NamespaceStrategy
from .others.node import NodeStrategy
from .others.serviceaccount import ServiceAccountStrategy
from .pod.strategy import PodStrategy
from .policy.poddisruptionbudget import PodDisruptionBudgetStrategy
from .quota.limitrange import LimitRangeStrategy
from .quota.resourcequota import ResourceQuotaStrategy
from .rbac.strategy import BindingStrategy, RoleStrategy
from .scheduling.priorityclass import PriorityClassStrategy
from .service.strategy import ServiceStrategy
from .storage.claim import PersistentVolumeClaimStrategy
from .storage.storageclass import StorageClassStrategy
from .storage.volume import PersistentVolumeStrategy
from .strategy import ClusterScopedStrategy, Context, Strategy
from .workloads.controllerrevision import ControllerRevisionStrategy
from .workloads.cronjob import CronJobStrategy
from .workloads.daemonset import DaemonSetStrategy
from .workloads.deployment import DeploymentStrategy
from .workloads.horizontalpodautoscaler import HorizontalPodAutoscalerStrategy
from .workloads.job import JobStrategy
from .workloads.podtemplate import PodTemplateStrategy
from .workloads.replicaset import ReplicaSetStrategy
from .workloads.replicationcontroller import ReplicationControllerStrategy
from .workloads.statefulset import StatefulSetStrategy

_STRATEGIES: dict[str, Strategy] = {
    API_SERVICES: APIServiceStrategy(),
    REQUESTS: CertificateSigningRequestStrategy(),
    "clusterrolebindings.rbac.authorization.k8s.io": BindingStrategy(),
    "clusterroles.rbac.authorization.k8s.io": RoleStrategy(),
    "configmaps": ConfigMapStrategy(),
    "controllerrevisions.apps": ControllerRevisionStrategy(),
    "cronjobs.batch": CronJobStrategy(),
    "daemonsets.apps": DaemonSetStrategy(),
    "deployments.apps": DeploymentStrategy(),
    "endpoints": EndpointsStrategy(),
    "endpointslices.discovery.k8s.io": EndpointSliceStrategy(),
    "events": EventStrategy(),
    "horizontalpodautoscalers.autoscaling": HorizontalPodAutoscalerStrategy(),
    "ingressclasses.networking.k8s.io": IngressClassStrategy(),
    "ingresses.networking.k8s.io": IngressStrategy(),
    "jobs.batch": JobStrategy(),
    "leases.coordination.k8s.io": LeaseStrategy(),
    "limitranges": LimitRangeStrategy(),
    "namespaces": NamespaceStrategy(),
    "networkpolicies.networking.k8s.io": NetworkPolicyStrategy(),
    "nodes": NodeStrategy(),
    "persistentvolumeclaims": PersistentVolumeClaimStrategy(),
    "persistentvolumes": PersistentVolumeStrategy(),
    "poddisruptionbudgets.policy": PodDisruptionBudgetStrategy(),
    "pods": PodStrategy(),
    "podtemplates": PodTemplateStrategy(),
    "priorityclasses.scheduling.k8s.io": PriorityClassStrategy(),
    "replicasets.apps": ReplicaSetStrategy(),
    "replicationcontrollers": ReplicationControllerStrategy(),
    "resourcequotas": ResourceQuotaStrategy(),
    "rolebindings.rbac.authorization.k8s.io": BindingStrategy(),
    "roles.rbac.authorization.k8s.io": RoleStrategy(),
    "secrets": SecretStrategy(),
    "serviceaccounts": ServiceAccountStrategy(),
    "services": ServiceStrategy(),
    "statefulsets.apps": StatefulSetStrategy(),
    "storageclasses.storage.k8s.io": StorageClassStrategy(),
}
#: For resources with no rules of their own.
_PLAIN, _CLUSTER_SCOPED = Strategy(), ClusterScopedStrategy()

__all__ = ["Context", "Strategy", "for_resource"]


def for_resource(key: str) -> Strategy:
    """Return the strategy of a resource.

    Args:
        key: name as in RBAC, ``services`` or ``deployments.apps``.
    """
    return _STRATEGIES.get(key) or (_PLAIN if BY_KEY[key].namespaced else _CLUSTER_SCOPED)
