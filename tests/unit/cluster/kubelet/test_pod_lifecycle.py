"""Restarts, back-off, probes and termination of one node's pods, by a virtual clock."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.containers.images import PRELOADED, SYSTEM_IMAGES, ImageRegistry
from kubelearn.cluster.kubelet.kubelet import Kubelet
from kubelearn.cluster.kubelet.node import node_object
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Network
from kubelearn.cluster.store import Store
from kubelearn.cluster.streams import Buffer, Pipe
from kubelearn.cluster.timing import Timing
from tests.unit.virtual_time import run

LEASES = "leases.coordination.k8s.io"
SLACK = 1.0  # the lags of starts are left out of the figures


class Node:
    """One kubelet, and what it tells the API."""

    def __init__(self, timing: Timing | None = None, images: frozenset[str] = PRELOADED) -> None:
        self.registry = Registry(Store(), 1)
        bootstrap.namespaces(self.registry)
        self.registry.create("nodes", "", node_object("node", 0), manager="kubelet")
        timing = timing or Timing(container_start=0.01)
        self.kubelet = Kubelet(
            self.registry, Network(self.registry, timing, random.Random(1)), timing, "node", ImageRegistry(), images
        )
        #: (seconds, reason or phase of the container) in order, without repetitions
        self.states: list[tuple[int, str]] = []

    def create(self, container: Object | None = None, **spec: Any) -> None:
        containers = [{"name": "c", "image": "busybox:1.36", **(container or {})}]
        self.registry.create(
            "pods",
            "default",
            {
                "metadata": {"name": "pod"},
                "spec": {"nodeName": "node", "automountServiceAccountToken": False, "containers": containers, **spec},
            },
        )

    def pod(self) -> Object:
        return self.registry.get("pods", "default", "pod")

    def container(self) -> Object:
        return self.pod()["status"]["containerStatuses"][0]

    def delete(self, grace: int | None = None) -> None:
        self.registry.delete("pods", "default", "pod", grace_period=grace)

    def events(self, reason: str) -> list[str]:
        return [event["message"] for event in self.registry.list("events", "default") if event["reason"] == reason]

    async def until(self, seen: Callable[[Object], Any]) -> float:
        """Wait for a state of the pod and return when it came."""

        def now() -> bool:
            return bool(self.pod()["status"].get("containerStatuses") and seen(self.pod()))

        with contextlib.closing(self.registry.watch("pods")) as watch:
            while not now():
                await anext(watch)
        return asyncio.get_running_loop().time()

    async def gone(self) -> float:
        with contextlib.closing(self.registry.watch("pods")) as watch:
            while self.registry.find("pods", "default", "pod"):
                await anext(watch)
        return asyncio.get_running_loop().time()

    async def history(self, seconds: float) -> list[tuple[int, str]]:
        """Return what the container's state was from now on, and when it changed."""
        loop, found = asyncio.get_running_loop(), []
        with contextlib.closing(self.registry.watch("pods", since=0)) as watch, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for event in watch:
                    for status in event.object["status"].get("containerStatuses") or ():
                        ((kind, state),) = status["state"].items()
                        shown = state.get("reason", kind)
                        if not found or found[-1][1] != shown:
                            found.append((int(loop.time()), shown))
        return found


@contextlib.asynccontextmanager
async def a_node(node: Node | None = None) -> AsyncIterator[Node]:
    node = node or Node()
    task = asyncio.create_task(node.kubelet.run())
    try:
        yield node
    finally:
        await node.kubelet.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def on_a_node(test: Callable[[Node], Awaitable[None]]) -> Callable[[], None]:
    """Make a test of a coroutine: it gets a node, and runs in virtual time."""

    async def main() -> None:
        async with a_node() as node:
            await test(node)

    def wrapped() -> None:
        run(main())

    wrapped.__name__, wrapped.__doc__ = test.__name__, test.__doc__
    return wrapped


def sh(script: str, **more: Any) -> Object:
    return {"command": ["sh", "-c", script], **more}


def state_of(pod: Object) -> str:
    ((kind, state),) = pod["status"]["containerStatuses"][0]["state"].items()
    return str(state.get("reason", kind))


def ready(pod: Object) -> bool:
    return bool(pod["status"]["containerStatuses"][0]["ready"])


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


# Restarts


@on_a_node
async def test_pauses_between_restarts_double_up_to_five_minutes(node: Node) -> None:
    node.create(sh("sleep 0.1; exit 1"))

    def run_number(number: int) -> Callable[[Object], bool]:
        return lambda pod: (
            state_of(pod) == "running" and pod["status"]["containerStatuses"][0]["restartCount"] == number
        )

    begins = [await node.until(run_number(number)) for number in range(9)]
    pauses = [later - earlier for earlier, later in itertools.pairwise(begins)]
    assert [round(pause) for pause in pauses] == pytest.approx([0, 10, 20, 40, 80, 160, 300, 300], abs=SLACK)
    uid = node.pod()["metadata"]["uid"]
    await node.until(lambda pod: state_of(pod) == "CrashLoopBackOff")
    assert (
        node.container()["state"]["waiting"]["message"]
        == f"back-off 5m0s restarting failed container=c pod=pod_default({uid})"
    )
    assert node.container()["lastState"]["terminated"]["exitCode"] == 1
    assert node.events("BackOff") == [f"Back-off restarting failed container c in pod pod_default({uid})"]
    assert node.pod()["status"]["phase"] == "Running"


@pytest.mark.parametrize(
    ("policy", "code", "phase"), [("Never", 0, "Succeeded"), ("Never", 3, "Failed"), ("OnFailure", 0, "Succeeded")]
)
def test_an_end_that_is_final(policy: str, code: int, phase: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh(f"exit {code}"), restartPolicy=policy)
        await node.until(lambda pod: pod["status"]["phase"] == phase)
        assert node.container()["state"]["terminated"]["exitCode"] == code
        assert node.container()["restartCount"] == 0

    test()


@on_a_node
async def test_a_program_that_is_not_there_and_never_starts_again(node: Node) -> None:
    node.create({"command": ["nosuch"]}, restartPolicy="Never")
    await node.until(lambda pod: pod["status"]["phase"] == "Failed")
    terminated = node.container()["state"]["terminated"]
    assert (terminated["reason"], terminated["exitCode"], terminated["startedAt"]) == (
        "StartError",
        128,
        "1970-01-01T00:00:00Z",
    )
    assert terminated["message"].endswith('exec: "nosuch": executable file not found in $PATH: unknown')
    assert node.events("Started") == []
    assert len(node.events("Failed")) == 1


@on_a_node
async def test_a_program_that_is_not_there_is_tried_again(node: Node) -> None:
    node.create({"command": ["nosuch"]})
    assert await node.history(15) == [
        (0, "RunContainerError"),
        (0, "CrashLoopBackOff"),
        (10, "RunContainerError"),
        (11, "CrashLoopBackOff"),
    ]
    assert node.container()["restartCount"] == 2
    assert node.container()["lastState"]["terminated"]["reason"] == "StartError"


@on_a_node
async def test_a_missing_config_map_is_looked_for_again(node: Node) -> None:
    node.create(
        sh("sleep 1000", env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}])
    )
    await node.until(lambda pod: state_of(pod) == "CreateContainerConfigError")
    assert node.container()["state"]["waiting"]["message"] == 'configmap "settings" not found'
    node.registry.create("configmaps", "default", {"metadata": {"name": "settings"}, "data": {"a": "1"}})
    assert await node.until(lambda pod: state_of(pod) == "running") == pytest.approx(10, abs=SLACK)
    assert node.container()["restartCount"] == 0
    assert node.events("BackOff") == []


@on_a_node
async def test_pauses_between_pulls_double(node: Node) -> None:
    node.create({"image": "nosuch/image:1"})
    changes = await node.history(100)
    assert [reason for _, reason in changes] == ["ErrImagePull", "ImagePullBackOff"] * 4
    pulls = [when for when, reason in changes if reason == "ErrImagePull"]
    assert [later - earlier for earlier, later in itertools.pairwise(pulls)] == pytest.approx([11, 21, 41], abs=SLACK)


@on_a_node
async def test_an_image_that_must_not_be_pulled(node: Node) -> None:
    node.create({"image": "nginx", "imagePullPolicy": "Never"})
    await node.until(lambda pod: state_of(pod) == "ErrImageNeverPull")
    assert (
        node.container()["state"]["waiting"]["message"]
        == 'Container image "nginx" is not present with pull policy of Never'
    )


@on_a_node
async def test_init_containers_run_one_after_the_other(node: Node) -> None:
    first, second = ({"name": name, "image": "busybox:1.36", "command": ["sleep", "5"]} for name in ("first", "second"))
    node.create(sh("sleep 1000"), initContainers=[first, second])
    await node.until(lambda pod: "running" in pod["status"]["initContainerStatuses"][0]["state"])
    assert state_of(node.pod()) == "PodInitializing"
    assert await node.until(lambda pod: state_of(pod) == "running") == pytest.approx(10, abs=SLACK)
    assert [status["state"]["terminated"]["reason"] for status in node.pod()["status"]["initContainerStatuses"]] == [
        "Completed",
        "Completed",
    ]


# Probes


def exec_probe(**more: Any) -> Object:
    return {"exec": {"command": ["cat", "/tmp/good"]}, **more}


@on_a_node
async def test_readiness_comes_with_one_success_and_goes_with_three_failures(node: Node) -> None:
    node.create(sh("sleep 25; touch /tmp/good; sleep 30; rm /tmp/good; sleep 1000", readinessProbe=exec_probe()))
    assert await node.until(ready) == pytest.approx(30, abs=SLACK)
    assert await node.until(lambda pod: not ready(pod)) == pytest.approx(80, abs=SLACK)
    assert set(node.events("Unhealthy")) == {
        "Readiness probe failed: cat: can't open '/tmp/good': No such file or directory"
    }
    assert node.container()["restartCount"] == 0


@on_a_node
async def test_readiness_waits_for_its_initial_delay_and_its_thresholds(node: Node) -> None:
    probe = exec_probe(initialDelaySeconds=20, periodSeconds=5, successThreshold=2, failureThreshold=1)
    node.create(sh("touch /tmp/good; sleep 41; rm /tmp/good; sleep 1000", readinessProbe=probe))
    assert await node.until(ready) == pytest.approx(25, abs=SLACK)
    assert await node.until(lambda pod: not ready(pod)) == pytest.approx(45, abs=SLACK)


@on_a_node
async def test_a_container_that_is_not_alive_is_killed_and_started_again(node: Node) -> None:
    node.create(sh("sleep 1000", livenessProbe=exec_probe()), terminationGracePeriodSeconds=7)
    # Probes at 0, 10 and 20 s; then SIGTERM, which this PID 1 ignores, and SIGKILL after the grace period.
    assert await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1) == pytest.approx(
        27, abs=SLACK
    )
    assert node.container()["lastState"]["terminated"]["exitCode"] == 137
    assert node.events("Killing") == ["Container c failed liveness probe, will be restarted"]


@on_a_node
async def test_the_startup_probe_comes_first(node: Node) -> None:
    startup = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 5, "failureThreshold": 10}
    node.create(
        sh(
            "sleep 12; touch /tmp/up /tmp/good; sleep 1000",
            startupProbe=startup,
            readinessProbe=exec_probe(),
            livenessProbe=exec_probe(failureThreshold=1),
        )
    )
    assert await node.until(ready) == pytest.approx(15, abs=SLACK)
    assert node.container()["restartCount"] == 0
    assert all(message.startswith("Startup probe failed") for message in node.events("Unhealthy"))


@on_a_node
async def test_a_probe_that_takes_too_long_has_failed(node: Node) -> None:
    node.create(sh("sleep 1000", readinessProbe={"exec": {"command": ["sleep", "10"]}, "timeoutSeconds": 2}))
    await node.until(lambda pod: state_of(pod) == "running")
    await asyncio.sleep(3)
    assert node.events("Unhealthy") == ['Readiness probe failed: command timed out: "sleep 10" timed out after 2s']


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"httpGet": {"port": 8080, "path": "/healthz"}}, ""),
        ({"tcpSocket": {"port": 8080}}, ""),
        ({"tcpSocket": {"port": "web"}}, ""),
        ({"httpGet": {"port": 8080, "path": "/nosuch"}}, "HTTP probe failed with statuscode: 404"),
        ({"httpGet": {"port": 81}}, 'Get "http://10.244.0.2:81/": dial tcp 10.244.0.2:81: connect: connection refused'),
        ({"tcpSocket": {"port": 81}}, "dial tcp 10.244.0.2:81: connect: connection refused"),
    ],
)
def test_probes_by_network(probe: Object, message: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        server = {
            "image": "registry.k8s.io/e2e-test-images/agnhost:2.53",
            "args": ["netexec"],
            "ports": [{"name": "web", "containerPort": 8080}],
        }
        node.create({**server, "readinessProbe": {**probe, "initialDelaySeconds": 1}})
        await node.until(lambda pod: state_of(pod) == "running")
        await asyncio.sleep(2)
        assert ready(node.pod()) == (not message)
        assert node.events("Unhealthy") == ([f"Readiness probe failed: {message}"] if message else [])

    test()


# The end


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


# Standard input


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
