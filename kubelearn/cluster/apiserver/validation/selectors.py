"""LabelSelectors: their rules, and whether they match.

Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.go.values import GoText, go_value
from kubelearn.cluster.meta import Object

from . import metadata, names
from .causes import invalid_each, string_list, string_map

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


def go_text(selector: Object | None) -> GoText:
    """Write a LabelSelector as ``%#v`` does."""
    if selector is None:
        return GoText('"null"')
    expressions = selector.get("matchExpressions")
    if expressions is None:
        shown = "[]v1.LabelSelectorRequirement(nil)"
    else:
        shown = "[]v1.LabelSelectorRequirement{" + ", ".join(map(_go_requirement, expressions)) + "}"
    return GoText(
        f"v1.LabelSelector{{MatchLabels:{string_map(selector.get('matchLabels'))}, MatchExpressions:{shown}}}"
    )


def _go_requirement(requirement: Object) -> str:
    key, operator = go_value(requirement.get("key") or ""), go_value(requirement.get("operator") or "")
    return (
        f"v1.LabelSelectorRequirement{{Key:{key}, Operator:{operator}, "
        f"Values:{string_list(requirement.get('values'))}}}"
    )
