"""Counts of requests: what was expected of each pod, at any rate, and in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import kubelearn
from kubelearn import Cluster
from kubelearn.cluster.containers.tools.network.curl import CurlError, parse_command
from kubelearn.views.traffic import Traffic
from kubelearn.views.traffic import requests as traffic
from kubelearn.views.traffic.diagram import Rows, bars, table
from tests.unit import pods

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


def test_each_request_is_expected_of_the_pods_that_were_there() -> None:
    counted = Traffic(expected=["a", "b"])
    for line in ("a", "b", "b", "a"):
        counted.add(line)
    assert counted.expectation("a") == counted.expectation("b")
    assert counted.expectation("a")[0] == 2
    assert not counted.changed
    counted.expected = ["b"]
    counted.add("b")
    assert (counted.expectation("a")[0], counted.expectation("b")[0]) == (2, 3)
    assert (
        counted.summary
        == "5 of 5 requests were answered by 2 of 2 pods: 2, 3. The pods behind the Service changed meanwhile."
    )


def test_the_band_of_a_pod_is_that_of_all_if_nothing_changed() -> None:
    counted = Traffic(expected=["a", "b", "c"])
    for number in range(300):
        counted.add("abc"[number % 3])
    assert counted.expectation("a")[1:] == pytest.approx(traffic.band(300, 3))


def test_one_connection_is_expected_at_one_pod() -> None:
    counted = Traffic(expected=["a", "b"], sticky=True)
    counted.add("a")
    assert counted.summary == "1 of 1 requests were answered by 1 of 2 pods: 1, 0. One pod was expected to answer all."


def test_the_chart_has_a_row_for_pods_that_cannot_answer_and_for_those_that_are_gone() -> None:
    counted = Traffic(expected=["a", "old"])
    counted.add("a")
    texts = bars(counted, {"a": "Ready", "new": "Pending"}, 3, Rows().place(["a", "new", "old"])).svg()
    assert ">a</text>" in texts
    assert ">new (Pending)</text>" in texts
    assert ">old (gone)</text>" in texts
    assert '<td style="text-align:left">100.0 %</td>' in table(counted).html()
    assert [row[:3] for row in table(counted)] == [["a", 1, "100.0 %"], ["old", 0, "0.0 %"]]


@pytest.mark.parametrize(("option", "seconds"), [("20/s", 0.05), ("60/m", 1), ("2/3s", 1.5), ("3600", 1)])
def test_curl_reads_a_rate(option: str, seconds: float) -> None:
    assert parse_command(("curl", "--rate", option, "http://x")).interval == seconds


@pytest.mark.parametrize("option", ["x", "0/s", "1/y"])
def test_curl_refuses_other_rates(option: str) -> None:
    with pytest.raises(CurlError, match="option --rate: expected a proper numerical parameter"):
        parse_command(("curl", "--rate", option, "http://x"))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster with a server that is its own client."""
    with kubelearn.connect(seed=1) as started:
        server = {
            "name": "agnhost",
            "image": AGNHOST,
            "args": ["netexec", "--http-port=8080"],
            "readinessProbe": {"httpGet": {"port": 8080}, "periodSeconds": 1},
        }
        started.core.create_namespaced_pod(
            "default", {"metadata": {"name": "client", "labels": {"run": "client"}}, "spec": {"containers": [server]}}
        )
        waited = kubelearn.kubectl.run("wait", "--for=condition=Ready", "pod/client", "--timeout=60s")
        assert waited.returncode == 0
        yield started


def test_a_service_has_settled_when_every_pod_answers(cluster: Cluster) -> None:
    pods.serve(cluster, "web", 3)
    traffic.settle(cluster, "web")
    assert set(traffic.send(cluster, "http://web:8081/hostname", 60).answers) == set(traffic.ready_pods(cluster, "web"))


def test_nothing_is_sent_while_pods_come_and_go(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter(["1", "2", "2", "3", "3", "3"])
    sent_at: list[int] = []
    monkeypatch.setattr(traffic, "_RULES_LAG", 0)
    monkeypatch.setattr(traffic, "_versions", lambda *_: next(seen))
    monkeypatch.setattr(traffic, "_unsettled", lambda *_: sent_at.append(len(list(seen))))
    traffic.settle(cluster, "web")
    assert sent_at == [0]  # versions left: only the third look found what it had found before


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        ({"selector": {"app": "nobody"}}, "hostname", "the Service mute has no ready pod"),
        ({"ports": [{"port": 8081, "targetPort": 9}]}, "hostname", "http://mute:8081/hostname does not always answer"),
        ({}, "echo?msg=me", r"http://mute:8081/echo\?msg=me is not answered by client"),
    ],
)
def test_a_service_that_does_not_settle_says_why(cluster: Cluster, change: dict[str, Any], path: str, why: str) -> None:
    spec: Any = {"selector": {"run": "client"}, "ports": [{"port": 8081, "targetPort": 8080}], **change}
    cluster.core.create_namespaced_service("default", {"metadata": {"name": "mute"}, "spec": spec})
    try:
        with pytest.raises(TimeoutError, match=rf"after 0 s, {why}"):
            traffic.settle(cluster, "mute", path=path, limit=0)
    finally:
        cluster.core.delete_namespaced_service("mute", "default")


@pytest.mark.parametrize("keep_alive", [False, True])
def test_requests_at_a_rate_take_their_time(cluster: Cluster, keep_alive: bool) -> None:
    begin = time.monotonic()
    for latest in traffic.stream(cluster, "http://localhost:8080/hostname", 11, keep_alive=keep_alive, rate=20):
        counted = latest
    assert time.monotonic() - begin >= 0.5
    assert counted.answers == {"client": 11}


def test_a_stream_is_stopped_early(cluster: Cluster) -> None:
    stop = threading.Event()
    for latest in traffic.stream(cluster, "http://localhost:8080/hostname", 6000, rate=100, stop=stop):
        stop.set()
        counted = latest
    assert counted.total < 6000
    assert (
        "kubelearn-" in cluster.exec("client", "ls", "/tmp").stdout
    )  # what ends the command where it runs on without a listener


def test_what_is_stopped_ends_in_the_pod_too(cluster: Cluster) -> None:
    mark = traffic.new_mark()
    cluster.exec("client", "touch", mark).check()
    done = cluster.exec("client", *traffic.command("http://localhost:8080/hostname", 6000, rate=1, mark=mark)).check()
    assert done.stdout == ""
    assert cluster.exec("client", "test", "-e", mark).code == 1
