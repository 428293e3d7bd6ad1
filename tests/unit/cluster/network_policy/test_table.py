"""Each case of the table on the pod network: a connection is made, or nobody answers."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.network import Address, ConnectionTimedOut, PodNetwork
from kubelearn.cluster.network_policy.agent import RESOURCE
from tests.unit.network_fakes import FakeCluster, Who, namespace
from tests.unit.policies.cases import Call, Case, cases, table

TCP, UDP = (80, 8080, 9090), 53
NODES = {"own-node": "worker", "other-node": "worker2"}


class Echo:
    """A server of UDP."""

    def datagram(self, data: Any, client: Address) -> Any:
        return data, client


class World:
    """The table's pods and nodes, which listen."""

    def __init__(self) -> None:
        self.cluster = FakeCluster()
        world = table()["world"]
        for name, labels in world["namespaces"].items():
            namespace(self.cluster.registry, name, {**labels, "kubernetes.io/metadata.name": name})
        self.nets: dict[str, PodNetwork] = {name: self.cluster.network.host(node) for name, node in NODES.items()}
        for name, pod in world["pods"].items():
            http, web = (8080, 80) if name == "db" else (80, 8080)
            declared = [("http", http, "TCP"), ("web", web, "TCP"), ("metrics", 9090, "TCP"), ("dns", UDP, "UDP")]
            ports = [{"name": key, "containerPort": port, "protocol": protocol} for key, port, protocol in declared]
            self.nets[name] = self.cluster.attach(
                name, pod["node"], pod["namespace"], pod["labels"], containers=[{"name": "c", "ports": ports}]
            )
        for name, net in self.nets.items():
            for port in TCP:
                net.listen(port, Who(name))
            net.listen(UDP, Echo(), "UDP")

    async def is_reached(self, call: Call) -> bool:
        caller, called = self.nets[call.caller], self.nets[call.called]
        try:
            if call.protocol == "UDP":
                await caller.exchange(called.ip, call.port, b"", timeout=0)
            else:
                (await caller.connect(called.ip, call.port, timeout=0)).close()
        except ConnectionTimedOut:
            return False
        return True


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_what_is_reached_and_what_is_silent(world: World, case: Case) -> None:
    registry, agent = world.cluster.registry, world.cluster.network.policies
    made = [registry.store.put(RESOURCE, policy) for policy in case.policies]
    agent.sync()
    try:
        wrong = [str(call) for call in case.reached if not await world.is_reached(call)]
        assert not wrong, "should be reached"
        wrong = [str(call) for call in case.silence if await world.is_reached(call)]
        assert not wrong, "should be silent"
    finally:
        for policy in made:
            registry.store.delete(RESOURCE, policy["metadata"]["namespace"], policy["metadata"]["name"])
        agent.sync()
