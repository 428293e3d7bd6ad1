"""What can be seen of the allocation of cluster IPs: an IPAddress for each, and the range that they are from.

Source: K/pkg/registry/core/service/ipallocator/ipallocator.go and K/pkg/controlplane/controller/defaultservicecidr.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from .allocators import SERVICE_RANGE, cluster_ips

IP_ADDRESSES = "ipaddresses.networking.k8s.io"
SERVICE_CIDRS = "servicecidrs.networking.k8s.io"
_LABELS = {
    "ipaddress.kubernetes.io/ip-family": "IPv4",
    "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
}


def of_service(service: Object) -> dict[tuple[str, str], Object]:
    """Return the IPAddresses of a Service, by resource and name."""
    parent = {"resource": "services", "namespace": meta.namespace_of(service), "name": meta.name_of(service)}
    return {
        (IP_ADDRESSES, ip): {"metadata": {"name": ip, "labels": dict(_LABELS)}, "spec": {"parentRef": parent}}
        for ip in cluster_ips([service])
    }


def service_cidr() -> Object:
    """Return the range that the cluster begins with."""
    ready = {
        "type": "Ready",
        "status": "True",
        "lastTransitionTime": meta.timestamp(),
        "reason": "",
        "message": "Kubernetes Service CIDR is ready",
    }
    return {
        "metadata": {"name": "kubernetes", "finalizers": ["networking.k8s.io/service-cidr-finalizer"]},
        "spec": {"cidrs": [SERVICE_RANGE]},
        "status": {"conditions": [ready]},
    }
