"""What a kubelet tells of itself and its pods; nothing is measured, so figures are counts."""

from __future__ import annotations

from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.endpoints.metrics import gauge
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import CLUSTER_DOMAIN, Object
from kubelearn.cluster.well_known import DNS_ADDRESS

from .node import KUBELET_PORT, MAX_PODS

_RUNNING: Final = "running"


def pods(registry: Registry, node: str) -> Object:
    """Return the pods of the node, as a list of the API."""
    return _listed(_of_node(registry, node))


def running_pods(registry: Registry, node: str) -> Object:
    """Return the pods that have a container that runs, with names and containers only."""
    return _listed(
        [
            {
                "metadata": {key: pod["metadata"][key] for key in ("name", "namespace", "uid")},
                "spec": {
                    "containers": [{"name": each["name"], "image": each["image"], "resources": {}} for each in running]
                },
                "status": {},
            }
            for pod in _of_node(registry, node)
            if (running := _running(pod))
        ]
    )


def configuration(registry: Registry, node: str) -> Object:
    """Return the kubelet's configuration, as far as it is followed here."""
    return {
        "kubeletconfig": {
            "kind": "KubeletConfiguration",
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "enableServer": True,
            "address": "0.0.0.0",  # noqa: S104 - of the node, which is no machine
            "port": KUBELET_PORT,
            "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True}},
            "authorization": {"mode": "Webhook"},
            "clusterDomain": CLUSTER_DOMAIN,
            "clusterDNS": [DNS_ADDRESS],
            "maxPods": MAX_PODS,
            "podCIDR": (registry.get("nodes", "", node).get("spec") or {}).get("podCIDR", ""),
        }
    }


def summary(registry: Registry, node: str) -> Object:
    """Return the summary of statistics: who runs since when."""
    since = registry.get("nodes", "", node)["metadata"]["creationTimestamp"]
    return {
        "node": {"nodeName": node, "startTime": since},
        "pods": [
            {
                "podRef": {key: pod["metadata"][key] for key in ("name", "namespace", "uid")},
                "startTime": pod["status"].get("startTime"),
                "containers": [
                    {"name": each["name"], "startTime": each["state"][_RUNNING]["startedAt"]} for each in _running(pod)
                ],
            }
            for pod in _of_node(registry, node)
            if _running(pod)
        ],
    }


def metrics(registry: Registry, node: str) -> str:
    """Return metrics in outline, as Prometheus reads them."""
    running = [_running(pod) for pod in _of_node(registry, node)]
    containers, sandboxes = sum(map(len, running)), sum(map(bool, running))
    return "".join(
        (
            gauge("kubelet_node_name", "The node's name. The count is always 1.", {f'{{node="{node}"}}': 1}),
            gauge(
                "kubelet_running_containers",
                "Number of containers currently running",
                {'{container_state="running"}': containers},
            ),
            gauge("kubelet_running_pods", "Number of pods that have a running pod sandbox", {"": sandboxes}),
            gauge(
                "kubernetes_build_info",
                "The version of the kubelet; the value is always 1.",
                {f'{{git_version="{meta.VERSION}"}}': 1},
            ),
        )
    )


def _listed(items: list[Object]) -> Object:
    own = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
    return {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": own}


def _of_node(registry: Registry, node: str) -> list[Object]:
    return [pod for pod in registry.list("pods") if pod["spec"].get("nodeName") == node]


def _running(pod: Object) -> list[Object]:
    """Return the statuses of a pod's containers that run."""
    return [each for each in pod["status"].get("containerStatuses") or () if _RUNNING in each["state"]]
