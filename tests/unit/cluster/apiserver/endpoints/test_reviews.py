"""Reviews: who am I, what may I do, what may others, whose is this token; and tokens of service accounts."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.authentication import TokenRequest, Tokens, User
from kubelearn.cluster.apiserver.authorization.rbac import Rbac
from kubelearn.cluster.apiserver.endpoints import reviews, tokens
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from tests.objects import pod
from tests.unit.cluster.apiserver.authorization.roles import JANE, bind, paths, registry, role, rule

_PODS = {"verb": "get", "resource": "pods", "namespace": "x", "name": "web"}


def _ask(objects: Registry, kind: str, spec: Object, user: User = JANE, namespace: str = "") -> Object:
    group = "authentication" if kind in ("SelfSubjectReview", "TokenReview") else "authorization"
    review = {"apiVersion": f"{group}.k8s.io/v1", "spec": spec}
    question = reviews.Question(review, user, namespace, Rbac(objects), Tokens(objects))
    answer = reviews.answer(kind, question, "test")
    assert answer["kind"] == kind
    status: Object = answer["status"]
    return status


def _cluster() -> Registry:
    objects = registry()
    role(objects, "readers", rule("get", "pods"), namespace="x")
    bind(objects, "readers", "Role/readers", "User/jane", "Group/ops", namespace="x")
    return objects


def test_who_am_i() -> None:
    assert _ask(_cluster(), "SelfSubjectReview", {}) == {
        "userInfo": {"username": "jane", "groups": ["dev", "system:authenticated"]}
    }


def test_what_may_i_do() -> None:
    objects = _cluster()
    assert _ask(objects, "SelfSubjectAccessReview", {"resourceAttributes": _PODS}) == {
        "allowed": True,
        "reason": 'RBAC: allowed by RoleBinding "readers/x" of Role "readers" to User "jane"',
    }
    for spec in ({"resourceAttributes": {**_PODS, "namespace": "y"}}, {"nonResourceAttributes": {"path": "/x"}}):
        assert _ask(objects, "SelfSubjectAccessReview", spec) == {"allowed": False}


def test_masters_may_do_everything_for_no_reason() -> None:
    objects = _cluster()
    bind(objects, "masters", "Role/readers", "Group/system:masters", namespace="x")
    spec = {"user": "root", "groups": ["system:masters"], "resourceAttributes": _PODS}
    assert _ask(objects, "SubjectAccessReview", spec) == {"allowed": True}


@pytest.mark.parametrize("kind", ["SubjectAccessReview", "LocalSubjectAccessReview"])
def test_what_may_others(kind: str) -> None:
    objects = _cluster()
    for who, allowed in (
        ({"user": "jane"}, True),
        ({"user": "joe"}, False),
        ({"user": "joe", "groups": ["ops"]}, True),
    ):
        found = _ask(objects, kind, {"resourceAttributes": _PODS, **who}, User("asker"), "x")
        assert found["allowed"] is allowed


@pytest.mark.parametrize(
    ("kind", "spec", "code", "text"),
    [
        ("SelfSubjectAccessReview", {}, 422, "exactly one of nonResourceAttributes or resourceAttributes must be"),
        ("SubjectAccessReview", {"resourceAttributes": _PODS}, 422, "at least one of user or group must be specified"),
        ("SubjectAccessReview", {"user": "jane"}, 422, "exactly one of"),
        (
            "SelfSubjectAccessReview",
            {"resourceAttributes": _PODS, "nonResourceAttributes": {"path": "/x"}},
            422,
            "cannot be specified in combination with resourceAttributes",
        ),
        ("LocalSubjectAccessReview", {"user": "j", "nonResourceAttributes": {"path": "/x"}}, 422, "disallowed on this"),
        (
            "LocalSubjectAccessReview",
            {"user": "j", "resourceAttributes": {**_PODS, "namespace": "y"}},
            400,
            "must match metadata.namespace",
        ),
        ("SelfSubjectRulesReview", {}, 400, "no namespace on request"),
        ("TokenReview", {}, 400, "token is required"),
    ],
)
def test_questions_that_are_none(kind: str, spec: Object, code: int, text: str) -> None:
    with pytest.raises(ApiError) as refused:
        _ask(_cluster(), kind, spec, namespace="x")
    assert (refused.value.code, text in refused.value.message) == (code, True)


def test_my_rules() -> None:
    objects = _cluster()
    role(objects, "metrics", paths("get", "/metrics"))
    bind(objects, "metrics", "ClusterRole/metrics", "User/jane")
    assert _ask(objects, "SelfSubjectRulesReview", {"namespace": "x"}) == {
        "resourceRules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}],
        "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/metrics"]}],
        "incomplete": False,
    }
    bind(objects, "broken", "ClusterRole/nosuch", "User/jane")
    found = _ask(objects, "SelfSubjectRulesReview", {"namespace": "y"})
    assert (found["incomplete"], found["evaluationError"]) == (
        True,
        'clusterrole.rbac.authorization.k8s.io "nosuch" not found',
    )


def test_whose_token_is_it() -> None:
    objects = _cluster()
    account = objects.create("serviceaccounts", "x", {"metadata": {"name": "reader"}})
    known = Tokens(objects)
    token, _ = known.issue(TokenRequest(account, 600))
    spec = {"token": token}
    question = reviews.Question(
        {"apiVersion": "authentication.k8s.io/v1", "spec": spec}, JANE, "", Rbac(objects), known
    )
    status = reviews.answer("TokenReview", question, "test")["status"]
    assert status["authenticated"]
    assert status["user"]["username"] == "system:serviceaccount:x:reader"
    assert _ask(objects, "TokenReview", spec) == {"user": {}}  # another cluster's
    objects.delete("serviceaccounts", "x", "reader")
    status = reviews.answer("TokenReview", question, "test")["status"]
    assert status == {"user": {}, "error": '[invalid bearer token, serviceaccounts "reader" not found]'}


def _request(objects: Registry, **spec: Any) -> Object:
    return tokens.answer(objects, Tokens(objects), "x", "reader", {"spec": spec})


def test_a_token_for_an_account() -> None:
    objects = _cluster()
    with pytest.raises(ApiError) as missing:
        _request(objects)
    assert missing.value.code == 404
    objects.create("serviceaccounts", "x", {"metadata": {"name": "reader"}})
    objects.create("pods", "x", pod("web", serviceAccountName="default"))
    found = _request(objects, boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "web"})
    assert found["status"]["token"].count(".") == 2
    assert found["spec"]["audiences"] == ["https://kubernetes.default.svc.cluster.local"]


@pytest.mark.parametrize(
    ("spec", "code", "text"),
    [
        ({"expirationSeconds": 599}, 422, "may not specify a duration less than 10 minutes"),
        ({"expirationSeconds": 2**32 + 1}, 422, "may not specify a duration larger than 2^32 seconds"),
        ({"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "gone"}}, 404, 'pods "gone" not found'),
        ({"boundObjectRef": {"kind": "Job", "apiVersion": "batch/v1", "name": "a"}}, 400, "batch/v1, Kind=Job"),
        ({"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": "1"}}, 409, "does not match"),
    ],
)
def test_tokens_that_are_not_given(spec: Object, code: int, text: str) -> None:
    objects = _cluster()
    objects.create("serviceaccounts", "x", {"metadata": {"name": "reader"}})
    objects.create("pods", "x", pod("web", serviceAccountName="default"))
    with pytest.raises(ApiError) as refused:
        _request(objects, **spec)
    assert (refused.value.code, text in refused.value.message) == (code, True)
