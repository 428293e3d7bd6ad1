"""Roles and bindings that are not valid."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.meta import Object, thaw
from tests.unit.cluster.apiserver.authorization.roles import bind, registry, role, rule

_ACCOUNT = {"kind": "ServiceAccount", "name": "a"}


def _causes(resource: str, namespace: str, name: str = "r", **obj: Any) -> list[str]:
    with pytest.raises(ApiError) as refused:
        registry().create(resource, namespace, {"metadata": {"name": name}, **obj})
    assert refused.value.code == 422
    return [f"{cause['field']}: {cause['message']}" for cause in (refused.value.details or {})["causes"]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["verbs: Required value: verbs must contain at least one value"]),
        ({"resources": ["pods"]}, ["apiGroups: Required value: resource rules must supply at least one api group"]),
        ({"apiGroups": [""]}, ["resources: Required value: resource rules must supply at least one resource"]),
        (
            {"nonResourceURLs": ["/x"], "resources": ["pods"]},
            [
                'nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
                'nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and '
                "non-resource URLs",
            ],
        ),
    ],
)
def test_rules(given: Object, expected: list[str]) -> None:
    found = _causes(ROLES, "x", rules=[{"verbs": ["get"] if given else [], **given}])
    assert [f"rules[0].{text}" for text in expected] == found[: len(expected)]


@pytest.mark.parametrize(("name", "problem"), [("a/b", "may not contain '/'"), ("a%b", "may not contain '%'")])
def test_names(name: str, problem: str) -> None:
    assert _causes(CLUSTER_ROLES, "", name) == [f'metadata.name: Invalid value: "{name}": {problem}']
    registry().create(CLUSTER_ROLES, "", {"metadata": {"name": "System:Odd name!"}})


def test_an_aggregation_selects_something() -> None:
    assert _causes(CLUSTER_ROLES, "", aggregationRule={}) == [
        "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if "
        "aggregationRule is non-nil"
    ]


@pytest.mark.parametrize(
    ("namespace", "reference", "subject", "expected"),
    [
        ("x", {}, _ACCOUNT, ["roleRef.kind: Unsupported value", "roleRef.name: Required value"]),
        ("x", {"apiGroup": "apps", "kind": "Role", "name": "r"}, _ACCOUNT, ["roleRef.apiGroup: Unsupported value"]),
        ("", {"kind": "Role", "name": "r"}, {**_ACCOUNT, "namespace": "x"}, ["roleRef.kind: Unsupported value"]),
        ("", {"kind": "ClusterRole", "name": "r"}, _ACCOUNT, ["subjects[0].namespace: Required value"]),
        ("x", {"kind": "Role", "name": "r"}, {"kind": "User"}, ["subjects[0].name: Required value"]),
        ("x", {"kind": "Role", "name": "r"}, {"kind": "Robot", "name": "a"}, ["subjects[0].kind: Unsupported value"]),
        ("x", {"kind": "Role", "name": "r"}, {**_ACCOUNT, "name": "A"}, ["subjects[0].name: Invalid value"]),
        ("x", {"kind": "Role", "name": "r"}, {**_ACCOUNT, "apiGroup": "apps"}, ["subjects[0].apiGroup: Unsupported"]),
        (
            "x",
            {"kind": "Role", "name": "r"},
            {"kind": "User", "name": "a", "apiGroup": "apps"},
            ["subjects[0].apiGroup: Unsupported value"],
        ),
    ],
)
def test_bindings(namespace: str, reference: Object, subject: Object, expected: list[str]) -> None:
    resource = ROLE_BINDINGS if namespace else CLUSTER_ROLE_BINDINGS
    found = _causes(resource, namespace, roleRef=dict(reference), subjects=[dict(subject)])
    assert len(found) == len(expected)
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=True))


def test_a_binding_keeps_its_role() -> None:
    objects = registry()
    role(objects, "r", rule("get", "pods"), namespace="x")
    bind(objects, "b", "Role/r", "User/jane", namespace="x")
    changed = thaw(objects.get(ROLE_BINDINGS, "x", "b"))
    changed["subjects"] = []
    changed = thaw(objects.update(ROLE_BINDINGS, "x", changed))
    changed["roleRef"]["name"] = "other"
    with pytest.raises(ApiError) as refused:
        objects.update(ROLE_BINDINGS, "x", changed)
    assert refused.value.message == (
        'RoleBinding.rbac.authorization.k8s.io "b" is invalid: roleRef: Invalid value: '
        '{"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: cannot change roleRef'
    )
