"""The store: revisions grow, and watches see every write once."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Compacted, Store
from tests.objects import bare


def pod(name: str, namespace: str = "default", **spec: object) -> Object:
    return bare("Pod", name, spec, namespace=namespace)


def test_every_write_has_its_own_revision() -> None:
    store = Store()
    revisions = [int(store.put("pods", pod(name))["metadata"]["resourceVersion"]) for name in "abc"]
    assert revisions == [1, 2, 3]
    assert store.delete("pods", "default", "b")["metadata"]["resourceVersion"] == "4"


def test_lists_are_in_key_order_and_by_namespace() -> None:
    store = Store()
    for name, namespace in (("b", "two"), ("a", "two"), ("c", "one"), ("d", "two-more")):
        store.put("pods", pod(name, namespace))
    assert [obj["metadata"]["name"] for obj in store.list("pods")] == ["c", "a", "b", "d"]
    assert [obj["metadata"]["name"] for obj in store.list("pods", "two")] == ["a", "b"]


def test_deleting_nothing_is_an_error() -> None:
    with pytest.raises(KeyError):
        Store().delete("pods", "default", "nothing")


async def test_a_watch_sees_past_and_future_without_gap_or_double() -> None:
    store = Store()
    store.put("pods", pod("a"))
    store.put("pods", pod("b"))
    watch = store.watch("pods", since=1)
    store.put("pods", pod("a", x=1))
    store.delete("pods", "default", "b")
    seen = [(event.type, event.object["metadata"]["name"], event.revision) for event in watch.pending()]
    assert seen == [("ADDED", "b", 2), ("MODIFIED", "a", 3), ("DELETED", "b", 4)]


async def test_a_watch_wakes_its_reader_and_ends() -> None:
    store = Store()
    watch = store.watch("pods")
    reader = asyncio.ensure_future(anext(watch))
    await asyncio.sleep(0)
    store.put("pods", pod("a"))
    assert (await reader).type == "ADDED"
    watch.close()
    with pytest.raises(StopAsyncIteration):
        await anext(watch)
    assert store.watchers() == 0


async def test_a_watch_with_a_limit_ends_for_a_reader_that_is_too_slow_and_for_no_other() -> None:
    store = Store()
    slow, other = store.watch("pods", limit=2), store.watch("pods")
    for name in "abc":
        store.put("pods", pod(name))
    assert [event.object["metadata"]["name"] async for event in slow] == ["a", "b"]
    assert [event.object["metadata"]["name"] for event in other.pending()] == ["a", "b", "c"]
    assert store.watchers() == 1


def test_forgotten_revisions_are_refused_not_skipped() -> None:
    store = Store(history=2)
    for name in "abcd":
        store.put("pods", pod(name))
    assert [event.object["metadata"]["name"] for event in store.watch("pods", since=2).pending()] == ["c", "d"]
    with pytest.raises(Compacted, match="too old resource version: 1"):
        store.watch("pods", since=1)
    store.compact()
    with pytest.raises(Compacted):
        store.watch("pods", since=3)


def test_encoding_is_cached_until_the_next_write() -> None:
    store = Store()
    obj = store.put("pods", pod("a"))
    first = store.encoded("pods", obj)
    assert store.encoded("pods", obj) is first
    changed = store.put("pods", pod("a", x=1))
    assert store.encoded("pods", changed) != first
