"""The tools in the kube-proxy pods."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest

from kubelearn.cluster.containers.images.system.health_checks import HealthChecks
from kubelearn.cluster.containers.images.system.kube_proxy import PROGRAMS, kube_proxy
from kubelearn.cluster.containers.process import SIGTERM, Process
from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy
from kubelearn.cluster.network import ConnectionRefused, Network
from kubelearn.cluster.streams import Buffer
from kubelearn.cluster.timing import Timing
from tests.unit.cluster.kube_proxy.proxies import CLIENT, IP, make_proxy, turns
from tests.unit.network_fakes import FakeRegistry, endpoint, endpoint_slice, service


async def run_tool(registry: FakeRegistry, proxy: KubeProxy, *argv: str) -> tuple[int, str, str]:
    network = Network(registry, Timing(), random.Random(1))  # type: ignore[arg-type]
    network.use_proxy(proxy)
    out, err = Buffer(), Buffer()
    pod = {"metadata": {"name": "kube-proxy-abcde", "namespace": "kube-system"}, "spec": {"hostNetwork": True}}
    files: Any = None
    process = Process(
        list(argv), {}, files, network.attach(pod, proxy.node), "worker", PROGRAMS, stdout=out, stderr=err
    )
    code = await PROGRAMS[argv[0]](process)
    return code, out.data.decode(), err.data.decode()


async def test_tools(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    assert (await run_tool(registry, proxy, "explain"))[0] == 1
    proxy.route(IP, 80, "TCP", CLIENT)
    code, out, _ = await run_tool(registry, proxy, "explain", "-n", "5", "--service", "course/hello")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == f"{CLIENT} -> {IP}:80/tcp"
    assert lines[1].startswith("  KUBE-SERVICES: ")
    assert lines[-1].endswith("DNAT to 10.244.1.2:8080")
    assert (await run_tool(registry, proxy, "explain", "-n", "x"))[0] == 2
    assert (await run_tool(registry, proxy, "iptables-save", "-t", "nat"))[1] == proxy.rules("nat")
    assert (await run_tool(registry, proxy, "iptables-save", "-x"))[0] == 2


async def test_a_load_balancer_asks_whether_the_node_has_endpoints(registry: FakeRegistry) -> None:
    proxy = make_proxy(registry)
    network = Network(registry, Timing(), random.Random(1))  # type: ignore[arg-type]
    network.use_proxy(proxy)
    host = network.host("worker")
    checks = HealthChecks(host, proxy)
    proxy.on_sync = checks.sync
    service(registry, "hello", IP, type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=32122)
    proxy.load()
    answer = await (await host.connect("127.0.0.1", 32122)).request("GET", "/healthz")
    assert (answer.status, json.loads(answer.body)["localEndpoints"]) == (503, 0)
    here = [endpoint("10.244.1.2", node="worker"), endpoint("10.244.2.2", node="worker2")]
    endpoint_slice(registry, "hello", here)
    proxy.load()
    answer = await (await host.connect("127.0.0.1", 32122)).request("GET", "/healthz")
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "service": {"namespace": "course", "name": "hello"},
        "localEndpoints": 1,
        "serviceProxyHealthy": True,
    }
    checks.close()
    with pytest.raises(ConnectionRefused):
        await host.connect("127.0.0.1", 32122)


async def test_the_program_ends_on_sigterm(registry: FakeRegistry) -> None:
    proxy = make_proxy(registry)
    network = Network(registry, Timing(), random.Random(1))  # type: ignore[arg-type]
    network.use_proxy(proxy)
    files: Any = None
    pod = {"metadata": {"name": "kube-proxy-abcde", "namespace": "kube-system"}, "spec": {"hostNetwork": True}}
    process = Process(["kube-proxy"], {}, files, network.attach(pod, "worker"), "worker", PROGRAMS, stdout=Buffer())
    task = asyncio.create_task(kube_proxy(process))
    await turns()
    health = await (await network.host("worker").connect("127.0.0.1", 10256)).request("GET", "/healthz")
    assert health.status == 200
    mode = await (await network.host("worker").connect("127.0.0.1", 10249)).request("GET", "/proxyMode")
    assert (mode.status, mode.body) == (200, b"iptables")
    with pytest.raises(ConnectionRefused):
        await network.host("worker").connect(network.host("worker").ip, 10249)  # on the node's loopback only
    process.handlers[SIGTERM]()
    assert await task == 0
