"""PodDisruptionBudgets as objects: what they begin with, what is refused, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.endpoints.tables import table
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi, causes_of

KEY = "poddisruptionbudgets.policy"
NOTHING = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}
SELECTOR: Object = {"matchLabels": {"app": "web"}}


def budget(name: str = "web", **spec: Any) -> Object:
    return bare("PodDisruptionBudget", name, spec)


def test_a_new_one_lets_nothing_go(api: FakeApi) -> None:
    made = api.create(KEY, {**budget(minAvailable=2, selector=SELECTOR), "status": {"disruptionsAllowed": 5}})
    assert made["spec"] == {"minAvailable": 2, "selector": SELECTOR}
    assert made["status"] == NOTHING
    assert made["metadata"]["generation"] == 1


def test_a_change_of_the_spec_counts_and_the_status_stays(api: FakeApi) -> None:
    api.create(KEY, budget(minAvailable=2))
    changed = api.update(KEY, "web", lambda obj: obj.update(spec={"minAvailable": 1}, status={"expectedPods": 9}))
    assert changed["metadata"]["generation"] == 2
    assert changed["status"] == NOTHING
    assert not for_resource(KEY).unconditional


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, []),
        ({"minAvailable": 0, "selector": {}}, []),
        ({"maxUnavailable": "100%", "unhealthyPodEvictionPolicy": "AlwaysAllow"}, []),
        ({"minAvailable": -1}, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]),
        ({"minAvailable": "101%"}, ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%']),
        (
            {"minAvailable": 1, "maxUnavailable": 1, "selector": SELECTOR},
            [
                'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"app":"web"}},"MaxUnavailable":1,'
                '"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set'
            ],
        ),
        (
            {"unhealthyPodEvictionPolicy": "Never"},
            [
                'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: '
                '"AlwaysAllow", "IfHealthyBudget"'
            ],
        ),
    ],
)
def test_what_is_refused(api: FakeApi, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(KEY, budget(**spec))) == expected
    if expected:
        api.create(KEY, budget("other"))
        assert causes_of(lambda: api.update(KEY, "other", lambda obj: obj.update(spec=spec))) == expected


def test_a_status_without_negative_counts(api: FakeApi) -> None:
    old = api.create(KEY, budget())
    new = {**old, "metadata": dict(old["metadata"]), "status": {"disruptionsAllowed": -1}}
    strategy = for_resource(KEY)
    strategy.prepare_subresource("status", new, old)
    assert new["status"] == {**NOTHING, "disruptionsAllowed": -1}
    (cause,) = strategy.validate_subresource("status", new, old)
    assert str(cause) == "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0"


def test_a_percentage_is_digits_and_a_sign(api: FakeApi) -> None:
    (cause,) = causes_of(lambda: api.create(KEY, budget(maxUnavailable="half")))
    assert cause.startswith('spec.maxUnavailable: Invalid value: "half": a valid percent string must be a numeric')


@pytest.mark.parametrize(
    ("spec", "cells"),
    [({"minAvailable": 2}, ["web", "2", "N/A", 0]), ({"maxUnavailable": "50%"}, ["web", "N/A", "50%", 0])],
)
def test_what_get_shows(api: FakeApi, spec: Object, cells: list[Any]) -> None:
    shown = table(BY_KEY[KEY], [api.create(KEY, budget(**spec))])
    assert [column["name"] for column in shown["columnDefinitions"]] == [
        "Name",
        "Min Available",
        "Max Unavailable",
        "Allowed Disruptions",
        "Age",
    ]
    assert shown["rows"][0]["cells"][:4] == cells
