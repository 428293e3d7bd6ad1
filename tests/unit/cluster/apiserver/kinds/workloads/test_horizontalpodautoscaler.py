"""Autoscalers, in both of their versions."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.workloads.horizontalpodautoscaler import from_v1, to_v1
from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


def test_autoscaler_is_one_object_in_two_versions(api: FakeApi) -> None:
    v1: Object = {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v1",
        "metadata": {"name": "h"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"},
            "maxReplicas": 3,
            "targetCPUUtilizationPercentage": 50,
        },
    }
    stored = api.create("horizontalpodautoscalers.autoscaling", from_v1(v1))
    assert stored["spec"]["minReplicas"] == 1
    assert stored["spec"]["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 50}
    assert stored["status"] == {"desiredReplicas": 0, "currentMetrics": None}
    shown = to_v1(stored)
    assert shown["spec"] == {**v1["spec"], "minReplicas": 1}
    assert from_v1(shown)["spec"] == stored["spec"]
    v1["spec"]["maxReplicas"] = 0
    assert causes_of(lambda: api.create("horizontalpodautoscalers.autoscaling", from_v1(v1))) == [
        "spec.maxReplicas: Invalid value: 0: must be greater than 0",
        "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
    ]


def _spec(**more: Any) -> Object:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3, **more}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}, "spec": spec}


EITHER = "must set either a target raw value or a target utilization"
TARGETS = "must be either Utilization, Value, or AverageValue"
TYPES = 'supported values: "ContainerResource", "External", "Object", "Pods", "Resource"'


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        ({"scaleTargetRef": {}}, ["scaleTargetRef.kind: Required value", "scaleTargetRef.name: Required value"]),
        (
            {"scaleTargetRef": {"kind": "Deployment", "name": "a/b"}},
            ["scaleTargetRef.name: Invalid value: \"a/b\": may not contain '/'"],
        ),
        ({"metrics": [{"type": "Foo"}]}, [f'metrics[0].type: Unsupported value: "Foo": {TYPES}'] * 2),
        (
            {"metrics": [{"type": "Resource"}]},
            ["metrics[0].resource: Required value: must populate information for the given metric source"],
        ),
        (
            {"metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization"}}}]},
            [f"metrics[0].resource.target.averageUtilization: Required value: {EITHER}"],
        ),
        (
            {
                "metrics": [
                    {"type": "Resource", "resource": {"target": {"averageUtilization": 0, "averageValue": "-1"}}}
                ]
            },
            [
                "metrics[0].resource.name: Required value: must specify a resource name",
                "metrics[0].resource.target.type: Required value: must specify a metric target type",
                f'metrics[0].resource.target.type: Invalid value: "": {TARGETS}',
                'metrics[0].resource.target.averageValue: Invalid value: "-1": must be positive',
                "metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
                "metrics[0].resource.target.averageValue: Forbidden: "
                "may not set both a target raw value and a target utilization",
            ],
        ),
        (
            {
                "metrics": [
                    {
                        "type": "Pods",
                        "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "1"}},
                        "resource": {},
                    }
                ]
            },
            ["metrics[0].resource: Forbidden: must populate the given metric source only"],
        ),
        (
            {"behavior": {"scaleUp": {"stabilizationWindowSeconds": -1, "selectPolicy": "All", "policies": []}}},
            [
                "behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero",
                'behavior.scaleUp.selectPolicy: Unsupported value: "All": supported values: "Disabled", "Max", "Min"',
                "behavior.scaleUp.policies: Required value: must specify at least one Policy",
            ],
        ),
        (
            {"behavior": {"scaleDown": {"policies": [{"type": "Pods", "value": 0, "periodSeconds": 2000}, {}]}}},
            [
                "behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero",
                "behavior.scaleDown.policies[0].periodSeconds: Invalid value: 2000: must be less than or equal to 1800",
                'behavior.scaleDown.policies[1].type: Unsupported value: "": supported values: "Percent", "Pods"',
                "behavior.scaleDown.policies[1].value: Invalid value: 0: must be greater than zero",
                "behavior.scaleDown.policies[1].periodSeconds: Invalid value: 0: must be greater than zero",
            ],
        ),
    ],
)
def test_what_an_autoscaler_may_not_say(api: FakeApi, spec: Object, causes: list[str]) -> None:
    found = causes_of(lambda: api.create("horizontalpodautoscalers.autoscaling", _spec(**spec)))
    assert found == [f"spec.{cause}" for cause in causes]


def test_a_behavior_is_completed_for_both_ways(api: FakeApi) -> None:
    given = {"scaleDown": {"stabilizationWindowSeconds": 60}}
    behavior = api.create("horizontalpodautoscalers.autoscaling", _spec(behavior=given))["spec"]["behavior"]
    percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
    assert behavior["scaleDown"] == {"stabilizationWindowSeconds": 60, "selectPolicy": "Max", "policies": [percent]}
    pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
    assert behavior["scaleUp"] == {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [pods, percent]}
