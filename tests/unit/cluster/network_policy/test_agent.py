"""When policies come into force."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kubelearn.cluster.meta import Object
from kubelearn.cluster.network_policy.agent import RESOURCE, NetworkPolicyAgent
from kubelearn.cluster.timing import Timing
from tests.unit.network_fakes import FakeRegistry


def policy(name: str) -> Object:
    return {"metadata": {"name": name, "namespace": "course"}, "spec": {"podSelector": {}}}


def names(agent: NetworkPolicyAgent) -> list[str]:
    return [each.name for listed in agent.programmed.values() for each in listed]


async def until(agent: NetworkPolicyAgent, wanted: Callable[[list[str]], bool]) -> None:
    async with asyncio.timeout(10):
        while not wanted(names(agent)):
            await asyncio.sleep(0)


async def test_policies_are_followed() -> None:
    registry = FakeRegistry()
    registry.store.put(RESOURCE, policy("old"))
    agent = NetworkPolicyAgent(registry, Timing(pace=0))
    following = asyncio.create_task(agent.run())
    await until(agent, lambda found: found == ["old"])
    registry.store.put(RESOURCE, policy("new"))
    await until(agent, lambda found: found == ["new", "old"])
    registry.store.delete(RESOURCE, "course", "old")
    await until(agent, lambda found: found == ["new"])
    registry.store.delete(RESOURCE, "course", "new")
    await until(agent, lambda found: not found)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_after_a_few_changes_the_next_one_waits() -> None:
    registry = FakeRegistry()
    agent = NetworkPolicyAgent(registry, Timing(policy_min_sync=3600))
    following = asyncio.create_task(agent.run())
    for number in range(2):
        await asyncio.sleep(0)
        registry.store.put(RESOURCE, policy(f"p{number}"))
        await until(agent, lambda found: len(found) == number + 1)  # noqa: B023 - it is awaited here
    registry.store.put(RESOURCE, policy("late"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert names(agent) == ["p0", "p1"]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
