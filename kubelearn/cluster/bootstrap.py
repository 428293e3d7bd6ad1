"""What a fresh cluster contains before anybody has done anything, as kubeadm and kind leave it."""

from __future__ import annotations

from .apiserver.authorization import defaults
from .apiserver.kinds.service import ipaddresses
from .apiserver.kinds.storage import storageclass
from .apiserver.podspec import priority
from .apiserver.registry.registry import Registry
from .containers.images.system import coredns, corefile
from .containers.images.system import kube_proxy as kube_proxy_image
from .meta import Object
from .well_known import DNS_ADDRESS, LOCAL_PATH, SERVICE_NAME, SLICES

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
API_ADDRESS = "10.96.0.1"
#: Port of the API server on the control plane's own address.
API_PORT = 6443
_PRIORITY_TEXTS = {
    "system-cluster-critical": (
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
    ),
    "system-node-critical": "Used for system critical pods that must not be moved from their current node.",
}
_CONTROL_PLANE_TOLERATION = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


def namespaces(registry: Registry) -> None:
    """Create the namespaces that every cluster has."""
    for name in NAMESPACES:
        registry.create("namespaces", "", {"metadata": {"name": name}}, manager="kube-apiserver")


def default_roles(registry: Registry) -> None:
    """Create the roles that every cluster has, and their bindings."""
    for resource, obj in defaults.objects(registry.chance("rbac")):
        registry.store.put(resource, obj)


def service_range(registry: Registry) -> None:
    """Create the ServiceCIDR from which cluster IPs are allocated."""
    registry.create(ipaddresses.SERVICE_CIDRS, "", ipaddresses.service_cidr(), manager="kube-apiserver")


def kubernetes_service(registry: Registry, address: str) -> None:
    """Create ``default/kubernetes`` and its endpoints, as far as they are missing; the API server keeps them itself.

    Args:
        address: the control plane's node address.
    """
    port = {"name": "https", "port": API_PORT, "protocol": "TCP"}
    service_port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": API_PORT}
    service: Object = {
        "metadata": {"name": "kubernetes", "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"clusterIP": API_ADDRESS, "ports": [service_port], "type": "ClusterIP"},
    }
    endpoints: Object = {
        "metadata": {"name": "kubernetes", "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
        "subsets": [{"addresses": [{"ip": address}], "ports": [port]}],
    }
    endpoint_slice: Object = {
        "metadata": {"name": "kubernetes", "labels": {SERVICE_NAME: "kubernetes"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "ports": [port],
    }
    for resource, obj in (("services", service), ("endpoints", endpoints), (SLICES, endpoint_slice)):
        if registry.find(resource, "default", "kubernetes") is None:
            registry.create(resource, "default", obj, manager="kube-apiserver")


def cluster_dns(registry: Registry) -> None:
    """Create the kube-dns Service and the coredns Deployment with its Corefile (kubeadm's addons/dns manifests)."""
    labels = {"k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    ports = [
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
        {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
        {"name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153},
    ]
    spec = {"clusterIP": DNS_ADDRESS, "selector": {"k8s-app": "kube-dns"}, "ports": ports}
    metadata = {
        "name": "kube-dns",
        "labels": labels,
        "annotations": {"prometheus.io/port": "9153", "prometheus.io/scrape": "true"},
    }
    registry.create("services", "kube-system", {"metadata": metadata, "spec": spec}, manager="kubeadm")
    configuration: Object = {"metadata": {"name": "coredns"}, "data": {"Corefile": corefile.DEFAULT}}
    registry.create("configmaps", "kube-system", configuration, manager="kubeadm")
    registry.create("deployments.apps", "kube-system", _coredns({"k8s-app": "kube-dns"}), manager="kubeadm")


def priority_classes(registry: Registry) -> None:
    """Create the PriorityClasses that every cluster has."""
    for name, value in priority.SYSTEM.items():
        system_class = {"metadata": {"name": name}, "value": value, "description": _PRIORITY_TEXTS[name]}
        registry.create(priority.CLASSES, "", system_class, manager="kube-apiserver")


def storage_class(registry: Registry) -> None:
    """Create the StorageClass ``standard``, the default (kind's own manifest)."""
    storage_class: Object = {
        "metadata": {"name": "standard", "annotations": {storageclass.DEFAULTS[0]: "true"}},
        "provisioner": LOCAL_PATH,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    registry.create(storageclass.CLASSES, "", storage_class, manager="kubectl-client-side-apply")


def _coredns(selector: dict[str, str]) -> Object:
    container: Object = {
        "name": "coredns",
        "image": coredns.REFERENCE,
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [
            {"name": "dns", "containerPort": 53, "protocol": "UDP"},
            {"name": "dns-tcp", "containerPort": 53},
            {"name": "metrics", "containerPort": 9153},
        ],
        "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": True}],
    }
    configuration = {"name": "coredns", "items": [{"key": "Corefile", "path": "Corefile"}]}
    tolerations = [{"key": "CriticalAddonsOnly", "operator": "Exists"}, _CONTROL_PLANE_TOLERATION]
    pod: Object = {
        "metadata": {"labels": selector},
        "spec": {
            "containers": [container],
            "dnsPolicy": "Default",
            "nodeSelector": {"kubernetes.io/os": "linux"},
            "tolerations": tolerations,
            "volumes": [{"name": "config-volume", "configMap": configuration}],
        },
    }
    return {
        "metadata": {"name": "coredns", "labels": selector},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": selector},
            "template": pod,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
        },
    }


def kube_proxy(registry: Registry) -> None:
    """Create the kube-proxy DaemonSet, whose pods are in their nodes' own networks (kubeadm's addons/proxy)."""
    labels = {"k8s-app": "kube-proxy"}
    container = {"name": "kube-proxy", "image": kube_proxy_image.REFERENCE, "command": ["/usr/local/bin/kube-proxy"]}
    pod: Object = {
        "metadata": {"labels": labels},
        "spec": {
            "containers": [container],
            "hostNetwork": True,
            "nodeSelector": {"kubernetes.io/os": "linux"},
            "priorityClassName": "system-node-critical",
            "tolerations": [{"operator": "Exists"}],
        },
    }
    daemon_set: Object = {
        "metadata": {"name": "kube-proxy", "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": pod},
    }
    registry.create("daemonsets.apps", "kube-system", daemon_set, manager="kubeadm")
