"""A Deployment whose pods are all ready, and whose status does not say so yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kubernetes.client import ApiClient

from kubelearn.course.exercises import through
from kubelearn.course.exercises.core import NotYet
from kubelearn.course.exercises.probe import Underway


class Behind:
    """A cluster whose Deployment has been changed, with two pods that are ready."""

    namespace = "default"

    def __init__(self, more: dict[str, Any] | None = None, conditions: tuple[tuple[str, str], ...] = (), **spec: Any):
        """Change the Deployment.

        Args:
            more: the status of a third pod.
            conditions: the Deployment's.
            spec: more of the Deployment's.
        """
        self.apps = self.core = self
        ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
        statuses = [ready, ready, more] if more else [ready, ready]
        self._pods = _typed("V1PodList", items=[_named(f"web-{n}", status=each) for n, each in enumerate(statuses)])
        status = {
            "observedGeneration": 1,
            "replicas": 2,
            "updatedReplicas": 2,
            "conditions": [{"type": kind, "status": status} for kind, status in conditions],
        }
        template = {"metadata": {}, "spec": {"containers": [{"name": "web"}]}}
        wanted = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
        self._deployment = _typed("V1Deployment", **_named("web", generation=2, spec=wanted, status=status))

    def read_namespaced_deployment(self, *_arguments: object) -> Any:
        return self._deployment

    def list_namespaced_pod(self, *_arguments: object, **_options: object) -> Any:
        return self._pods


def _named(name: str, generation: int = 1, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "generation": generation}, **fields}


def _typed(kind: str, **fields: Any) -> Any:
    return ApiClient()._ApiClient__deserialize(fields, kind)


@pytest.mark.parametrize(
    "look",
    [lambda cluster: through._look_for_replicas(cluster, "web", ""), lambda cluster: through.available(cluster, "web")],
)
@pytest.mark.parametrize(
    ("cluster", "underway"),
    [
        (Behind(), True),
        (Behind(paused=True), False),
        (Behind(conditions=(("ReplicaFailure", "True"),)), False),
        (Behind(conditions=(("Progressing", "False"),)), False),
        (Behind(conditions=(("Progressing", "True"), ("Available", "False"))), True),
        (Behind({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False"}]}), False),
    ],
)
def test_a_controller_that_is_behind_is_waited_for(cluster: Any, underway: bool, look: Callable[[Any], object]) -> None:
    with pytest.raises(NotYet) as raised:
        look(cluster)
    assert isinstance(raised.value, Underway) == underway
