"""Server-side apply.

The cases are those of kubernetes.io/docs/reference/using-api/server-side-apply and structured-merge-diff's own.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.managedfields import managed_fields
from kubelearn.cluster.apiserver.managedfields.apply import LAST_APPLIED, apply
from tests.objects import bare


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    now = ["2026-01-01T00:00:00Z"]
    monkeypatch.setattr(meta, "timestamp", lambda seconds=None: now[0])
    return now


def service(*ports: Any, **spec: Any) -> Any:
    return bare("Service", "ssa", {**({"ports": list(ports)} if ports else {}), **spec})


def config(data: dict[str, str] | None, **metadata: Any) -> Any:
    return {**bare("ConfigMap", "c", **metadata), **({} if data is None else {"data": data})}


def deployment(containers: Any = (), **spec: Any) -> Any:
    template = {"template": {"spec": {"containers": list(containers)}}} if containers else {}
    return bare("Deployment", "d", {**spec, **template})


def applied(live: Any, obj: Any, manager: str = "course", force: bool = False, subresource: str = "") -> Any:
    before = copy.deepcopy((live, obj))
    result = apply(live, obj, manager, force, obj["apiVersion"], obj["kind"], subresource)
    assert (live, obj) == before
    return result


def updated(live: Any, change: Any, manager: str, **more: Any) -> Any:
    new = copy.deepcopy(live)
    change(new)
    managed_fields.record(new, live, manager, api_version=new["apiVersion"], **more)
    return new


def fields_of(obj: Any, manager: str, operation: str = "Apply") -> Any:
    for entry in obj["metadata"].get("managedFields", []):
        if (entry["manager"], entry["operation"]) == (manager, operation):
            return entry["fieldsV1"]
    return None


def managers(obj: Any) -> list[str]:
    return [entry["manager"] for entry in obj["metadata"].get("managedFields", [])]


def test_creation() -> None:
    obj = applied(None, service({"port": 80, "name": "http", "protocol": "TCP"}, selector={"app": "ssa"}))
    assert obj["spec"] == {"ports": [{"port": 80, "name": "http", "protocol": "TCP"}], "selector": {"app": "ssa"}}
    assert obj["metadata"]["managedFields"] == [
        {
            "manager": "course",
            "operation": "Apply",
            "apiVersion": "v1",
            "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:spec": {
                    "f:ports": {
                        'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:name": {}, "f:port": {}, "f:protocol": {}}
                    },
                    "f:selector": {},
                }
            },
        }
    ]


def test_example_of_the_documentation() -> None:
    """ "Field management": the ConfigMap with the label test-label."""
    obj = applied(None, config({"key": "some value"}, namespace="default", labels={"test-label": "test"}), "kubectl")
    assert fields_of(obj, "kubectl") == {"f:metadata": {"f:labels": {"f:test-label": {}}}, "f:data": {"f:key": {}}}
    new = updated(obj, lambda obj: obj["data"].update(key="new value"), "kube-controller-manager")
    assert fields_of(new, "kubectl") == {"f:metadata": {"f:labels": {"f:test-label": {}}}}
    assert fields_of(new, "kube-controller-manager", "Update") == {"f:data": {"f:key": {}}}


def test_a_managers_own_fields_change_freely(clock: list[str]) -> None:
    obj = applied(None, service(selector={"app": "ssa"}))
    clock[0] = "2026-01-01T00:00:05Z"
    obj = applied(obj, service(selector={"app": "changed"}))
    assert obj["spec"]["selector"] == {"app": "changed"}
    assert [entry["time"] for entry in obj["metadata"]["managedFields"]] == ["2026-01-01T00:00:05Z"]


def test_applying_the_same_again_changes_nothing(clock: list[str]) -> None:
    obj = applied(None, service({"port": 80, "protocol": "TCP"}))
    clock[0] = "2026-01-01T00:00:05Z"
    assert applied(obj, service({"port": 80, "protocol": "TCP"})) == obj


def test_conflict() -> None:
    live = deployment(replicas=3)
    managed_fields.record(live, None, "kubectl-client-side-apply", api_version="apps/v1")
    with pytest.raises(ApiError) as caught:
        applied(live, deployment(replicas=2))
    assert caught.value.status == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": (
            'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
        ),
        "reason": "Conflict",
        "details": {
            "causes": [
                {
                    "reason": "FieldManagerConflict",
                    "message": 'conflict with "kubectl-client-side-apply" using apps/v1',
                    "field": ".spec.replicas",
                }
            ]
        },
        "code": 409,
    }


def test_several_conflicts() -> None:
    live = applied(None, service({"port": 80, "protocol": "TCP", "name": "a"}, type="ClusterIP"), "b")
    live = updated(live, lambda obj: obj["spec"].update(sessionAffinity="None"), "u", subresource="x")
    with pytest.raises(ApiError) as caught:
        applied(
            live,
            service({"port": 80, "protocol": "TCP", "name": "z"}, type="NodePort", sessionAffinity="ClientIP"),
            "c",
        )
    assert (
        caught.value.message == 'Apply failed with 3 conflicts: conflicts with "b":\n- .spec.type\n-'
        ' .spec.ports[port=80,protocol="TCP"].name\n'
        'conflicts with "u" with subresource "x" using v1:\n- .spec.sessionAffinity'
    )
    assert [cause["field"] for cause in caught.value.details["causes"]] == [
        ".spec.type",
        '.spec.ports[port=80,protocol="TCP"].name',
        ".spec.sessionAffinity",
    ]


def test_force_takes_the_field() -> None:
    live = applied(None, deployment(replicas=3, paused=True), "a")
    obj = applied(live, deployment(replicas=2), "b", force=True)
    assert obj["spec"] == {"replicas": 2, "paused": True}
    assert fields_of(obj, "a") == {"f:spec": {"f:paused": {}}}
    assert fields_of(obj, "b") == {"f:spec": {"f:replicas": {}}}


def test_equal_values_are_shared() -> None:
    live = applied(None, config({"key": "x", "mine": "1"}), "a")
    obj = applied(live, config({"key": "x"}), "b")
    assert sorted(managers(obj)) == ["a", "b"]
    # Dropped by one, kept by the other.
    obj = applied(obj, config({"mine": "1"}), "a")
    assert obj["data"] == {"key": "x", "mine": "1"}
    obj = applied(obj, config(None), "b")
    assert obj["data"] == {"mine": "1"}
    assert managers(obj) == ["a"]


def test_dropped_fields_go() -> None:
    obj = applied(None, config({"a": "1", "b": "2"}, labels={"x": "y"}))
    obj = applied(obj, config({"b": "2"}))
    assert obj["data"] == {"b": "2"}
    assert "labels" not in obj["metadata"]


def test_what_another_writer_added_stays() -> None:
    obj = applied(None, config({"a": "1", "b": "2"}))
    obj = updated(obj, lambda obj: obj["data"].update(c="3"), "kubectl-edit")
    obj = applied(obj, config({"b": "2"}))
    assert obj["data"] == {"b": "2", "c": "3"}
    assert managers(obj) == ["course", "kubectl-edit"]


def test_defaults_of_the_server_stay_and_belong_to_nobody() -> None:
    obj = applied(None, service({"port": 80, "protocol": "TCP"}))
    obj["spec"] |= {"clusterIP": "10.96.0.9", "type": "ClusterIP"}
    obj = applied(obj, service({"port": 81, "protocol": "TCP"}))
    assert obj["spec"] == {"ports": [{"port": 81, "protocol": "TCP"}], "clusterIP": "10.96.0.9", "type": "ClusterIP"}


def test_items_go_whole_with_what_the_server_put_in() -> None:
    """An item that nobody has any more goes, defaulted fields included."""
    obj = applied(None, deployment([{"name": "a", "image": "x"}, {"name": "b", "image": "y"}], replicas=1))
    for container in obj["spec"]["template"]["spec"]["containers"]:
        container["imagePullPolicy"] = "Always"
    obj = applied(obj, deployment([{"name": "b", "image": "z"}], replicas=1))
    assert obj["spec"]["template"]["spec"]["containers"] == [{"name": "b", "image": "z", "imagePullPolicy": "Always"}]


def test_a_field_handed_over() -> None:
    """ "Transferring ownership": replicas goes to the autoscaler when it is left out."""
    obj = applied(None, deployment([{"name": "a", "image": "x"}], replicas=3))
    obj = updated(obj, lambda obj: obj["spec"].update(replicas=5), "hpa", subresource="scale")
    obj = applied(obj, deployment([{"name": "a", "image": "x"}]))
    assert obj["spec"]["replicas"] == 5


@pytest.mark.parametrize(
    ("live", "patch", "result"),
    [
        # structured-merge-diff/typed/merge_test.go, "associative list": the order of lists
        ([1, 2], [3], [1, 2, 3]),
        ([1, 2, 3], [3, 1], [2, 3, 1]),
        ([1, 2, 3], [2], [1, 2, 3]),
        ([1, 2, 3, 4], [4, 2], [1, 3, 4, 2]),
        ([1], [2, 1], [2, 1]),
        ([1, 3], [1, 2, 3], [1, 2, 3]),
    ],
)
def test_order_of_merged_lists(live: list[int], patch: list[int], result: list[int]) -> None:
    obj = service(*({"port": port, "protocol": "TCP"} for port in live))
    managed_fields.record(obj, None, "other", api_version="v1")
    obj = applied(obj, service(*({"port": port, "protocol": "TCP"} for port in patch)))
    assert [port["port"] for port in obj["spec"]["ports"]] == result


def test_protocol_is_tcp_by_default() -> None:
    live = applied(None, service({"port": 80, "protocol": "TCP", "name": "a"}), "a")
    obj = applied(live, service({"port": 80, "targetPort": 8080}), "b")
    assert obj["spec"]["ports"] == [{"port": 80, "protocol": "TCP", "name": "a", "targetPort": 8080}]


def test_atomic_values_are_replaced_whole() -> None:
    live = applied(None, service(selector={"a": "1", "b": "2"}), "a")
    assert applied(live, service(selector={"c": "3"}), "b", force=True)["spec"]["selector"] == {"c": "3"}


def test_objects_from_before_the_first_apply() -> None:
    live = deployment(replicas=3)
    with pytest.raises(ApiError, match=r'conflict with "before-first-apply" using apps/v1: \.spec\.replicas'):
        applied(live, deployment(replicas=2))
    obj = applied(live, deployment(replicas=2), force=True)
    assert managers(obj) == ["course"]


def test_kubectl_takes_over_from_client_side_apply() -> None:
    last = json.dumps(deployment(replicas=3))
    live = deployment(replicas=3)
    live["metadata"]["annotations"] = {LAST_APPLIED: last}
    managed_fields.record(live, None, "kubectl-client-side-apply", api_version="apps/v1")
    obj = applied(live, deployment(replicas=2), "kubectl")
    assert obj["spec"]["replicas"] == 2
    assert (
        obj["metadata"]["annotations"][LAST_APPLIED]
        == '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":2}}\n'
    )
    scaled = updated(live, lambda obj: obj["spec"].update(replicas=4), "other")
    with pytest.raises(ApiError, match='conflict with "other" using apps/v1'):
        applied(scaled, deployment(replicas=2), "kubectl")


def test_status_is_not_applied_with_the_object() -> None:
    obj = applied(None, {**deployment(replicas=1), "status": {"replicas": 7}})
    assert fields_of(obj, "course") == {"f:spec": {"f:replicas": {}}}
    status = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "status": {"replicas": 7}}
    obj = applied(obj, status, "ctl", subresource="status")
    assert fields_of(obj, "ctl") == {"f:status": {"f:replicas": {}}}
    assert {entry["manager"]: entry.get("subresource") for entry in obj["metadata"]["managedFields"]} == {
        "course": None,
        "ctl": "status",
    }


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"foo": 1}, ".spec.foo: field not declared in schema"),
        ({"ports": [{"port": 80}, {"port": 80}]}, '.spec.ports: duplicate entries for key [port=80,protocol="TCP"]'),
        ({"ports": {"port": 80}}, ".spec.ports: expected list, got &{map[port:80]}"),
        ({"ports": ["x"]}, ".spec.ports: element 0: associative list with keys may not have non-map elements"),
        ({"selector": "x"}, ".spec.selector: expected map, got &{x}"),
        (
            {"ports": [{"port": "80"}]},
            '.spec.ports[port="80",protocol="TCP"].port: expected numeric (int or float), got string',
        ),
        ({"type": 1}, ".spec.type: expected string, got &value.valueUnstructured{Value:1}"),
        ({"publishNotReadyAddresses": "x"}, ".spec.publishNotReadyAddresses: expected boolean, got &{x}"),
        (
            {"selector": {"a": 1}, "foo": 2},
            (
                "errors:\n  .spec.selector.a: expected string, got &value.valueUnstructured{Value:1}\n  .spec.foo:"
                " field not declared in schema"
            ),
        ),
    ],
)
def test_what_is_no_service(spec: Any, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        applied(None, service(**spec))
    assert (caught.value.code, caught.value.reason) == (400, "")
    assert caught.value.message == f"failed to create typed patch object (/ssa; /v1, Kind=Service): {problem}"


def test_managed_fields_are_not_applied() -> None:
    obj = service()
    obj["metadata"]["managedFields"] = []
    with pytest.raises(ApiError) as caught:
        applied(None, obj)
    assert (caught.value.code, caught.value.message) == (400, "metadata.managedFields must be nil")


def test_nulls_are_dropped() -> None:
    obj = service({"port": 80, "protocol": "TCP", "name": None}, clusterIP=None)
    obj["metadata"]["creationTimestamp"] = None
    assert applied(None, obj)["spec"] == {"ports": [{"port": 80, "protocol": "TCP"}]}
