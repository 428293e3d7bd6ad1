"""Nobody grants what they do not have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kubelearn.cluster.apiserver.authentication import ADMINISTRATOR, REQUESTER, User
from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLES, ROLES
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object, thaw
from tests.unit.cluster.apiserver.authorization.roles import JANE, bind, registry, role, rule

_ALL_OF_RBAC = rule(
    "create,update,get", "roles,rolebindings,clusterroles,clusterrolebindings", "rbac.authorization.k8s.io"
)


@contextmanager
def _by(user: User) -> Iterator[None]:
    token = REQUESTER.set(user)
    try:
        yield
    finally:
        REQUESTER.reset(token)


def _cluster(*rules: Object) -> Registry:
    """Return a cluster in which jane has rules in the namespace x."""
    objects = registry()
    role(objects, "hers", _ALL_OF_RBAC, *rules, namespace="x")
    bind(objects, "hers", "Role/hers", "User/jane", namespace="x")
    role(objects, "secrets", rule("get", "secrets"))
    return objects


def test_what_one_has_can_be_given() -> None:
    objects = _cluster(rule("get,list", "secrets"))
    with _by(JANE):
        role(objects, "readers", rule("get", "secrets"), namespace="x")
        bind(objects, "readers", "ClusterRole/secrets", "User/joe", namespace="x")


def test_what_one_lacks_can_not() -> None:
    objects = _cluster()
    with _by(JANE), pytest.raises(ApiError) as refused:
        role(
            objects,
            "readers",
            rule("get", "secrets"),
            rule("list", "secrets"),
            rule("get", "pods,nodes"),
            namespace="x",
        )
    assert refused.value.message == (
        'roles.rbac.authorization.k8s.io "readers" is forbidden: user "jane" (groups=["dev" "system:authenticated"]) '
        "is attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}\n'
        '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}\n'
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}'
    )
    with _by(JANE), pytest.raises(ApiError) as refused:
        bind(objects, "readers", "ClusterRole/secrets", "User/jane", namespace="x")
    assert refused.value.message.startswith(
        'rolebindings.rbac.authorization.k8s.io "readers" is forbidden: user "jane"'
    )


def test_a_change_must_not_give_more() -> None:
    objects = _cluster()
    role(objects, "readers", rule("get", "secrets"), namespace="x")
    changed = thaw(objects.get(ROLES, "x", "readers"))
    changed["metadata"]["labels"] = {"a": "b"}
    with _by(JANE):
        changed = thaw(objects.update(ROLES, "x", changed))  # what is there may stay
        changed["rules"][0]["verbs"] = ["get", "delete"]
        with pytest.raises(ApiError) as refused:
            objects.update(ROLES, "x", changed)
    assert '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}' in refused.value.message


@pytest.mark.parametrize("user", [ADMINISTRATOR, User("root", ("system:masters",))])
def test_administrators_give_what_they_like(user: User) -> None:
    objects = _cluster()
    with _by(user):
        role(objects, "all", rule("*", "*", "*"))
        bind(objects, "all", "ClusterRole/all", "User/joe")
        bind(objects, "later", "ClusterRole/not-yet-there", "User/joe")


def test_the_verbs_escalate_and_bind() -> None:
    group = "rbac.authorization.k8s.io"
    objects = _cluster(rule("escalate", "roles", group), rule("bind", "clusterroles", group, names="secrets"))
    role(objects, "nodes", rule("get", "nodes"))
    with _by(JANE):
        role(objects, "readers", rule("get", "secrets"), namespace="x")
        bind(objects, "readers", "ClusterRole/secrets", "User/joe", namespace="x")
        with pytest.raises(ApiError):
            bind(objects, "nodes", "ClusterRole/nodes", "User/joe", namespace="x")


def test_an_aggregation_takes_every_right() -> None:
    objects = registry()
    role(objects, "roles", _ALL_OF_RBAC)
    bind(objects, "roles", "ClusterRole/roles", "User/jane")
    selectors = {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}
    with _by(JANE), pytest.raises(ApiError) as refused:
        role(objects, "sum", aggregationRule=selectors)
    assert '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}' in refused.value.message
    with _by(JANE), pytest.raises(ApiError) as missing:
        bind(objects, "b", "ClusterRole/nosuch", "User/joe")
    assert (missing.value.code, objects.find(CLUSTER_ROLES, "", "sum")) == (404, None)
