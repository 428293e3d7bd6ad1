"""The order in which an answer has its keys."""

from __future__ import annotations

import json

from kubelearn.cluster.apiserver.serializer.go_order import in_go_order


def test_fields_come_as_go_declares_them_and_keys_of_maps_sorted() -> None:
    pod = {
        "metadata": {
            "managedFields": [{"apiVersion": "v1", "manager": "m"}],
            "labels": {"b": "1", "a": "2"},
            "resourceVersion": "7",
            "uid": "u",
            "name": "p",
        },
        "status": {"podIP": "10.244.1.2", "phase": "Running"},
        "spec": {"containers": [{"image": "nginx", "name": "c"}], "volumes": []},
        "apiVersion": "v1",
        "kind": "Pod",
    }
    assert json.dumps(in_go_order(pod)) == (
        '{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p", "uid": "u", "resourceVersion": "7", '
        '"labels": {"a": "2", "b": "1"}, "managedFields": [{"manager": "m", "apiVersion": "v1"}]}, '
        '"spec": {"volumes": [], "containers": [{"name": "c", "image": "nginx"}]}, '
        '"status": {"phase": "Running", "podIP": "10.244.1.2"}}'
    )


def test_items_of_lists() -> None:
    items = [{"data": {"b": "1", "a": "2"}, "metadata": {"uid": "u", "name": "c"}}]
    found = in_go_order({"apiVersion": "v1", "kind": "ConfigMapList", "items": items, "metadata": {}})
    assert list(found) == ["kind", "apiVersion", "metadata", "items"]
    assert json.dumps(found["items"]) == '[{"metadata": {"name": "c", "uid": "u"}, "data": {"a": "2", "b": "1"}}]'


def test_what_is_not_known_stays_as_it_is() -> None:
    for answer in ({"paths": ["/b", "/a"]}, {"kind": "Nosuch", "apiVersion": "v9", "b": 1, "a": 2}, [1], {"kind": 3}):
        assert json.dumps(in_go_order(answer)) == json.dumps(answer)
