"""Namespaces."""

from __future__ import annotations

from tests.objects import config
from tests.real_control_plane.compare.session import MERGE, TABLE, Session


def _new_namespaces(session: Session) -> None:
    """Make namespaces with right and wrong names."""
    for body in (
        {"metadata": {"name": "A"}},
        {"metadata": {"name": "a.b"}},
        {"metadata": {"name": ""}},
        {"metadata": {"name": "a" * 64}},
        {"metadata": {"name": session.namespace}},
        {"metadata": {"name": "default"}},
        {"metadata": {"generateName": "x-"}, "spec": {"finalizers": ["kubernetes"]}},
        {"metadata": {"name": f"{session.namespace}-b", "labels": {"kubernetes.io/metadata.name": "other"}}},
        {"metadata": {"name": f"{session.namespace}-c"}, "spec": {"finalizers": ["x"]}},
    ):
        session.create("namespaces", body)


def _changed_namespaces(session: Session) -> None:
    """Delete what must stay, change a namespace, and delete it."""
    for name in ("default", "kube-system"):
        session.delete(f"/api/v1/namespaces/{name}")
    session.delete(f"/api/v1/namespaces/{session.namespace}-b", {"propagationPolicy": "Orphan"}, dryRun="All")
    path = f"/api/v1/namespaces/{session.namespace}-b"
    for change in (
        {"metadata": {"labels": {"kubernetes.io/metadata.name": "x"}}},
        {"metadata": {"labels": {"kubernetes.io/metadata.name": None}}},
        {"metadata": {"labels": {"a": "b"}}},
        {"spec": {"finalizers": []}},
        {"status": {"phase": "Terminating"}},
    ):
        session.patch(path, change, MERGE)
    session.get(path, accept=TABLE)
    session.send("DELETE", "/api/v1/namespaces")
    session.get("/api/v1/namespaces/default")
    session.get("/api/v1/namespaces/missing")
    session.delete(path)
    session.until(
        "/api/v1/namespaces",
        lambda found: all(item["metadata"]["name"] != f"{session.namespace}-b" for item in found["items"]),
    )
    session.delete(path)


def _held_namespace(session: Session) -> None:
    """Delete a namespace in which a finalizer holds an object."""
    held = f"{session.namespace}-d"
    session.create("namespaces", {"metadata": {"name": held}})
    session.until(f"/api/v1/namespaces/{held}/configmaps", lambda found: found["items"])
    session.create(f"/api/v1/namespaces/{held}/configmaps", config("held", data={}))
    session.patch(f"/api/v1/namespaces/{held}/configmaps/held", {"metadata": {"finalizers": ["example.com/f"]}}, MERGE)
    session.delete(f"/api/v1/namespaces/{held}")
    session.until(
        f"/api/v1/namespaces/{held}",
        lambda found: any(
            each["type"] == "NamespaceFinalizersRemaining" and each["status"] == "True"
            for each in found["status"].get("conditions", ())
        ),
    )
    session.get(f"/api/v1/namespaces/{held}")
    session.create(f"/api/v1/namespaces/{held}/configmaps", config("late"))
    session.delete(f"/api/v1/namespaces/{held}")
    session.get(f"/api/v1/namespaces/{held}", accept=TABLE)
    session.patch(f"/api/v1/namespaces/{held}/configmaps/held", {"metadata": {"finalizers": None}}, MERGE)
    session.until(f"/api/v1/namespaces/{held}", lambda found: found.get("code") == 404)
    session.get(f"/api/v1/namespaces/{held}")


def namespaces(session: Session) -> None:
    """Namespaces: made, changed, and on their way out."""
    _new_namespaces(session)
    _changed_namespaces(session)
    _held_namespace(session)
