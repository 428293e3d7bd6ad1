"""The files in ``/etc`` that say names: a pod's containers share them, and may change what names stand for."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.kubelet.nodes import Node, on_a_node, sh, state_of
from tests.unit.cluster.kubelet.test_volumes import output

_BUSY = "Device or resource busy"
_SIDE: Object = {"name": "side", "image": "nginx:1.27", **sh("sleep 1d")}


async def begin(node: Node, command: str = "sleep 1d", **container: object) -> None:
    node.create(
        {"name": "other", **sh("sleep 1d")},
        containers=[{"name": "c", "image": "busybox:1.36", **sh(command), **container}, _SIDE],
    )
    await node.until(
        lambda pod: all(each["ready"] for each in pod["status"].get("containerStatuses", [{"ready": False}]))
    )


@on_a_node
async def test_a_name_that_one_container_adds_is_known_in_the_other(node: Node) -> None:
    await begin(node)
    assert "bad address" in await output(node, "ping -c1 -W1 shop")
    await output(node, "echo '10.1.2.3 shop' >> /etc/hosts", "side")
    assert (await output(node, "ping -c1 -W1 shop")).startswith("PING shop (10.1.2.3)")
    assert (await output(node, "getent hosts shop", "side")).split() == ["10.1.2.3", "shop"]


@on_a_node
async def test_the_kubelet_writes_the_hosts_file_when_a_container_starts(node: Node) -> None:
    await begin(node, "sleep 5; exit 1")
    before = await output(node, "cat /etc/hosts", "side")
    await output(node, "echo '10.1.2.3 shop' >> /etc/hosts; echo 'search x' >> /etc/resolv.conf", "side")
    await node.until(
        lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1 and state_of(pod) == "running"
    )
    assert await output(node, "cat /etc/hosts", "side") == before
    assert (await output(node, "tail -n1 /etc/resolv.conf")) == "search x\n"


@on_a_node
async def test_a_read_only_root_has_a_hosts_file_that_can_be_written(node: Node) -> None:
    await begin(node, securityContext={"readOnlyRootFilesystem": True})
    assert await output(node, "echo '10.1.2.3 shop' >> /etc/hosts && tail -n1 /etc/hosts") == "10.1.2.3 shop\n"
    assert "Read-only file system" in await output(node, "echo 'search x' >> /etc/resolv.conf")


@pytest.mark.parametrize(
    ("command", "busybox", "gnu"),
    [
        ("rm /etc/hosts", "rm: can't remove '/etc/hosts': ", "rm: cannot remove '/etc/hosts': "),
        (
            "sed -i s/a/b/ /etc/hosts",
            "sed: can't move '/etc/hosts000000' to '/etc/hosts': ",
            "sed: cannot rename /etc/sed000000: ",
        ),
        ("mv /etc/hosts /tmp/h", "mv: can't remove '/etc/hosts': ", "mv: cannot remove '/etc/hosts': "),
        (
            "touch /tmp/new; mv /tmp/new /etc/hosts",
            "mv: can't remove '/etc/hosts': ",
            "mv: inter-device move failed: '/tmp/new' to '/etc/hosts'; unable to remove target: ",
        ),
    ],
)
def test_no_other_file_takes_its_place(command: str, busybox: str, gnu: str) -> None:
    @on_a_node
    async def go(node: Node) -> None:
        await begin(node)
        for name, said in (("c", busybox), ("side", gnu)):
            before = await output(node, "cat /etc/hosts", name)
            assert await output(node, command, name) == f"{said}{_BUSY}\n"
            assert await output(node, "cat /etc/hosts", name) == before

    go()
