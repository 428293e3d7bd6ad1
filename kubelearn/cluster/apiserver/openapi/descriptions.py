"""The words of OpenAPI documents: those of the official client's models, and of what these do not describe."""

from __future__ import annotations

import functools
import re
from typing import Any, Final

from kubelearn.cluster.apiserver.structure import types

from .object_fields import CONVENTIONS, OBJECT_FIELDS

#: Types that are one JSON value.
_VALUES: Final = {
    "meta.v1.Time": (
        "Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are "
        "provided for many of the factory methods that the time package offers."
    ),
    "meta.v1.MicroTime": "MicroTime is version of Time with microsecond level precision.",
    "meta.v1.FieldsV1": "FieldsV1 stores a set of fields in a data structure like a Trie, in JSON format.",
    "meta.v1.Patch": "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.",
    "intstr.IntOrString": (
        "IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and "
        "unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON "
        "field that can accept a name or number."
    ),
    "resource.Quantity": (
        "Quantity is a fixed-point representation of a number. It provides convenient marshaling/unmarshaling in "
        "JSON and YAML, in addition to String() and AsInt64() accessors."
    ),
}
_TYPE_META: Final = {
    "apiVersion": (
        "APIVersion defines the versioned schema of this representation of an object. Servers should convert "
        "recognized schemas to the latest internal value, and may reject unrecognized values. More info: "
        f"{CONVENTIONS}#resources"
    ),
    "kind": (
        "Kind is a string value representing the REST resource this object represents. Servers may infer this from the "
        "endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: "
        f"{CONVENTIONS}#types-kinds"
    ),
}


def of_type(message: str) -> str:
    """Return a type's description: the model's docstring up to its list of attributes; empty when there is none."""
    if message in _VALUES:
        return _VALUES[message]
    model = _model(message)
    text = (model.__doc__ or "") if model is not None else ""
    words = re.sub(r"\s*\n\s*", " ", text.partition("\n\n    Attributes:")[0]).strip()
    if words and not words.startswith("NOTE: This class is auto generated"):
        return words
    name = message.rpartition(".")[2]
    item = name.removesuffix("List")
    return f"{name} is a list of {item} objects." if item != name and "items" in types.fields(message) else ""


@functools.cache
def of_fields(message: str) -> dict[str, str]:
    """Return the descriptions of a type's fields, as far as there are any."""
    found = {}
    for name in types.fields(message):
        text = OBJECT_FIELDS.get(f"{message}.{name}") or OBJECT_FIELDS.get(name) or _TYPE_META.get(name)
        if text:
            found[name] = text
    model = _model(message)
    if model is None:
        return found
    model_fields = getattr(model, "model_fields", {})
    for key, name in model.attribute_map.items():
        field = model_fields.get(key) or model_fields.get(f"var{key}")  # a keyword: "_except" is "var_except" there
        text = field.description if field is not None else _property_words(model, key)
        if text:
            found[name] = text
    return found


@functools.cache
def _models() -> Any:
    from kubernetes.client import models  # it takes 0.2 s

    return models


def _model(message: str) -> Any | None:
    """Return the client's model class of a type such as ``networking.v1.Ingress``; None when it has none."""
    package, version, name = message.split(".") if message.count(".") == 2 else ("", "", "")
    version = version[:1].upper() + version[1:]
    for candidate in (f"{package.capitalize()}{version}{name}", f"{version}{name}"):
        if name and hasattr(_models(), candidate):
            return getattr(_models(), candidate)
    return None


def _property_words(model: Any, key: str) -> str:
    """Return a field's description from models before version 37, which have it as the property's docstring."""
    text = getattr(getattr(model, key, None), "__doc__", None) or ""
    lines = [line.strip() for line in text.partition(":return:")[0].splitlines()[1:]]
    return " ".join(line for line in lines if line).removesuffix("# noqa: E501").strip()
