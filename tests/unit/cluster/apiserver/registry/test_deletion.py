"""A pod that is deleted again: its grace period gets shorter, and never longer (rest.BeforeDelete)."""

from __future__ import annotations

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.objects import bare
from tests.unit.cluster.apiserver.kinds.pod.pods import pod_with


@pytest.fixture
def registry() -> Registry:
    """A pod that runs on a node."""
    registry = Registry(Store())
    registry.create("namespaces", "", bare("Namespace", "course"))
    registry.create("serviceaccounts", "course", bare("ServiceAccount", "default"))
    registry.create("pods", "course", pod_with(nodeName="worker"))
    return registry


def delete(registry: Registry, grace: int | None = None, **options: str | bool) -> Object:
    return registry.delete("pods", "course", "p", grace_period=grace, **options)  # type: ignore[arg-type]


def end(pod: Object) -> float:
    """Return when a pod is to be gone."""
    return meta.seconds_of(pod["metadata"]["deletionTimestamp"])


@pytest.mark.parametrize("again", [None, 20, 40])
def test_a_second_deletion_that_leaves_no_less_changes_nothing(registry: Registry, again: int | None) -> None:
    first = delete(registry, 20)
    assert delete(registry, again) == first


def test_a_second_deletion_that_leaves_less_brings_the_end_nearer(registry: Registry) -> None:
    first = delete(registry)
    second = delete(registry, 5)
    assert second["metadata"]["deletionGracePeriodSeconds"] == 5
    assert end(second) == end(first) - 25
    assert second["metadata"]["generation"] == first["metadata"]["generation"] == 2


@pytest.mark.parametrize(("again", "left"), [(None, 20), (10, 10)])
def test_a_pod_that_has_ended_waits_for_its_kubelet_when_it_is_deleted_again(
    registry: Registry, again: int | None, left: int
) -> None:
    delete(registry, 20)
    registry.modify("pods", "course", "p", lambda pod: pod["status"].update(phase="Succeeded"), subresource="status")
    assert delete(registry, again)["metadata"]["deletionGracePeriodSeconds"] == left
    assert registry.find("pods", "course", "p") is not None


def test_finalizers_do_not_change_while_a_pod_terminates(registry: Registry) -> None:
    first = delete(registry, 20)
    assert delete(registry, propagation="Foreground") == first


def test_a_forced_deletion_removes_a_pod_that_terminates(registry: Registry) -> None:
    delete(registry)
    delete(registry, 0)
    assert registry.find("pods", "course", "p") is None


def test_a_deletion_that_is_a_trial_shows_how_the_pod_would_terminate(registry: Registry) -> None:
    stored = registry.get("pods", "course", "p")
    shown = delete(registry, 7, dry_run=True)
    assert shown["metadata"]["deletionGracePeriodSeconds"] == 7
    assert registry.get("pods", "course", "p") == stored
