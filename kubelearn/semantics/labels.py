"""Label selectors: ``matchLabels`` and ``matchExpressions`` (apimachinery/pkg/apis/meta/v1/helpers.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = dict[str, Any]


def selects(selector: Object | None, labels: Mapping[str, str]) -> bool:
    """Return whether a LabelSelector matches labels; null matches nothing, an empty one everything."""
    if selector is None:
        return False
    pairs = selector.get("matchLabels")
    if pairs and any(labels.get(key) != value for key, value in pairs.items()):
        return False
    return all(satisfies(requirement, labels) for requirement in selector.get("matchExpressions") or ())


def satisfies(requirement: Object, labels: Mapping[str, str]) -> bool:
    """Return whether labels satisfy one requirement: In, NotIn, Exists, DoesNotExist, Gt or Lt."""
    key, operator, values = requirement["key"], requirement["operator"], requirement.get("values") or ()
    if operator == "In":
        return labels.get(key) in values if key in labels else False
    if operator == "NotIn":
        return labels.get(key) not in values
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return _compares(operator, labels.get(key), values[0] if values else "")


def _compares(operator: str, label: str | None, bound: str) -> bool:
    """Gt and Lt of node affinity: both sides must be whole numbers."""
    try:
        difference = int(label or "") - int(bound)
    except ValueError:
        return False
    return difference > 0 if operator == "Gt" else difference < 0
