"""Exec and logs through the API server, as the official client uses them, on a running cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kubernetes import client, watch

import kubelearn

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect() as cluster:
        pod = {
            "metadata": {"name": "client"},
            "spec": {"containers": [{"name": "c", "image": AGNHOST, "args": ["pause"]}]},
        }
        cluster.core.create_namespaced_pod("default", pod)
        events = watch.Watch()
        for event in events.stream(cluster.core.list_namespaced_pod, "default", timeout_seconds=30):
            if any(c.type == "Ready" and c.status == "True" for c in event["object"].status.conditions or ()):
                events.stop()
        yield cluster


def test_output_errors_and_exit_code_come_apart(cluster: kubelearn.Cluster) -> None:
    done = cluster.exec("client", "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (done.stdout, done.stderr, done.code) == ("out", "err\n", 3)
    with pytest.raises(RuntimeError, match="exit code 3: err"):
        done.check()


def test_a_program_that_is_not_there(cluster: kubelearn.Cluster) -> None:
    with pytest.raises(RuntimeError, match=r'exec: "nosuch": executable file not found in \$PATH'):
        cluster.exec("client", "nosuch")


def test_output_of_a_megabyte_arrives_whole(cluster: kubelearn.Cluster) -> None:
    assert (
        len(cluster.exec("client", "sh", "-c", "seq 150000").stdout)
        == sum(len(str(n)) + 1 for n in range(1, 150_001)) - 1
    )


def test_the_host_is_out_of_reach(cluster: kubelearn.Cluster) -> None:
    there = cluster.exec("client", "ls", "/etc").stdout.split()
    assert there == ["group", "hostname", "hosts", "os-release", "passwd", "resolv.conf"]
    assert cluster.exec("client", "head", "-1", "/etc/os-release").stdout == 'NAME="Alpine Linux"'
    assert len(cluster.exec("client", "cat", "/etc/passwd").stdout.splitlines()) == 2
    assert cluster.exec("client", "cat", "/etc/shadow").code == 1
    refused = cluster.exec("client", "curl", "-sS", "-m", "1", "http://127.0.0.1:22/")
    assert refused.code == 7


def test_logs(cluster: kubelearn.Cluster) -> None:
    assert cluster.core.read_namespaced_pod_log("client", "default") == "Paused\n"
    with pytest.raises(client.ApiException) as none:
        cluster.core.read_namespaced_pod_log("client", "default", previous=True)
    assert "previous terminated container" in none.value.body
