"""Pods: what may change, how they end, their class of quality."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.apiserver.kinds.pod.strategy import check_graceful, qos_class
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.kinds.pod.pods import pod_with
from tests.unit.strategy_fakes import FakeApi, causes_of


def _container(**values: Any) -> Any:
    return lambda obj: obj["spec"]["containers"][0].update(values)


def _spec(**values: Any) -> Any:
    return lambda obj: obj["spec"].update(values)


@pytest.mark.parametrize(
    "change",
    [
        _container(image="nginx:1.27"),
        _spec(activeDeadlineSeconds=60),
        lambda obj: obj["spec"]["tolerations"].append({"operator": "Exists"}),
        lambda obj: obj["metadata"].update(labels={"a": "b"}),
    ],
)
def test_allowed_changes(api: FakeApi, change: Any) -> None:
    api.create("pods", pod_with())
    assert causes_of(lambda: api.update("pods", "p", change)) == []


_FORBIDDEN = (
    "spec: Forbidden: pod updates may not change fields other than"
    " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
    " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
    " previously negative)\n"
)


@pytest.mark.parametrize(
    "change",
    [_container(command=["sh"]), _spec(nodeName="node"), _spec(terminationGracePeriodSeconds=1), _spec(hostname="x")],
)
def test_forbidden_changes(api: FakeApi, change: Any) -> None:
    api.create("pods", pod_with())
    found = causes_of(lambda: api.update("pods", "p", change))
    assert len(found) == 1
    assert found[0].startswith(_FORBIDDEN)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda obj: obj["spec"]["containers"].append({"name": "d", "image": "i"}),
            "spec.containers: Forbidden: pod updates may not add or remove containers",
        ),
    ],
)
def test_other_forbidden_changes(api: FakeApi, change: Any, expected: str) -> None:
    api.create("pods", pod_with())
    assert causes_of(lambda: api.update("pods", "p", change)) == [expected]


@pytest.mark.parametrize(
    ("spec", "phase", "asked", "period"),
    [
        ({"terminationGracePeriodSeconds": 30}, "Pending", None, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", None, 30),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 5, 5),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 0, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Failed", None, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": -1}, "Running", None, 1),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 0}, "Running", None, 0),
    ],
)
def test_graceful_deletion(spec: Object, phase: str, asked: int | None, period: int) -> None:
    assert check_graceful({"metadata": {}, "spec": spec, "status": {"phase": phase}}, asked) == period


@pytest.mark.parametrize(
    ("resources", "quality"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
    ],
)
def test_qos(resources: Object, quality: str) -> None:
    assert qos_class({"containers": [{"resources": resources}]}) == quality


def test_status_subresource_touches_nothing_else(api: FakeApi) -> None:
    from kubelearn.cluster import meta

    old = api.create("pods", pod_with())
    new = meta.thaw(old)
    new["spec"]["hostname"] = "x"
    new["metadata"]["labels"] = {"a": "b"}
    new["status"] = {"phase": "Running"}
    for_resource("pods").prepare_status(new, old)
    assert new == {**old, "status": {"phase": "Running", "qosClass": "BestEffort"}}
