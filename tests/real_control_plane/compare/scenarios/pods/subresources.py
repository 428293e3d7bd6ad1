"""Logs, exec, bindings, evictions and the other subresources of pods."""

from __future__ import annotations

from typing import Any

from tests.objects import container, pod
from tests.real_control_plane.compare.session import Session

_SUBRESOURCES: tuple[Any, ...] = (
    "log",
    "status",
    "ephemeralcontainers",
    "resize",
    "binding",
    "eviction",
    "exec",
    "attach",
    "portforward",
    "proxy",
    "scale",
    "foo",
)
_LOG_QUERIES: tuple[Any, ...] = (
    {"container": "x"},
    {"tailLines": "-1"},
    {"tailLines": "x"},
    {"sinceSeconds": "0"},
    {"sinceSeconds": "5", "sinceTime": "2020-01-01T00:00:00Z"},
    {"sinceTime": "x"},
    {"limitBytes": "0"},
    {"follow": "x"},
    {"previous": "true"},
    {"stream": "Stdout"},
)
_BINDINGS: tuple[Any, ...] = (
    {"target": {"name": "kubelearn-worker"}},
    {"target": {"kind": "Pod", "name": "kubelearn-worker"}},
    {"target": {"kind": "Node", "name": ""}},
    {"target": {}},
    {},
    {"metadata": {"name": "other"}, "target": {"kind": "Node", "name": "n"}},
    {"kind": "Pod", "apiVersion": "v1"},
)
_EVICTIONS: tuple[Any, ...] = (
    {},
    {"metadata": {"name": "web"}},
    {"metadata": {"name": "other"}},
    {"metadata": {"name": "web"}, "deleteOptions": {"dryRun": ["All"]}},
    {"apiVersion": "policy/v1beta1", "kind": "Eviction", "metadata": {"name": "web"}},
    {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "missing"}},
)


def pod_subresources(session: Session) -> None:
    session.create("pods", pod())
    for what in _SUBRESOURCES:
        session.get(session.path("pods", "web", what))
        session.get(session.path("pods", "missing", what))
    for query in _LOG_QUERIES:
        session.get(session.path("pods", "web", "log"), **query)
    session.create("pods", pod("two", [container("a"), container("b")]))
    session.get(session.path("pods", "two", "log"))
    session.get(session.path("pods", "two", "log"), container="c")
    session.send("POST", session.path("pods", "two", "exec"), query={"command": "ls"})
    session.send("POST", session.path("pods", "web", "exec"), query={"command": "ls", "stdout": "true"})
    session.send("POST", session.path("pods", "web", "exec"))
    session.send(
        "POST", session.path("pods", "web", "exec"), query={"command": "ls", "container": "zz", "stdout": "true"}
    )
    session.send("POST", session.path("pods", "web", "attach"), query={"stdout": "true"})
    session.send("POST", session.path("pods", "web", "portforward"), query={"ports": "80"})
    session.send("POST", session.path("pods", "web", "portforward"), query={"ports": "x"})
    for body in _BINDINGS:
        session.create(session.path("pods", "web", "binding"), body)
    session.create(session.path("pods", "missing", "binding"), {"target": {"kind": "Node", "name": "nowhere"}})
    session.create(session.path("pods", "two", "binding"), {"target": {"kind": "Node", "name": "nowhere"}})
    session.create(
        session.path("pods", "two", "binding"), {"target": {"kind": "Node", "name": "nowhere"}}, note="again"
    )
    session.get(session.path("pods", "two"))
    for body in _EVICTIONS:
        session.create(session.path("pods", "web", "eviction"), body)
    session.create(
        session.path("pods", "missing", "eviction"),
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "missing"}},
    )
    session.get("pods", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
