"""Deployments: defaults, mistakes, what may change."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.meta import Object
from tests.objects import bare, container, template
from tests.unit.strategy_fakes import FakeApi, causes_of


def deployment(**spec: Any) -> Object:
    containers = [container(image="nginx:1.27")]
    selector = {"matchLabels": {"app": "web"}}
    return bare("Deployment", spec={"selector": selector, "template": template(containers=containers), **spec})


def test_deployment_defaults(api: FakeApi) -> None:
    made = api.create("deployments.apps", deployment())
    assert made["spec"] == {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "image": "nginx:1.27",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "c",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File",
                    }
                ],
                "dnsPolicy": "ClusterFirst",
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "terminationGracePeriodSeconds": 30,
            },
        },
    }
    assert (made["metadata"]["generation"], made["status"]) == (1, {})


TEMPLATE = deployment()["spec"]["template"]
_MISMATCH = "`selector` does not match template `labels`"
_MISTAKES: list[tuple[Object, list[str]]] = [
    (
        {"template": {**TEMPLATE, "metadata": {"labels": {"app": "other"}}}},
        [f'spec.template.metadata.labels: Invalid value: {{"app":"other"}}: {_MISMATCH}'],
    ),
    (
        {"selector": None, "template": None},
        [
            "spec.selector: Required value",
            f"spec.template.metadata.labels: Invalid value: null: {_MISMATCH}",
            "spec.template.spec.containers: Required value",
        ],
    ),
    (
        {"selector": {}},
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ),
    ({"replicas": -1}, ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
    (
        {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
        ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
    ),
    (
        {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ),
    (
        {"strategy": {"type": "Fast"}},
        [
            'spec.strategy: Unsupported value: {"Type":"Fast","RollingUpdate":null}: supported values: "Recreate",'
            ' "RollingUpdate"'
        ],
    ),
    (
        {"strategy": {"type": "Fast", "rollingUpdate": {"maxSurge": "50%"}}},
        [
            'spec.strategy: Unsupported value: {"Type":"Fast","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"50%"}}:'
            ' supported values: "Recreate", "RollingUpdate"'
        ],
    ),
    (
        {"strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": "101%"}}},
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ),
    (
        {"selector": {"matchLabels": {"b": "2", "app": "web"}, "matchExpressions": [{"key": "a", "operator": "Near"}]}},
        [
            'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
            'spec.selector: Invalid value: {"matchLabels":{"app":"web","b":"2"},'
            '"matchExpressions":[{"key":"a","operator":"Near"}]}: invalid label selector',
        ],
    ),
    (
        {"template": {**TEMPLATE, "spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}},
        ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ),
    (
        {"template": {**TEMPLATE, "spec": {"containers": [{"name": "c"}]}}},
        ["spec.template.spec.containers[0].image: Required value"],
    ),
    (
        {"progressDeadlineSeconds": 5, "minReadySeconds": 5},
        ["spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"],
    ),
    ({"strategy": {"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}}}, []),
]


@pytest.mark.parametrize(("spec", "expected"), _MISTAKES)
def test_deployment_mistakes(api: FakeApi, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("deployments.apps", deployment(**spec))) == expected


def test_selector_stays(api: FakeApi) -> None:
    api.create("deployments.apps", deployment())

    def change(obj: Object) -> None:
        obj["spec"]["selector"]["matchLabels"] = obj["spec"]["template"]["metadata"]["labels"] = {"app": "web9"}

    assert causes_of(lambda: api.update("deployments.apps", "web", change)) == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"web9"}}: field is immutable',
    ]


@pytest.mark.parametrize(
    ("change", "generation"),
    [
        (lambda obj: obj["spec"].update(replicas=3), 2),
        (lambda obj: obj["metadata"].update(annotations={"a": "b"}), 2),
        (lambda obj: obj["metadata"].update(labels={"a": "b"}), 1),
        (lambda obj: obj.update(status={"replicas": 5}), 1),
        (lambda obj: None, 1),
    ],
)
def test_generation(api: FakeApi, change: Any, generation: int) -> None:
    api.create("deployments.apps", deployment())
    changed = api.update("deployments.apps", "web", change)
    assert (changed["metadata"]["generation"], changed["status"]) == (generation, {})
