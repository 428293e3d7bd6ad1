"""PodDisruptionBudgets, evictions that ask them, ephemeral containers, and events of both groups."""

from __future__ import annotations

from typing import Any

from tests.objects import Object, pod
from tests.real_control_plane.compare.session import JSON_PATCH, MERGE, TABLE, Session

_SELECTOR: Object = {"matchLabels": {"app": "web"}}
_BUDGETS: tuple[Any, ...] = (
    None,
    {},
    {"minAvailable": 1, "selector": _SELECTOR},
    {"minAvailable": "50%", "selector": {}},
    {"minAvailable": 1, "maxUnavailable": 1},
    {"minAvailable": -1},
    {"maxUnavailable": "101%"},
    {"maxUnavailable": "half"},
    {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow"},
    {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "Never"},
    {"selector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}},
)
_EPHEMERAL: tuple[Any, ...] = (
    {"name": "look", "image": "busybox:1.36"},
    {"name": "web", "image": "busybox:1.36"},
    {"name": "a", "image": "busybox:1.36", "targetContainerName": "nobody"},
    {"name": "b", "image": "busybox:1.36", "ports": [{"containerPort": 80}], "lifecycle": {}},
    {"name": "C", "image": ""},
)


def budgets(session: Session) -> None:
    where = f"/apis/policy/v1/namespaces/{session.namespace}/poddisruptionbudgets"
    for number, spec in enumerate(_BUDGETS):
        body: Object = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": f"b{number}"}}
        session.create(where, body if spec is None else {**body, "spec": spec}, note=f"{number} {str(spec)[:60]}")
    for change in ({"spec": {"minAvailable": 2}}, {"spec": {"maxUnavailable": 1}}, {"spec": {"selector": None}}):
        session.patch(f"{where}/b2", change, MERGE)
    session.patch(f"{where}/b2/status", {"status": {"disruptionsAllowed": -1}}, MERGE)
    session.get(where, accept=TABLE)


def ephemeral_containers(session: Session) -> None:
    session.create("pods", pod())
    where = session.path("pods", "web", "ephemeralcontainers")
    for container in _EPHEMERAL:
        session.patch(where, {"spec": {"ephemeralContainers": [container]}}, note=container["name"])
    session.patch(where, [{"op": "remove", "path": "/spec/ephemeralContainers"}], JSON_PATCH)
    session.get(where)


def events_of_both_groups(session: Session) -> None:
    newer = f"/apis/events.k8s.io/v1/namespaces/{session.namespace}/events"
    about = {"kind": "Pod", "namespace": session.namespace, "name": "web"}
    session.create("events", {"metadata": {"name": "older"}, "involvedObject": about, "message": "m", "reason": "R"})
    session.get(f"{newer}/older")
    session.get(newer, fieldSelector="regarding.name=web")
    session.get(newer, fieldSelector="involvedObject.name=web")
    session.get(newer, accept=TABLE)
