"""LabelSelectors: their rules, and whether they match.

Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.go.values import string_map
from kubelearn.cluster.meta import Object

from . import metadata, names
from .causes import invalid_each

#: Operators of label selectors; node selectors have them as well.
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
NOT_AN_OPERATOR = "not a valid selector operator"


def validate(selector: Object, path: str) -> list[Cause]:
    """Check a LabelSelector."""
    causes = metadata.labels(selector.get("matchLabels") or {}, f"{path}.matchLabels")
    for index, requirement in enumerate(selector.get("matchExpressions") or ()):
        causes += _requirement(requirement, f"{path}.matchExpressions[{index}]")
    return causes


def _requirement(requirement: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    operator, values, key = (
        requirement.get("operator") or "",
        requirement.get("values") or [],
        requirement.get("key") or "",
    )
    if operator in OPERATORS:
        causes += values_for(operator, values, path)
    else:
        causes.append(invalid_value(f"{path}.operator", operator, NOT_AN_OPERATOR))
    causes += invalid_each(f"{path}.key", key, names.qualified_name(key))
    for index, value in enumerate(values):
        causes += invalid_each(f"{path}.values[{index}]", value, names.label_value(value))
    return causes


def values_for(operator: str, values: Sequence[str], path: str) -> list[Cause]:
    """Check that a requirement has values, or none, as its operator wants; for one of :data:`OPERATORS`."""
    if operator in ("In", "NotIn") and not values:
        return [required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")]
    if operator in ("Exists", "DoesNotExist") and values:
        return [forbidden_field(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
    return []


def is_empty(selector: Object) -> bool:
    """Return whether a selector selects everything."""
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def as_json(selector: Object | None) -> Object | None:
    """Return a LabelSelector with its fields in the order in which messages have them."""
    if selector is None:
        return None
    found: Object = {"matchLabels": string_map(selector.get("matchLabels"))}
    found["matchExpressions"] = [_requirement_as_json(item) for item in selector.get("matchExpressions") or ()]
    return {key: value for key, value in found.items() if value}


def _requirement_as_json(requirement: Object) -> Object:
    shown: Object = {key: requirement.get(key) or "" for key in ("key", "operator")}
    return shown | ({"values": requirement["values"]} if requirement.get("values") else {})
