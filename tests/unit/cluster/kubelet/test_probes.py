"""Readiness, liveness and startup probes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kubelearn.cluster.containers.images.web import reply
from kubelearn.cluster.kubelet.actions import Target
from kubelearn.cluster.kubelet.prober import ProbeFailed, attempt
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Receive, Scope, Send, grpc
from kubelearn.cluster.streams import NullWriter
from tests.unit.cluster.kubelet.nodes import SLACK, Node, on_a_node, ready, sh, state_of
from tests.unit.network_fakes import FakeCluster
from tests.unit.virtual_time import run


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
async def test_a_started_container_is_not_asked_again_whether_it_has_started(node: Node) -> None:
    startup = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 3}
    node.create(sh("touch /tmp/up; sleep 5; rm /tmp/up; sleep 1000", startupProbe=startup))
    await node.until(ready)
    await asyncio.sleep(60)
    assert node.events("Unhealthy") == []
    assert node.container()["restartCount"] == 0


ERRORED = "probe errored and resulted in unknown state"
NOT_THERE = "OCI runtime exec failed: exec failed: unable to start container process: exec: "


@pytest.mark.parametrize("kind", ["liveness", "readiness", "startup"])
@pytest.mark.parametrize(
    ("probe", "why"),
    [
        ({"exec": {"command": ["nosuch"]}}, f'{NOT_THERE}"nosuch": executable file not found in $PATH'),
        (
            {"exec": {"command": ["/bin/nosuch"]}},
            f'{NOT_THERE}"/bin/nosuch": stat /bin/nosuch: no such file or directory',
        ),
        ({"httpGet": {"port": "web"}}, 'strconv.Atoi: parsing "web": invalid syntax'),
        ({"tcpSocket": {"port": "web"}}, 'strconv.Atoi: parsing "web": invalid syntax'),
    ],
)
def test_a_probe_that_cannot_be_carried_out_says_nothing_of_the_container(kind: str, probe: Object, why: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh("sleep 1000", **{f"{kind}Probe": {**probe, "failureThreshold": 1, "periodSeconds": 1}}))
        await node.until(lambda pod: state_of(pod) == "running")
        await asyncio.sleep(10)
        told = node.events("Unhealthy")[0]
        assert told.startswith(f"{kind.capitalize()} {ERRORED}: ")
        assert why in told
        assert node.container()["restartCount"] == 0
        assert ready(node.pod()) == (kind == "liveness")
        assert node.container()["started"] == (kind != "startup")

    test()


@on_a_node
async def test_nothing_is_counted_while_a_restart_is_under_way(node: Node) -> None:
    probe = exec_probe(periodSeconds=1, failureThreshold=2)
    node.create(sh("sleep 1000", livenessProbe=probe), terminationGracePeriodSeconds=20)
    await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1)
    [event] = [item for item in node.registry.list("events", "default") if item["reason"] == "Unhealthy"]
    assert event["count"] == 2
    assert len(node.events("Killing")) == 1


@on_a_node
async def test_a_probe_may_have_a_grace_of_its_own(node: Node) -> None:
    probe = exec_probe(periodSeconds=1, failureThreshold=1, terminationGracePeriodSeconds=3)
    node.create(sh("sleep 1000", livenessProbe=probe))
    seen = await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1)
    assert seen == pytest.approx(3, abs=SLACK)


@on_a_node
async def test_a_container_that_is_not_alive_gets_its_pre_stop_hook(node: Node) -> None:
    hook = {"preStop": {"exec": {"command": ["sleep", "6"]}}}
    node.create(
        sh(
            "trap 'exit 0' TERM; while :; do sleep 1; done",
            livenessProbe=exec_probe(failureThreshold=1),
            lifecycle=hook,
        )
    )
    seen = await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1)
    assert seen == pytest.approx(6, abs=SLACK + 0.2)


@on_a_node
async def test_a_pod_that_ends_is_not_asked_whether_it_lives(node: Node) -> None:
    probe = exec_probe(periodSeconds=1, failureThreshold=3)
    node.create(sh("touch /tmp/good; sleep 1000", livenessProbe=probe), terminationGracePeriodSeconds=20)
    await node.until(ready)
    node.delete()
    await asyncio.sleep(0.1)
    await node.kubelet.exec("default", "pod", "c", ["rm", "/tmp/good"], None, NullWriter(), NullWriter())
    await node.gone()
    assert node.events("Unhealthy") == []
    assert node.events("Killing") == ["Stopping container c"]


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
        ({"httpGet": {"port": 8080, "path": "/dial"}}, "HTTP probe failed with statuscode: 400"),
        ({"httpGet": {"port": 8080, "path": "/redirect?location=/healthz&code=302"}}, ""),
        (
            {"httpGet": {"port": 8080, "path": "/redirect?location=/dial&code=302"}},
            "HTTP probe failed with statuscode: 400",
        ),
        ({"httpGet": {"port": 8080, "path": "/redirect?location=http://elsewhere/nosuch&code=302"}}, ""),
        ({"httpGet": {"port": 8080, "path": "/redirect?location=http://10.244.0.2:99999/&code=302"}}, ""),
        ({"httpGet": {"port": 8080, "path": "/redirect?location=http://[&code=302"}}, ""),
        ({"httpGet": {"port": 8080, "path": "//hostname"}}, ""),
        (
            {"httpGet": {"port": 8080, "path": "/redirect?location=http://10.244.0.2:81/&code=301"}},
            'Get "http://10.244.0.2:81/": dial tcp 10.244.0.2:81: connect: connection refused',
        ),
        ({"httpGet": {"port": 81}}, 'Get "http://10.244.0.2:81/": dial tcp 10.244.0.2:81: connect: connection refused'),
        ({"tcpSocket": {"port": 81}}, "dial tcp 10.244.0.2:81: connect: connection refused"),
        ({"tcpSocket": {"port": 81, "host": "nosuch"}}, "dial tcp: lookup nosuch on 172.18.0.1:53: no such host"),
        ({"tcpSocket": {"port": 81, "host": "1.2.3.4"}}, "dial tcp 1.2.3.4:81: connect: no route to host"),
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


_ADS = "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/adservice:v0.10.6"


@pytest.mark.parametrize(
    ("image", "probe", "message"),
    [
        (_ADS, {"port": 9555}, ""),
        (_ADS, {"port": 9555, "service": "liveness"}, ""),
        (
            _ADS,
            {"port": 81},
            'timeout: failed to connect service "10.244.0.2:81" within 1s: context deadline exceeded',
        ),
        (
            "nginx",
            {"port": 80},
            'timeout: failed to connect service "10.244.0.2:80" within 1s: context deadline exceeded',
        ),
    ],
)
def test_probes_by_grpc(image: str, probe: Object, message: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create({"image": image, "readinessProbe": {"grpc": probe, "initialDelaySeconds": 1}})
        await node.until(lambda pod: state_of(pod) == "running")
        await asyncio.sleep(2)
        assert ready(node.pod()) == (not message)
        assert node.events("Unhealthy") == ([f"Readiness probe failed: {message}"] if message else [])

    test()


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        ([(b"grpc-status", b"0")], b"\x08\x01", ""),
        ([(b"grpc-status", b"0")], b"\x08\x02", 'service unhealthy (responded with "NOT_SERVING")'),
        ([(b"grpc-status", b"0")], b"", 'service unhealthy (responded with "UNKNOWN")'),
        (
            [(b"grpc-status", b"12"), (b"grpc-message", b"unknown service")],
            b"",
            "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service",
        ),
        (
            [(b"grpc-status", b"5"), (b"grpc-message", b"unknown service")],
            b"",
            "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service",
        ),
        ([(b"grpc-status", b"ok")], b"", "error: health rpc probe failed: rpc error: code = Unknown desc = "),
        ([(b"grpc-status", b"99")], b"", "error: health rpc probe failed: rpc error: code = Unknown desc = "),
        ([(b"grpc-status", b"0")], b"\x08", 'service unhealthy (responded with "UNKNOWN")'),
    ],
)
def test_what_a_grpc_server_says_of_its_health(headers: list[tuple[bytes, bytes]], body: bytes, message: str) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, grpc.framed(body), 200, grpc.CONTENT_TYPE, *headers)

    async def test() -> str:
        cluster = FakeCluster()
        server, host = cluster.attach("server"), cluster.attach("host")
        server.listen(8080, app)
        action = {"grpc": {"port": 8080, "service": "shop"}}
        try:
            await attempt(action, Target({}, None, host, server.ip, lambda: 0), 1)  # type: ignore[arg-type]
        except ProbeFailed as failed:
            return str(failed)
        return ""

    assert run(test()) == message
