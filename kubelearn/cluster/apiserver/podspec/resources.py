"""What the containers of a pod ask for together (k8s.io/component-helpers/resource, PodRequests and PodLimits)."""

from __future__ import annotations

from fractions import Fraction

from kubelearn.cluster.apiserver.validation.quantities import canonical, value_of
from kubelearn.cluster.meta import Object

Amounts = dict[str, Fraction]


def total(spec: Object, kind: str) -> Amounts:
    """Return what a pod asks for: its containers together, or its greediest init container if that is more.

    Args:
        kind: ``requests`` or ``limits``.
    """
    running: Amounts = {}
    for container in spec.get("containers") or ():
        _add(running, amounts(container, kind))
    sidecars: Amounts = {}
    greatest: Amounts = {}
    for container in spec.get("initContainers") or ():
        needed = amounts(container, kind)
        _add(needed, sidecars)
        if container.get("restartPolicy") == "Always":
            _add(running, amounts(container, kind))
            sidecars = needed
        _most(greatest, needed)
    _most(running, greatest)
    if spec.get("overhead"):
        _add(running, {name: value_of(amount) for name, amount in spec["overhead"].items()})
    return running


def amounts(asking: Object, kind: str) -> Amounts:
    """Return what a container, or a claim, asks for.

    Args:
        kind: as for :func:`total`.
    """
    listed = (asking.get("resources") or {}).get(kind) or {}
    return {name: value_of(amount) for name, amount in listed.items()}


def _add(found: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        found[name] = found.get(name, Fraction(0)) + amount


def _most(found: Amounts, other: Amounts) -> None:
    for name, amount in other.items():
        found[name] = max(found.get(name, amount), amount)


def canonical_list(found: Object | None) -> Object:
    """Return a list of resources with its amounts as the server writes them.

    Raises:
        QuantityError: one is none.
    """
    return {name: canonical(amount) for name, amount in sorted((found or {}).items())}
