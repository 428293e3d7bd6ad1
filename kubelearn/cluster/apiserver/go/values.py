"""What Go does with values: how messages of errors have them, and which of them JSON leaves out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.meta import Object

#: What encoding/json escapes so that its output can stand in HTML.
_ESCAPED: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def go_value(value: Any) -> str:
    """Write a value as messages of field errors have it: a string in quotes, all else as encoding/json does.

    A map's keys have to be in their order (:func:`string_map`), a struct's fields in that of Go's declaration.
    Source: k8s.io/apimachinery/pkg/util/validation/field/errors.go, ErrorBody.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)


def parse_uint(text: str) -> int:
    """Return a text as a number (``strconv.ParseUint`` of 64 bits).

    Raises:
        ValueError: it is none; in Go's words.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"strconv.ParseUint: parsing {go_value(text)}: invalid syntax")
    number = int(text)
    if number >= 1 << 64:
        raise ValueError(f"strconv.ParseUint: parsing {go_value(text)}: value out of range")
    return number


def string_map(value: dict[str, str] | None) -> dict[str, str] | None:
    """Return a ``map[string]string`` as encoding/json writes it: sorted by key; nil stays what it is."""
    return None if value is None else dict(sorted(value.items()))


def string_list_syntax(value: Sequence[str]) -> str:
    """Write a ``[]string`` as ``%#v`` does, which some messages have in their text."""
    return "[]string{" + ", ".join(map(go_value, value)) + "}"


def drop_empty(found: Object, message: str) -> None:
    """Drop the fields of a type that have Go's zero value, as ``omitempty`` does, but for pointers and structures."""
    kept = types.kept(message)
    empty = [key for key, value in found.items() if not value and key not in kept]
    for key in empty:
        del found[key]


def set_defaults(found: Object, defaults: Mapping[str, Any]) -> None:
    """Set what an object leaves out or has as null, in place."""
    for key, value in defaults.items():
        if found.get(key) is None:
            found[key] = value
