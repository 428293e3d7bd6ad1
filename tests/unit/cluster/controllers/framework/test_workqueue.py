from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.controllers.framework import workqueue
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_namespace
from kubelearn.cluster.controllers.framework.workqueue import Controller, WorkQueue
from kubelearn.cluster.store import Store

pytestmark = pytest.mark.asyncio
ONE, TWO = ("", "one"), ("", "two")


class Recorder(Controller):
    """Notes what it is asked to reconcile."""

    def __init__(self, informers: Informers, act: Callable[[Key], None] = lambda key: None):
        super().__init__(informers)
        self.seen: list[Key] = []
        self.act = act
        self.changed = asyncio.Event()
        informers.of("namespaces").add_handler(self.enqueue_event)

    def reconcile(self, key: Key) -> None:
        self.seen.append(key)
        self.changed.set()
        self.act(key)

    async def until(self, count: int) -> None:
        while len(self.seen) < count:
            self.changed.clear()
            await self.changed.wait()


def registry() -> Registry:
    return Registry(Store(), seed=1)


async def test_a_key_waits_once() -> None:
    queue = WorkQueue()
    for key in (ONE, TWO, ONE):
        queue.add(key)
    assert [queue.take(), queue.take(), queue.take()] == [ONE, TWO, None]
    queue.add(ONE)
    assert await queue.get() == ONE


async def test_get_waits() -> None:
    queue = WorkQueue()
    asyncio.get_running_loop().call_soon(queue.add, ONE)
    assert await queue.get() == ONE


async def test_the_earliest_of_two_timers_counts() -> None:
    queue = WorkQueue()
    queue.add_after(ONE, 60)
    queue.add_after(ONE, 0.001)
    queue.add_after(ONE, 30)
    assert await queue.get() == ONE
    queue.close()


async def test_back_off_doubles_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, delays = WorkQueue(), []
    monkeypatch.setattr(queue, "add_after", lambda key, seconds: delays.append(seconds))
    for _ in range(20):
        queue.add_rate_limited(ONE)
    assert delays[:4] == [0.005, 0.01, 0.02, 0.04]
    assert max(delays) == workqueue.LAST_RETRY
    queue.forget(ONE)
    queue.add_rate_limited(ONE)
    assert delays[-1] == 0.005


async def test_an_expensive_key_rests() -> None:
    queue = WorkQueue()
    queue.rest(ONE, 3600.0)
    queue.add(ONE)
    assert queue.take() is None
    queue.close()
    queue = WorkQueue()
    queue.rest(ONE, 0.005)
    queue.add(ONE)
    assert await queue.get() == ONE
    queue.rest(ONE, 0.0)
    queue.add(ONE)
    assert queue.take() == ONE


@pytest.mark.parametrize("works", [True, False], ids=["working", "waiting for the processor"])
async def test_what_counts_is_work_not_time(works: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workqueue, "REST", 1e6)
    monkeypatch.setattr(workqueue, "CHEAP", 0.01)

    def act(_key: Key) -> None:
        end = time.thread_time() + 0.02
        while works and time.thread_time() < end:
            pass
        if not works:
            time.sleep(0.02)

    controller = Recorder(Informers(registry()), act)
    controller.work_on(ONE)
    controller.queue.add(ONE)
    assert controller.queue.take() == (None if works else ONE)
    controller.queue.close()


async def test_a_failure_is_tried_again_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    failures = [errors.conflict("x", "y"), ValueError("oops")]

    def act(key: Key) -> None:
        if failures and key == ("", "bad"):
            raise failures.pop(0)

    world = registry()
    controller = Recorder(Informers(world), act)
    for name in ("bad", "good"):
        world.create("namespaces", "", {"metadata": {"name": name}})
    tasks = [asyncio.create_task(controller.informers.run()), asyncio.create_task(controller.run())]
    await controller.until(4)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert controller.seen.count(("", "bad")) == 3
    assert controller.seen.count(("", "good")) == 1
    assert "oops" in caplog.text


async def test_a_burst_of_events_costs_one_reconciliation() -> None:
    world = registry()
    world.create("namespaces", "", {"metadata": {"name": "one"}})
    controller = Recorder(Informers(world))
    tasks = [asyncio.create_task(controller.informers.run()), asyncio.create_task(controller.run())]
    await controller.until(1)
    for number in range(50):

        def label(item: Any, text: str = str(number)) -> None:
            item["metadata"]["labels"] = {"n": text}

        world.modify("namespaces", "", "one", label)
    await controller.until(2)
    for _ in range(5):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert controller.seen == [ONE, ONE]


async def test_an_index_follows_the_store() -> None:
    world = registry()
    for name in ("a", "b"):
        world.create("namespaces", "", {"metadata": {"name": name}})
    world.create("configmaps", "a", {"metadata": {"name": "early"}})
    informer = Informers(world).of("configmaps")
    informer.add_index("namespace", by_namespace)
    informer.add_index("team", lambda item: [item["metadata"].get("labels", {}).get("team", "none")])
    world.create("configmaps", "b", {"metadata": {"name": "late", "labels": {"team": "x"}}})
    assert informer.indexed("namespace", "b") == []
    informer.refresh()
    assert [item["metadata"]["name"] for item in informer.indexed("namespace", "b")] == ["late"]
    assert informer.count("team", "x") == 1
    world.modify("configmaps", "b", "late", lambda item: item["metadata"].pop("labels") and None)
    informer.refresh()
    assert informer.indexed("team", "x") == []
    assert informer.count("team", "none") == 2
    world.delete("configmaps", "a", "early")
    informer.refresh()
    assert informer.indexed("namespace", "a") == []
