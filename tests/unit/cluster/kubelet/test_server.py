"""What a kubelet answers at its node's port 10250, and to whom."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.authentication import TokenRequest
from kubelearn.cluster.kubelet.node import KUBELET_PORT
from tests.unit.cluster.kubelet.nodes import Node, on_a_node, ready, sh

PODS = "/pods"


async def ask(node: Node, path: str, token: str | None = None, *, tls: bool = True) -> tuple[int, str]:
    """Return status and text of an answer to a token, the administrator's by default."""
    await asyncio.sleep(0)  # let the kubelet begin
    host = node.kubelet.network.host("node")
    connection = await host.connect(host.ip, KUBELET_PORT)
    if tls:
        connection.start_tls("node", None)
    token = node.kubelet.tokens.administrator if token is None else token
    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    answer = await connection.request("GET", path, headers)
    connection.close()
    return answer.status, answer.body.decode()


async def report(node: Node, path: str) -> Any:
    status, text = await ask(node, path)
    assert status == 200
    return json.loads(text)


@on_a_node
async def test_what_it_tells(node: Node) -> None:
    assert await ask(node, "/healthz") == (200, "ok")
    assert (await report(node, PODS))["items"] == []
    node.create(sh("echo hello; echo again; sleep 1000"))
    await node.until(ready)
    pod = node.pod()
    [listed] = (await report(node, PODS))["items"]
    assert listed == {key: value for key, value in pod.items() if key not in ("kind", "apiVersion")}
    [running] = (await report(node, "/runningpods/"))["items"]
    assert (running["metadata"]["name"], [each["name"] for each in running["spec"]["containers"]]) == ("pod", ["c"])
    summary = await report(node, "/stats/summary")
    assert summary["node"]["nodeName"] == "node"
    started = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    assert [each["containers"] for each in summary["pods"]] == [[{"name": "c", "startTime": started}]]
    configured = (await report(node, "/configz"))["kubeletconfig"]
    assert (configured["maxPods"], configured["podCIDR"]) == (110, "10.244.0.0/24")
    lines = (await ask(node, "/metrics"))[1].splitlines()
    assert {"kubelet_running_pods 1", 'kubelet_node_name{node="node"} 1'} <= set(lines)


@on_a_node
async def test_logs(node: Node) -> None:
    node.create(sh("echo hello; echo again; sleep 3; echo last"), restartPolicy="Never")
    await node.until(ready)
    assert await ask(node, "/containerLogs/default/pod/c") == (200, "hello\nagain\n")
    assert await ask(node, "/containerLogs/default/pod/c?tailLines=1") == (200, "again\n")
    assert await ask(node, "/containerLogs/default/pod/c?follow=true") == (200, "hello\nagain\nlast\n")
    for wrong in ("default/pod/nosuch", "default/nosuch/c", "default/pod", "default/pod/c?tailLines=x"):
        assert (await ask(node, f"/containerLogs/{wrong}"))[0] == 404


@on_a_node
async def test_what_it_does_not_have(node: Node) -> None:
    assert await ask(node, "/nosuch") == (404, "404 page not found\n")
    for path in ("/metrics/cadvisor", "/logs/", "/exec/default/pod/c", "/run/default/pod/c"):
        status, text = await ask(node, path)
        assert (status, "does not emulate" in text) == (404, True)


@on_a_node
async def test_nobody_comes_in_without_tls_or_a_token(node: Node) -> None:
    assert await ask(node, PODS, tls=False) == (400, "Client sent an HTTP request to an HTTPS server.\n")
    assert await ask(node, PODS, "") == (401, "Unauthorized")
    assert await ask(node, PODS, "nonsense") == (401, "Unauthorized")


@on_a_node
async def test_a_node_that_is_no_more(node: Node) -> None:
    await ask(node, "/healthz")
    node.registry.delete("nodes", "", "node")
    assert await ask(node, "/stats/summary") == (404, 'nodes "node" not found')
    assert await ask(node, "/healthz") == (200, "ok")


@pytest.mark.parametrize(
    ("right", "path", "code"),
    [
        ("nodes/proxy", PODS, 200),
        ("nodes/proxy", "/containerLogs/default/pod/c", 404),
        ("nodes/proxy", "/metrics", 403),
        ("nodes/metrics", "/metrics", 200),
        ("nodes/metrics", PODS, 403),
        ("nodes/pods", PODS, 200),
        ("nodes/healthz", "/healthz", 200),
        ("nodes/stats", "/stats/summary", 200),
        ("nodes", PODS, 403),
    ],
)
def test_rights(right: str, path: str, code: int) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        bootstrap.default_roles(node.registry)
        account = node.registry.create("serviceaccounts", "default", {"metadata": {"name": "watcher"}})
        rule = {"verbs": ["get"], "apiGroups": [""], "resources": [right]}
        group = "rbac.authorization.k8s.io"
        node.registry.create(f"clusterroles.{group}", "", {"metadata": {"name": "reads"}, "rules": [rule]})
        binding = {
            "metadata": {"name": "reads"},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "reads"},
            "subjects": [{"kind": "ServiceAccount", "name": "watcher", "namespace": "default"}],
        }
        node.registry.create(f"clusterrolebindings.{group}", "", binding)
        token, _ = node.kubelet.tokens.issue(TokenRequest(account, 3600))
        status, text = await ask(node, path, token)
        assert status == code
        if code == 403:
            assert text.startswith("Forbidden (user=system:serviceaccount:default:watcher, verb=get, resource=nodes, ")

    test()


@on_a_node
async def test_its_port_is_taken(node: Node) -> None:
    command = ["nc", "-l", "-p", str(KUBELET_PORT)]
    node.create({"command": command}, hostNetwork=True, restartPolicy="Never")
    await node.until(lambda pod: pod["status"]["phase"] == "Failed")
    assert b"Address already in use" in b"".join(
        [line async for line in node.kubelet.logs("default", "pod", "c") or ()]
    )
