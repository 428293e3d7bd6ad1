"""Containers that misbehave harm nothing but themselves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from kubernetes import client

import kubelearn
from kubelearn.target.execution import Completed, Execution

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
#: Longest that anybody else may wait for the API or for another container while a hog runs, in seconds.
PATIENCE = 15.0
#: In which a hog ends that wants too much, in seconds.
_END = 120.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(pace=0.1) as cluster:
        start(cluster, "server", "/agnhost", "netexec")
        start(cluster, "client", "/agnhost", "pause")
        yield cluster


def phase(cluster: kubelearn.Cluster, name: str) -> str:
    return str(cluster.core.read_namespaced_pod(name, "default").status.phase)


def start(cluster: kubelearn.Cluster, name: str, *command: str) -> None:
    container = {"name": "c", "image": AGNHOST, "command": list(command)}
    cluster.core.create_namespaced_pod(
        "default", {"metadata": {"name": name}, "spec": {"restartPolicy": "Never", "containers": [container]}}
    )
    wait(cluster, name, {"Running", "Succeeded", "Failed"})


def wait(cluster: kubelearn.Cluster, name: str, phases: set[str]) -> str:
    end = time.monotonic() + _END
    while (found := phase(cluster, name)) not in phases:
        assert time.monotonic() < end, f"{name} is {found}"
    return found


def ask(cluster: kubelearn.Cluster) -> Completed:
    """Ask the server that is no hog for its name."""
    address = cluster.core.read_namespaced_pod("server", "default").status.pod_ip
    url = f"http://{address}:8080/hostname"
    return cluster.exec("client", "curl", "-s", "-m", f"{PATIENCE:g}", url, timeout=PATIENCE)


def log(cluster: kubelearn.Cluster, name: str) -> str:
    return str(cluster.core.read_namespaced_pod_log(name, "default", tail_lines=5))


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("spins", "while :; do :; done"),
        ("prints", "while :; do echo again; done"),
        ("yes", "yes"),
        ("reads-itself", "yes | while read -r line; do echo $line; done"),
        ("fills-the-disk", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >> /tmp/file; done"),
        ("forks", "f() { f | f & }; f; sleep 1000"),
        ("leaves-jobs", "while :; do sleep 1000 & done"),
    ],
)
def test_others_go_on(cluster: kubelearn.Cluster, name: str, script: str) -> None:
    start(cluster, name, "sh", "-c", script)
    try:
        begin = time.monotonic()
        answer = ask(cluster)
        assert (answer.stdout, answer.code) == ("server", 0)
        assert time.monotonic() - begin < PATIENCE
        assert phase(cluster, name) == "Running"
    finally:
        cluster.core.delete_namespaced_pod(name, "default", grace_period_seconds=0)
    with pytest.raises(client.ApiException, match="not found"):
        phase(cluster, name)


@pytest.mark.parametrize(
    ("name", "script", "says"),
    [
        ("doubles", "x=a; while :; do x=$x$x; done", "sh: out of memory"),
        ("collects", "x=$(yes)", "sh: out of memory"),
        ("sorts", "yes | sort", "sh: out of memory"),
        ("recurses", "f() { f; }; f", "sh: maximum function recursion depth exceeded"),
    ],
)
def test_who_wants_too_much_ends(cluster: kubelearn.Cluster, name: str, script: str, says: str) -> None:
    start(cluster, name, "sh", "-c", script)
    assert wait(cluster, name, {"Succeeded", "Failed"}) == "Failed"
    assert log(cluster, name).strip() == says


def test_ten_thousand_connections(cluster: kubelearn.Cluster) -> None:
    address = cluster.core.read_namespaced_pod("server", "default").status.pod_ip
    start(
        cluster,
        "connects",
        "sh",
        "-c",
        f"for i in $(seq 10000); do nc -N {address} 8080 < /dev/null & done; wait; echo done",
    )
    assert ask(cluster).stdout == "server"
    wait(cluster, "connects", {"Succeeded", "Failed"})


def test_a_server_that_is_killed_in_the_middle_of_a_request(cluster: kubelearn.Cluster) -> None:
    start(cluster, "killed", "/agnhost", "netexec")
    address = cluster.core.read_namespaced_pod("killed", "default").status.pod_ip
    script = f"curl -sS -m 10 'http://{address}:8080/shell?cmd=sleep%2030' || echo failed with $?"
    execution = Execution(cluster.core, "default", "client", ["sh", "-c", f"echo sent; {script}"])
    lines = execution.lines(20)
    assert next(lines) == "sent"
    cluster.core.delete_namespaced_pod("killed", "default", grace_period_seconds=0)
    assert list(lines)[-1].startswith("failed with ")
    execution.close()
    assert ask(cluster).stdout == "server"


def test_an_application_that_blocks_stops_only_itself(cluster: kubelearn.Cluster) -> None:
    async def app(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        if scope["type"] != "http":
            raise NotImplementedError
        if scope["path"] == "/block":
            time.sleep(1)  # what a learner's application should not do
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send(
            {"type": "http.response.body", "body": scope["extensions"]["kubelearn.container"]["hostname"].encode()}
        )  # type: ignore[operator]

    cluster.register_image("me/app:1", app, port=3000)
    cluster.core.create_namespaced_pod(
        "default", {"metadata": {"name": "mine"}, "spec": {"containers": [{"name": "c", "image": "me/app:1"}]}}
    )
    wait(cluster, "mine", {"Running"})
    address = cluster.core.read_namespaced_pod("mine", "default").status.pod_ip
    patient = (
        "curl",
        "-s",
        "-m",
        "5",
        "--retry",
        "100",
        "--retry-connrefused",
        "--retry-delay",
        "0.1",
    )  # it runs; when it listens, nothing tells
    assert cluster.exec("client", *patient, f"http://{address}:3000/").stdout == "mine"
    blocked = cluster.exec(
        "client",
        "sh",
        "-c",
        f"curl -s -m 0.2 http://{address}:3000/block; echo $?; curl -s -m 5 http://{address}:3000/",
    )
    assert blocked.stdout.splitlines() == ["28", "mine"]
