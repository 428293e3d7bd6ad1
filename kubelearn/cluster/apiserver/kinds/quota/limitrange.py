"""LimitRanges (K/pkg/registry/core/limitrange; ValidateLimitRange of K/pkg/apis/core/validation)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from kubelearn.cluster.apiserver.errors import Cause, duplicate, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.apiserver.podspec.resources import canonical_list
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.apiserver.validation.causes import invalid_each
from kubelearn.cluster.apiserver.validation.quantities import decoding, value_of
from kubelearn.cluster.meta import Object

LIMIT_RANGES: Final = "limitranges"
_LISTS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_OF_CONTAINERS: Final = ("cpu", "memory", "ephemeral-storage")
#: Which list has to be at most which other, where both say something: (smaller, greater, which is wrong, words).
_ORDER: Final = (
    ("min", "max", "min", "min value {} is greater than max value {}"),
    ("min", "defaultRequest", "defaultRequest", "min value {} is greater than default request value {}"),
    ("defaultRequest", "max", "defaultRequest", "default request value {} is greater than max value {}"),
    ("defaultRequest", "default", "defaultRequest", "default request value {} is greater than default limit value {}"),
    ("min", "default", "default", "min value {} is greater than default value {}"),
    ("default", "max", "default", "default value {} is greater than max value {}"),
)


class LimitRangeStrategy(Strategy):
    """Rules of ``limitranges``."""

    def default(self, obj: Object) -> None:
        """Fill in what containers get by default (SetDefaults_LimitRangeItem).

        Raises:
            ApiError: 400, an amount is none.
        """
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        spec.setdefault("limits", None)
        with decoding("LimitRange"):
            for item in spec["limits"] or ():
                _default(item)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the limits."""
        return super().validate(obj) + _limits(obj["spec"]["limits"] or [])

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check the limits of a replacement."""
        return metadata.validate_update(new, old) + _limits(new["spec"]["limits"] or [])


def _default(item: Object) -> None:
    item.setdefault("type", "")
    for key in _LISTS:
        if item.get(key):
            item[key] = canonical_list(item[key])
    if item["type"] == "Container":
        limit, request = item.get("default") or {}, item.get("defaultRequest") or {}
        limit = {**(item.get("max") or {}), **limit}
        item["defaultRequest"] = canonical_list({**(item.get("min") or {}), **limit, **request})
        item["default"] = canonical_list(limit)
    drop_empty(item, "core.v1.LimitRangeItem")


def _limits(limits: list[Object]) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, item in enumerate(limits):
        path, kind = f"spec.limits[{index}]", item["type"]
        causes += invalid_each(f"{path}.type", kind, names.qualified_name(kind))
        if kind in seen:
            causes.append(duplicate(f"{path}.type", kind))
        seen.add(kind)
        causes += _names(item, path)
        storage = [(item.get(key) or {}).get("storage") for key in ("min", "max")]
        if kind == "PersistentVolumeClaim" and storage == [None, None]:
            why = "either minimum or maximum storage value is required, but neither was provided"
            causes.append(required(f"{path}.limits", why))
        for name in sorted({name for key in _LISTS for name in item.get(key) or ()}):
            causes += _amounts(item, name, path)
    return causes


def _names(item: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for key in _LISTS:
        if item["type"] == "Pod" and key in ("default", "defaultRequest"):
            if item.get(key):
                causes.append(forbidden_field(f"{path}.{key}", "may not be specified when `type` is 'Pod'"))
            continue
        for name in item.get(key) or ():
            causes += _resource(item["type"], name, f"{path}.{key}[{name}]")
    return causes


def _resource(kind: str, name: str, path: str) -> list[Cause]:
    if problems := names.qualified_name(name):
        return invalid_each(path, name, problems)
    is_container = kind in ("Pod", "Container")
    if "/" in name or not is_container or name in _OF_CONTAINERS or name.startswith("hugepages-"):
        return []
    return [invalid_value(path, name, "must be a standard resource for containers")]


def _amounts(item: Object, name: str, path: str) -> list[Cause]:
    found = {key: item[key][name] for key in _LISTS if name in (item.get(key) or ())}
    causes = []
    for smaller, greater, wrong, words in _ORDER:
        if smaller in found and greater in found and value_of(found[smaller]) > value_of(found[greater]):
            why = words.format(found[smaller], found[greater])
            causes.append(invalid_value(f"{path}.{wrong}[{name}]", found[wrong], why))
    ratio = found.get("maxLimitRequestRatio")
    if ratio is not None:
        causes += _ratio(found, ratio, f"{path}.maxLimitRequestRatio[{name}]")
    return causes


def _ratio(found: Object, ratio: str, path: str) -> list[Cause]:
    causes = []
    if value_of(ratio) < 1:
        causes.append(invalid_value(path, ratio, f"ratio {ratio} is less than 1"))
    least = value_of(found.get("min", "0"))
    if "max" in found and least > 0:
        most: Fraction = value_of(found["max"]) / least
        if value_of(ratio) > most:
            causes.append(invalid_value(path, ratio, f"ratio {ratio} is greater than max/min = {float(most):f}"))
    return causes
