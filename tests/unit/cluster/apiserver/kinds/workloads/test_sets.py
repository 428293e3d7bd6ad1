"""What keeps pods running, revisions and templates: defaults, and what they must say."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from tests.objects import container, template
from tests.unit.strategy_fakes import FakeApi, causes_of

STATEFULSETS, DAEMONSETS, CONTROLLERS = "statefulsets.apps", "daemonsets.apps", "replicationcontrollers"
POD = {"metadata": {"labels": {"app": "web"}}, **template(containers=[container(image="nginx:1.27")])}


def body(resource: str, name: str = "web", **spec: Any) -> Object:
    kind = BY_KEY[resource]
    selector: Object = {"app": "web"} if resource == CONTROLLERS else {"matchLabels": {"app": "web"}}
    given = {"selector": selector, "template": POD, **spec}
    return meta.thaw({"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {"name": name}, "spec": given})


def test_defaults_of_stateful_sets(api: FakeApi) -> None:
    made = api.create(STATEFULSETS, body(STATEFULSETS))
    assert {key: value for key, value in made["spec"].items() if key not in ("selector", "template")} == {
        "replicas": 1,
        "serviceName": "",
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }
    assert made["status"] == {"replicas": 0, "availableReplicas": 0}


def test_defaults_of_daemon_sets(api: FakeApi) -> None:
    made = api.create(DAEMONSETS, body(DAEMONSETS))
    assert made["spec"]["updateStrategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0},
    }
    assert made["spec"]["revisionHistoryLimit"] == 10
    assert made["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "1"}
    assert set(made["status"].values()) == {0}


def test_a_daemon_set_counts_its_templates(api: FakeApi) -> None:
    api.create(DAEMONSETS, body(DAEMONSETS))

    def set_image(item: Object) -> None:
        item["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.28"
        item["metadata"]["annotations"] = {}

    counted = {"deprecated.daemonset.template.generation": "2"}
    assert api.update(DAEMONSETS, "web", set_image)["metadata"]["annotations"] == counted
    kept = api.update(DAEMONSETS, "web", lambda item: item["spec"].update(minReadySeconds=5))
    assert kept["metadata"]["annotations"] == counted


_NEGATIVE = "must be greater than or equal to 0"


@pytest.mark.parametrize(
    ("resource", "spec", "causes"),
    [
        (
            STATEFULSETS,
            {"podManagementPolicy": "Some"},
            ["spec.podManagementPolicy: Invalid value: \"Some\": must be 'OrderedReady' or 'Parallel'"],
        ),
        (
            STATEFULSETS,
            {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}},
            [
                'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: '
                "only allowed for updateStrategy 'RollingUpdate'"
            ],
        ),
        (
            STATEFULSETS,
            {"updateStrategy": {"type": "Recreate"}},
            [
                'spec.updateStrategy: Invalid value: {"Type":"Recreate","RollingUpdate":null}: '
                "must be 'RollingUpdate' or 'OnDelete'"
            ],
        ),
        (
            STATEFULSETS,
            {"replicas": -1, "updateStrategy": {"rollingUpdate": {"partition": -2}}, "ordinals": {"start": -3}},
            [
                f"spec.updateStrategy.rollingUpdate.partition: Invalid value: -2: {_NEGATIVE}",
                f"spec.replicas: Invalid value: -1: {_NEGATIVE}",
                f"spec.ordinals.start: Invalid value: -3: {_NEGATIVE}",
            ],
        ),
        (
            STATEFULSETS,
            {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Keep"}},
            [
                'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": '
                'supported values: "Retain", "Delete"'
            ],
        ),
        (STATEFULSETS, {"serviceName": "a.b"}, ['spec.serviceName: Invalid value: "a.b": must not contain dots']),
        (
            STATEFULSETS,
            {"selector": None},
            [
                "spec.selector: Required value",
                'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
                "`selector` does not match template `labels`",
            ],
        ),
        (
            DAEMONSETS,
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}},
            ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
        ),
        (
            DAEMONSETS,
            {"updateStrategy": {"rollingUpdate": {"maxSurge": "10%"}}},
            [
                'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "10%": '
                "may not be set when maxUnavailable is non-zero"
            ],
        ),
        (
            DAEMONSETS,
            {"updateStrategy": {"type": "Some"}},
            [
                'spec.updateStrategy: Unsupported value: {"Type":"Some","RollingUpdate":null}: '
                'supported values: "RollingUpdate", "OnDelete"'
            ],
        ),
        (
            DAEMONSETS,
            {"selector": {"matchLabels": {"app": "other"}}},
            [
                'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
                "`selector` does not match template `labels`"
            ],
        ),
        (CONTROLLERS, {"template": None}, ["spec.template: Required value"]),
        (
            CONTROLLERS,
            {"selector": {"app": "other"}, "replicas": -1},
            [
                f"spec.replicas: Invalid value: -1: {_NEGATIVE}",
                'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
                "`selector` does not match template `labels`",
            ],
        ),
    ],
)
def test_what_cannot_be(api: FakeApi, resource: str, spec: Object, causes: list[str]) -> None:
    assert causes_of(lambda: api.create(resource, body(resource, **spec))) == causes


def test_names_of_stateful_sets_are_labels(api: FakeApi) -> None:
    assert causes_of(lambda: api.create(STATEFULSETS, body(STATEFULSETS, "a.b"))) == [
        'metadata.name: Invalid value: "a.b": must not contain dots'
    ]


def test_most_of_a_stateful_set_stays(api: FakeApi) -> None:
    api.create(STATEFULSETS, body(STATEFULSETS))
    allowed = {"replicas": 5, "minReadySeconds": 1, "ordinals": {"start": 2}, "revisionHistoryLimit": 3}
    api.update(STATEFULSETS, "web", lambda item: item["spec"].update(allowed))

    def refused() -> Object:
        return api.update(STATEFULSETS, "web", lambda item: item["spec"].update(podManagementPolicy="Parallel"))

    assert causes_of(refused) == [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' "
        "are forbidden"
    ]


def test_a_history_without_end_is_warned_of(api: FakeApi) -> None:
    made = api.create(STATEFULSETS, body(STATEFULSETS, revisionHistoryLimit=-1))
    assert for_resource(STATEFULSETS).warnings(made, None) == [
        "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
    ]


def test_a_replication_controller_takes_its_selector_from_its_template(api: FakeApi) -> None:
    made = api.create(CONTROLLERS, body(CONTROLLERS, selector=None))
    assert made["spec"]["selector"] == made["metadata"]["labels"] == {"app": "web"}
    assert made["status"] == {"replicas": 0}


def test_the_data_of_a_revision_stay(api: FakeApi) -> None:
    revision: Object = {"kind": "ControllerRevision", "apiVersion": "apps/v1", "metadata": {"name": "r"}}
    assert causes_of(lambda: api.create("controllerrevisions.apps", {**revision, "revision": -1})) == [
        "data: Required value: data is mandatory",
        f"revision: Invalid value: -1: {_NEGATIVE}",
    ]
    api.create("controllerrevisions.apps", {**meta.thaw(revision), "data": {"a": 1}})

    def changed() -> Object:
        return api.update("controllerrevisions.apps", "r", lambda item: item.update(data={"a": 2}))

    assert causes_of(changed) == ['data: Invalid value: {"a":2}: field is immutable']


def test_a_pod_template_is_checked_and_counted(api: FakeApi) -> None:
    described: Object = {"kind": "PodTemplate", "apiVersion": "v1", "metadata": {"name": "t"}}
    assert causes_of(lambda: api.create("podtemplates", {**meta.thaw(described), "template": {}})) == [
        "template.spec.containers: Required value"
    ]
    made = api.create("podtemplates", {**meta.thaw(described), "template": meta.thaw(POD)})
    assert made["template"]["spec"]["restartPolicy"] == "Always"
    changed = api.update("podtemplates", "t", lambda item: item["template"]["metadata"].update(labels={"a": "b"}))
    assert changed["metadata"]["generation"] == 2
