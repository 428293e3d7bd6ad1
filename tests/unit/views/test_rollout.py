"""Updates in time: phases of pods, and what became of requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

import kubelearn
from kubelearn.views import rollout
from kubelearn.views.rollout import Phase, Recording, Track
from kubelearn.views.traffic.load import Attempt
from tests.unit import pods


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    # kube-proxy follows at once: the recording ends a moment after the update, and its last request has to be answered.
    with kubelearn.connect(seed=1, pace=0.1) as started:
        pods.run(started, "client")
        pods.serve(started, "hello", 2)
        pods.until_proxied(started, "hello")
        yield started


@pytest.fixture(scope="module")
def recording(cluster: kubelearn.Cluster) -> Recording:
    return rollout.record(cluster, "hello", "hello", 8081)


def test_pods_of_both_versions_are_seen_from_begin_to_end(cluster: kubelearn.Cluster, recording: Recording) -> None:
    now = {pod.metadata.name for pod in cluster.core.list_namespaced_pod("default", label_selector="app=hello").items}
    assert {row["pod"] for row in recording.rows() if row["version"] == "new"} == now
    old = [row for row in recording.rows() if row["version"] == "old"]
    assert len({row["pod"] for row in old}) == 2
    assert [row["state"] for row in old][:2] == ["ready", "ready"]
    assert all(row["end"] is not None for row in old)
    assert all(phase.end is None for phase in recording.phases if phase.version == "new" and phase.state == "ready")


def test_phases_of_a_pod_follow_each_other(recording: Recording) -> None:
    for pod in recording.pods:
        phases = [phase for phase in recording.phases if phase.pod == pod]
        assert [phase.end for phase in phases[:-1]] == [phase.start for phase in phases[1:]]


def test_a_pods_own_address_is_lost_with_the_pod(recording: Recording) -> None:
    service, pod = recording.tracks
    assert pod.outcome == "some requests lost"
    gone = max(phase.end or 0 for phase in recording.phases if phase.pod == pod.name.removeprefix("Pod "))
    late = [attempt for attempt in pod.attempts if attempt.at > gone + 0.1]
    assert late
    assert all(attempt.lost for attempt in late)
    assert not service.attempts[-1].lost
    assert {row["to"] for row in recording.request_rows()} == {service.name, pod.name}


def test_the_picture_says_what_happened(recording: Recording) -> None:
    text = repr(rollout.picture(recording))
    assert text.startswith("Rolling update of hello, finished: 2 old pods, 2 new pods. Service hello: ")
    assert text == recording.summary
    assert rollout.rows(recording) == recording.rows()


def test_nothing_goes_on_after_a_recording(cluster: kubelearn.Cluster) -> None:
    before = {thread.name for thread in threading.enumerate()}
    recorder = rollout.Recorder(cluster, "hello", "hello", 8081)
    recorder.close()
    recorder.close()
    assert {thread.name for thread in threading.enumerate()} == before
    recorder.update()  # closed: nothing happens
    assert not recorder.recording.finished


def test_a_service_without_the_port_is_refused_before_anything_runs(cluster: kubelearn.Cluster) -> None:
    with pytest.raises(ValueError, match="the Service hello has no port 80"):
        rollout.Recorder(cluster, "hello", "hello", 80)


def test_outcomes() -> None:
    good, bad = Attempt(0, "hello-1"), Attempt(1, "curl: (7) Failed to connect")
    assert [Track("t", "u", attempts).outcome for attempts in ((), (good,), (good, bad), (bad,))] == [
        "no request yet",
        "no request lost",
        "some requests lost",
        "every request lost",
    ]


def test_a_recording_under_way_says_so() -> None:
    phases = (Phase("a", "old", "ready", 0), Phase("b", "new", "starting", 1))
    assert Recording("web", phases, (), 2, False).summary == "Rolling update of web, under way: 1 old pods, 1 new pods."
    assert (
        Recording("web", phases[:1], (), 2, False).summary
        == "Rolling update of web, not begun: 1 old pods, 0 new pods."
    )
