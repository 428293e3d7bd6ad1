"""Tokens of service accounts: what ``kubectl create token`` asks for (K/pkg/registry/core/serviceaccount/storage)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import BOUND, ISSUER, TokenRequest, Tokens
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

_SHORTEST, _LONGEST = 600, 1 << 32


def answer(registry: Registry, tokens: Tokens, namespace: str, name: str, request: Object) -> Object:
    """Answer a TokenRequest for a service account.

    Raises:
        ApiError: 404 without the account or what the token is to be bound to, 409 if that has another uid,
            422 for a life shorter than ten minutes or longer than 2³² seconds.
    """
    account = registry.get("serviceaccounts", namespace, name)
    spec = dict(request.get("spec") or {})
    seconds = spec.setdefault("expirationSeconds", 3600)
    if seconds > _LONGEST:
        _refuse_duration(seconds, "may not specify a duration larger than 2^32 seconds")
    if seconds < _SHORTEST:
        _refuse_duration(seconds, "may not specify a duration less than 10 minutes")
    audiences = spec["audiences"] = spec.get("audiences") or [ISSUER]
    bound = _bound(registry, namespace, spec.get("boundObjectRef"))
    text, end = tokens.issue(TokenRequest(account, seconds, audiences, bound))
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": meta.timestamp()},
        "spec": spec,
        "status": {"token": text, "expirationTimestamp": meta.timestamp(end)},
    }


def _refuse_duration(seconds: int, why: str) -> None:
    cause = errors.invalid_value("spec.expirationSeconds", seconds, why)
    raise errors.invalid("TokenRequest", "", [cause], "authentication.k8s.io")


def _bound(registry: Registry, namespace: str, reference: Object | None) -> Object | None:
    """Return what a token is to be bound to, None for nothing."""
    if reference is None:
        return None
    resource = BOUND.get(reference.get("kind", ""))
    if resource is None or reference.get("apiVersion") != "v1":
        group, _, version = reference.get("apiVersion", "").rpartition("/")
        raise errors.bad_request(f"cannot bind token for serviceaccount to type {_shown(group, version, reference)}")
    name, uid = reference.get("name", ""), reference.get("uid", "")
    found = registry.get(resource, "" if resource == "nodes" else namespace, name)
    if uid and uid != found["metadata"]["uid"]:
        why = f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have "
        raise errors.conflict(resource, name, why=f"{why}been deleted and then recreated")
    return found


def _shown(group: str, version: str, reference: Object) -> str:
    return f"{group}/{version}, Kind={reference.get('kind', '')}"
