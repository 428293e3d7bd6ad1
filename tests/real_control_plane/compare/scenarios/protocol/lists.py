"""Lists: selectors, pages, versions and forms."""

from __future__ import annotations

from typing import Any

from tests.objects import config, merged
from tests.real_control_plane.compare.session import (
    PARTIAL,
    PARTIAL_LIST,
    TABLE,
    Session,
)

_LABEL_SELECTORS: tuple[Any, ...] = (
    "",
    "n",
    "!n",
    "n=1",
    "n==1",
    "n!=1",
    "n in (1,2)",
    "n notin (1,2)",
    "n in ()",
    "n in (1",
    "n=",
    "n>1",
    "n<x",
    "=",
    "!",
    "a b",
    "n=1,odd",
    "n=1,,odd",
    ",",
    "n,",
    "a/b/c",
    "n=a b",
    "n in (1, 2),!odd",
    "-a",
    "n=-",
    "a" * 64,
    "n = 1",
    "x.y/z=1",
    "n in (a b)",
    "(n)",
    "n!",
    "n=1=2",
    "n in 1",
    "notin",
    "in",
    "n==",
    "n~=1",
    "&",
    "n%",
)
_FIELD_SELECTORS: tuple[Any, ...] = (
    "metadata.name=c1",
    "metadata.name!=c1",
    "metadata.name==c1",
    "metadata.namespace=x",
    "metadata.uid=x",
    "foo=bar",
    "metadata.name",
    "=",
    "metadata.name=c1,metadata.name=c2",
    "metadata.name in (c1)",
    "metadata.name=a\\,b",
    "metadata.name=a\\b",
    ",",
    "metadata.name!=",
    "status.phase=Running",
    "a=b=c",
)
#: Resource, and a selector of fields for it.
_SELECTED: tuple[Any, ...] = (
    ("pods", "spec.nodeName="),
    ("pods", "status.podIP=1"),
    ("pods", "spec.foo=1"),
    ("services", "spec.clusterIP=None"),
    ("services", "spec.type=ClusterIP"),
    ("services", "spec.foo=x"),
    ("replicasets", "status.replicas=1"),
    ("jobs", "status.successful=1"),
    ("namespaces", "status.phase=Active"),
    ("nodes", "spec.unschedulable=true"),
    ("deployments", "status.replicas=0"),
    ("secrets", "type=x"),
    ("endpointslices", "addressType=IPv4"),
    ("events", "reason=x"),
)


def _selectors(session: Session) -> None:
    """Send selectors, right and wrong."""
    for selector in _LABEL_SELECTORS:
        session.get("configmaps", labelSelector=selector, fieldSelector="metadata.name!=kube-root-ca.crt")
        session.delete("configmaps", labelSelector=f"none,{selector}", dryRun="All")
    for selector in _FIELD_SELECTORS:
        session.get("configmaps", fieldSelector=selector)
        session.get("pods", fieldSelector=selector)
    for resource, selector in _SELECTED:
        session.get(resource, fieldSelector=selector, labelSelector="nothing")


def _queries_of_lists(session: Session) -> None:
    """Send queries about pages, versions and watches, right and wrong."""
    page = session.get("configmaps", limit=2, record=False)
    token = page.body["metadata"]["continue"]
    for query in (
        {"continue": token, "limit": 2, "resourceVersion": "1"},
        {"continue": token, "limit": 2, "resourceVersion": "0"},
        {"continue": "x"},
        {"continue": "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ"},
        {"continue": token, "resourceVersionMatch": "Exact"},
        {"limit": "x"},
        {"limit": "-1"},
        {"limit": "0"},
        {"limit": "1", "labelSelector": "odd"},
        {"limit": "1", "labelSelector": "nothing"},
        {"limit": 2, "resourceVersion": "0"},
        {"limit": 2, "fieldSelector": "metadata.name=c1"},
        {"resourceVersion": "x"},
        {"resourceVersion": "-1"},
        {"resourceVersionMatch": "Exact"},
        {"resourceVersionMatch": "NotOlderThan"},
        {"resourceVersionMatch": "X", "resourceVersion": "1"},
        {"resourceVersion": "0", "resourceVersionMatch": "Exact"},
        {"resourceVersion": "0", "resourceVersionMatch": "NotOlderThan"},
        {"timeoutSeconds": "x"},
        {"timeoutSeconds": "-1"},
        {"sendInitialEvents": "true"},
        {"allowWatchBookmarks": "x"},
        {"watch": "x", "timeoutSeconds": "1"},
        {"watch": "false"},
        {"pretty": "true"},
        {"resourceVersion": "99999999"},
        {"resourceVersion": "99999999", "resourceVersionMatch": "Exact"},
    ):
        answer = session.send(
            "GET", "configmaps", query={"labelSelector": "n", **query}, note="continue" if "continue" in query else ""
        )
        answer.headers.pop("Retry-After", None)


def _pages(session: Session) -> None:
    """Read a list in pages."""
    named = {"labelSelector": "n"}
    page = session.get("configmaps", limit=2, **named)
    while page.body["metadata"].get("continue"):
        query = {"limit": 2, "continue": page.body["metadata"]["continue"], **named}
        page = session.send("GET", "configmaps", query=query, note="next")


def _versions_and_forms(session: Session) -> None:
    """Ask for versions, for forms of a list, and for what is not there."""
    session.get(session.path("configmaps", "c1"), resourceVersion="99999999")
    session.get(session.path("configmaps", "c1"), resourceVersion="x")
    session.get(session.path("configmaps", "c1"), resourceVersion="0")
    session.get("configmaps", accept=PARTIAL_LIST)
    session.get("configmaps", accept=PARTIAL)
    session.get("configmaps", accept=TABLE, limit=2)
    session.get("/api/v1/namespaces/missing/pods")
    session.get("/api/v1/namespaces/missing/pods/x")
    session.get("/api/v1/namespaces/A_/pods")
    session.get("/api/v1/namespaces/default/pods/A_")


def lists(session: Session) -> None:
    """Lists: selectors, pages, versions, forms."""
    for number in range(5):
        session.create(
            "configmaps",
            merged(
                config(f"c{number}"), {"metadata": {"labels": {"n": str(number), "odd": "yes" if number % 2 else None}}}
            ),
            record=False,
        )
    _selectors(session)
    _pages(session)
    _queries_of_lists(session)
    _versions_and_forms(session)
