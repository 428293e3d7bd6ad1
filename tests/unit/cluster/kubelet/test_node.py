"""What a kubelet does beside pods, standard input, and how slow it can be made."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.containers.images import SYSTEM_IMAGES
from kubelearn.cluster.streams import Buffer, Pipe
from kubelearn.cluster.timing import Timing
from tests.unit.cluster.kubelet.nodes import Node, a_node, on_a_node, sh, state_of
from tests.unit.virtual_time import run

LEASES = "leases.coordination.k8s.io"


@on_a_node
async def test_a_node_renews_its_lease(node: Node) -> None:
    await asyncio.sleep(1)
    first = node.registry.get(LEASES, "kube-node-lease", "node")
    assert (first["spec"]["holderIdentity"], first["spec"]["leaseDurationSeconds"]) == ("node", 40)
    assert first["metadata"]["ownerReferences"][0]["kind"] == "Node"
    await asyncio.sleep(10)
    assert node.registry.get(LEASES, "kube-node-lease", "node")["spec"]["renewTime"] > first["spec"]["renewTime"]
    node.registry.delete(LEASES, "kube-node-lease", "node")
    await asyncio.sleep(10)
    assert node.registry.find(LEASES, "kube-node-lease", "node")


@on_a_node
async def test_standard_input_stays_open_until_somebody_has_attached_and_gone(node: Node) -> None:
    node.create({"command": ["cat"], "stdin": True, "stdinOnce": True}, restartPolicy="Never")
    await node.until(lambda pod: state_of(pod) == "running")
    await asyncio.sleep(100)
    assert state_of(node.pod()) == "running"
    typed, shown = Pipe(), Buffer()
    typed.write(b"hello\n")
    typed.end()
    await node.kubelet.attach("default", "pod", "c", typed, shown, shown)
    assert bytes(shown.data) == b"hello\n"
    await node.until(lambda pod: pod["status"]["phase"] == "Succeeded")


SPEAKS = "echo one; printf two; read x; echo $x"


@pytest.mark.parametrize(("reads", "shown"), [(False, b"one\ntwothree\n"), (True, b"twothree\n")])
def test_who_attaches_first_to_a_program_that_reads_gets_what_nobody_has_seen(reads: bool, shown: bytes) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({**sh(SPEAKS), "stdin": True, "stdinOnce": True}, restartPolicy="Never")
        await node.until(lambda pod: state_of(pod) == "running")
        if reads:
            log = node.kubelet.logs("default", "pod", "c")
            assert log is not None
            assert [line async for line in log] == [b"one\n"]
        typed, seen = Pipe(), Buffer()
        typed.write(b"three\n")
        typed.end()
        await node.kubelet.attach("default", "pod", "c", typed, seen, seen)
        assert bytes(seen.data) == shown

    test()


@on_a_node
async def test_others_who_attach_get_what_is_written_from_then_on(node: Node) -> None:
    node.create(sh("echo one; sleep 10; echo two"), restartPolicy="Never")
    await node.until(lambda pod: state_of(pod) == "running")
    seen = Buffer()
    await node.kubelet.attach("default", "pod", "c", None, seen, seen)
    assert bytes(seen.data) == b"two\n"


@pytest.mark.parametrize(
    ("script", "stdin", "states"),
    [
        ("sleep 0.4", True, ["Completed"]),
        ("sleep 0.6", True, ["running", "Completed"]),
        ("sleep 0.4", False, ["running", "Completed"]),
    ],
)
def test_a_program_that_a_client_waits_for_may_end_before_it_is_seen(
    script: str, stdin: bool, states: list[str]
) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({**sh(script), "stdin": stdin}, restartPolicy="Never")
        assert [state for _, state in await node.history(3)] == states

    test()


@on_a_node
async def test_without_stdin_a_program_reads_nothing(node: Node) -> None:
    node.create({"command": ["cat"]}, restartPolicy="Never")
    await node.until(lambda pod: pod["status"]["phase"] == "Succeeded")


def test_a_node_that_is_as_slow_as_a_real_one() -> None:
    async def main() -> None:
        timing = Timing(pace=2, container_start=2, image_pull=4, exec_start=0.2, pod_removal=1)
        async with a_node(Node(timing, SYSTEM_IMAGES)) as node:
            node.create({"command": ["sleep", "100"]}, terminationGracePeriodSeconds=1)
            assert await node.until(
                lambda pod: "running" in pod["status"]["containerStatuses"][0]["state"]
            ) == pytest.approx(12, abs=0.1)
            assert node.events("Pulled")[0].startswith('Successfully pulled image "busybox:1.36" in 8000ms')
            await node.kubelet.exec("default", "pod", "c", ["true"], None, Buffer(), Buffer())
            assert asyncio.get_running_loop().time() == pytest.approx(12.4, abs=0.1)
            node.delete()
            assert await node.gone() == pytest.approx(15.4, abs=0.1)

    run(main())


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_a_lag_that_cannot_be(value: float) -> None:
    with pytest.raises(ValueError, match="container_start must not be negative or infinite"):
        Timing(container_start=value)
