"""The roles that every cluster has."""

from __future__ import annotations

import random

from kubelearn.cluster.apiserver.authorization import defaults, rbac
from kubelearn.cluster.apiserver.kinds.rbac import validation
from kubelearn.cluster.meta import Object

_OBJECTS = list(defaults.objects(random.Random(1)))


def _of(resource: str) -> dict[str, Object]:
    return {obj["metadata"]["name"]: obj for found, obj in _OBJECTS if found == resource}


def test_all_are_valid() -> None:
    for resource, obj in _OBJECTS:
        check = validation.role if resource in (rbac.ROLES, rbac.CLUSTER_ROLES) else validation.binding
        assert check(obj) == [], obj["metadata"]["name"]


def test_each_binding_binds_a_role_that_there_is() -> None:
    for resource, obj in _OBJECTS:
        if "roleRef" in obj:
            roles = rbac.ROLES if resource == rbac.ROLE_BINDINGS else rbac.CLUSTER_ROLES
            assert obj["roleRef"]["name"] in _of(roles)


def test_uids_are_distinct_and_words_are_in_order() -> None:
    assert len({obj["metadata"]["uid"] for _, obj in _OBJECTS}) == len(_OBJECTS)
    rules = [rule for _, obj in _OBJECTS for rule in obj.get("rules") or ()]
    assert all(part == sorted(part) for rule in rules for part in rule.values())


def test_roles_that_are_put_together() -> None:
    roles = _of(rbac.CLUSTER_ROLES)
    label = "rbac.authorization.k8s.io/aggregate-to-"
    for name, into in (("view", "edit"), ("edit", "admin"), ("admin", "")):
        assert roles[name]["aggregationRule"]["clusterRoleSelectors"] == [{"matchLabels": {label + name: "true"}}]
        assert roles[f"system:aggregate-to-{name}"]["metadata"]["labels"][label + name] == "true"
        assert (label + into in roles[name]["metadata"]["labels"]) is bool(into)
    parts = {name: roles[f"system:aggregate-to-{name}"]["rules"] for name in ("admin", "edit", "view")}
    assert roles["view"]["rules"] == parts["view"]
    assert roles["edit"]["rules"] == parts["edit"] + parts["view"]
    assert roles["admin"]["rules"] == parts["edit"] + parts["view"] + parts["admin"]
