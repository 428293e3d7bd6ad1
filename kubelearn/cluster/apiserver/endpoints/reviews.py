"""Questions to the API server that store nothing: who am I, what may I do; and service accounts' tokens.

Authorization is not emulated: whoever has a valid token may do everything (docs/limits.md).
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import Tokens, User
from kubelearn.cluster.apiserver.managedfields import managed_fields
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

_SHORTEST_TOKEN, _LONGEST_TOKEN = 600, 1 << 32


def answer(kind: str, review: Object, user: User, manager: str) -> Object:
    """Return a review with its status filled in.

    Args:
        kind: SelfSubjectReview, SelfSubjectAccessReview or SelfSubjectRulesReview.
        manager: field manager: a review is never stored, but an access review has managedFields all the same.

    Raises:
        ApiError: 422 when an access review asks for nothing, or for two things.
    """
    metadata = dict(review.get("metadata") or {})
    spec = review.get("spec") or {}
    typed: Object = {"kind": kind, "apiVersion": review["apiVersion"], "metadata": metadata}
    if kind == "SelfSubjectReview":
        metadata["creationTimestamp"] = meta.timestamp()
        return {**typed, "status": {"userInfo": user.info}}
    if kind == "SelfSubjectAccessReview":
        _check_access(spec)
        asked = {**typed, "spec": spec}
        managed_fields.record(asked, None, manager, api_version=review["apiVersion"])
        reason = (
            'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" to Group '
            '"kubeadm:cluster-admins"'
        )
        return {**asked, "status": {"allowed": True, "reason": reason}}
    if not spec.get("namespace"):
        raise errors.bad_request("no namespace on request")
    rules: Object = {
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": False,
    }
    return {**typed, "spec": {}, "status": rules}


def _check_access(spec: Object) -> None:
    """Check what an access review asks for (ValidateSelfSubjectAccessReview, whose errors name no kind)."""
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) != (path is None):
        return
    if path is None:
        cause = errors.invalid_value(
            "spec.resourceAttributes",
            None,
            "exactly one of nonResourceAttributes or resourceAttributes must be specified",
        )
    else:
        shown = {"Path": path.get("path", ""), "Verb": path.get("verb", "")}
        cause = errors.invalid_value(
            "spec.nonResourceAttributes", shown, "cannot be specified in combination with resourceAttributes"
        )
    raise errors.invalid("", "", [cause], "authorization.k8s.io")


def token(registry: Registry, tokens: Tokens, namespace: str, name: str, request: Object) -> Object:
    """Answer a TokenRequest for a service account.

    Raises:
        ApiError: 404 without the account, 422 for a life shorter than ten minutes or longer than 2³² seconds.
    """
    account = registry.get("serviceaccounts", namespace, name)
    spec = dict(request.get("spec") or {})
    seconds = spec.setdefault("expirationSeconds", 3600)
    if seconds > _LONGEST_TOKEN:
        cause = errors.invalid_value(
            "spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"
        )
        raise errors.invalid("TokenRequest", "", [cause], "authentication.k8s.io")
    if seconds < _SHORTEST_TOKEN:
        cause = errors.invalid_value(
            "spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"
        )
        raise errors.invalid("TokenRequest", "", [cause], "authentication.k8s.io")
    text, end = tokens.issue(namespace, name, account["metadata"]["uid"], seconds, spec.get("audiences"))
    spec.setdefault("audiences", ["https://kubernetes.default.svc.cluster.local"])
    metadata = {"name": name, "namespace": namespace, "creationTimestamp": meta.timestamp()}
    status = {"token": text, "expirationTimestamp": meta.timestamp(end)}
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }
