"""PriorityClasses, and what they give pods."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi, causes_of

KEY = "priorityclasses.scheduling.k8s.io"


def priority_class(name: str = "gold", value: int = 1000, **fields: Any) -> Object:
    return {"metadata": {"name": name}, "value": value, **fields}


def pod(**spec: Any) -> Object:
    return bare("Pod", "p", {"containers": [{"name": "c", "image": "busybox"}], **spec})


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (priority_class(), []),
        (priority_class("system-node-critical", 2_000_001_000), []),
        (
            priority_class(value=1_000_000_001),
            ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
        ),
        (
            priority_class("system-mine"),
            [
                "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use "
                "only. error: system-mine is not a known system priority class"
            ],
        ),
        (
            priority_class(preemptionPolicy="Ask"),
            ['preemptionPolicy: Unsupported value: "Ask": supported values: "Never", "PreemptLowerPriority"'],
        ),
    ],
)
def test_what_is_refused(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(KEY, obj)) == expected


def test_value_and_policy_stay(api: FakeApi) -> None:
    api.create(KEY, priority_class())
    changes = {"value": 5, "preemptionPolicy": "Never"}
    assert causes_of(lambda: api.update(KEY, "gold", lambda item: item.update(changes))) == [
        "value: Forbidden: may not be changed in an update.",
        'preemptionPolicy: Invalid value: "Never": field is immutable',
    ]
    assert api.update(KEY, "gold", lambda item: item.update(description="d"))["description"] == "d"


def test_there_is_one_default(api: FakeApi) -> None:
    api.create(KEY, priority_class(globalDefault=True))
    with pytest.raises(errors.ApiError, match="PriorityClass gold is already marked as default"):
        api.create(KEY, priority_class("silver", globalDefault=True))


def test_the_systems_classes_stay() -> None:
    with pytest.raises(errors.ApiError, match="this is a system priority class and cannot be deleted"):
        for_resource(KEY).check_delete(priority_class("system-cluster-critical"))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ("gold", 1000, "Never")),
        ({"priorityClassName": "low"}, ("low", 5, "PreemptLowerPriority")),
        (
            {"priorityClassName": "system-node-critical"},
            ("system-node-critical", 2_000_001_000, "PreemptLowerPriority"),
        ),
    ],
)
def test_what_a_pod_gets(api: FakeApi, spec: Object, expected: tuple[str, int, str]) -> None:
    api.create(KEY, priority_class(globalDefault=True, preemptionPolicy="Never"))
    api.create(KEY, priority_class("low", 5))
    made = api.create("pods", pod(**spec))["spec"]
    assert (made["priorityClassName"], made["priority"], made["preemptionPolicy"]) == expected


def test_what_a_pod_may_not_say_itself(api: FakeApi) -> None:
    with pytest.raises(errors.ApiError, match=r"the integer value of priority \(7\) must not be provided"):
        api.create("pods", pod(priority=7))
