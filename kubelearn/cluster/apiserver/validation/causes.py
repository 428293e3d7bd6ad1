"""Causes that :mod:`kubelearn.cluster.apiserver.errors` does not have, and Go texts that several modules need.

Texts: k8s.io/apimachinery/pkg/util/validation/field/errors.go, release 1.32.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, invalid_value
from kubelearn.cluster.apiserver.go.values import GoText, go_value

NOT_NEGATIVE = "must be greater than or equal to 0"
IMMUTABLE = "field is immutable"


def unsupported(field: str, value: Any, supported: Sequence[str]) -> Cause:
    """Unsupported value, with the choices in the order in which the Go source lists them."""
    choices = ", ".join(json.dumps(item) for item in supported)
    return Cause(field, "FieldValueNotSupported", f"Unsupported value: {go_value(value)}: supported values: {choices}")


def not_found(field: str, value: Any) -> Cause:
    """Say that a field names what does not exist."""
    return Cause(field, "FieldValueNotFound", f"Not found: {go_value(value)}")


def too_many(field: str, actual: int, maximum: int) -> Cause:
    """Say that a list has more items than allowed."""
    return Cause(field, "FieldValueTooMany", f"Too many: {actual}: must have at most {maximum} items")


def invalid_each(field: str, value: Any, problems: Iterable[str]) -> list[Cause]:
    """Return one Invalid cause per problem."""
    return [invalid_value(field, value, problem) for problem in problems]


def not_negative(container: dict[str, Any], keys: Iterable[str], path: str) -> list[Cause]:
    """Check that the numbers under some keys, where present, are not negative."""
    return [
        invalid_value(f"{path}.{key}", container[key], NOT_NEGATIVE) for key in keys if (container.get(key) or 0) < 0
    ]


def string_map(value: dict[str, str] | None) -> GoText:
    """Write a ``map[string]string`` as ``%#v`` does, telling nil from empty."""
    return GoText("map[string]string(nil)" if value is None else go_value(value))


def string_list(value: Sequence[str] | None) -> GoText:
    """Write a ``[]string`` as ``%#v`` does."""
    return GoText("[]string(nil)" if value is None else go_value(list(value)))


def int_or_string(value: int | str) -> GoText:
    """Write an ``intstr.IntOrString`` as ``%#v`` does."""
    if isinstance(value, str):
        return GoText(f'intstr.IntOrString{{Type:1, IntVal:0, StrVal:"{value}"}}')
    return GoText(f'intstr.IntOrString{{Type:0, IntVal:{value}, StrVal:""}}')
