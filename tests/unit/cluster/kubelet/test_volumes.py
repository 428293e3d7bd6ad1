"""What a container finds in its volumes, and what an update does to them."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from kubelearn.cluster.meta import Object
from kubelearn.cluster.streams import Buffer
from tests.unit.cluster.kubelet.nodes import Node, on_a_node, sh, state_of

_MOUNT: Object = {"name": "v", "mountPath": "/v"}


def container(*mounts: Object) -> Object:
    return {**sh("sleep 1d"), "volumeMounts": list(mounts) or [_MOUNT]}


def configmap(node: Node, text: str = "first", name: str = "page", **more: Any) -> None:
    data = {"index.html": text, "extra": "x"}
    obj = {"metadata": {"name": name}, "data": data, **more}
    if node.registry.find("configmaps", "default", name) is None:
        node.registry.create("configmaps", "default", obj)
    else:
        node.registry.update("configmaps", "default", obj)


async def run(node: Node, source: Object, *mounts: Object, **spec: Any) -> None:
    node.create(container(*mounts), volumes=[{"name": "v", **source}], **spec)
    await node.until(lambda pod: state_of(pod) == "running")


async def output(node: Node, script: str, name: str = "c") -> str:
    """Return what a script prints in the container, errors included."""
    found = Buffer()
    await node.kubelet.exec("default", "pod", name, ["sh", "-c", script], None, found, found)
    return found.data.decode()


async def mount_failure(node: Node, reason: str = "FailedMount") -> str:
    """Wait until the kubelet says that a volume cannot be had."""
    await node.until(lambda pod: state_of(pod) == "ContainerCreating")
    assert "podIP" not in node.pod()["status"]
    return node.events(reason)[0]


@on_a_node
async def test_a_configmap_is_followed_once_a_minute_but_not_by_parts_of_it(node: Node) -> None:
    configmap(node)
    part = {"name": "v", "mountPath": "/etc/only", "subPath": "index.html"}
    await run(node, {"configMap": {"name": "page"}}, _MOUNT, part)
    begin = asyncio.get_running_loop().time()
    before = await output(node, "readlink /v/..data || ls -a /v")
    configmap(node, "second")
    await asyncio.sleep(58 - asyncio.get_running_loop().time() + begin)
    assert await output(node, "cat /v/index.html") == "first"
    await asyncio.sleep(3)
    assert await output(node, "cat /v/index.html /etc/only") == "secondfirst"
    assert await output(node, "readlink /v/..data || ls -a /v") != before


@on_a_node
async def test_what_is_new_about_the_pod_has_its_volumes_looked_at_at_once(node: Node) -> None:
    configmap(node)
    labels = {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}
    sources = [{"configMap": {"name": "page"}}, {"downwardAPI": {"items": [labels]}}]
    await run(node, {"projected": {"sources": sources}})
    configmap(node, "second")
    node.registry.modify("pods", "default", "pod", lambda pod: pod["metadata"].update(labels={"a": "b"}))
    await asyncio.sleep(0.1)
    assert await output(node, "cat /v/index.html /v/labels") == 'seconda="b"'


@on_a_node
async def test_a_secret_that_goes_stays_in_its_volume(node: Node) -> None:
    data = {"token": base64.b64encode(b"s3cret").decode()}
    node.registry.create("secrets", "default", {"metadata": {"name": "key"}, "data": data})
    await run(node, {"secret": {"secretName": "key", "defaultMode": 0o400}})
    node.registry.delete("secrets", "default", "key")
    await asyncio.sleep(70)
    assert await output(node, "cat /v/token; ls -lL /v/token | cut -c1-10") == "s3cret-r--------\n"
    assert node.events("FailedMount") == ['MountVolume.SetUp failed for volume "v" : secret "key" not found']


@on_a_node
async def test_what_is_immutable_is_not_looked_at_again(node: Node) -> None:
    configmap(node, immutable=True)
    await run(node, {"configMap": {"name": "page"}})
    node.registry.delete("configmaps", "default", "page")
    configmap(node, "second")
    await asyncio.sleep(130)
    assert await output(node, "cat /v/index.html") == "first"


@pytest.mark.parametrize(
    ("source", "listed"),
    [
        ({"configMap": {"name": "page"}}, "extra\nindex.html\n"),
        ({"configMap": {"name": "page", "items": [{"key": "extra", "path": "a/b"}]}}, "a\n"),
        ({"configMap": {"name": "gone", "optional": True}}, ""),
        ({"secret": {"secretName": "gone", "optional": True}}, ""),
        ({"emptyDir": {}}, ""),
        ({"image": {"reference": "nginx:1.27"}}, "etc\nusr\nvar\n"),
    ],
)
def test_what_is_in_a_volume(source: Object, listed: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        configmap(node)
        await run(node, source)
        assert await output(node, "ls /v") == listed

    test()


@pytest.mark.parametrize(
    ("source", "kind", "says"),
    [
        ({"configMap": {"name": "page"}}, "tmpfs", "Read-only file system"),
        ({"emptyDir": {"medium": "Memory"}}, "tmpfs", ""),
        ({"emptyDir": {}}, "ext4", ""),
        ({"hostPath": {"path": "/data"}}, "ext4", ""),
    ],
)
def test_how_it_is_mounted(source: Object, kind: str, says: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        configmap(node)
        await run(node, source)
        assert await output(node, "mount | grep ' /v ' | cut -d' ' -f5") == f"{kind}\n"
        assert says in await output(node, "echo x > /v/new && cat /v/new")
        assert bool(says) != ((await output(node, "cat /v/new")) == "x\n")

    test()


@on_a_node
async def test_a_folder_of_the_node_outlives_its_pods(node: Node) -> None:
    await run(node, {"hostPath": {"path": "/data"}})
    await output(node, "mkdir /v/logs; echo kept > /v/logs/a")
    node.delete(grace=0)
    await node.gone()
    env = {"name": "WHICH", "value": "logs"}
    mount = {"name": "v", "mountPath": "/v", "subPathExpr": "$(WHICH)", "readOnly": True}
    node.create({**container(mount), "env": [env]}, volumes=[{"name": "v", "hostPath": {"path": "/data/"}}])
    await node.until(lambda pod: state_of(pod) == "running")
    assert await output(node, "cat /v/a; rm /v/a") == "kept\nrm: can't remove '/v/a': Read-only file system\n"


@on_a_node
async def test_a_part_of_a_volume_is_the_same_files(node: Node) -> None:
    parts = [{"name": "v", "mountPath": "/part", "subPath": "a/b"}, {"name": "v", "mountPath": "/whole"}]
    await run(node, {"emptyDir": {}}, *parts)
    assert await output(node, "echo x > /part/f; cat /whole/a/b/f; echo y > /whole/a/b/f; cat /part/f") == "x\ny\n"


_SETUP = 'MountVolume.SetUp failed for volume "v" : '


@pytest.mark.parametrize(
    ("source", "reason", "message"),
    [
        ({"configMap": {"name": "gone"}}, "FailedMount", f'{_SETUP}configmap "gone" not found'),
        (
            {"configMap": {"name": "page", "items": [{"key": "nosuch", "path": "x"}]}},
            "FailedMount",
            f"{_SETUP}references non-existent config key: nosuch",
        ),
        (
            {"hostPath": {"path": "/nosuch", "type": "Directory"}},
            "FailedMount",
            f"{_SETUP}hostPath type check failed: /nosuch is not a directory",
        ),
        (
            {"hostPath": {"path": "/var/log", "type": "File"}},
            "FailedMount",
            f"{_SETUP}hostPath type check failed: /var/log is not a file",
        ),
        (
            {"csi": {"driver": "secrets.csi.example.com"}},
            "FailedMount",
            f"{_SETUP}kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name "
            "secrets.csi.example.com not found in the list of registered CSI drivers",
        ),
        (
            {"gcePersistentDisk": {"pdName": "d"}},
            "FailedAttachVolume",
            'AttachVolume.Attach failed for volume "v" : CSINode node does not contain driver pd.csi.storage.gke.io',
        ),
        (
            {"persistentVolumeClaim": {"claimName": "gone"}},
            "FailedMount",
            "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process "
            "volumes=[v]: error processing PVC default/gone: failed to fetch PVC from API server: "
            'persistentvolumeclaims "gone" not found',
        ),
    ],
)
def test_why_a_pod_waits_for_its_volume(source: Object, reason: str, message: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        configmap(node)
        node.create(container(), volumes=[{"name": "v", **source}])
        assert await mount_failure(node, reason) == message

    test()


@on_a_node
async def test_an_nfs_server_that_nobody_has(node: Node) -> None:
    node.create(container(), volumes=[{"name": "v", "nfs": {"server": "files.example", "path": "/exports"}}])
    where = f"/var/lib/kubelet/pods/{node.pod()['metadata']['uid']}/volumes/kubernetes.io~nfs/v"
    assert await mount_failure(node) == (
        f"{_SETUP}mount failed: exit status 32\nMounting command: mount\n"
        f"Mounting arguments: -t nfs files.example:/exports {where}\n"
        "Output: mount.nfs: Failed to resolve server files.example: Name or service not known\n"
    )


@on_a_node
async def test_a_volume_that_goes_with_its_claim_takes_its_files_along(node: Node) -> None:
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Delete",
        "hostPath": {"path": "/data"},
    }
    node.registry.create("persistentvolumes", "", {"metadata": {"name": "one"}, "spec": spec})
    await run(node, {"hostPath": {"path": "/data"}})
    await output(node, "echo x > /v/f")

    def release(volume: Object) -> None:
        volume["status"]["phase"] = "Released"
        volume["metadata"]["finalizers"] = []

    node.registry.modify("persistentvolumes", "", "one", release, subresource="status")
    node.registry.modify("persistentvolumes", "", "one", release)
    node.registry.delete("persistentvolumes", "", "one")
    await asyncio.sleep(0.1)
    assert await output(node, "ls /v") == ""
