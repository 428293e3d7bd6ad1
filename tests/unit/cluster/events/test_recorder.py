"""Recording events, as client-go's EventCorrelator does."""

from __future__ import annotations

import re
import time

import pytest

from kubelearn.cluster import bootstrap, meta
from kubelearn.cluster.apiserver.registry import event_ttl
from kubelearn.cluster.apiserver.registry.event_ttl import EventTtl
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.events import recorder as events
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.objects import bare


class _World:
    def __init__(self) -> None:
        self.registry, self.now = Registry(Store(), seed=1), 1_800_000_000.0
        for name in ("default", "course"):
            self.registry.create("namespaces", "", {"metadata": {"name": name}})
        self.recorder = EventRecorder(self.registry, "kubelet", "worker", clock=lambda: self.now)

    def events(self, namespace: str = "course") -> list[Object]:
        return sorted(
            self.registry.list("events", namespace), key=lambda event: int(event["metadata"]["resourceVersion"])
        )


@pytest.fixture
def world() -> _World:
    return _World()


def _pod(name: str = "web", namespace: str = "course") -> Object:
    return bare("Pod", name, namespace=namespace, uid=f"uid-{name}", resourceVersion="7")


def test_event(world: _World) -> None:
    world.recorder.event(_pod(), "Normal", "Started", "Container started", "spec.containers{web}")
    [event] = world.events()
    assert re.fullmatch(r"web\.[0-9a-f]{16}", event["metadata"]["name"])
    assert event["involvedObject"] == {
        "kind": "Pod",
        "namespace": "course",
        "name": "web",
        "uid": "uid-web",
        "apiVersion": "v1",
        "resourceVersion": "7",
        "fieldPath": "spec.containers{web}",
    }
    assert event["source"] == {"component": "kubelet", "host": "worker"}
    assert (event["type"], event["reason"], event["message"], event["count"]) == (
        "Normal",
        "Started",
        "Container started",
        1,
    )
    assert event["firstTimestamp"] == event["lastTimestamp"] == meta.timestamp(world.now)
    assert (event["reportingComponent"], event["reportingInstance"]) == ("kubelet", "worker")


def test_events_about_cluster_scoped_objects_are_in_default(world: _World) -> None:
    world.recorder.event(
        {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "worker", "uid": "u"}}, "Normal", "NodeReady", "ready"
    )
    [event] = world.events("default")
    assert "namespace" not in event["involvedObject"]


def test_the_same_event_counts_up(world: _World) -> None:
    for _ in range(3):
        world.recorder.event(_pod(), "Warning", "BackOff", "again")
        world.now += 1000
    [event] = world.events()
    assert event["count"] == 3
    assert (event["firstTimestamp"], event["lastTimestamp"]) == (
        meta.timestamp(world.now - 3000),
        meta.timestamp(world.now - 1000),
    )


@pytest.mark.parametrize(
    "change", [{"field_path": "spec.containers{b}"}, {"kind": "Normal"}, {"reason": "Other"}, {"message": "other"}]
)
def test_different_events_stay_apart(world: _World, change: dict[str, str]) -> None:
    first = {"kind": "Warning", "reason": "BackOff", "message": "again", "field_path": ""}
    world.recorder.event(_pod(), **first)
    world.recorder.event(_pod(), **{**first, **change})
    assert [event["count"] for event in world.events()] == [1, 1]


def test_an_event_that_is_gone_is_made_again_with_its_count(world: _World) -> None:
    world.recorder.event(_pod(), "Warning", "BackOff", "again")
    [event] = world.events()
    world.registry.delete("events", "course", event["metadata"]["name"])
    world.recorder.event(_pod(), "Warning", "BackOff", "again")
    [again] = world.events()
    assert (again["metadata"]["name"], again["count"]) == (event["metadata"]["name"], 2)


def test_many_similar_events_are_combined(world: _World) -> None:
    for number in range(12):
        world.recorder.event(_pod(), "Normal", "SuccessfulCreate", f"Created pod: web-{number}")
    listed = world.events()
    assert [event["message"] for event in listed] == [
        *(f"Created pod: web-{n}" for n in range(9)),
        "(combined from similar events): Created pod: web-11",
    ]
    assert listed[-1]["count"] == 3


def test_similar_events_are_forgotten_after_ten_minutes(world: _World) -> None:
    for number in range(12):
        world.recorder.event(_pod(), "Normal", "SuccessfulCreate", f"Created pod: web-{number}")
        world.now += 601
    assert all(event["message"].startswith("Created") for event in world.events())


def test_one_object_gets_so_many_events_and_then_one_every_five_minutes(world: _World) -> None:
    def say(times: int) -> int:
        for _ in range(times):
            world.recorder.event(_pod(), "Warning", "BackOff", "again")
        count: int = world.events()[0]["count"]
        return count

    assert say(40) == 25
    world.now += 299
    assert say(1) == 25
    world.now += 2
    assert say(3) == 42  # what was not written is counted all the same
    world.recorder.event(_pod("other"), "Warning", "BackOff", "again")
    assert len(world.events()) == 2


def test_a_namespace_that_goes_does_not_disturb(world: _World) -> None:
    world.recorder.event(_pod(namespace="nowhere"), "Normal", "Started", "x")
    assert not world.events("nowhere")
    world.registry.delete("namespaces", "", "course")
    world.recorder.event(_pod(), "Normal", "Killing", "Stopping container web")
    assert not world.events()


def test_memory_is_bounded(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_REMEMBERED", 3)
    for number in range(10):
        world.recorder.event(_pod(f"web-{number}"), "Normal", "Started", "x")
    assert [len(cache) for cache in (world.recorder._similar, world.recorder._tokens, world.recorder._known)] == [
        3,
        3,
        3,
    ]


def test_events_are_kept_for_an_hour_after_they_were_last_written() -> None:
    registry = Registry(Store(), 1)
    bootstrap.namespaces(registry)
    for name, age in (("old", 3700), ("young", 3500)):
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - age))
        about = {"kind": "Pod", "name": "web", "namespace": "default"}
        registry.create(
            "events",
            "default",
            {
                "metadata": {"name": name},
                "involvedObject": about,
                "firstTimestamp": "2020-01-01T00:00:00Z",
                "lastTimestamp": when,
            },
        )
    EventTtl(registry).expire(time.time() - event_ttl.TTL)
    assert [event["metadata"]["name"] for event in registry.list("events", "default")] == ["young"]
