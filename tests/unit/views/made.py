"""Pods, Services and EndpointSlices as the API would send them, for pictures of what no cluster runs."""

from __future__ import annotations

from typing import Any

from kubelearn.views.objects import Object

HELLO = {"app": "hello"}


def pod(
    name: str,
    address: str,
    labels: dict[str, str],
    *,
    ready: bool = True,
    namespace: str = "default",
    node: str = "worker",
    declared: Object | None = None,
    **meta: Any,
) -> Object:
    container = {"name": "server", "ports": [declared] if declared else []}
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels, **meta},
        "spec": {"nodeName": node, "containers": [container]},
        "status": {
            "phase": "Running",
            "podIP": address,
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
        },
    }


def service(name: str, labels: dict[str, str], port: int = 8081, target: int | str = 8080) -> Object:
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"clusterIP": "10.96.0.7", "selector": labels, "ports": [{"port": port, "targetPort": target}]},
    }


def endpoints(name: str, *pods: str) -> Object:
    return {
        "metadata": {"name": f"{name}-x", "namespace": "default", "labels": {"kubernetes.io/service-name": name}},
        "ports": [{"name": "", "port": 8080}],
        "endpoints": [{"targetRef": {"name": pod}, "conditions": {"ready": True}} for pod in pods],
    }
