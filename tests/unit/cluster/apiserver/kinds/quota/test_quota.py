"""ResourceQuotas and LimitRanges as objects: defaults, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi, causes_of

QUOTAS, RANGES = "resourcequotas", "limitranges"


def quota(hard: dict[str, Any], **spec: Any) -> Object:
    return bare("ResourceQuota", "q", {"hard": hard, **spec})


def limits(*items: Object) -> Object:
    return bare("LimitRange", "l", {"limits": list(items)})


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (quota({"pods": 3, "count/deployments.apps": "1", "requests.nvidia.com/gpu": "1", "limits.cpu": "1.5"}), []),
        (quota({"gold": "1"}), ['spec.hard[gold]: Invalid value: "gold": must be a standard resource for quota']),
        (
            quota({"pods": "1500m"}),
            ['spec.hard[pods]: Invalid value: "1500m": must be an integer'],
        ),
        (quota({"cpu": "-1"}), ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0']),
        (
            quota({"services": "1"}, scopes=["Terminating"]),
            ['spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource'],
        ),
        (
            quota({"pods": "1"}, scopes=["Terminating", "NotTerminating"]),
            ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
        ),
        (
            quota(
                {"pods": "1"},
                scopeSelector={"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": []}]},
            ),
            [
                "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when "
                "`operator` is 'In' or 'NotIn' for scope selector"
            ],
        ),
    ],
)
def test_what_is_refused_of_quotas(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(QUOTAS, obj)) == expected


def test_amounts_are_written_as_the_server_does(api: FakeApi) -> None:
    made = api.create(QUOTAS, quota({"pods": 3, "limits.memory": "1024Mi", "cpu": "0.5"}))
    assert made["spec"]["hard"] == {"cpu": "500m", "limits.memory": "1Gi", "pods": "3"}
    assert made["status"] == {}


def test_what_containers_get_follows_from_the_rest(api: FakeApi) -> None:
    item = {"type": "Container", "max": {"cpu": "1"}, "min": {"memory": "16Mi"}, "default": {"memory": "64Mi"}}
    made = api.create(RANGES, limits(item))
    assert made["spec"]["limits"] == [
        {
            "type": "Container",
            "max": {"cpu": "1"},
            "min": {"memory": "16Mi"},
            "default": {"cpu": "1", "memory": "64Mi"},
            "defaultRequest": {"cpu": "1", "memory": "64Mi"},
        }
    ]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (
            [{"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}, "default": {"cpu": "2"}}],
            [
                'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
                'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max '
                "value 1",
                'spec.limits[0].default[cpu]: Invalid value: "2": default value 2 is greater than max value 1',
            ],
        ),
        (
            [{"type": "Pod", "default": {"cpu": "1"}}, {"type": "Pod"}],
            [
                "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
                'spec.limits[1].type: Duplicate value: "Pod"',
            ],
        ),
        (
            [{"type": "PersistentVolumeClaim"}],
            [
                "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but "
                "neither was provided"
            ],
        ),
        (
            [{"type": "Container", "maxLimitRequestRatio": {"cpu": "500m"}}],
            ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1'],
        ),
        (
            [{"type": "Container", "max": {"pods": "1"}, "default": {"pods": "1"}, "defaultRequest": {"pods": "1"}}],
            [
                f'spec.limits[0].{key}[pods]: Invalid value: "pods": must be a standard resource for containers'
                for key in ("max", "default", "defaultRequest")
            ],
        ),
    ],
)
def test_what_is_refused_of_limits(api: FakeApi, items: list[Object], expected: list[str]) -> None:
    assert causes_of(lambda: api.create(RANGES, limits(*items))) == expected
