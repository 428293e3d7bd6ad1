"""JSON values in the words of Go, for error messages."""

from __future__ import annotations

from typing import Any

#: reflect.Kind of a decoded JSON value, as encoding/json's errors name it.
_JSON_NAMES = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
#: reflect.Type of a decoded JSON value.
_TYPE_NAMES = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
}


def json_name(value: Any) -> str:
    """Name a value's JSON type as encoding/json does: ``array``, ``number``, …"""
    return _JSON_NAMES.get(type(value), "null")


def type_name(value: Any) -> str:
    """Name the Go type that a JSON value decodes to (``%s`` of ``reflect.TypeOf``)."""
    return _TYPE_NAMES.get(type(value), "%!s(<nil>)")


def label_selector(selector: dict[str, Any] | None) -> str:
    """Write a LabelSelector as its ``String()`` does."""
    if selector is None:
        return "nil"
    labels = selector.get("matchLabels") or {}
    pairs = "".join(f"{key}: {labels[key]}," for key in sorted(labels))
    requirements = "".join(
        f"LabelSelectorRequirement{{Key:{item['key']},Operator:{item['operator']},"
        f"Values:{plain(item.get('values') or [])},}},"
        for item in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{pairs}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{requirements}}},}}"
    )


def plain(value: Any) -> str:
    """Write a value as Go's ``%v`` does: ``map[image:nginx name:web]``."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{plain(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(plain(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    if isinstance(value, float):
        return format(value, "g")
    return str(value)
