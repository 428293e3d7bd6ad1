"""What a container sees of itself in ``/proc`` and ``/sys/fs/cgroup``."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.kubelet.nodes import Node, on_a_node, sh


async def output(node: Node, script: str, **more: Object) -> str:
    node.create(sh(script, **more), restartPolicy="Never")
    await node.until(lambda pod: pod["status"]["phase"] in ("Succeeded", "Failed"))
    log = node.kubelet.logs("default", "pod", "c")
    assert log is not None
    return b"".join([line async for line in log]).decode()


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("tr '\\0' ' ' < /proc/1/cmdline; echo; cat /proc/1/comm", "sh -c {script} \nsh\n"),
        ("tr '\\0' '\\n' < /proc/1/environ | grep HOSTNAME", "HOSTNAME=pod\n"),
        ("head -1 /proc/self/status; grep '^Uid' /proc/1/status", "Name:\thead\nUid:\t0\t0\t0\t0\n"),
        ("cat /proc/sys/kernel/hostname; test -d /proc/1; echo $?", "pod\n0\n"),
        ("sleep 9 & ls /proc > /tmp/a; grep -c '^[0-9]' /tmp/a; cat /proc/$!/comm", "3\nsleep\n"),
        ("cat /proc/99/comm", "cat: can't open '/proc/99/comm': No such file or directory\n"),
        ("echo x > /proc/version", "sh: can't create /proc/version: Read-only file system\n"),
        ("grep -c termination-log /proc/mounts", "1\n"),
        ("mount | grep ' /proc '", "proc on /proc type proc (ro,relatime)\n"),
    ],
)
def test_proc(script: str, shown: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        assert await output(node, script) == shown.format(script=script)

    test()


@pytest.mark.parametrize(
    ("resources", "shown"),
    [
        ({}, "max\nmax 100000\n"),
        ({"limits": {"memory": "64Mi", "cpu": "250m"}}, "67108864\n25000 100000\n"),
    ],
)
def test_limits_are_those_of_the_control_group(resources: Object, shown: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        script = "cd /sys/fs/cgroup && cat memory.max cpu.max"
        assert await output(node, script, resources=resources) == shown

    test()
