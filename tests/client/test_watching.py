"""Watches and informers, also through a relist."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kubernetes import client, watch
from kubernetes.informer import ADDED, DELETED, ERROR, MODIFIED, SharedInformer

from kubelearn.cluster.embedded import EmbeddedCluster


def config_map(name: str, **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "data": {"n": "0"}}


@pytest.fixture
def forget(embedded: EmbeddedCluster) -> Callable[[], None]:
    """Make the cluster forget its past, as etcd's compaction does every five minutes."""

    def compact() -> None:
        assert embedded._loop is not None
        assert embedded._server is not None
        done = threading.Event()
        store = embedded._server.registry.store
        embedded._loop.call_soon_threadsafe(lambda: (store.compact(), done.set()))
        assert done.wait(5)

    return compact


def test_a_watch_tells_of_everything_once(core: client.CoreV1Api, namespace: str) -> None:
    start = core.list_namespaced_config_map(namespace).metadata.resource_version
    core.create_namespaced_config_map(namespace, config_map("a"))
    core.patch_namespaced_config_map("a", namespace, {"data": {"n": "1"}})
    core.delete_namespaced_config_map("a", namespace)
    core.create_namespaced_config_map(namespace, config_map("end"))
    events, seen = watch.Watch(), []
    for event in events.stream(
        core.list_namespaced_config_map,
        namespace,
        resource_version=start,
        timeout_seconds=10,
        field_selector="metadata.name!=kube-root-ca.crt",
    ):
        seen.append((event["type"], event["object"].metadata.name, event["object"].data["n"]))
        if event["object"].metadata.name == "end":
            events.stop()
    assert seen == [("ADDED", "a", "0"), ("MODIFIED", "a", "1"), ("DELETED", "a", "1"), ("ADDED", "end", "0")]


def test_a_watch_with_a_selector_sees_objects_come_and_go(core: client.CoreV1Api, namespace: str) -> None:
    start = core.list_namespaced_config_map(namespace).metadata.resource_version
    core.create_namespaced_config_map(namespace, config_map("a", tier="x"))
    for tier in ("y", "x"):
        core.patch_namespaced_config_map("a", namespace, {"metadata": {"labels": {"tier": tier}}})
    core.delete_namespaced_config_map("a", namespace)
    events, seen = watch.Watch(), []
    for event in events.stream(
        core.list_namespaced_config_map, namespace, resource_version=start, label_selector="tier=x", timeout_seconds=10
    ):
        seen.append(event["type"])
        if len(seen) == 4:
            events.stop()
    assert seen == ["ADDED", "DELETED", "ADDED", "DELETED"]


def test_a_watch_ends_when_it_was_asked_to(core: client.CoreV1Api, namespace: str) -> None:
    list(watch.Watch().stream(core.list_namespaced_config_map, namespace, timeout_seconds=1))


def test_a_revision_that_is_forgotten(core: client.CoreV1Api, namespace: str, forget: Callable[[], None]) -> None:
    start = core.list_namespaced_config_map(namespace).metadata.resource_version
    core.create_namespaced_config_map(namespace, config_map("a"))
    forget()
    with pytest.raises(client.ApiException) as expired:
        list(
            watch.Watch().stream(core.list_namespaced_config_map, namespace, resource_version=start, timeout_seconds=5)
        )
    assert expired.value.status == 410
    assert "too old resource version" in expired.value.reason


def test_initial_events_end_with_a_bookmark(core: client.CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("a"))
    events, seen = watch.Watch(), []
    for event in events.stream(
        core.list_namespaced_config_map,
        namespace,
        send_initial_events=True,
        resource_version_match="NotOlderThan",
        allow_watch_bookmarks=True,
        timeout_seconds=10,
        field_selector="metadata.name=a",
    ):
        seen.append(event["type"])
        if event["type"] == "BOOKMARK":
            assert event["raw_object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
            events.stop()
    assert seen == ["ADDED", "BOOKMARK"]


class Seen:
    """What an informer's handlers were told."""

    def __init__(self, informer: SharedInformer):
        self._queue: queue.Queue[tuple[str, str]] = queue.Queue()
        for kind in (ADDED, MODIFIED, DELETED):
            informer.add_event_handler(kind, lambda obj, kind=kind: self._queue.put((kind, obj.metadata.name)))
        informer.add_event_handler(ERROR, lambda error: self._queue.put((ERROR, str(getattr(error, "status", error)))))

    def next(self) -> tuple[str, str]:
        return self._queue.get(timeout=10)


@pytest.fixture
def informer(core: client.CoreV1Api, namespace: str) -> Iterator[SharedInformer]:
    informer = SharedInformer(
        core.list_namespaced_config_map, namespace=namespace, label_selector="app=x", resync_period=1
    )
    yield informer
    informer.stop()


def test_an_informer_through_a_relist(
    core: client.CoreV1Api, namespace: str, informer: SharedInformer, forget: Callable[[], None]
) -> None:
    core.create_namespaced_config_map(namespace, config_map("a", app="x"))
    seen = Seen(informer)
    informer.start()
    assert seen.next() == (ADDED, "a")
    core.create_namespaced_config_map(namespace, config_map("b", app="x"))
    assert seen.next() == (ADDED, "b")
    core.patch_namespaced_config_map("a", namespace, {"data": {"n": "1"}})
    while (event := seen.next()) != (MODIFIED, "a"):
        assert event[0] == MODIFIED, "a resync only repeats what is there"
    core.delete_namespaced_config_map("b", namespace)
    while (event := seen.next()) != (DELETED, "b"):
        assert event[0] == MODIFIED
    assert [obj.metadata.name for obj in informer.cache.list()] == ["a"]
    informer.stop()
    core.create_namespaced_config_map(namespace, config_map("c", app="x"))
    core.create_namespaced_config_map(namespace, config_map("other"))
    forget()
    informer.start()  # resumes from a revision that is gone: 410, then a list
    kinds = []
    while (event := seen.next()) != (ADDED, "c"):
        kinds.append(event)
    assert (ERROR, "410") in kinds
    assert sorted(obj.metadata.name for obj in informer.cache.list()) == ["a", "c"]
