"""Objects with as much as their rows in tables show, and the rows."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object

NOW = 1_800_000_000.0


def object_of(resource: str, spec: Object | None = None, status: Object | None = None, **more: Any) -> Object:
    kind = BY_KEY[resource]
    metadata = {
        "name": "web",
        "namespace": "course",
        "creationTimestamp": meta.timestamp(NOW - 5),
        **more.pop("metadata", {}),
    }
    found: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata, **more}
    if spec is not None:
        found["spec"] = spec
    if status is not None:
        found["status"] = status
    return found


def row_of(resource: str, obj: Object) -> dict[str, Any]:
    made = tables.table(BY_KEY[resource], [obj])
    names = [column["name"] for column in made["columnDefinitions"]]
    assert len(names) == len(made["rows"][0]["cells"])
    return dict(zip(names, made["rows"][0]["cells"], strict=True))


READY = [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "True"}]


def container_of(
    state: Object, *, name: str = "c", ready: bool = False, restarts: int = 0, last: float | None = None, **more: Any
) -> Object:
    found: Object = {"name": name, "ready": ready, "restartCount": restarts, "state": state, **more}
    if last is not None:
        found["lastState"] = {"terminated": {"exitCode": 1, "finishedAt": meta.timestamp(NOW - last)}}
    return found


def pod_of(
    *containers: Object,
    init: tuple[Object, ...] = (),
    sidecars: tuple[str, ...] = (),
    phase: str = "Running",
    **more: Any,
) -> Object:
    spec: Object = {"containers": [{"name": c["name"]} for c in containers] or [{"name": "c"}], **more.pop("spec", {})}
    if init:
        spec["initContainers"] = [
            {"name": c["name"], **({"restartPolicy": "Always"} if c["name"] in sidecars else {})} for c in init
        ]
    status: Object = {
        "phase": phase,
        "containerStatuses": list(containers),
        **({"initContainerStatuses": list(init)} if init else {}),
        **more.pop("status", {}),
    }
    return object_of("pods", spec, status, **more)


RUNNING: Object = {"running": {"startedAt": "2026-11-23T23:10:14Z"}}


def ago(seconds: float) -> str:
    return meta.timestamp(NOW - seconds)
