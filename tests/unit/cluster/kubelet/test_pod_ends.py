"""How pods end: graces, hooks, deletions."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import ConnectionTimedOut
from tests.unit.cluster.kubelet.nodes import SLACK, Node, a_node, on_a_node, ready, sh
from tests.unit.virtual_time import run


@pytest.mark.parametrize(
    ("script", "spec", "grace", "seconds"),
    [
        ("trap 'exit 0' TERM; while :; do sleep 1; done", {}, None, 0),
        ("sleep 1000", {}, None, 30),  # PID 1 ignores what it has no handler for
        ("sleep 1000", {"terminationGracePeriodSeconds": 5}, None, 5),
        ("sleep 1000", {"terminationGracePeriodSeconds": 5}, 3, 3),
        ("sleep 1000", {}, 0, 0),
    ],
)
def test_termination_takes_its_grace(script: str, spec: Object, grace: int | None, seconds: float) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh(script), **spec)
        begin = await node.until(ready)
        await asyncio.sleep(0.1)
        node.delete(grace)
        assert await node.gone() - begin == pytest.approx(seconds, abs=SLACK + 0.2)

    test()


@on_a_node
async def test_pre_stop_runs_before_sigterm(node: Node) -> None:
    node.create(
        sh("trap 'echo term; exit 0' TERM; while :; do sleep 1; done", lifecycle={"preStop": {"sleep": {"seconds": 8}}})
    )
    begin = await node.until(ready)
    node.delete()
    assert await node.gone() - begin == pytest.approx(8, abs=SLACK + 0.2)


@on_a_node
async def test_pre_stop_counts_towards_the_grace(node: Node) -> None:
    node.create(
        sh("sleep 1000", lifecycle={"preStop": {"exec": {"command": ["sleep", "100"]}}}),
        terminationGracePeriodSeconds=10,
    )
    begin = await node.until(ready)
    node.delete()
    # The hook is given up after 10 s, and 2 s more are given to the container.
    assert await node.gone() - begin == pytest.approx(12, abs=SLACK)
    assert len(node.events("FailedPreStopHook")) == 1


@pytest.mark.parametrize(
    "lifecycle", [{}, {"preStop": {"sleep": {"seconds": 25}}}, {"preStop": {"exec": {"command": ["sleep", "25"]}}}]
)
def test_a_second_deletion_with_less_grace_hastens_the_first(lifecycle: Object) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh("sleep 1000", lifecycle=lifecycle))
        begin = await node.until(ready)
        node.delete()
        await asyncio.sleep(2)
        node.delete(1)
        assert await node.gone() - begin == pytest.approx(3, abs=SLACK)

    test()


@on_a_node
async def test_a_pod_that_stops_is_not_started_again(node: Node) -> None:
    node.create(sh("trap 'exit 1' TERM; while :; do sleep 1; done"))
    await node.until(ready)
    node.delete()
    await node.gone()
    assert len(node.events("Started")) == 1


@pytest.mark.parametrize(
    ("script", "reason", "code"),
    [
        ("true", "Completed", 0),
        ("exit 143", "Error", 143),
        ("nosuch", "Error", 127),
        ("/etc", "Error", 126),
        ("tail /dev/zero", "OOMKilled", 137),
        ("x=a; while true; do x=$x$x$x$x; done", "OOMKilled", 137),
        ("kill -9 $$; sleep 1; exit 4", "Error", 4),  # the kernel keeps signals from PID 1
    ],
)
def test_how_a_container_has_ended(script: str, reason: str, code: int) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh(script), restartPolicy="Never")
        await node.until(lambda pod: pod["status"]["phase"] in ("Succeeded", "Failed"))
        ended = node.container()["state"]["terminated"]
        assert (ended["reason"], ended["exitCode"]) == (reason, code)

    test()


@pytest.mark.parametrize(
    ("script", "spec", "message"),
    [
        ("exit 1", {}, None),
        ("printf lost > /dev/termination-log; exit 1", {}, "lost"),
        ("printf won > /dev/termination-log", {}, "won"),
        ("printf a > /tmp/log", {"terminationMessagePath": "/tmp/log"}, "a"),
        ("printf a > /dev/termination-log; printf b >> /dev/termination-log", {}, "ab"),
        ("yes | head -c 5000 > /dev/termination-log", {}, "y\n" * 2048),
        ("rm /dev/termination-log; exit 1", {}, None),
        ("printf x > /dev/termination-log", {"securityContext": {"readOnlyRootFilesystem": True}}, "x"),
        ("echo out; echo err >&2; exit 1", {}, None),
        ("echo out; echo err >&2; exit 1", {"terminationMessagePolicy": "FallbackToLogsOnError"}, "out\nerr\n"),
        ("echo out", {"terminationMessagePolicy": "FallbackToLogsOnError"}, None),
        (
            "echo out; printf said > /dev/termination-log; exit 1",
            {"terminationMessagePolicy": "FallbackToLogsOnError"},
            "said",
        ),
        (
            "seq 100 199; exit 1",
            {"terminationMessagePolicy": "FallbackToLogsOnError"},
            "".join(f"{number}\n" for number in range(120, 200)),
        ),
    ],
)
def test_what_a_container_says_of_its_end(script: str, spec: Object, message: str | None) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({**sh(script), "terminationMessagePath": "/dev/termination-log", **spec}, restartPolicy="Never")
        await node.until(lambda pod: pod["status"]["phase"] in ("Succeeded", "Failed"))
        assert node.container()["state"]["terminated"].get("message") == message

    test()


@on_a_node
async def test_each_run_begins_with_an_empty_message(node: Node) -> None:
    node.create(sh("cat /dev/termination-log; echo again >> /dev/termination-log; exit 1"), restartPolicy="Always")
    await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 2)
    assert node.container()["lastState"]["terminated"]["message"] == "again\n"


@pytest.mark.parametrize(("mode", "ends"), [(0o755, 3), (0o644, 128)])
def test_a_script_from_a_volume_runs_if_it_may(mode: int, ends: int) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        scripts = {"metadata": {"name": "scripts"}, "data": {"run.sh": "#!/bin/sh\nexit $1\n"}}
        node.registry.create("configmaps", "default", scripts)
        container = {**sh(""), "command": ["/scripts/run.sh", "3"]}
        container["volumeMounts"] = [{"name": "s", "mountPath": "/scripts"}]
        volumes = [{"name": "s", "configMap": {"name": "scripts", "defaultMode": mode}}]
        node.create(container, restartPolicy="Never", volumes=volumes)
        await node.until(lambda pod: pod["status"]["phase"] == "Failed")
        assert node.container()["state"]["terminated"]["exitCode"] == ends

    test()


def test_a_kubelet_that_starts_again_sees_what_has_changed_although_the_store_has_forgotten_it() -> None:
    async def main() -> None:
        node = Node()
        first = asyncio.create_task(node.kubelet.run())
        node.create(sh("sleep 1000"))
        await node.until(ready)
        address = node.pod()["status"]["podIP"]
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        node.delete(0)
        node.create(sh("sleep 1000"))
        node.registry.store.compact()
        async with a_node(node):
            await node.until(ready)
            assert node.pod()["status"]["podIP"] != address
            host = node.kubelet.network.host("node")
            with pytest.raises(ConnectionTimedOut):
                await host.connect(address, 80)

    run(main())
