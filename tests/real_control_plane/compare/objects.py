"""Valid objects, and ways to change them."""

from __future__ import annotations

import copy
from typing import Any

Object = dict[str, Any]
PAUSE = "registry.k8s.io/pause:3.10"


def merged(base: Any, change: Any) -> Any:
    """Return an object with a JSON merge patch applied."""
    if not isinstance(change, dict):
        return copy.deepcopy(change)
    out = copy.deepcopy(base) if isinstance(base, dict) else {}
    for key, value in change.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out.get(key), value)
    return out


def service(name: str = "web", **spec: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": merged({"selector": {"app": "web"}, "ports": [{"port": 80}]}, spec),
    }


def container(name: str = "c", **more: Any) -> Object:
    return merged({"name": name, "image": PAUSE}, more)


def one(**more: Any) -> Object:
    """Return what a pod's spec says of its only container."""
    return {"containers": [container(**more)]}


def pod(name: str = "web", containers: Any = None, **spec: Any) -> Object:
    """A pod that no scheduler takes, so that it stays as it was made."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": merged({"schedulerName": "nobody", "containers": containers or [container()]}, spec),
    }


def template(**spec: Any) -> Object:
    return {"metadata": {"labels": {"app": "web"}}, "spec": merged({"containers": [container()]}, spec)}


def deployment(name: str = "web", **spec: Any) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": merged({"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template()}, spec),
    }


def replicaset(name: str = "web", **spec: Any) -> Object:
    return {**deployment(name, **spec), "kind": "ReplicaSet"}


def job(name: str = "web", **spec: Any) -> Object:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": merged(
            {"template": {"spec": {"restartPolicy": "Never", "schedulerName": "nobody", "containers": [container()]}}},
            spec,
        ),
    }


def config(name: str = "web", **more: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **more}
