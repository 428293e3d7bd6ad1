"""Questions to the API server that store nothing: who am I, what may I do, what may others, whose is this token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import ISSUER, InvalidTokenError, Tokens, User
from kubelearn.cluster.apiserver.authorization.attributes import Attributes
from kubelearn.cluster.apiserver.authorization.rbac import Rbac
from kubelearn.cluster.apiserver.managedfields import managed_fields
from kubelearn.cluster.meta import Object

_GROUP = "authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Question:
    """A review, and what it takes to answer it.

    Attributes:
        review: as the client has sent it.
        user: who asks.
        namespace: the request's; only a LocalSubjectAccessReview has one.
    """

    review: Object
    user: User
    namespace: str
    rbac: Rbac
    tokens: Tokens

    @property
    def spec(self) -> Object:
        """What is asked."""
        spec: Object = self.review.get("spec") or {}
        return spec


def answer(kind: str, question: Question, manager: str) -> Object:
    """Return a review with its status filled in.

    Args:
        kind: which review, a key of :data:`KINDS`.
        manager: field manager: a review is never stored, but one with a spec has managedFields all the same.

    Raises:
        ApiError: 422 when a review asks for nothing, or for two things; 400 for one of rules without a namespace.
    """
    review = question.review
    metadata = dict(review.get("metadata") or {})
    if kind == "LocalSubjectAccessReview":
        metadata["namespace"] = question.namespace
    answered: Object = {"kind": kind, "apiVersion": review["apiVersion"], "metadata": metadata}
    if kind == "SelfSubjectReview":
        metadata["creationTimestamp"] = meta.timestamp()
    elif kind == "SelfSubjectRulesReview":
        answered["spec"] = {}
    else:
        answered["spec"] = question.spec
        managed_fields.record(answered, None, manager, api_version=review["apiVersion"])
    return {**answered, "status": KINDS[kind](question)}


def _who(question: Question) -> Object:
    return {"userInfo": question.user.info}


def _own_access(question: Question) -> Object:
    _check_access(question.spec)
    return _decided(question, question.user)


def _access(question: Question) -> Object:
    spec = question.spec
    causes = []
    if not spec.get("user") and not spec.get("groups"):
        causes.append(errors.invalid_value("spec.user", "", "at least one of user or group must be specified"))
    _check_access(spec, causes)
    return _decided(question, _subject(spec))


def _local_access(question: Question) -> Object:
    spec = question.spec
    asked = spec.get("resourceAttributes")
    if asked is not None and (asked.get("namespace") or "") != question.namespace:
        why = "spec.resourceAttributes.namespace must match metadata.namespace"
        raise errors.bad_request(f"{why}: {question.namespace}")
    if spec.get("nonResourceAttributes") is not None:
        cause = errors.invalid_value("spec.nonResourceAttributes", None, "disallowed on this kind of request")
        raise errors.invalid("", "", [cause], _GROUP)
    return _access(question)


def _subject(spec: Object) -> User:
    return User(spec.get("user") or "", tuple(spec.get("groups") or ()), spec.get("uid") or "", spec.get("extra") or {})


def _decided(question: Question, user: User) -> Object:
    decision = question.rbac.decide(user, Attributes.of_review(question.spec))
    return {"allowed": decision.allowed, **({"reason": decision.reason} if decision.reason else {})}


def _check_access(spec: Object, causes: list[errors.Cause] | None = None) -> None:
    """Check what an access review asks for (ValidateSelfSubjectAccessReview, whose errors name no kind)."""
    causes = causes or []
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is None and path is None:
        why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        causes.append(errors.invalid_value("spec.resourceAttributes", None, why))
    elif resource is not None and path is not None:
        shown = {"Path": path.get("path", ""), "Verb": path.get("verb", "")}
        why = "cannot be specified in combination with resourceAttributes"
        causes.append(errors.invalid_value("spec.nonResourceAttributes", shown, why))
    if causes:
        raise errors.invalid("", "", causes, _GROUP)


def _rules(question: Question) -> Object:
    namespace = question.spec.get("namespace")
    if not namespace:
        raise errors.bad_request("no namespace on request")
    found, problems = question.rbac.rules_of(question.user, namespace)
    resources = ("verbs", "apiGroups", "resources", "resourceNames")
    status: Object = {
        "resourceRules": [_part(rule, resources) for rule in found if rule.get("resources")],
        "nonResourceRules": [
            _part(rule, ("verbs", "nonResourceURLs")) for rule in found if rule.get("nonResourceURLs")
        ],
        "incomplete": bool(problems),
    }
    return {**status, "evaluationError": problems} if problems else status


def _part(rule: Object, keys: tuple[str, ...]) -> Object:
    return {key: rule[key] for key in keys if rule.get(key)}


def _token(question: Question) -> Object:
    spec = question.spec
    if not spec.get("token"):
        raise errors.bad_request("token is required for TokenReview in authentication")
    audiences = spec.get("audiences") or [ISSUER]
    try:
        user = question.tokens.user_of(spec["token"], audiences)
    except InvalidTokenError as error:
        why = {"error": f"[invalid bearer token, {error}]"} if str(error) else {}
        return {"user": {}, **why}
    return {"authenticated": True, "user": user.info, "audiences": audiences}


#: What answers which review.
KINDS: Final[dict[str, Callable[[Question], Object]]] = {
    "SelfSubjectReview": _who,
    "SelfSubjectAccessReview": _own_access,
    "SelfSubjectRulesReview": _rules,
    "SubjectAccessReview": _access,
    "LocalSubjectAccessReview": _local_access,
    "TokenReview": _token,
}
