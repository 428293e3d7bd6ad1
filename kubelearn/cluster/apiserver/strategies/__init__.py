"""One strategy per resource: defaults, admission, allocation and validation."""

from __future__ import annotations

from .base import Context, Strategy
from .configmap import ConfigMapStrategy
from .deployment import DeploymentStrategy
from .endpoints import EndpointsStrategy
from .endpointslice import EndpointSliceStrategy
from .event import EventStrategy
from .horizontalpodautoscaler import HorizontalPodAutoscalerStrategy
from .job import JobStrategy
from .lease import LeaseStrategy
from .namespace import NamespaceStrategy
from .node import NodeStrategy
from .pod import PodStrategy
from .replicaset import ReplicaSetStrategy
from .secret import SecretStrategy
from .service import ServiceStrategy
from .serviceaccount import ServiceAccountStrategy

_STRATEGIES: dict[str, Strategy] = {
    "configmaps": ConfigMapStrategy(),
    "deployments.apps": DeploymentStrategy(),
    "endpoints": EndpointsStrategy(),
    "endpointslices.discovery.k8s.io": EndpointSliceStrategy(),
    "events": EventStrategy(),
    "horizontalpodautoscalers.autoscaling": HorizontalPodAutoscalerStrategy(),
    "jobs.batch": JobStrategy(),
    "leases.coordination.k8s.io": LeaseStrategy(),
    "namespaces": NamespaceStrategy(),
    "nodes": NodeStrategy(),
    "pods": PodStrategy(),
    "replicasets.apps": ReplicaSetStrategy(),
    "secrets": SecretStrategy(),
    "serviceaccounts": ServiceAccountStrategy(),
    "services": ServiceStrategy(),
}
#: For resources that are only listed.
_PLAIN = Strategy()

__all__ = ["Context", "Strategy", "for_resource"]


def for_resource(key: str) -> Strategy:
    """Return the strategy of a resource.

    Args:
        key: name as in RBAC, ``services`` or ``deployments.apps``.
    """
    return _STRATEGIES.get(key, _PLAIN)
