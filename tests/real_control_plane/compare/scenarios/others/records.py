"""Leases and events."""

from __future__ import annotations

from typing import Any

from tests.objects import Object, merged
from tests.real_control_plane.compare.session import MERGE, TABLE, Session


def leases(session: Session) -> None:
    root = f"/apis/coordination.k8s.io/v1/namespaces/{session.namespace}/leases"
    for spec in (
        {},
        {"holderIdentity": "a", "leaseDurationSeconds": 10, "renewTime": "2026-01-01T00:00:00.000000Z"},
        {"leaseDurationSeconds": 0},
        {"leaseTransitions": -1},
        {"renewTime": "x"},
        {"renewTime": "2026-01-01T00:00:00Z"},
        {"holderIdentity": ""},
        {"strategy": "OldestEmulationVersion"},
    ):
        session.create(root, {"metadata": {"name": "web"}, "spec": spec})
        session.get(root, accept=TABLE)
        session.put(f"{root}/web", {"metadata": {"name": "web"}, "spec": spec})
        session.delete(f"{root}/web")
    session.apply(
        f"{root}/applied", {"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", "spec": {"holderIdentity": "a"}}
    )


#: Right and wrong.
_EVENT_CHANGES: tuple[Any, ...] = (
    {},
    {"involvedObject": {"namespace": "other"}},
    {"involvedObject": None},
    {"involvedObject": {"namespace": None}},
    {"type": "Odd"},
    {"type": None},
    {"reason": None},
    {"eventTime": "2026-01-01T00:00:00.000000Z"},
    {
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingComponent": "a.b/c",
        "reportingInstance": "i",
        "action": "A",
    },
    {
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingComponent": "a b",
        "reportingInstance": "i" * 129,
        "action": "A" * 129,
        "reason": "R" * 129,
        "note": "x",
    },
    {"message": "x" * 2000},
)


def _core_events(session: Session) -> None:
    """Make events of the core group."""
    base: Object = {
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": session.namespace},
        "reason": "R",
        "message": "m",
        "type": "Normal",
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "count": 1,
        "source": {"component": "me"},
    }
    for change in _EVENT_CHANGES:
        session.create("events", merged(base, change), note=str(change)[:150])
        session.get("events", accept=TABLE)
        session.patch(session.path("events", "e"), {"count": 5}, MERGE)
        session.delete(session.path("events", "e"))


#: Right and wrong.
_NEW_EVENT_CHANGES: tuple[Any, ...] = (
    {},
    {"eventTime": None},
    {"reportingController": None},
    {"type": "Odd"},
    {"note": "x" * 2000},
    {"regarding": {"namespace": "other"}},
    {"series": {"count": 1}},
    {"deprecatedCount": 5},
)


def _new_events(session: Session) -> None:
    """Make events of the newer group."""
    new = f"/apis/events.k8s.io/v1/namespaces/{session.namespace}/events"
    body: Object = {
        "metadata": {"name": "n"},
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingController": "a.b/c",
        "reportingInstance": "i",
        "action": "A",
        "reason": "R",
        "regarding": {"kind": "Pod", "name": "web", "namespace": session.namespace},
        "note": "n",
        "type": "Normal",
    }
    for change in _NEW_EVENT_CHANGES:
        session.create(new, merged(body, change), note=str(change)[:150])
        session.get(new, accept=TABLE)
        session.patch(f"{new}/n", {"note": "other"}, MERGE)
        session.delete(f"{new}/n")


def events(session: Session) -> None:
    """Events in both of their forms."""
    _core_events(session)
    _new_events(session)
    session.get("events", fieldSelector="involvedObject.name=web,type!=Normal")
    session.get("events", fieldSelector="involvedObject.foo=web")
