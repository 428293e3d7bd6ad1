"""What each API type is made of: its fields in JSON, Go and protobuf, and how they merge."""

from __future__ import annotations

import functools
from typing import Any, Final, NamedTuple

from . import data

_ZEROS: Final[dict[str, Any]] = {"string": "", "bool": False, "int32": 0, "int64": 0, "double": 0}
#: Types that are one JSON value, whatever Go and protobuf make of them; ``strings`` is a named list of strings.
VALUES: Final = frozenset(
    {
        *_ZEROS,
        "bytes",
        "strings",
        "intstr.IntOrString",
        "resource.Quantity",
        "runtime.RawExtension",
        "meta.v1.Time",
        "meta.v1.MicroTime",
        "meta.v1.FieldsV1",
    }
)
_GO_TYPES: Final = {"bytes": "[]uint8", "double": "float64", "strings": "[]string"}
_CARDINALITY: Final = {"[]": "list", "{}": "map"}


class Field(NamedTuple):
    """One field of a type.

    Attributes:
        name: name in JSON.
        cardinality: ``one``, ``list`` or ``map`` (from strings).
        type: name of the type, of an item for lists and maps.
        number: protobuf's number; 0 for ``kind`` and ``apiVersion``, which are not in the message.
        embedded: a struct whose fields are its owner's in JSON.
        pointer: the Go field is a pointer, so that a zero value is not absence.
        always: Go writes the field even when it is empty: no ``omitempty``, or a struct.
        required: its schema says so.
        default: its schema's.
        enum: the values that its schema allows, of items for lists and maps.
        go_name: name in Go.
        go_type, go_item: how Go's messages name the field's type, and that of an item.
        list_type: ``atomic``, ``set`` or ``map``; ``""`` if the schema has none.
        keys: of the items of a ``map``.
        map_type: ``atomic`` or ``granular``; ``""`` if the schema has none.
        strategy: of strategic merge patches, for example ``merge,retainKeys``.
        merge_key: key of the items in strategic merge patches.
    """

    name: str
    cardinality: str
    type: str
    number: int = 0
    embedded: bool = False
    pointer: bool = False
    always: bool = False
    required: bool = False
    default: Any = None
    enum: tuple[str, ...] = ()
    go_name: str = ""
    go_type: str = "string"
    go_item: str = "string"
    list_type: str = ""
    keys: tuple[str, ...] = ()
    map_type: str = ""
    strategy: str = ""
    merge_key: str = ""


class Type(NamedTuple):
    """One API type.

    Attributes:
        name: ``core.v1.Service``.
        declared: its fields in Go's order; embedded structs are one field.
        fields: its fields in JSON by name, those of embedded structs among them, and ``kind`` and ``apiVersion``.
        atomic: server-side apply replaces it as a whole.
        kinds: the group, version and kind of those that it is.
        unions: its schema's ``x-kubernetes-unions``.
    """

    name: str
    declared: tuple[Field, ...]
    fields: dict[str, Field]
    atomic: bool
    kinds: tuple[tuple[str, str, str], ...]
    unions: list[Any]


#: An empty list of managers is not written, but asks for a reset, so it has to survive decoding.
_MEANT_EMPTY: Final = frozenset({"managedFields"})
_TYPE_META: Final = {name: Field(name, "one", "string") for name in ("kind", "apiVersion")}


@functools.cache
def of(message: str) -> Type | None:
    """Return a type; None when it is one JSON value, or not known."""
    known = data.of_type(message)
    if known is None:
        return None
    raw, marks = known
    declared = tuple(_field(*field) for field in raw)
    fields_of: dict[str, Field] = {}
    for field in declared:
        if field.embedded:
            fields_of |= fields(field.type)
        else:
            fields_of[field.name] = field
    if "kind" in marks:
        fields_of |= _TYPE_META
    return Type(
        message,
        declared,
        fields_of,
        atomic="atomic" in marks,
        kinds=tuple((group, version, kind) for group, version, kind in marks.get("kinds", ())),
        unions=marks.get("unions", []),
    )


def fields(message: str) -> dict[str, Field]:
    """Return a type's JSON fields; empty for what is one JSON value."""
    found = of(message)
    return {} if found is None else found.fields


@functools.cache
def kept(message: str) -> frozenset[str]:
    """Return the JSON fields of a type that stay when they are empty: pointers, structs, those without omitempty."""
    return frozenset(
        name for name, field in fields(message).items() if field.pointer or field.always or name in _MEANT_EMPTY
    )


def _field(name: str, kind: str, number: int, marks: dict[str, Any] | None = None) -> Field:
    """Return a field from how it is written; what it is not said is as usual."""
    marks = marks or {}
    cardinality = _CARDINALITY.get(kind[:2], "one")
    item = kind if cardinality == "one" else kind[2:]
    pointer, always = "pointer" in marks, "always" in marks
    listed = marks.get("list", "atomic" if cardinality == "list" else "")
    shown = marks.get("shown") or go_type(kind)
    return Field(
        name,
        cardinality,
        item,
        number,
        embedded="embedded" in marks,
        pointer=pointer,
        always=always,
        required="required" in marks,
        default=marks["default"] if "default" in marks else usual_default(kind, pointer, always),
        enum=tuple(marks.get("enum", ())),
        go_name=marks.get("go") or go_name(name),
        go_type=shown,
        go_item=_go_item(item, cardinality, shown),
        list_type="map" if isinstance(listed, list) else listed,
        keys=tuple(listed) if isinstance(listed, list) else (),
        map_type=marks.get("map", ""),
        strategy=marks.get("strategy", ""),
        merge_key=marks.get("merge-key", ""),
    )


def _go_item(item: str, cardinality: str, shown: str) -> str:
    if cardinality == "one":
        return shown
    _, bracket, found = shown.partition("]")
    return found if bracket else go_type(item)  # the list or map has a name, as ResourceList


def go_name(name: str) -> str:
    """Return what Go calls a field as a rule."""
    return name[:1].upper() + name[1:]


def go_type(kind: str) -> str:
    """Return how Go's messages name a type as a rule: ``[]v1.ServicePort`` for ``[]core.v1.ServicePort``."""
    if kind.startswith("[]"):
        return f"[]{go_type(kind[2:])}"
    if kind.startswith("{}"):
        return f"map[string]{go_type(kind[2:])}"
    return _GO_TYPES.get(kind) or ".".join(kind.split(".")[-2:])


def usual_default(kind: str, pointer: bool, always: bool) -> Any:
    """Return a field's default as Go's types have it: structs, and zeros that are always written."""
    if pointer or kind[:2] in _CARDINALITY:
        return None
    if kind in VALUES:
        return _ZEROS.get(kind) if always else None
    return {}
