"""Pods that a real control plane refused with the same words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.raw import RawClient
from tests.whole.objects import DEFAULT, POD

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (
            {"affinity": {"nodeAffinity": {_REQUIRED: {"nodeSelectorTerms": []}}}},
            (
                f"spec.affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms: Required value: must have at least one node"
                " selector term"
            ),
        ),
        (
            {
                "affinity": {
                    "nodeAffinity": {
                        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "preference": {}}]
                    }
                }
            },
            (
                "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value:"
                " 0: must be in the range 1-100"
            ),
        ),
        (
            {
                "topologySpreadConstraints": (
                    [{"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "ScheduleAnyway"}] * 2
                )
            },
            (
                'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{a,'
                ' ScheduleAnyway}"'
            ),
        ),
        (
            {"securityContext": {"runAsUser": -1}},
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ),
        ({"os": {"name": "beos"}}, 'spec.os: Unsupported value: "beos": supported values: "linux", "windows"'),
    ],
)
def test_pods_with_a_mistake(client: RawClient, spec: Any, problem: str) -> None:
    assert (
        client.ask("POST", f"{DEFAULT}/pods", {**POD, "spec": {**POD["spec"], **spec}})[1]["message"]
        == f'Pod "p" is invalid: {problem}'
    )


def test_a_pod_whose_name_is_generated_is_refused_by_its_prefix(client: RawClient) -> None:
    code, body = client.ask(
        "POST",
        f"{DEFAULT}/pods",
        {"metadata": {"generateName": "web-"}, "spec": {**POD["spec"], "serviceAccountName": "robot"}},
    )
    assert (code, body["message"]) == (
        403,
        'pods "web-" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    )
