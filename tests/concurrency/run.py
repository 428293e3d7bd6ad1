"""One run: writers and watchers side by side, and what must be true of it afterwards."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

import orjson

from kubelearn.cluster.embedded import EmbeddedCluster

from .clients import COUNTERS, END, PATH, Api, Watcher, Write, Writer


@dataclass
class Result:
    """What happened in a run."""

    writes: int
    conflicts: int
    events: int
    resumed: int

    def __str__(self) -> str:
        return (
            f"{self.writes} writes, {self.conflicts} conflicts, {self.events} events seen, {self.resumed} watches"
            " resumed"
        )


def run(clients: int, seconds: float, least: int = 0) -> Result:
    """Let clients work against a cluster of their own; four of five write, the others watch.

    Args:
        seconds: for how long.
        least: on a slow machine they go on until there were so many writes.

    Raises:
        AssertionError: an update was lost, or an event missed or doubled.
    """
    with EmbeddedCluster(seed=1) as cluster:
        return asyncio.run(_work(Api.of(cluster), clients, seconds, least))


async def _work(api: Api, clients: int, seconds: float, least: int) -> Result:
    async with api.session() as session:
        for number in range(COUNTERS):
            body = {"metadata": {"name": f"counter-{number}", "labels": {"odd": str(number % 2)}}, "data": {"n": "0"}}
            async with session.post(PATH, json=body) as response:
                assert response.status == 201
                start = int((await response.json())["metadata"]["resourceVersion"])
        watching = max(clients // 5, 2)
        watchers = [Watcher(api, number, start, ("", "odd=1")[number // 2 % 2]) for number in range(watching)]
        writers = [Writer(api, number) for number in range(clients - watching)]
        until = time.monotonic() + seconds

        def is_over() -> bool:
            return time.monotonic() >= until and sum(len(writer.writes) for writer in writers) >= least

        async with asyncio.TaskGroup() as tasks:
            for watcher in watchers:
                tasks.create_task(watcher.run())
            await asyncio.gather(*(writer.run(is_over) for writer in writers))
            async with session.post(PATH, json={"metadata": {"name": END, "labels": {"odd": "1"}}}) as response:
                end = int((await response.json())["metadata"]["resourceVersion"])
        async with session.get(PATH) as response:
            final = orjson.loads(await response.read())
    _check_counters(writers, {item["metadata"]["name"]: item for item in final["items"]})
    writes = [write for writer in writers for write in writer.writes] + [("ADDED", END, end)]
    for watcher in watchers:
        check_events(watcher.seen, [write for write in writes if not watcher.selector or _is_odd(write[1])])
    return Result(
        len(writes),
        sum(writer.conflicts for writer in writers),
        sum(len(watcher.seen) for watcher in watchers),
        sum(watcher.resumed for watcher in watchers),
    )


def _is_odd(name: str) -> bool:
    return name == END or int(name.split("-")[1]) % 2 == 1


def _check_counters(writers: list[Writer], final: dict[str, dict[str, dict[str, str]]]) -> None:
    total: Counter[str] = Counter()
    for writer in writers:
        total += writer.counted
    for number in range(COUNTERS):
        name = f"counter-{number}"
        assert int(final[name]["data"]["n"]) == total[name], (
            f"{name} is {final[name]['data']['n']} after {total[name]} accepted updates"
        )


def check_events(seen: list[Write], writes: list[Write]) -> None:
    """Compare what a watcher saw with what was written.

    Raises:
        AssertionError: an event is missing, doubled, out of order or of nothing that was written.
    """
    revisions = [revision for _, _, revision in seen]
    assert revisions == sorted(set(revisions)), "events are doubled or out of order"
    events = Counter((kind, name, 0 if kind == "DELETED" else revision) for kind, name, revision in seen)
    wanted = Counter(writes)
    assert not wanted - events, f"missed: {sorted((wanted - events).elements())[:5]}"
    assert not events - wanted, f"nobody wrote: {sorted((events - wanted).elements())[:5]}"
