"""Readiness, liveness and startup probes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kubelearn.cluster.containers.images.web import reply
from kubelearn.cluster.kubelet.prober import ProbeFailed, attempt
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Receive, Scope, Send, grpc
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
            await attempt(action, {}, None, host, server.ip, 1)  # type: ignore[arg-type]
        except ProbeFailed as failed:
            return str(failed)
        return ""

    assert run(test()) == message
