"""One module per resource that has rules of its own."""

from __future__ import annotations

from . import config, discovery, event, horizontalpodautoscaler, job, namespace, node, pod, service, workload
from .base import Context, Strategy

__all__ = ["Context", "Strategy", "for_resource"]

_DEFAULT = Strategy()
_STRATEGIES: dict[str, Strategy] = {
    "configmaps": config.ConfigMapStrategy(),
    "secrets": config.SecretStrategy(),
    "services": service.ServiceStrategy(),
    "pods": pod.PodStrategy(),
    "namespaces": namespace.NamespaceStrategy(),
    "nodes": node.NodeStrategy(),
    "events": event.EventStrategy(),
    "endpoints": discovery.EndpointsStrategy(),
    "endpointslices.discovery.k8s.io": discovery.EndpointSliceStrategy(),
    "deployments.apps": workload.DeploymentStrategy(),
    "replicasets.apps": workload.ReplicaSetStrategy(),
    "jobs.batch": job.JobStrategy(),
    "horizontalpodautoscalers.autoscaling": horizontalpodautoscaler.HorizontalPodAutoscalerStrategy(),
}


def for_resource(key: str) -> Strategy:
    """Return the rules of a resource, for example of ``deployments.apps``."""
    return _STRATEGIES.get(key, _DEFAULT)
