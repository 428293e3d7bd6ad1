"""Conditions of pods that others set, and what a kubelet says of its node."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from tests.unit.cluster.kubelet.nodes import Node, on_a_node, sh

GATE = "example.com/open"


def condition(pod: Object, kind: str) -> Object:
    return meta.condition(pod, kind) or {}


def set_gate(node: Node, status: str) -> None:
    def change(pod: Object) -> None:
        meta.set_condition(pod, GATE, status, lastProbeTime=None)

    node.registry.modify("pods", "default", "pod", change, subresource="status")


@on_a_node
async def test_a_readiness_gate(node: Node) -> None:
    node.create(sh("sleep 1d"), readinessGates=[{"conditionType": GATE}])
    await node.until(lambda pod: condition(pod, "ContainersReady").get("status") == "True")
    closed = condition(node.pod(), "Ready")
    assert (closed["status"], closed["reason"]) == ("False", "ReadinessGatesNotReady")
    assert closed["message"] == f'corresponding condition of pod readiness gate "{GATE}" does not exist.'
    set_gate(node, "False")
    not_true = f'the status of pod readiness gate "{GATE}" is not "True", but False'
    await node.until(lambda pod: condition(pod, "Ready").get("message") == not_true)
    set_gate(node, "True")
    await node.until(lambda pod: condition(pod, "Ready").get("status") == "True")
    assert "reason" not in condition(node.pod(), "Ready")
    assert condition(node.pod(), GATE)["status"] == "True"


@on_a_node
async def test_a_cordoned_node(node: Node) -> None:
    async def told(reason: str) -> Object:
        with contextlib.closing(node.registry.watch("events", since=0)) as watch:
            async for event in watch:
                if event.object["reason"] == reason:
                    return event.object
        raise AssertionError(f"no event {reason}")

    def cordon(**spec: Any) -> None:
        node.registry.modify("nodes", "", "node", lambda item: item["spec"].update(spec))

    await asyncio.sleep(0.1)  # let the kubelet begin to look
    cordon(unschedulable=True)
    event = await told("NodeNotSchedulable")
    assert event["message"] == "Node node status is now: NodeNotSchedulable"
    assert event["involvedObject"] == {"kind": "Node", "apiVersion": "v1", "name": "node", "uid": "node"}
    cordon(unschedulable=False)
    assert (await told("NodeSchedulable"))["message"] == "Node node status is now: NodeSchedulable"
