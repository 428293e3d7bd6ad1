"""What a watch request gets to see: initial state, changes, bookmarks, errors."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from kubelearn.cluster.apiserver.endpoints import listing, watching
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.store import Store

CONFIG_MAPS = BY_KEY["configmaps"]


@pytest.fixture
def store() -> Store:
    return Store()


def put(store: Store, name: str, tier: str = "x") -> None:
    store.put(
        "configmaps",
        {
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {"name": name, "namespace": "a", "labels": {"tier": tier}},
        },
    )


def open_watch(store: Store, labels: str = "", **options: Any) -> watching.WatchStream:
    given = {"revision": "", "timeout": None, "bookmarks": False, "initial_events": False, **options}
    return watching.WatchStream(
        store,
        watching.WatchOptions(
            resource=CONFIG_MAPS,
            namespace="a",
            selection=listing.select(CONFIG_MAPS, labels, ""),
            encode=orjson.dumps,
            **given,
        ),
    )


async def read(stream: watching.WatchStream, count: int) -> list[tuple[str, str, str]]:
    """Read some events: type, name (or an error's reason) and revision (or code)."""
    seen: list[tuple[str, str, str]] = []
    async with asyncio.timeout(5):
        async for lines in stream.lines():
            for line in lines.splitlines():
                event = orjson.loads(line)
                obj = event["object"]
                if event["type"] == "ERROR":
                    seen.append(("ERROR", obj["reason"], str(obj["code"])))
                else:
                    metadata = obj["metadata"]
                    seen.append((event["type"], metadata.get("name", ""), metadata["resourceVersion"]))
            if len(seen) >= count:
                break
    stream.close()
    return seen


@pytest.mark.parametrize("revision", ["", "0"])
async def test_without_a_revision_the_present_comes_first(store: Store, revision: str) -> None:
    put(store, "one")
    stream = open_watch(store, revision=revision)
    put(store, "two")
    assert await read(stream, 2) == [("ADDED", "one", "1"), ("ADDED", "two", "2")]


async def test_from_a_revision_only_what_came_after_it(store: Store) -> None:
    for name in ("one", "two", "one"):
        put(store, name)
    stream = open_watch(store, revision="1")
    store.delete("configmaps", "a", "two")
    assert await read(stream, 3) == [("ADDED", "two", "2"), ("MODIFIED", "one", "3"), ("DELETED", "two", "4")]


async def test_what_starts_and_stops_to_match(store: Store) -> None:
    stream = open_watch(store, "tier=x")
    for tier in ("y", "x", "x", "y"):
        put(store, "one", tier)
    store.delete("configmaps", "a", "one")
    put(store, "end")
    assert await read(stream, 4) == [
        ("ADDED", "one", "2"),
        ("MODIFIED", "one", "3"),
        ("DELETED", "one", "4"),
        ("ADDED", "end", "6"),
    ]


async def test_initial_events_end_with_a_bookmark(store: Store) -> None:
    put(store, "one")
    stream = open_watch(store, revision="1", initial_events=True, bookmarks=True)
    assert await read(stream, 2) == [("ADDED", "one", "1"), ("BOOKMARK", "", "1")]


async def test_a_bookmark_names_what_was_seen_by_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_BOOKMARK_EVERY", 0.01)
    stream = open_watch(store, "tier=nowhere", bookmarks=True)
    put(store, "one")
    assert ("BOOKMARK", "", "1") in await read(stream, 2)


async def test_a_time_limit(store: Store) -> None:
    assert await read(open_watch(store, timeout=0.01), 1) == []


async def test_a_forgotten_revision(store: Store) -> None:
    put(store, "one")
    put(store, "one")
    store.compact()
    assert await read(open_watch(store, revision="1"), 1) == [("ERROR", "Expired", "410")]


async def test_a_state_that_is_still_to_come(store: Store) -> None:
    assert await read(open_watch(store, revision="9", initial_events=True), 1) == [("ERROR", "Timeout", "504")]


async def test_a_client_that_is_far_behind_gets_what_waits_for_it_and_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FAR_BEHIND", 2)
    put(store, "zero")
    streams = [open_watch(store), open_watch(store, revision="1")]
    for name in ("one", "two", "three"):
        put(store, name)
    seen = [("ADDED", "one", "2"), ("ADDED", "two", "3")]
    assert [await read(stream, 9) for stream in streams] == [[("ADDED", "zero", "1"), *seen], seen]
    assert store.watchers() == 0
