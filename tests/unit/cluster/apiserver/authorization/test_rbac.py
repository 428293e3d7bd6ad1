"""Decisions by what is stored."""

from __future__ import annotations

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.authentication import ADMINISTRATOR, ANONYMOUS, User, service_account
from kubelearn.cluster.apiserver.authorization.attributes import Attributes
from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLE_BINDINGS, Rbac
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry

from .roles import JANE, bind, paths, registry, role, rule

_LIST = Attributes("list", "", "pods", namespace="x")
_LIST_ALL = Attributes("list", "", "pods")
_READER = service_account("y", "reader")


def _cluster() -> Registry:
    objects = registry()
    role(objects, "pods", rule("list", "pods"), namespace="x")
    role(objects, "everywhere", rule("list", "pods"), paths("get", "/metrics"))
    return objects


@pytest.mark.parametrize(
    ("kind", "subject", "user", "described"),
    [
        ("Role/pods", "User/jane", JANE, 'User "jane"'),
        ("ClusterRole/everywhere", "Group/dev", JANE, 'Group "dev"'),
        ("Role/pods", "ServiceAccount/y/reader", _READER, 'ServiceAccount "reader/y"'),
        ("Role/pods", "ServiceAccount/reader", service_account("x", "reader"), 'ServiceAccount "reader/x"'),
        ("Role/pods", "Group/system:serviceaccounts:y", _READER, 'Group "system:serviceaccounts:y"'),
    ],
)
def test_a_role_binding_gives_rights_in_its_namespace(kind: str, subject: str, user: User, described: str) -> None:
    objects = _cluster()
    bind(objects, "readers", kind, subject, namespace="x")
    rbac = Rbac(objects)
    name = kind.partition("/")[2]
    assert rbac.decide(user, _LIST).reason == (
        f'RBAC: allowed by RoleBinding "readers/x" of {kind.partition("/")[0]} "{name}" to {described}'
    )
    for other in (Attributes("list", "", "pods", namespace="y"), _LIST_ALL, Attributes("get", path="/metrics")):
        assert not rbac.decide(user, other).allowed
    assert not rbac.decide(User("joe"), _LIST).allowed


def test_a_cluster_role_binding_gives_them_everywhere() -> None:
    objects = _cluster()
    bind(objects, "readers", "ClusterRole/everywhere", "ServiceAccount/y/reader")
    rbac = Rbac(objects)
    for asked in (_LIST, _LIST_ALL, Attributes("get", path="/metrics")):
        assert rbac.decide(_READER, asked).reason == (
            'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "everywhere" to ServiceAccount "reader/y"'
        )
    assert not rbac.decide(service_account("x", "reader"), _LIST).allowed


def test_a_role_that_is_missing_is_named_and_others_still_count() -> None:
    objects = _cluster()
    bind(objects, "broken", "ClusterRole/nosuch", "User/jane")
    rbac = Rbac(objects)
    missing = 'clusterrole.rbac.authorization.k8s.io "nosuch" not found'
    with pytest.raises(ApiError) as refused:
        rbac.check(JANE, _LIST)
    assert refused.value.message == (
        'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "x": '
        f"RBAC: {missing}"
    )
    bind(objects, "lost", "Role/gone", "Group/dev", namespace="x")
    assert rbac.decide(JANE, _LIST).reason == f'RBAC: [{missing}, role.rbac.authorization.k8s.io "gone" not found]'
    bind(objects, "readers", "Role/pods", "User/jane", namespace="x")
    assert rbac.decide(JANE, _LIST).allowed


def test_administrators_need_no_rule() -> None:
    rbac = Rbac(registry())
    for user in (ADMINISTRATOR, User("root", ("system:masters",))):
        rbac.check(user, _LIST)
        assert rbac.decide(user, _LIST).allowed
    with pytest.raises(ApiError):
        rbac.check(User(ADMINISTRATOR.name, ADMINISTRATOR.groups), _LIST)  # a name alone is not enough


def test_an_administrators_reason_is_the_binding() -> None:
    objects = registry()
    bootstrap.default_roles(objects)
    assert Rbac(objects).decide(ADMINISTRATOR, _LIST).reason == (
        'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" to Group '
        '"kubeadm:cluster-admins"'
    )


@pytest.mark.parametrize(
    ("user", "asked", "allowed"),
    [
        (ANONYMOUS, Attributes("get", path="/version"), True),
        (ANONYMOUS, Attributes("get", path="/apis"), False),
        (JANE, Attributes("get", path="/apis/apps/v1"), True),
        (JANE, Attributes("get", path="/metrics"), False),
        (JANE, Attributes("create", "authorization.k8s.io", "selfsubjectaccessreviews"), True),
        (JANE, Attributes("create", "authorization.k8s.io", "subjectaccessreviews"), False),
        (User("m", ("system:masters",)), Attributes("delete", "", "nodes"), True),
        (User("system:kube-scheduler"), Attributes("create", "", "pods", "binding", "x", "a"), True),
        (service_account("kube-system", "job-controller"), Attributes("create", "", "pods", namespace="x"), True),
        (service_account("default", "default"), _LIST, False),
    ],
)
def test_what_every_cluster_allows(user: User, asked: Attributes, allowed: bool) -> None:
    objects = registry()
    bootstrap.default_roles(objects)
    assert Rbac(objects).decide(user, asked).allowed is allowed


def test_health_is_for_everybody_whatever_the_rules() -> None:
    Rbac(registry()).check(ANONYMOUS, Attributes("get", path="/livez"))


def test_the_rules_of_somebody() -> None:
    objects = _cluster()
    bind(objects, "broken", "ClusterRole/nosuch", "User/jane")
    bind(objects, "readers", "Role/pods", "User/jane", namespace="x")
    rbac = Rbac(objects)
    problem = 'clusterrole.rbac.authorization.k8s.io "nosuch" not found'
    assert rbac.rules_of(JANE, "x") == ([rule("list", "pods")], problem)
    assert rbac.rules_of(JANE, "y") == ([], problem)
    assert objects.list(CLUSTER_ROLE_BINDINGS)[0]["subjects"][0]["apiGroup"] == "rbac.authorization.k8s.io"
