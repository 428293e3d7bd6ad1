"""Causes that :mod:`kubelearn.cluster.apiserver.errors` does not have.

Texts: k8s.io/apimachinery/pkg/util/validation/field/errors.go, release 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required
from kubelearn.cluster.apiserver.go.values import go_value

from . import names

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


def domain_prefixed_path(field: str, text: str) -> list[Cause]:
    """Check a name such as ``acme.io/foo`` (IsDomainPrefixedPath)."""
    if not text:
        return [required(field)]
    host, _, path = text.partition("/")
    if not host or not path:
        return [invalid_value(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    return invalid_each(field, host, names.dns1123_subdomain(host)) + invalid_each(field, path, names.http_path(path))


def not_negative(container: dict[str, Any], keys: Iterable[str], path: str) -> list[Cause]:
    """Check that the numbers under some keys, where present, are not negative."""
    return [
        invalid_value(f"{path}.{key}", container[key], NOT_NEGATIVE) for key in keys if (container.get(key) or 0) < 0
    ]
