"""Strategic merge patches."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.patch.strategic import strategic_merge
from tests.objects import bare


def deployment(containers: list[Any], **spec: Any) -> Any:
    return bare("Deployment", "d", {**spec, "template": {"spec": {"containers": containers}}})


def containers_of(obj: Any) -> Any:
    return obj["spec"]["template"]["spec"]["containers"]


def patched(obj: Any, patch: Any) -> Any:
    before = copy.deepcopy((obj, patch))
    result = strategic_merge(obj, patch, obj["apiVersion"], obj["kind"])
    assert (obj, patch) == before
    return result


def service(*ports: Any, **spec: Any) -> Any:
    return bare("Service", "s", {"ports": list(ports), **spec})


def test_a_new_container_is_added() -> None:
    """kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch, "strategic merge patch"."""
    obj = deployment([{"name": "patch-demo-ctr", "image": "nginx"}])
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "patch-demo-ctr-2", "image": "redis"}]}}}}
    assert [item["image"] for item in containers_of(patched(obj, patch))] == ["redis", "nginx"]


def test_tolerations_are_replaced() -> None:
    """Same document: the field tolerations has no patch strategy, so the list is replaced."""
    obj = deployment([{"name": "c"}])
    obj["spec"]["template"]["spec"]["tolerations"] = [
        {"effect": "NoSchedule", "key": "dedicated", "value": "test-team"}
    ]
    patch = {
        "spec": {"template": {"spec": {"tolerations": [{"effect": "NoSchedule", "key": "disktype", "value": "ssd"}]}}}
    }
    assert patched(obj, patch)["spec"]["template"]["spec"]["tolerations"] == [
        {"effect": "NoSchedule", "key": "disktype", "value": "ssd"}
    ]


def test_retain_keys_clears_what_the_new_strategy_has_not() -> None:
    """Same document, "strategic merge patch using the retainKeys strategy"."""
    obj = deployment([{"name": "c"}], strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "30%"}})
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert patched(obj, patch)["spec"]["strategy"] == {"type": "Recreate"}


def test_retain_keys_must_name_every_key_of_the_patch() -> None:
    with pytest.raises(ApiError) as caught:
        patched(deployment([], strategy={}), {"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}})
    assert (caught.value.code, caught.value.message) == (400, "invalid patch format of retainKeys")


def test_items_are_merged_by_their_key() -> None:
    obj = deployment(
        [
            {"name": "nginx", "image": "nginx:1", "env": [{"name": "A", "value": "1"}]},
            {"name": "side", "image": "busybox"},
        ]
    )
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:2"}]}}}}
    assert containers_of(patched(obj, patch)) == [
        {"name": "nginx", "image": "nginx:2", "env": [{"name": "A", "value": "1"}]},
        {"name": "side", "image": "busybox"},
    ]


def test_a_new_port_comes_first() -> None:
    """Transcript 09."""
    obj = service({"name": "http", "port": 80})
    assert patched(obj, {"spec": {"ports": [{"port": 443, "name": "https"}]}})["spec"]["ports"] == [
        {"port": 443, "name": "https"},
        {"name": "http", "port": 80},
    ]


def test_set_env_keeps_the_given_order() -> None:
    """Transcript 09: what `kubectl set env deployment/d B=2` sends."""
    obj = deployment([{"name": "nginx", "env": [{"name": "A", "value": "1"}]}])
    patch = {
        "spec": {
            "template": {
                "spec": {
                    "$setElementOrder/containers": [{"name": "nginx"}],
                    "containers": [
                        {
                            "name": "nginx",
                            "$setElementOrder/env": [{"name": "A"}, {"name": "B"}],
                            "env": [{"name": "B", "value": "2"}],
                        }
                    ],
                }
            }
        }
    }
    result = patched(obj, patch)
    assert containers_of(result)[0]["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    removal = {
        "spec": {
            "template": {
                "spec": {
                    "$setElementOrder/containers": [{"name": "nginx"}],
                    "containers": [
                        {
                            "name": "nginx",
                            "$setElementOrder/env": [{"name": "B"}],
                            "env": [{"$patch": "delete", "name": "A"}],
                        }
                    ],
                }
            }
        }
    }
    assert containers_of(patched(result, removal))[0]["env"] == [{"name": "B", "value": "2"}]


def test_apply_that_exchanges_a_port() -> None:
    """What `kubectl apply` sends when 8081 becomes 8082."""
    obj = service({"port": 8081, "targetPort": 3000, "protocol": "TCP"})
    patch = {
        "spec": {
            "$setElementOrder/ports": [{"port": 8082}],
            "ports": [{"port": 8082, "targetPort": 3000}, {"$patch": "delete", "port": 8081}],
        }
    }
    assert patched(obj, patch)["spec"]["ports"] == [{"port": 8082, "targetPort": 3000}]


def test_order_of_the_directive_wins_over_the_live_order() -> None:
    obj = service({"port": 1}, {"port": 2}, {"port": 3})
    result = patched(obj, {"spec": {"$setElementOrder/ports": [{"port": 3}, {"port": 1}]}})
    assert [port["port"] for port in result["spec"]["ports"]] == [2, 3, 1]


def test_server_only_items_keep_their_place() -> None:
    """design-proposals-archive/cli/preserve-order-in-strategic-merge-patch.md."""
    obj = service({"port": 1}, {"port": 99}, {"port": 2})
    result = patched(
        obj,
        {
            "spec": {
                "$setElementOrder/ports": [{"port": 1}, {"port": 2}, {"port": 3}],
                "ports": [{"port": 3, "name": "new"}],
            }
        },
    )
    assert [port["port"] for port in result["spec"]["ports"]] == [1, 99, 2, 3]


@pytest.mark.parametrize(
    ("live", "patch", "order", "result"),
    [
        # patch_test.go, "add map and delete map from merging list"
        ([1, 2, 4], [3, -1], [2, 3], [2, 4, 3]),
        # … and the same with a conflict
        ([1, 4], [2, 3, -1], [2, 3], [4, 2, 3]),
    ],
)
def test_order_when_items_come_and_go(live: list[int], patch: list[int], order: list[int], result: list[int]) -> None:
    items = [{"port": port} if port > 0 else {"$patch": "delete", "port": -port} for port in patch]
    spec = {"$setElementOrder/ports": [{"port": port} for port in order], "ports": items}
    patched_ports = patched(service(*({"port": port} for port in live)), {"spec": spec})["spec"]["ports"]
    assert [port["port"] for port in patched_ports] == result


def test_patch_list_must_follow_the_given_order() -> None:
    obj = service({"port": 1})
    with pytest.raises(ApiError) as caught:
        patched(obj, {"spec": {"$setElementOrder/ports": [{"port": 1}], "ports": [{"port": 2}]}})
    assert (caught.value.code, caught.value.message) == (
        400,
        "The order in patch list:\n[map[port:2]]\n doesn't match $setElementOrder list:\n[map[port:1]]\n",
    )


def test_replace_directives() -> None:
    obj = deployment([{"name": "a", "image": "x"}, {"name": "b", "image": "y"}])
    whole = {"spec": {"template": {"spec": {"containers": [{"$patch": "replace"}, {"name": "c", "image": "z"}]}}}}
    assert containers_of(patched(obj, whole)) == [{"name": "c", "image": "z"}]
    labelled = service(selector={"app": "x", "tier": "y"})
    assert patched(labelled, {"spec": {"selector": {"$patch": "replace", "app": "z"}}})["spec"]["selector"] == {
        "app": "z"
    }
    assert patched(labelled, {"spec": {"selector": {"$patch": "delete"}}})["spec"]["selector"] == {}
    assert patched(labelled, {"spec": {"selector": {"app": None}}})["spec"]["selector"] == {"tier": "y"}


def test_lists_of_scalars() -> None:
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "finalizers": ["a", "b"]}, "spec": {}}
    assert patched(obj, {"metadata": {"finalizers": ["c"]}})["metadata"]["finalizers"] == ["c", "a", "b"]
    assert patched(obj, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}})["metadata"]["finalizers"] == ["b"]
    both = {
        "metadata": {
            "$setElementOrder/finalizers": ["b", "c"],
            "$deleteFromPrimitiveList/finalizers": ["a"],
            "finalizers": ["c"],
        }
    }
    assert patched(obj, both)["metadata"]["finalizers"] == ["b", "c"]


@pytest.mark.parametrize(
    ("patch", "code", "message"),
    [
        ({"spec": {"ports": [{"name": "x"}]}}, 400, "map: map[name:x] does not contain declared merge key: port"),
        (
            {"spec": {"ports": [{"$patch": "explode", "port": 80}]}},
            400,
            "unknown patch type: explode in map: map[$patch:explode port:80]",
        ),
        (
            {"spec": {"ports": [{"$patch": "merge", "port": 80}]}},
            400,
            "merging lists cannot yet be specified in the patch",
        ),
        ({"spec": {"ports": ["x"]}}, 400, "list element types are not identical: [[map[port:80]] [x]]"),
        ({"spec": {"ports": [[]]}}, 400, "list element types are not identical: [[map[port:80]] [[]]]"),
        ({"spec": {"$setElementOrder": []}}, 400, "invalid patch format of setElementOrder list"),
        ({"spec": {"$deleteFromPrimitiveList": []}}, 400, "invalid patch format of primitive list"),
        (
            {"spec": {"$setElementOrder/ports": {}}},
            400,
            "expected a []interface {}, but received a map[string]interface {}",
        ),
        (
            {"spec": {"$setElementOrder/foo": []}},
            400,
            'unable to find api field in struct ServiceSpec for the json field "foo"',
        ),
        ([], 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_strategic_merge_errors(patch: Any, code: int, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        patched(service({"port": 80}), patch)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_directives_do_not_reach_a_new_field() -> None:
    obj = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {}}
    patch = {
        "metadata": {"labels": {"a": None, "b": "c"}},
        "spec": {"ports": [{"$patch": "delete", "port": 1}, {"port": 2, "name": None}]},
    }
    result = patched(obj, patch)
    assert (result["spec"], result["metadata"]["labels"]) == ({"ports": [{"port": 2}]}, {"b": "c"})
