"""managedFields of ordinary writes, as real clusters show them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.managedfields import managed_fields
from kubelearn.cluster.apiserver.managedfields.field_sets import (
    contains,
    difference,
    intersection,
    members,
    show,
    union,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    now = ["2026-01-01T00:00:00Z"]
    monkeypatch.setattr(meta, "timestamp", lambda seconds=None: now[0])
    return now


def service() -> Any:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": "course", "labels": {"app": "s"}},
        "spec": {
            "ports": [{"name": "80-8080", "port": 80, "protocol": "TCP", "targetPort": 8080}],
            "selector": {"app": "s"},
            "type": "ClusterIP",
            "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster",
        },
        "status": {"loadBalancer": {}},
    }


def created(obj: Any, manager: str = "kubectl-create", **more: Any) -> Any:
    managed_fields.record(obj, None, manager, api_version=obj["apiVersion"], **more)
    return obj


def written(old: Any, change: Any, manager: str, **more: Any) -> Any:
    new = copy.deepcopy(old)
    change(new)
    managed_fields.record(new, old, manager, api_version=old["apiVersion"], **more)
    return new


def fields_of(obj: Any, manager: str, **more: str) -> Any:
    for entry in obj["metadata"].get("managedFields", []):
        if entry["manager"] == manager and all(entry.get(key) == value for key, value in more.items()):
            return entry["fieldsV1"]
    return None


def test_kubectl_create_service() -> None:
    """As `kubectl create service clusterip` on kind."""
    obj = created(service())
    assert obj["metadata"]["managedFields"] == [
        {
            "manager": "kubectl-create",
            "operation": "Update",
            "apiVersion": "v1",
            "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                "f:spec": {
                    "f:internalTrafficPolicy": {},
                    "f:ports": {
                        ".": {},
                        'k:{"port":80,"protocol":"TCP"}': {
                            ".": {},
                            "f:name": {},
                            "f:port": {},
                            "f:protocol": {},
                            "f:targetPort": {},
                        },
                    },
                    "f:selector": {},
                    "f:sessionAffinity": {},
                    "f:type": {},
                },
            },
        }
    ]
    order = ", ".join(obj["metadata"]["managedFields"][0])
    assert order == "manager, operation, apiVersion, time, fieldsType, fieldsV1"
    order = ", ".join(fields_of(obj, "kubectl-create")["f:spec"])
    assert order == "f:internalTrafficPolicy, f:ports, f:selector, f:sessionAffinity, f:type"


def deployment() -> Any:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "labels": {"app": "d"}},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "d"}},
            "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "template": {
                "metadata": {"labels": {"app": "d"}},
                "spec": {
                    "containers": [{"name": "nginx", "image": "nginx", "resources": {}}],
                    "dnsPolicy": "ClusterFirst",
                    "securityContext": {},
                },
            },
        },
    }


def test_kubectl_create_deployment() -> None:
    """Structs that every Deployment has are not members, nor is the list of containers; what has been added is."""
    obj = created(deployment())
    assert fields_of(obj, "kubectl-create") == {
        "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
        "f:spec": {
            "f:progressDeadlineSeconds": {},
            "f:replicas": {},
            "f:selector": {},
            "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}, "f:type": {}},
            "f:template": {
                "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                "f:spec": {
                    "f:containers": {'k:{"name":"nginx"}': {".": {}, "f:image": {}, "f:name": {}, "f:resources": {}}},
                    "f:dnsPolicy": {},
                    "f:securityContext": {},
                },
            },
        },
    }


def pod() -> Any:
    obj = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "d-1",
            "namespace": "course",
            "generateName": "d-",
            "labels": {"app": "d"},
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "d", "uid": "u-1", "controller": True}
            ],
        },
        "spec": {"containers": [{"name": "nginx", "image": "nginx"}]},
        "status": {"phase": "Pending"},
    }
    return created(obj, "kube-controller-manager")


def test_pods_of_a_controller() -> None:
    assert fields_of(pod(), "kube-controller-manager")["f:metadata"] == {
        "f:generateName": {},
        "f:labels": {".": {}, "f:app": {}},
        "f:ownerReferences": {".": {}, 'k:{"uid":"u-1"}': {}},
    }


def kubelet_status(obj: Any) -> None:
    obj["status"] = {
        "phase": "Running",
        "podIP": "10.244.0.5",
        "podIPs": [{"ip": "10.244.0.5"}],
        "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": None}],
        "containerStatuses": [{"name": "nginx", "ready": True}],
    }


def test_status_has_an_entry_of_its_own() -> None:
    obj = written(pod(), kubelet_status, "kubelet", subresource="status")
    entry = obj["metadata"]["managedFields"][1]
    assert (entry["manager"], entry["operation"], entry["subresource"]) == ("kubelet", "Update", "status")
    assert entry["fieldsV1"] == {
        "f:status": {
            "f:conditions": {
                ".": {},
                'k:{"type":"Ready"}': {".": {}, "f:lastProbeTime": {}, "f:status": {}, "f:type": {}},
            },
            "f:containerStatuses": {},
            "f:phase": {},
            "f:podIP": {},
            "f:podIPs": {".": {}, 'k:{"ip":"10.244.0.5"}': {".": {}, "f:ip": {}}},
        }
    }
    assert list(entry)[-1] == "subresource"


def test_changed_fields_move_to_the_writer(clock: list[str]) -> None:
    old = created(deployment())
    clock[0] = "2026-01-01T00:00:09Z"
    new = written(old, lambda obj: obj["spec"].update(replicas=3), "kubectl")
    assert fields_of(new, "kubectl") == {"f:spec": {"f:replicas": {}}}
    assert "f:replicas" not in fields_of(new, "kubectl-create")["f:spec"]
    assert "f:replicas" in fields_of(old, "kubectl-create")["f:spec"]
    assert [entry["time"] for entry in new["metadata"]["managedFields"]] == [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:09Z",
    ]


def test_a_managers_writes_are_joined(clock: list[str]) -> None:
    obj = created(deployment())
    clock[0] = "2026-01-01T00:00:09Z"
    obj = written(obj, lambda obj: obj["spec"].update(minReadySeconds=3), "kubectl-create")
    (entry,) = obj["metadata"]["managedFields"]
    assert entry["time"] == clock[0]
    assert {"f:minReadySeconds", "f:replicas"} <= set(entry["fieldsV1"]["f:spec"])


def test_removed_fields_belong_to_nobody() -> None:
    obj = created(service())

    def change(obj: Any) -> None:
        del obj["metadata"]["labels"]
        obj["spec"]["ports"][0].pop("name")

    new = written(obj, change, "kubectl-edit")
    assert [entry["manager"] for entry in new["metadata"]["managedFields"]] == ["kubectl-create"]
    fields = fields_of(new, "kubectl-create")
    assert "f:metadata" not in fields
    assert fields["f:spec"]["f:ports"]['k:{"port":80,"protocol":"TCP"}'] == {
        ".": {},
        "f:port": {},
        "f:protocol": {},
        "f:targetPort": {},
    }


def test_nothing_changes_nothing(clock: list[str]) -> None:
    obj = created(service())
    clock[0] = "2026-01-01T00:00:09Z"
    assert written(obj, lambda obj: None, "other")["metadata"]["managedFields"] is obj["metadata"]["managedFields"]
    assert written(obj, lambda obj: obj["metadata"].pop("managedFields"), "other")["metadata"] == obj["metadata"]


def test_atomic_lists_and_maps_are_one_field() -> None:
    obj = created(service())

    def change(obj: Any) -> None:
        obj["spec"]["selector"]["tier"] = "web"
        obj["spec"]["externalIPs"] = ["192.0.2.1"]

    assert fields_of(written(obj, change, "x"), "x") == {"f:spec": {"f:externalIPs": {}, "f:selector": {}}}


def test_a_client_can_reset_and_rewrite_them() -> None:
    obj = created(service())
    assert "managedFields" not in written(obj, lambda obj: obj["metadata"].update(managedFields=[]), "x")["metadata"]
    assert "managedFields" not in written(obj, lambda obj: obj["metadata"].update(managedFields=[{}]), "x")["metadata"]
    renamed = [{**obj["metadata"]["managedFields"][0], "manager": "kubectl", "operation": "Apply"}]
    # kubectl's migration from client-side apply
    assert (
        written(obj, lambda obj: obj["metadata"].update(managedFields=renamed), "x")["metadata"]["managedFields"]
        == renamed
    )
    broken = written(obj, lambda obj: obj["metadata"].update(managedFields=[{"manager": 1}]), "x")
    assert broken["metadata"]["managedFields"] == obj["metadata"]["managedFields"]


def test_untracked_objects_stay_untracked() -> None:
    obj = service()
    assert "managedFields" not in written(obj, lambda obj: obj["spec"].update(type="NodePort"), "x")["metadata"]


def test_a_binding_belongs_to_nobody() -> None:
    obj = written(pod(), lambda obj: obj["spec"].update(nodeName="n"), "kube-scheduler", subresource="binding")
    assert [entry["manager"] for entry in obj["metadata"]["managedFields"]] == ["kube-controller-manager"]


def test_duplicate_keys_are_tracked_as_one() -> None:
    obj = service()
    obj["spec"]["ports"] += copy.deepcopy(obj["spec"]["ports"])
    key = 'k:{"port":80,"protocol":"TCP"}'
    obj = created(obj)
    assert fields_of(obj, "kubectl-create")["f:spec"]["f:ports"] == {".": {}, key: {}}
    single = written(obj, lambda obj: obj["spec"]["ports"].pop(), "x")
    assert fields_of(single, "x")["f:spec"]["f:ports"][key]["f:port"] == {}


def test_old_updates_are_joined(clock: list[str]) -> None:
    obj = created(service())
    for number in range(12):
        clock[0] = f"2026-01-01T00:01:{number:02}Z"
        obj = written(
            obj, lambda obj, number=number: obj["metadata"]["labels"].update({f"l{number}": "x"}), f"m{number}"
        )
    entries = obj["metadata"]["managedFields"]
    assert [entry["manager"] for entry in entries] == ["ancient-changes", *(f"m{number}" for number in range(3, 12))]
    assert set(entries[0]["fieldsV1"]["f:metadata"]["f:labels"]) == {".", "f:app", "f:l0", "f:l1", "f:l2"}


def test_other_kinds() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a.txt": "1"}}
    assert fields_of(created(config), "kubectl-create") == {"f:data": {".": {}, "f:a.txt": {}}}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "j"},
        "spec": {"template": {"metadata": {}, "spec": {"containers": [{"name": "c", "image": "i"}]}}},
    }
    assert fields_of(created(job), "kubectl-create") == {
        "f:spec": {
            "f:template": {"f:spec": {"f:containers": {'k:{"name":"c"}': {".": {}, "f:image": {}, "f:name": {}}}}}
        }
    }


# Sets of fields (sigs.k8s.io/structured-merge-diff/fieldpath)

A: Any = {"f:a": {".": {}, "f:x": {}}, "f:b": {}}


@pytest.mark.parametrize(
    ("right", "joined", "left_over", "both"),
    [
        ({}, A, A, {}),
        (A, A, {}, A),
        ({"f:a": {}}, A, {"f:a": {"f:x": {}}, "f:b": {}}, {"f:a": {}}),
        ({"f:a": {"f:x": {}}}, A, {"f:a": {}, "f:b": {}}, {"f:a": {"f:x": {}}}),
        ({"f:a": {"f:y": {}}}, {"f:a": {".": {}, "f:x": {}, "f:y": {}}, "f:b": {}}, A, {}),
        ({"f:b": {"f:y": {}}}, {"f:a": {".": {}, "f:x": {}}, "f:b": {".": {}, "f:y": {}}}, A, {}),
        ({"f:c": {}}, {**A, "f:c": {}}, A, {}),
    ],
)
def test_set_operations(right: Any, joined: Any, left_over: Any, both: Any) -> None:
    assert union(A, right) == union(right, A) == joined
    assert difference(A, right) == left_over
    assert intersection(A, right) == intersection(right, A) == both


def test_paths_of_a_set() -> None:
    tree = {
        "f:spec": {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:name": {}}}, "f:x": {'v:"a"': {}}},
        "f:z": {},
    }
    assert [show(path) for path in members(tree)] == [
        ".z",
        '.spec.ports[port=80,protocol="TCP"]',
        '.spec.ports[port=80,protocol="TCP"].name',
        '.spec.x[="a"]',
    ]
    assert all(contains(tree, path) for path in members(tree))
    assert not contains(tree, ("f:spec",))
