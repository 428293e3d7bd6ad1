"""Watches: what they tell, and what they can be asked."""

from __future__ import annotations

from typing import Any

from tests.objects import config
from tests.real_control_plane.compare.session import (
    MERGE,
    PARTIAL,
    YAML,
    Session,
)

_NAMED = {"fieldSelector": "metadata.name!=kube-root-ca.crt"}
#: What a watch of the past may ask for.
_SINCE: tuple[Any, ...] = (
    {},
    {"labelSelector": "in"},
    {"fieldSelector": "metadata.name=a"},
    {"allowWatchBookmarks": "true", "labelSelector": "in"},
)
_WATCH_QUERIES: tuple[Any, ...] = (
    {"sendInitialEvents": "true"},
    {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"},
    {"sendInitialEvents": "true", "resourceVersionMatch": "Exact"},
    {"resourceVersionMatch": "NotOlderThan"},
    {"resourceVersion": "x"},
    {"resourceVersion": "1"},
    {"resourceVersion": "1", "resourceVersionMatch": "NotOlderThan"},
    {"continue": "x"},
    {"limit": "1"},
    {"sendInitialEvents": "x"},
    {"sendInitialEvents": "false"},
    {"sendInitialEvents": "false", "resourceVersionMatch": "NotOlderThan"},
    {"labelSelector": "a b"},
    {"fieldSelector": "foo=bar"},
)


def _watched_changes(session: Session) -> None:
    """Watch what is there, and what happened since."""
    for name in ("b", "a"):
        session.create("configmaps", config(name), record=False)
    session.watch("configmaps", **_NAMED)
    session.watch("configmaps", resourceVersion="0", **_NAMED)
    version = session.get("configmaps", record=False).body["metadata"]["resourceVersion"]
    session.patch(session.path("configmaps", "a"), {"data": {"x": "y"}}, MERGE)
    session.patch(session.path("configmaps", "b"), {"metadata": {"labels": {"in": "yes"}}}, MERGE)
    session.patch(session.path("configmaps", "b"), {"metadata": {"labels": None}}, MERGE)
    session.delete(session.path("configmaps", "a"))
    session.create("configmaps", config("c"))
    for query in _SINCE:
        answer = session.watch("configmaps", resourceVersion=version, **query)
        answer = type(answer)(
            answer.request,
            answer.status,
            answer.headers,
            [event for event in answer.body if event["type"] != "BOOKMARK"],
        )
        session.answers[-1] = answer
    session.watch(
        "configmaps",
        sendInitialEvents="true",
        resourceVersionMatch="NotOlderThan",
        allowWatchBookmarks="true",
        **_NAMED,
    )


def _forms_of_watches(session: Session) -> None:
    """Send queries of a watch, media types, and paths that are watched."""
    for query in _WATCH_QUERIES:
        session.watch("configmaps", **{**_NAMED, **query})
    session.send("GET", "configmaps", query={"watch": "1", "timeoutSeconds": "1", **_NAMED}, accept=PARTIAL)
    session.send("GET", "configmaps", query={"watch": "1", "timeoutSeconds": "1", **_NAMED}, accept=YAML)
    session.send("GET", "configmaps", query={"watch": "1", "timeoutSeconds": "1", **_NAMED}, accept="text/html")
    session.send(
        "GET",
        "configmaps",
        query={"watch": "1", "timeoutSeconds": "1", **_NAMED},
        accept="application/json;stream=watch",
    )
    session.send("GET", session.path("configmaps", "c"), query={"watch": "1", "timeoutSeconds": "1"})
    session.send("GET", session.path("configmaps", "missing"), query={"watch": "1", "timeoutSeconds": "1"})
    session.send(
        "GET",
        f"/api/v1/watch/namespaces/{session.namespace}/configmaps",
        query={"timeoutSeconds": "1", "watch": "1", **_NAMED},
    )
    session.send(
        "GET", f"/api/v1/watch/namespaces/{session.namespace}/configmaps/c", query={"timeoutSeconds": "1", "watch": "1"}
    )
    session.send("POST", "configmaps", config("w"), query={"watch": "1", "dryRun": "All"})


def watches(session: Session) -> None:
    """Watches: what they tell, what they can be asked."""
    _watched_changes(session)
    _forms_of_watches(session)
