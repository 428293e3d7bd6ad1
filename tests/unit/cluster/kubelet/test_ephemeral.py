"""Ephemeral containers run beside a pod's others."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.meta import Object, thaw
from tests.unit.cluster.kubelet.nodes import Node, on_a_node, ready, sh


def add(node: Node, name: str, script: str, **more: Any) -> None:
    container = {"name": name, "image": "busybox:1.36", "command": ["sh", "-c", script], **more}
    pod = thaw(node.pod())
    pod["spec"].setdefault("ephemeralContainers", []).insert(0, container)
    node.registry.update("pods", "default", pod, subresource="ephemeralcontainers")


def shown(pod: Object, name: str) -> Object:
    """Return the status of an ephemeral container, empty before it has one."""
    listed = pod["status"].get("ephemeralContainerStatuses") or ()
    return next((item for item in listed if item["name"] == name), {"state": {}})


async def log_of(node: Node, name: str) -> str:
    lines = node.kubelet.logs("default", "pod", name)
    assert lines is not None
    return b"".join([line async for line in lines]).decode()


@on_a_node
async def test_it_runs_once_whatever_the_policy(node: Node) -> None:
    node.create(sh("sleep 1d"))
    await node.until(ready)
    add(node, "look", "echo here; exit 3")
    await node.until(lambda pod: "terminated" in shown(pod, "look")["state"])
    status = shown(node.pod(), "look")
    assert (status["state"]["terminated"]["exitCode"], status["restartCount"], status["ready"]) == (3, 0, False)
    assert "started" not in status
    assert ready(node.pod())
    assert await log_of(node, "look") == "here\n"
    add(node, "again", "sleep 1d")
    await node.until(lambda pod: "running" in shown(pod, "again")["state"])
    assert [item["name"] for item in node.pod()["status"]["ephemeralContainerStatuses"]] == ["again", "look"]
    assert node.events("Started") == ["Container started"] * 3


@on_a_node
async def test_it_goes_with_the_pod(node: Node) -> None:
    node.create(sh("sleep 1d"), terminationGracePeriodSeconds=1)
    await node.until(ready)
    add(node, "look", "sleep 1d")
    await node.until(lambda pod: "running" in shown(pod, "look")["state"])
    node.delete()
    await node.gone()
    assert sorted(node.events("Killing")) == ["Stopping container c", "Stopping container look"]


@on_a_node
async def test_it_starts_before_init_containers_are_done(node: Node) -> None:
    node.create(initContainers=[{"name": "first", "image": "busybox:1.36", "command": ["sleep", "1d"]}])
    await node.until(lambda pod: "running" in pod["status"]["initContainerStatuses"][0]["state"])
    add(node, "look", "sleep 1d")
    await node.until(lambda pod: "running" in shown(pod, "look")["state"])


@pytest.mark.parametrize(
    ("target", "spec", "expected"),
    [
        ("", {}, ["sh -c ps", "ps"]),
        ("c", {}, ["sh -c sleep 1d", "sleep 1d", "sh -c ps", "ps"]),
        ("", {"shareProcessNamespace": True}, ["/pause", "sh -c sleep 1d", "sleep 1d", "sh -c ps", "ps"]),
    ],
    ids=["its own", "the target's", "the pod's"],
)
def test_which_processes_it_sees(target: str, spec: Object, expected: list[str]) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh("sleep 1d"), **spec)
        await node.until(ready)
        add(node, "look", "ps", **({"targetContainerName": target} if target else {}))
        await node.until(lambda pod: "terminated" in shown(pod, "look")["state"])
        heading, *processes = (await log_of(node, "look")).splitlines()
        assert heading == "PID   USER     TIME  COMMAND"
        assert [line[21:] for line in processes] == expected
        assert [int(line[:5]) for line in processes] == list(range(1, len(expected) + 1))

    test()
