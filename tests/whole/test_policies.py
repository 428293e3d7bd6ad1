"""NetworkPolicies on a whole cluster: what they stop, and what comes another way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from kubernetes.client import ApiException

import kubelearn
from kubelearn.cluster.apiserver.streaming import proxy
from tests import conftest
from tests.unit import pods

URL = "http://web:8081/hostname"
SILENCE = 28
WEB: dict[str, Any] = {"podSelector": {"matchLabels": {"app": "web"}}}
#: Policies come into force a moment after they are made.
until = partial(conftest.until, seconds=10)
EVERYTHING: dict[str, Any] = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(seed=1, pace=0.1) as started:
        pods.run(started, "client")
        pods.serve(started, "web", 1)
        pods.expose(started, "door", app="web", type="NodePort")
        pods.until_proxied(started, "web", "door")
        yield started


@pytest.fixture(autouse=True)
def no_policies_are_left(cluster: kubelearn.Cluster) -> Iterator[None]:
    yield
    cluster.networking.delete_collection_namespaced_network_policy("default")
    until(lambda: call(cluster), 0)


def make(cluster: kubelearn.Cluster, name: str, **spec: Any) -> None:
    cluster.networking.create_namespaced_network_policy("default", {"metadata": {"name": name}, "spec": spec})


def call(cluster: kubelearn.Cluster, url: str = URL) -> int:
    """Return curl's exit code."""
    return cluster.exec("client", "curl", "-sS", "-m", "0.5", url).code


def through_the_server(cluster: kubelearn.Cluster, name: str) -> int:
    """Return the status of a request to a pod that the API server passes on."""
    try:
        answer = cluster.core.connect_get_namespaced_pod_proxy_with_path(f"{name}:8080", "default", "hostname")
    except ApiException as error:
        return int(error.status)
    return 200 if answer == name else 0


def test_what_is_forbidden_is_silence_until_it_is_allowed(cluster: kubelearn.Cluster) -> None:
    assert call(cluster) == 0
    make(cluster, "nobody", **WEB)
    until(lambda: call(cluster), SILENCE)
    make(cluster, "all", **WEB, ingress=[{"ports": [{"port": 8080}]}])
    until(lambda: call(cluster), 0)
    cluster.networking.delete_namespaced_network_policy("all", "default")
    until(lambda: call(cluster), SILENCE)


def test_without_names_nothing_is_found(cluster: kubelearn.Cluster) -> None:
    address = cluster.core.read_namespaced_service("web", "default").spec.cluster_ip
    make(cluster, "quiet", podSelector={"matchLabels": {"run": "client"}}, policyTypes=["Egress"])
    cluster.core.patch_namespaced_pod("client", "default", {"metadata": {"labels": {"run": "client"}}})
    until(lambda: call(cluster), SILENCE)
    make(cluster, "web", podSelector={}, policyTypes=["Egress"], egress=[{"to": [WEB]}])
    until(lambda: call(cluster, f"http://{address}:8081/hostname"), 0)
    assert call(cluster) == SILENCE
    dns = {"to": [{"namespaceSelector": {}}], "ports": [{"port": 53, "protocol": "UDP"}]}
    make(cluster, "names", podSelector={}, policyTypes=["Egress"], egress=[dns])
    until(lambda: call(cluster), 0)


def test_probes_pass(cluster: kubelearn.Cluster) -> None:
    make(cluster, "everything", **EVERYTHING)
    until(lambda: call(cluster), SILENCE)
    containers = [
        {
            "name": "probed",
            "image": pods.IMAGE,
            "args": ["netexec", "--http-port=8080"],
            "readinessProbe": {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1},
        }
    ]
    pod = {"metadata": {"name": "probed"}, "spec": {"containers": containers}}
    cluster.core.create_namespaced_pod("default", pod)
    pods.until(cluster, pods.is_ready, field_selector="metadata.name=probed")
    cluster.core.delete_namespaced_pod("probed", "default", grace_period_seconds=0)


def test_the_api_server_comes_from_its_node(cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    [pod] = cluster.core.list_namespaced_pod("default", label_selector="app=web").items
    assert through_the_server(cluster, pod.metadata.name) == 200
    monkeypatch.setattr(proxy, "_TIMEOUT", 0.2)
    make(cluster, "nobody", **WEB)
    until(lambda: through_the_server(cluster, pod.metadata.name), 503)
    make(cluster, "nodes", **WEB, ingress=[{"from": [{"ipBlock": {"cidr": "172.18.0.0/16"}}]}])
    until(lambda: through_the_server(cluster, pod.metadata.name), 200)


def test_a_node_port_is_silent_too(cluster: kubelearn.Cluster) -> None:
    port = cluster.core.read_namespaced_service("door", "default").spec.ports[0].node_port
    make(cluster, "nobody", **WEB)
    until(lambda: call(cluster), SILENCE)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as outside:
        outside.settimeout(0.5)
        outside.sendall(b"GET /hostname HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            outside.recv(1)


def test_exec_enters_the_pod(cluster: kubelearn.Cluster) -> None:
    make(cluster, "everything", **EVERYTHING)
    until(lambda: call(cluster), SILENCE)
    [pod] = cluster.core.list_namespaced_pod("default", label_selector="app=web").items
    assert cluster.exec(pod.metadata.name, "curl", "-sS", "-m", "2", "http://localhost:8080/hostname").code == 0
