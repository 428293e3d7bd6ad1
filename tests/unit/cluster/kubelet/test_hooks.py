"""What containers do after their start and before their end, and what is told of it."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.apiserver.streaming.kubelets import ExecError
from kubelearn.cluster.meta import Object
from kubelearn.cluster.streams import Buffer, NullWriter
from tests.unit.cluster.kubelet.nodes import SLACK, Node, on_a_node, ready, sh, state_of

ASLEEP = "trap 'exit 0' TERM; while :; do sleep 1; done"
SERVER = {"image": "registry.k8s.io/e2e-test-images/agnhost:2.53", "command": [], "args": ["netexec", "--udp-port=-1"]}
FAILING = [
    ({"exec": {"command": ["sh", "-c", "echo out; echo why >&2; exit 3"]}}, "exited with 3: why\n, message: "),
    ({"exec": {"command": ["nosuch"]}}, 'exec: "nosuch": executable file not found in $PATH, message: ""'),
    ({"httpGet": {"port": 81, "path": "/x"}}, "dial tcp 10.244.0.2:81: connect: connection refused"),
    ({"httpGet": {"port": "web", "path": "/x"}}, 'strconv.Atoi: parsing "web": invalid syntax'),
    ({"httpGet": {"port": 8080, "scheme": "HTTPS"}}, "http: server gave HTTP response to HTTPS client"),
    ({"tcpSocket": {"port": 80}}, "Cannot run handler: invalid handler"),
]


@pytest.mark.parametrize(("hook", "why"), FAILING)
def test_a_post_start_hook_that_fails_ends_the_container(hook: Object, why: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({**SERVER, "lifecycle": {"postStart": hook}})
        await node.until(lambda pod: state_of(pod) == "PostStartHookError")
        assert why in node.container()["state"]["waiting"]["message"]
        assert node.container()["lastState"]["terminated"]["startedAt"]
        # Neither event says more: it may tell a secret.
        assert node.events("FailedPostStartHook") == ["PostStartHook failed"]
        assert node.events("Killing") == ["FailedPostStartHook"]
        await node.until(lambda pod: state_of(pod) == "CrashLoopBackOff")
        assert node.container()["restartCount"] == 1

    test()


@on_a_node
async def test_a_container_runs_once_its_post_start_hook_is_done(node: Node) -> None:
    probe = {"exec": {"command": ["cat", "/tmp/done"]}, "failureThreshold": 1}
    hook = {"exec": {"command": ["sh", "-c", "sleep 5; touch /tmp/done"]}}
    node.create(sh(ASLEEP, lifecycle={"postStart": hook}, readinessProbe=probe))
    await asyncio.sleep(2)
    assert (state_of(node.pod()), node.pod()["status"]["phase"]) == ("ContainerCreating", "Pending")
    assert node.events("Started") == ["Container started"]
    assert await node.until(ready) == pytest.approx(5, abs=SLACK)
    assert node.events("Unhealthy") == []


@on_a_node
async def test_a_pod_may_end_while_its_post_start_hook_runs(node: Node) -> None:
    node.create(sh(ASLEEP, lifecycle={"postStart": {"exec": {"command": ["sleep", "100"]}}}))
    await asyncio.sleep(2)
    node.delete()
    assert await node.gone() == pytest.approx(2, abs=SLACK)


@pytest.mark.parametrize("path", ["/hostname", "/nosuch"])
@pytest.mark.parametrize("when", ["postStart", "preStop"])
def test_whatever_answers_a_hooks_request_is_good(path: str, when: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({**SERVER, "lifecycle": {when: {"httpGet": {"port": 8080, "path": path}}}})
        await node.until(ready)
        node.delete()
        await node.gone()
        assert node.events("FailedPostStartHook") == node.events("FailedPreStopHook") == []

    test()


@pytest.mark.parametrize("hook", [hook for hook, _ in FAILING])
def test_a_pre_stop_hook_that_fails_hinders_nothing(hook: Object) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({**SERVER, "lifecycle": {"preStop": hook}})
        begin = await node.until(ready)
        node.delete()
        assert await node.gone() - begin == pytest.approx(0, abs=SLACK)
        assert node.events("FailedPreStopHook") == ["PreStopHook failed"]
        assert node.events("Killing") == ["Stopping container c"]

    test()


@pytest.mark.parametrize(("hook", "told"), [({"exec": {"command": ["sleep", "9"]}}, 1), ({"sleep": {"seconds": 4}}, 0)])
def test_a_hook_that_outlives_its_container_has_failed_unless_it_only_sleeps(hook: Object, told: int) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh("sleep 1000", lifecycle={"preStop": hook}), terminationGracePeriodSeconds=5)
        await node.until(ready)
        node.delete()
        await asyncio.sleep(1)
        node.delete(1)
        await node.gone()
        assert node.events("FailedPreStopHook") == ["PreStopHook failed"] * told

    test()


# What is left of a container


async def logs(node: Node, *, previous: bool = False, follow: bool = False) -> str | None:
    found = node.kubelet.logs("default", "pod", "c", previous=previous, follow=follow)
    return None if found is None else b"".join([line async for line in found]).decode()


@pytest.mark.parametrize("policy", ["Never", "Always"])
def test_a_container_that_could_not_start_has_written_nothing(policy: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({"command": ["nosuch"]}, restartPolicy=policy)
        await node.until(lambda pod: state_of(pod) in ("StartError", "RunContainerError"))
        assert await logs(node) == await logs(node, follow=True) == ""
        assert await logs(node, previous=True) == ("" if policy == "Always" else None)

    test()


@on_a_node
async def test_previous_logs_are_those_of_the_last_state(node: Node) -> None:
    node.create(sh("echo $(hostname); exit 1", env=[{"name": "A", "value": "b"}]))
    await node.until(lambda pod: state_of(pod) == "CrashLoopBackOff")
    assert await logs(node) == await logs(node, previous=True) == "pod\n"
    await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 2)
    assert await logs(node, previous=True) == "pod\n"


@on_a_node
async def test_nobody_gets_into_a_container_that_has_ended(node: Node) -> None:
    node.create(sh("exit 0"), restartPolicy="Never")
    await node.until(lambda pod: pod["status"]["phase"] == "Succeeded")
    nowhere = NullWriter()
    with pytest.raises(ExecError, match=r'^unable to upgrade connection: container not found \("c"\)$'):
        await node.kubelet.exec("default", "pod", "c", ["ls"], None, Buffer(), nowhere)
    with pytest.raises(ExecError, match=r"^unable to upgrade connection: container c not found in pod pod_default$"):
        await node.kubelet.attach("default", "pod", "c", None, Buffer(), nowhere)
