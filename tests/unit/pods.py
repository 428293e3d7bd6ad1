"""Pods for tests of what learners see: small, and waited for by watches."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from kubernetes import client, watch

from kubelearn import Cluster
from kubelearn.views.pods import selector_text

IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53"


def run(
    cluster: Cluster,
    name: str,
    *,
    args: tuple[str, ...] = ("pause",),
    namespace: str = "",
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> None:
    """Make a pod and wait until it is ready."""
    containers = [{"name": name, "image": IMAGE, "args": list(args)}]
    space = namespace or cluster.namespace
    cluster.core.create_namespaced_pod(
        space, {"metadata": {"name": name, "labels": labels or {}}, "spec": {"containers": containers, **spec}}
    )
    until(cluster, lambda pod: is_ready(pod), namespace=space, field_selector=f"metadata.name={name}")


def serve(cluster: Cluster, name: str, replicas: int = 2, *, port: int = 8081, **template: Any) -> None:
    """Make a Deployment of web servers with a Service in front, and wait until all are ready."""
    labels = {"app": name}
    container = {"name": "agnhost", "image": IMAGE, "args": ["netexec", "--http-port=8080"], **template}
    cluster.apps.create_namespaced_deployment(
        cluster.namespace,
        {
            "metadata": {"name": name, "labels": labels},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
        },
    )
    ready: set[str] = set()

    def all_ready(pod: Any) -> bool:
        if is_ready(pod):
            ready.add(pod.metadata.name)
        return len(ready) == replicas

    until(cluster, all_ready, label_selector=f"app={name}")
    expose(cluster, name, port)


def expose(cluster: Cluster, name: str, port: int = 8081, *, app: str = "", **spec: Any) -> str:
    """Make a Service and return its address."""
    made = cluster.core.create_namespaced_service(
        cluster.namespace,
        {
            "metadata": {"name": name},
            "spec": {"selector": {"app": app or name}, "ports": [{"port": port, "targetPort": 8080}], **spec},
        },
    )
    return str(made.spec.cluster_ip)


def is_ready(pod: Any) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or ())


def until(cluster: Cluster, holds: Callable[[Any], bool], *, namespace: str = "", **options: Any) -> None:
    """Wait for a pod's state."""
    events = watch.Watch()
    for event in events.stream(
        client.CoreV1Api(cluster.api).list_namespaced_pod, namespace or cluster.namespace, timeout_seconds=20, **options
    ):
        if holds(event["object"]):
            events.stop()
            return
    raise AssertionError("the pods did not reach the state in 20 s")


def until_proxied(cluster: Cluster, *services: str, pod: str = "client") -> None:
    """Wait until the kube-proxy of a pod's node has rules for Services, with all pods that are ready."""
    node = cluster.core.read_namespaced_pod(pod, cluster.namespace).spec.node_name
    proxy = cluster.core.list_namespaced_pod(
        "kube-system", label_selector="k8s-app=kube-proxy", field_selector=f"spec.nodeName={node}"
    ).items[0]
    end = time.monotonic() + 10
    while time.monotonic() < end:
        rules = cluster.exec(proxy.metadata.name, "iptables-save", namespace="kube-system").stdout
        if all(_is_ruled(cluster, service, rules) for service in services):
            return
    raise AssertionError(f"kube-proxy on {node} has no rules for {services} after 10 s")


def _is_ruled(cluster: Cluster, service: str, rules: str) -> bool:
    name = re.escape(f"{cluster.namespace}/{service}")
    selector = selector_text(cluster.core.read_namespaced_service(service, cluster.namespace).spec.selector)
    pods = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=selector).items
    behind = re.findall(rf'-A KUBE-SEP-.*--comment "?{name}[" ].*-j DNAT', rules)
    return bool(re.search(rf'{name}[" ]', rules)) and len(behind) == sum(map(is_ready, pods))
