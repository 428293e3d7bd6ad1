"""Quantities (``500m``, ``1Gi``) and the resource lists made of them.

Source: k8s.io/apimachinery/pkg/api/resource/quantity.go; rules for containers: K/pkg/apis/core/validation.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, bad_request, forbidden_field, invalid_value, required
from kubelearn.cluster.meta import Object

from . import names
from .causes import NOT_NEGATIVE, invalid_each

_SPLIT = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
_split = re.compile(_SPLIT[1:-1]).fullmatch
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)").fullmatch
_EXPONENT = re.compile("[eE]([-+]?[0-9]+)").fullmatch
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_MOST = 2**63 - 1
_STANDARD = ("cpu", "memory", "ephemeral-storage")
_NATIVE_ONLY = (
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
)


class QuantityError(ValueError):
    """A text that is no quantity; its message is Go's."""


@contextlib.contextmanager
def decoding(kind: str, version: str = "v1") -> Iterator[None]:
    """Refuse an object with a quantity that is none, as Kubernetes does when it decodes.

    Raises:
        ApiError: 400.
    """
    try:
        yield
    except QuantityError as error:
        raise bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {error}') from error


@lru_cache(2048)
def _parse(text: str) -> tuple[Fraction, str]:
    found = _split(text)
    if not text or found is None or not _NUMBER(found[1]):
        raise QuantityError(f"quantities must match the regular expression '{_SPLIT}'")
    number, suffix = Fraction(found[1].rstrip(".") if found[1].endswith(".") else found[1]), found[2]
    if suffix in _DECIMAL:
        return number * Fraction(10) ** _DECIMAL[suffix], "decimal"
    if suffix in _BINARY:
        return number * 1024 ** _BINARY[suffix], "binary"
    exponent = _EXPONENT(suffix)
    if exponent is None or abs(int(exponent[1])) > 18:
        raise QuantityError("unable to parse quantity's suffix")
    return number * Fraction(10) ** int(exponent[1]), "exponent"


def value_of(quantity: Any) -> Fraction:
    """Return what a quantity amounts to.

    Raises:
        QuantityError: it is none.
    """
    return _parse(str(quantity))[0]


def _in_powers_of_two(whole: int) -> str:
    steps = 0
    while whole and whole % 1024 == 0 and steps < 6:
        whole //= 1024
        steps += 1
    return f"{whole}{next((s for s, n in _BINARY.items() if n == steps), '')}"


@lru_cache(2048)
def _canonical(text: str) -> str:
    amount, style = _parse(text)
    if amount == 0:
        return "0"
    # Nothing below nano survives; Go rounds away from zero.
    nano = math.ceil(abs(amount) * 10**9) * (1 if amount > 0 else -1)
    if style == "binary" and abs(nano) >= 1024 * 10**9:
        return _in_powers_of_two(-(-abs(nano) // 10**9) * (1 if nano > 0 else -1))
    exponent = -9
    while nano % 1000 == 0 and exponent < 18:
        nano //= 1000
        exponent += 3
    if style == "exponent":
        return f"{nano}e{exponent}" if exponent else str(nano)
    return f"{nano}{next(s for s, e in _DECIMAL.items() if e == exponent)}"


def canonical(quantity: Any) -> str:
    """Return a quantity as the server writes it: ``1000m`` is ``1``, ``0.5`` is ``500m``.

    Raises:
        QuantityError: it is none.
    """
    return _canonical(str(quantity))


def shown(amount: Fraction, like: str) -> str:
    """Write an amount in the manner of another: in powers of two or of ten."""
    if amount.denominator != 1:
        return canonical(f"{float(amount * 1000):.0f}m")
    return _in_powers_of_two(amount.numerator) if like.endswith("i") else canonical(amount.numerator)


def _stored(quantity: Any) -> Any:
    """Return an amount as a resource list keeps it (SetDefaults_ResourceList).

    It is no finer than thousandths and no larger than 64 bits.
    """
    amount = value_of(quantity)
    if amount >= _MOST:
        return _MOST
    if (amount * 1000).denominator == 1:
        return quantity
    milli = math.ceil(abs(amount) * 1000) * (1 if amount > 0 else -1)
    return f"{milli}m"


def canonicalize(resources: Object) -> None:
    """Rewrite the limits and requests of a container in place."""
    for kind in ("limits", "requests"):
        listed = resources.get(kind)
        if listed:
            for name, quantity in listed.items():
                shown = canonical(_stored(quantity))
                if shown != quantity:
                    listed[name] = shown


def container_resources(resources: Object, path: str) -> list[Cause]:
    """Check the resources of a container: names, amounts, and requests within limits."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    causes: list[Cause] = []
    for kind, listed in (("limits", limits), ("requests", requests)):
        for name, quantity in listed.items():
            field = f"{path}.{kind}[{name}]"
            causes += _resource_name(name, field) + _amount(name, quantity, field)
            if kind == "requests":
                causes += _within_limit(name, quantity, limits, path)
    named = {*limits, *requests}
    if any(name.startswith("hugepages-") for name in named) and not named & {"cpu", "memory"}:
        causes.append(forbidden_field(path, "HugePages require cpu or memory"))
    return causes


def _within_limit(name: str, quantity: Any, limits: Object, path: str) -> list[Cause]:
    overcommit = ("/" not in name or "kubernetes.io/" in name) and not name.startswith("hugepages-")
    if name not in limits:
        return [] if overcommit else [required(f"{path}.limits", "Limit must be set for non overcommitable resources")]
    limit = limits[name]
    if not overcommit and value_of(quantity) != value_of(limit):
        return [invalid_value(f"{path}.requests", quantity, f"must be equal to {name} limit of {limit}")]
    if value_of(quantity) > value_of(limit):
        return [invalid_value(f"{path}.requests", quantity, f"must be less than or equal to {name} limit of {limit}")]
    return []


def _amount(name: str, quantity: Any, path: str) -> list[Cause]:
    amount = value_of(quantity)
    causes = [invalid_value(path, quantity, NOT_NEGATIVE)] if amount < 0 else []
    if "/" in name and amount.denominator != 1:
        causes.append(invalid_value(path, str(quantity), "must be an integer"))
    return causes


def _resource_name(name: str, path: str) -> list[Cause]:
    if name in _STANDARD:
        return []
    if problems := names.qualified_name(name):
        return invalid_each(path, name, problems)
    if "/" in name:
        return []
    if name.startswith("hugepages-"):
        return []
    causes = []
    if name not in _NATIVE_ONLY:
        causes.append(invalid_value(path, name, "must be a standard resource type or fully qualified"))
    return [*causes, invalid_value(path, name, "must be a standard resource for containers")]
