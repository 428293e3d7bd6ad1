"""Quotas that a write may exceed (k8s.io/apiserver/pkg/admission/plugin/resourcequota)."""

from __future__ import annotations

from fractions import Fraction

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.quota.resourcequota import QUOTAS
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.validation.quantities import shown, value_of
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects

from . import usage

#: What is counted again when it changes; all else only when it is new.
_CHANGING = ("services", "persistentvolumeclaims")


def check(
    registry: StoredObjects, kind: Resource, obj: Object, old: Object | None = None
) -> list[tuple[Object, Object]]:
    """Refuse a write that exceeds a quota of its namespace.

    Args:
        old: what is replaced, None for a new object.

    Returns:
        The quotas that it takes from, and what is used then.

    Raises:
        ApiError: 403.
    """
    if not kind.namespaced or (old is not None and kind.key not in _CHANGING):
        return []
    quotas = registry.list(QUOTAS, meta.namespace_of(obj))
    if not quotas:
        return []
    interesting = [quota for quota in quotas if _is_interesting(quota, kind, obj)]
    taken = usage.usage(kind.key, obj)
    if old is not None:
        before = usage.usage(kind.key, old)
        taken = {name: amount - before.get(name, 0) for name, amount in taken.items()}
    taken = {name: amount for name, amount in taken.items() if amount > 0}
    return [(quota, found) for quota in interesting if (found := _used_then(quota, taken, kind, obj)) is not None]


def _forbid(kind: Resource, obj: Object, why: str) -> errors.ApiError:
    return errors.forbidden(kind.plural, meta.name_of(obj), why, kind.group)


def _is_interesting(quota: Object, kind: Resource, obj: Object) -> bool:
    """Return whether a quota counts an object.

    Raises:
        ApiError: 403, the object has to say more, or nobody has counted yet.
    """
    status = quota.get("status") or {}
    names = {name for name in status.get("hard") or () if usage.resource_of(name) == kind.key}
    if not names or not usage.is_in_scope(quota, kind.key, obj):
        return False
    if kind.key == "pods" and (missing := usage.unset(obj, names)):
        listed = "; ".join(f"{name} for: {','.join(sorted(who))}" for name, who in sorted(missing.items()))
        raise _forbid(kind, obj, f"failed quota: {meta.name_of(quota)}: must specify {listed}")
    if not names <= (status.get("used") or {}).keys():
        listed = ",".join(sorted(status["hard"]))
        raise _forbid(kind, obj, f"status unknown for quota: {meta.name_of(quota)}, resources: {listed}")
    return True


def _used_then(quota: Object, taken: usage.Amounts, kind: Resource, obj: Object) -> Object | None:
    """Return what is used of a quota after a write; None if that takes nothing of it.

    Raises:
        ApiError: 403, it is too much.
    """
    hard, used = quota["status"]["hard"], quota["status"]["used"]
    asked = {name: amount for name, amount in sorted(taken.items()) if name in hard}
    exceeded = [name for name in asked if value_of(used[name]) + asked[name] > value_of(hard[name])]
    if exceeded:
        requested = {name: written(name, asked[name]) for name in exceeded}
        lists = (requested, used, hard)
        texts = [",".join(f"{name}={listed[name]}" for name in exceeded) for listed in lists]
        about = "exceeded quota: {}, requested: {}, used: {}, limited: {}"
        raise _forbid(kind, obj, about.format(meta.name_of(quota), *texts))
    if not asked:
        return None
    added = {name: written(name, value_of(used[name]) + amount) for name, amount in asked.items()}
    return {**used, **added}


def written(name: str, amount: Fraction) -> str:
    """Write an amount as an entry of a quota has it: bytes in powers of two, all else in those of ten."""
    is_bytes = ("memory" in name or "storage" in name) and "persistentvolumeclaims" not in name
    return shown(amount, "1Mi" if is_bytes else "1")
