"""Kinds that are served in two forms."""

from __future__ import annotations

import re

import pytest

from kubelearn.cluster.apiserver.endpoints import tables, versions
from kubelearn.cluster.apiserver.endpoints.listing import select
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import BY_PATH
from kubelearn.cluster.meta import Object

OLDER, NEWER = BY_PATH["", "v1", "events"], BY_PATH["events.k8s.io", "v1", "events"]
EVENT: Object = {
    "kind": "Event",
    "apiVersion": "v1",
    "metadata": {"name": "e", "namespace": "course"},
    "involvedObject": {"kind": "Pod", "name": "web", "namespace": "course"},
    "reason": "Started",
    "message": "Container started",
    "source": {"component": "kubelet", "host": "node"},
    "firstTimestamp": "2026-01-01T00:00:00Z",
    "lastTimestamp": "2026-01-01T00:00:01Z",
    "count": 2,
    "type": "Normal",
    "eventTime": None,
    "reportingComponent": "kubelet",
    "reportingInstance": "node",
}


def test_an_event_of_the_newer_group() -> None:
    shown = versions.served(NEWER, EVENT)
    assert shown == {
        "kind": "Event",
        "apiVersion": "events.k8s.io/v1",
        "metadata": EVENT["metadata"],
        "regarding": EVENT["involvedObject"],
        "reason": "Started",
        "note": "Container started",
        "deprecatedSource": EVENT["source"],
        "deprecatedFirstTimestamp": "2026-01-01T00:00:00Z",
        "deprecatedLastTimestamp": "2026-01-01T00:00:01Z",
        "deprecatedCount": 2,
        "type": "Normal",
        "eventTime": None,
        "reportingController": "kubelet",
        "reportingInstance": "node",
    }
    assert versions.stored(NEWER, shown) == EVENT
    assert versions.served(OLDER, EVENT) is EVENT


def test_both_are_the_same_objects_and_have_the_same_rows() -> None:
    assert NEWER.key == OLDER.key
    older, newer = (
        tables.table(resource, [versions.served(resource, EVENT)])["rows"][0]["cells"] for resource in (OLDER, NEWER)
    )
    assert newer == older


def test_each_has_field_selectors_of_its_own() -> None:
    assert select(NEWER, "", "regarding.name=web,reportingController=kubelet").matches(EVENT)
    assert not select(NEWER, "", "regarding.name=other").matches(EVENT)
    assert select(OLDER, "", "involvedObject.name=web").matches(EVENT)
    for resource, label in ((NEWER, "involvedObject.name"), (OLDER, "regarding.name")):
        with pytest.raises(ApiError, match=f"field label not supported: {re.escape(label)}$"):
            select(resource, "", f"{label}=web")
