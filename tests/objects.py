"""Objects that tests make, as a client sends them.

:func:`bare` makes any kind with just the spec that it is given. The others make valid objects, to whose specs they
merge what they are given (``None`` takes a field away).
"""

from __future__ import annotations

import copy
from typing import Any

Object = dict[str, Any]
PAUSE = "registry.k8s.io/pause:3.10"
#: Of the kinds that are not of the core group.
_VERSIONS = {
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "EndpointSlice": "discovery.k8s.io/v1",
}


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


def bare(kind: str, name: str | None = "web", spec: Object | None = None, **metadata: Any) -> Object:
    """Return an object with nothing but a spec, if any, and metadata. ``None`` leaves the name out."""
    named = {} if name is None else {"name": name}
    found = {"apiVersion": _VERSIONS.get(kind, "v1"), "kind": kind, "metadata": {**named, **metadata}}
    return found if spec is None else {**found, "spec": spec}


def service(name: str = "web", **spec: Any) -> Object:
    return bare("Service", name, merged({"selector": {"app": "web"}, "ports": [{"port": 80}]}, spec))


def container(name: str = "c", **more: Any) -> Object:
    return merged({"name": name, "image": PAUSE}, more)


def one(**more: Any) -> Object:
    """Return what a pod's spec says of its only container."""
    return {"containers": [container(**more)]}


def pod(name: str = "web", containers: Any = None, **spec: Any) -> Object:
    """A pod that no scheduler takes, so that it stays as it was made."""
    unscheduled = {"schedulerName": "nobody", "containers": containers or [container()]}
    return bare("Pod", name, merged(unscheduled, spec), labels={"app": "web"})


def template(**spec: Any) -> Object:
    return {"metadata": {"labels": {"app": "web"}}, "spec": merged({"containers": [container()]}, spec)}


def deployment(name: str = "web", **spec: Any) -> Object:
    """A Deployment without replicas, so that nothing happens."""
    still = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template()}
    return bare("Deployment", name, merged(still, spec))


def replicaset(name: str = "web", **spec: Any) -> Object:
    return {**deployment(name, **spec), "kind": "ReplicaSet"}


def statefulset(name: str = "web", **spec: Any) -> Object:
    return {**deployment(name, **spec), "kind": "StatefulSet"}


def daemonset(name: str = "web", **spec: Any) -> Object:
    """A DaemonSet that no node is to have, so that nothing happens."""
    still = {"selector": {"matchLabels": {"app": "web"}}, "template": template(nodeSelector={"nowhere": "yes"})}
    return bare("DaemonSet", name, merged(still, spec))


def replicationcontroller(name: str = "web", **spec: Any) -> Object:
    return bare("ReplicationController", name, merged({"replicas": 0, "template": template()}, spec))


def cronjob(name: str = "web", **spec: Any) -> Object:
    """A CronJob that waits for the new year."""
    return bare("CronJob", name, merged({"schedule": "0 0 1 1 *", "jobTemplate": {"spec": job()["spec"]}}, spec))


def job(name: str = "web", **spec: Any) -> Object:
    """A Job whose pods no scheduler takes."""
    pods = {"restartPolicy": "Never", "schedulerName": "nobody", "containers": [container()]}
    return bare("Job", name, merged({"template": {"spec": pods}}, spec))


def config(name: str = "web", **more: Any) -> Object:
    return {**bare("ConfigMap", name), **more}
