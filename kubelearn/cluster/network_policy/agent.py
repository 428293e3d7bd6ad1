"""The agent that drops packets: what NetworkPolicies do not allow is not answered by anybody.

As kube-network-policies does it, which kind's network plug-in kindnet runs on every node:

* It sees the first packet of a connection behind kube-proxy, with the address and port of the pod that was chosen, and
  before the node masquerades.  A packet that crosses two nodes is judged on both.
* A connection that is open stays open, whatever policies come later.
* A dropped packet is silence.  Clients send it again, and it is judged again.
* TCP, UDP and SCTP are judged.  Kubernetes does not define what becomes of ICMP: it passes.

Source: kubernetes-sigs/kube-network-policies, pkg/dataplane/controller.go.
"""

from __future__ import annotations

import asyncio
import contextlib

from kubelearn.cluster.kube_proxy.bounded_frequency import BoundedFrequencyRunner
from kubelearn.cluster.store import ObjectReader, Watch
from kubelearn.cluster.timing import Timing
from kubelearn.semantics.policies import Connection, Policies, by_namespace, dropped, judge

RESOURCE = "networkpolicies.networking.k8s.io"


class NetworkPolicyAgent:
    """Enforces NetworkPolicies for all nodes.

    Attributes:
        programmed: namespace → the policies that are in force.
    """

    def __init__(self, registry: ObjectReader, timing: Timing):
        """Prepare an agent without policies.

        Args:
            registry: the API.
            timing: how often rules may be written.
        """
        self._registry = registry
        self._timing = timing
        self.programmed: Policies = {}

    async def run(self) -> None:
        """Follow the policies until cancelled."""
        runner = BoundedFrequencyRunner(self.sync, self._timing.scaled(self._timing.policy_min_sync))
        with contextlib.closing(self._registry.watch(RESOURCE)) as watch:
            self.sync()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(watch, runner))
                group.create_task(runner.loop())

    async def _follow(self, watch: Watch, runner: BoundedFrequencyRunner) -> None:
        async for _ in watch:
            runner.run()

    def sync(self) -> None:
        """Put the policies of the API in force, for connections that come from now on."""
        self.programmed = by_namespace(self._registry.list(RESOURCE))

    def objection(self, connection: Connection) -> str:
        """Return why a connection's first packet is dropped, empty if it passes."""
        verdict = dropped(judge(self.programmed, connection))
        return verdict.words if verdict is not None else ""
