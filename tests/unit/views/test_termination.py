"""A pod's last seconds: what a recording says, and recordings of a pod that drains and of one that is killed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import kubelearn
from kubelearn.views import termination, traffic
from kubelearn.views.termination import Recording, Span
from kubelearn.views.termination.model import spans
from kubelearn.views.traffic.load import Attempt
from tests.unit import pods

REFUSED = "curl: (7) Failed to connect to 10.244.1.2 port 8080 after 0 ms: Couldn't connect to server"
OWN = (
    Attempt(-0.5, "ok"),
    Attempt(0.5, "ok"),
    Attempt(2.1, "shutting down"),
    Attempt(4.9, "shutting down"),
    Attempt(5.1, REFUSED),
)
DRAINED = Recording(
    service="web",
    pod="web-1",
    grace=30,
    begin=-1.0,
    end=5.7,
    gone=5.0,
    hook=True,
    code=0,
    endpoint=(Span("ready", -1.0, 0.0), Span("serving, terminating", 0.0, 5.0)),
    own=OWN,
    nodes={"one": (Attempt(0.4, "web-1"), Attempt(0.9, "web-2")), "two": (Attempt(0.1, "web-2"),)},
    slow=Span("answered", -1.0, 4.0),
)


def test_sigterm_is_when_the_server_says_so() -> None:
    assert (DRAINED.asked_to_stop, DRAINED.last_answer) == (2.1, 4.9)
    assert [(span.state, span.start, span.end) for span in DRAINED.phases] == [
        ("ready", -1.0, 0.0),
        ("preStop hook", 0.0, 2.1),
        ("shuts down", 2.1, 4.9),
        ("ended", 4.9, 5.0),
    ]


def test_a_server_that_stops_at_once_says_nothing() -> None:
    sudden = replace(DRAINED, own=(*OWN[:2], OWN[4]), hook=False)
    assert sudden.asked_to_stop is None
    assert [span.state for span in sudden.phases] == ["ready", "still answers", "ended"]
    assert "before the server stopped" in sudden.summary


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "The last node stopped sending it requests before SIGTERM came."),
        ({"nodes": {"one": (Attempt(2.5, REFUSED),)}}, "The last node stopped sending it requests after SIGTERM came."),
        ({}, "The request in flight was answered. The server ended by itself, within its grace period of 30 s."),
        (
            {"code": 137, "grace": 4, "slow": Span("lost", -1.0, 4.0)},
            "The request in flight was lost. Its grace period of 4 s was over first: SIGKILL ended the server.",
        ),
        ({"gone": None}, "It had not ended when the recording did."),
    ],
)
def test_the_summary_says_what_happened_and_no_time(change: dict[str, Any], said: str) -> None:
    assert said in replace(DRAINED, **change).summary


def test_a_lost_request_may_have_gone_to_the_pod() -> None:
    lost = replace(DRAINED, nodes={"one": (Attempt(0.4, "web-1"), Attempt(1.5, REFUSED))})
    assert (lost.last_sent("one"), lost.rules_followed) == (1.5, 1.5)
    assert DRAINED.last_sent("two") is None


def test_spans_join_what_does_not_change() -> None:
    assert spans([(0.0, ""), (1.0, "ready"), (2.0, "ready"), (3.0, ""), (4.0, "x")], 5.0) == (
        Span("ready", 1.0, 3.0),
        Span("x", 4.0, 5.0),
    )


def test_the_picture_names_the_moments() -> None:
    drawn = {getattr(shape, "text", "") for shape in termination.draw(DRAINED).shapes}
    assert {"deletion", "SIGTERM", "From one", "last to this pod at 0.4 s", "none after the deletion"} <= drawn
    assert "SIGKILL" not in drawn
    killed = termination.draw(replace(DRAINED, code=137))
    assert "SIGKILL" in {getattr(shape, "text", "") for shape in killed.shapes}
    assert termination.picture(DRAINED).alt == DRAINED.summary


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(seed=1) as started:
        pods.run(started, "client")
        yield started


def _deploy(cluster: kubelearn.Cluster, name: str, grace: int) -> None:
    container = {
        "name": "web",
        "image": pods.IMAGE,
        "args": ["netexec", "--delay-shutdown=3"],
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 1},
        "lifecycle": {"preStop": {"sleep": {"seconds": 2}}},
    }
    labels = {"app": name}
    spec = {"terminationGracePeriodSeconds": grace, "containers": [container]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body: Any = {
        "metadata": {"name": name},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }
    cluster.apps.create_namespaced_deployment("default", body)
    service: Any = {
        "metadata": {"name": name},
        "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]},
    }
    cluster.core.create_namespaced_service("default", service)
    traffic.settle(cluster, name)


def test_a_pod_that_drains(cluster: kubelearn.Cluster) -> None:
    _deploy(cluster, "calm", 30)
    before = {thread.name for thread in threading.enumerate()}
    found = termination.record(cluster, "calm", "calm", slow="shell?cmd=sleep%203")
    assert {thread.name for thread in threading.enumerate()} == before
    assert found.asked_to_stop is not None
    assert 1.5 < found.asked_to_stop < found.last_answer < (found.gone or 0) + 0.5
    assert [span.state for span in found.endpoint][:2] == ["ready", "serving, terminating"]
    assert found.slow
    assert found.slow.state == "answered"
    assert (found.code, found.killed) == (0, False)
    assert list(found.nodes) == [cluster.core.read_namespaced_pod("client", "default").spec.node_name]
    assert termination.table(found).rows[0][:2] == ["pod", "ready"]


def test_a_pod_whose_grace_period_is_too_short(cluster: kubelearn.Cluster) -> None:
    _deploy(cluster, "hasty", 3)
    found = termination.record(cluster, "hasty", "hasty", slow="shell?cmd=sleep%2020")
    assert found.killed
    assert found.slow
    assert found.slow.state == "lost"
    assert found.summary.endswith("Its grace period of 3 s was over first: SIGKILL ended the server.")


def test_without_a_ready_pod_nothing_is_updated(cluster: kubelearn.Cluster) -> None:
    cluster.core.create_namespaced_service(
        "default", {"metadata": {"name": "empty"}, "spec": {"selector": {"app": "none"}, "ports": [{"port": 80}]}}
    )
    with pytest.raises(ValueError, match="no ready pod behind the Service empty"):
        termination.record(cluster, "empty", "empty")
