"""Deletions of one object, and of collections."""

from __future__ import annotations

from typing import Any

from tests.objects import config, deployment, merged, pod, service
from tests.real_control_plane.compare.session import (
    MERGE,
    YAML,
    Session,
)

#: Bodies of a deletion.
_OPTIONS: tuple[Any, ...] = (
    {"propagationPolicy": "X"},
    {"gracePeriodSeconds": -1},
    {"gracePeriodSeconds": "x"},
    {"orphanDependents": True, "propagationPolicy": "Orphan"},
    {"dryRun": ["x"]},
    {"dryRun": ["All"]},
    {"preconditions": {"uid": "x"}},
    {"preconditions": {"resourceVersion": "1"}},
    {"preconditions": {"resourceVersion": "x"}},
    {"kind": "X", "apiVersion": "v1"},
    {"kind": "DeleteOptions", "apiVersion": "v1", "dryRun": ["All"]},
    {"kind": "DeleteOptions", "apiVersion": "apps/v1", "dryRun": ["All"]},
    {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1", "dryRun": ["All"]},
    {"foo": 1, "dryRun": ["All"]},
    "x",
    "",
    "[]",
)
_DELETE_QUERIES: tuple[Any, ...] = (
    {"propagationPolicy": "X"},
    {"gracePeriodSeconds": "x"},
    {"gracePeriodSeconds": "-5", "dryRun": "All"},
    {"dryRun": "x"},
    {"dryRun": "All"},
    {"orphanDependents": "true", "propagationPolicy": "Orphan"},
    {"orphanDependents": "x"},
    {"foo": "bar", "dryRun": "All"},
)
#: Resource and object: deleted as they are.
_OTHERS: tuple[Any, ...] = (
    ("services", service()),
    ("deployments", deployment()),
    ("secrets", {"metadata": {"name": "web"}}),
)


def _options_of_deletions(session: Session) -> None:
    """Delete with options in the body and in the query."""
    session.create("configmaps", config("stay"), record=False)
    path = session.path("configmaps", "stay")
    for options in _OPTIONS:
        session.delete(path, options)
    for query in _DELETE_QUERIES:
        session.delete(path, **query)
    session.delete(path, {"propagationPolicy": "Foreground"})
    session.delete(session.path("configmaps", "missing"))


def _finalizers(session: Session) -> None:
    """Delete what has finalizers."""
    for policy in ("Background", "Orphan", "Foreground"):
        session.create("configmaps", merged(config("f"), {"metadata": {"finalizers": ["example.com/f"]}}), record=False)
        session.delete(session.path("configmaps", "f"), {"propagationPolicy": policy})
        session.delete(session.path("configmaps", "f"))
        session.create("configmaps", config("f"))
        session.patch(
            session.path("configmaps", "f"), {"metadata": {"finalizers": ["example.com/f", "example.com/g"]}}, MERGE
        )
        session.patch(session.path("configmaps", "f"), {"data": {"a": "b"}}, MERGE)
        session.patch(session.path("configmaps", "f"), {"metadata": {"finalizers": ["example.com/f"]}}, MERGE)
        session.patch(session.path("configmaps", "f"), {"metadata": {"deletionGracePeriodSeconds": 5}}, MERGE)
        session.patch(session.path("configmaps", "f"), {"metadata": {"finalizers": None}}, MERGE)
        session.until(session.path("configmaps", "f"), lambda found: found.get("code") == 404)


def _deleted_kinds(session: Session) -> None:
    """Delete objects of other kinds."""
    session.create("pods", pod(), record=False)
    session.delete(session.path("pods", "web"), {"gracePeriodSeconds": -5}, dryRun="All")
    session.delete(session.path("pods", "web"), {"preconditions": {"uid": "x"}})
    session.delete(session.path("pods", "web"))
    for resource, obj in _OTHERS:
        session.create(resource, obj, record=False)
        session.delete(session.path(resource, "web"))


def _collections(session: Session) -> None:
    """Delete many at once."""
    for number in range(3):
        session.create(
            "configmaps", merged(config(f"c{number}"), {"metadata": {"labels": {"many": "yes"}}}), record=False
        )
    session.delete("configmaps", labelSelector="many", dryRun="All")
    session.delete("configmaps", labelSelector="many", limit=1)
    session.delete("configmaps", {"preconditions": {"uid": "x"}}, labelSelector="many")
    session.delete("configmaps", {"propagationPolicy": "X"}, labelSelector="many")
    session.delete("configmaps", labelSelector="many", resourceVersion="1", resourceVersionMatch="Exact")
    session.delete("configmaps", labelSelector="many")
    session.delete("configmaps", labelSelector="many")
    session.delete("configmaps", fieldSelector="foo=bar")
    session.delete("services", labelSelector="none")
    session.delete("pods", labelSelector="none")
    session.send("DELETE", "configmaps", {"kind": "DeleteOptions"}, query={"labelSelector": "many"}, kind="text/plain")
    session.send("DELETE", "configmaps", "x: y", query={"labelSelector": "many"}, kind=YAML)


def deletions(session: Session) -> None:
    """Deletions of one object and of collections."""
    _options_of_deletions(session)
    _finalizers(session)
    _deleted_kinds(session)
    _collections(session)
