"""Recording events of the newer form, as client-go's tools/events does."""

from __future__ import annotations

import re

import pytest

from kubelearn.cluster.apiserver.registry.event_ttl import EventTtl
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.events.series import FINISH, SeriesRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store


class _World:
    def __init__(self) -> None:
        self.registry, self.now = Registry(Store(), seed=1), 1_800_000_000.25
        for name in ("default", "course"):
            self.registry.create("namespaces", "", {"metadata": {"name": name}})
        self.recorder = SeriesRecorder(
            self.registry, "default-scheduler", "head", manager="kube-scheduler", clock=lambda: self.now
        )

    def fails(self, note: str = "0/3 nodes are available", version: str = "7") -> None:
        pod: Object = {
            "kind": "Pod",
            "apiVersion": "v1",
            "metadata": {"name": "web", "namespace": "course", "uid": "u", "resourceVersion": version},
        }
        self.recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", note)

    def events(self, namespace: str = "course") -> list[Object]:
        return self.registry.list("events", namespace)

    def series(self) -> list[int]:
        """Return the count of each event's series, 1 for an event alone, in the order of their names."""
        return [(event.get("series") or {"count": 1})["count"] for event in self.events()]


@pytest.fixture
def world() -> _World:
    return _World()


def test_an_event_of_the_newer_form(world: _World) -> None:
    world.fails()
    [event] = world.events()
    assert re.fullmatch(r"web\.[0-9a-f]{16}", event["metadata"].pop("name"))
    assert event["metadata"]["managedFields"][0]["manager"] == "kube-scheduler"
    del event["metadata"]
    assert event == {
        "kind": "Event",
        "apiVersion": "v1",
        "involvedObject": {
            "kind": "Pod",
            "namespace": "course",
            "name": "web",
            "uid": "u",
            "apiVersion": "v1",
            "resourceVersion": "7",
        },
        "eventTime": "2027-01-15T08:00:00.000000Z",
        "firstTimestamp": None,
        "lastTimestamp": None,
        "source": {"component": "default-scheduler"},
        "type": "Warning",
        "reason": "FailedScheduling",
        "action": "Scheduling",
        "message": "0/3 nodes are available",
        "reportingComponent": "default-scheduler",
        "reportingInstance": "default-scheduler-head",
    }


def test_about_something_without_a_namespace(world: _World) -> None:
    world.recorder.event(
        {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "head", "uid": "u"}},
        "Normal",
        "Seen",
        "Looking",
        "there",
    )
    assert [event["involvedObject"]["name"] for event in world.events("default")] == ["head"]


def test_the_second_makes_a_series_with_the_first_words_and_the_third_is_only_counted(world: _World) -> None:
    world.fails("first")
    world.now += 60
    world.fails("second")
    assert [event["message"] for event in world.events()] == ["first"]
    assert world.events()[0]["series"] == {"count": 2, "lastObservedTime": "2027-01-15T08:01:00.250000Z"}
    world.now += 60
    world.fails()
    assert world.series() == [2]


def test_another_state_of_the_object_is_another_event(world: _World) -> None:
    world.fails(version="7")
    world.now += 1
    world.fails(version="8")
    assert world.series() == [1, 1]


def test_a_series_that_goes_on_is_written_now_and_then(world: _World) -> None:
    for _ in range(4):
        world.fails()
        world.now += 60
    world.recorder.finish()
    assert world.series() == [2]
    world.recorder.refresh()
    assert world.series() == [4]


def test_six_minutes_without_news_end_a_series_with_its_count(world: _World) -> None:
    for _ in range(4):
        world.fails()
    world.now += FINISH
    world.recorder.finish()
    assert world.series() == [2]
    world.now += 1
    world.recorder.finish()
    assert world.series() == [4]
    world.fails()
    assert world.series() == [4, 1]


def test_an_event_alone_is_over_after_six_minutes_too(world: _World) -> None:
    world.fails()
    world.now += FINISH + 1
    world.recorder.finish()
    world.fails()
    assert world.series() == [1, 1]


def test_a_series_whose_event_is_gone_is_written_anew(world: _World) -> None:
    world.fails()
    world.registry.delete("events", "course", world.events()[0]["metadata"]["name"])
    world.fails()
    assert world.series() == [2]


def test_a_namespace_that_is_gone_disturbs_nobody(world: _World) -> None:
    world.recorder.event(
        {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "gone", "uid": "u"}},
        "Normal",
        "Scheduled",
        "Binding",
        "there",
    )
    assert world.events("gone") == []


def test_an_event_is_kept_for_an_hour_after_its_series(world: _World) -> None:
    world.fails()
    world.now += 100
    world.fails()
    EventTtl(world.registry).expire(world.now - 50)
    assert world.series() == [2]
    EventTtl(world.registry).expire(world.now + 50)
    assert world.series() == []
