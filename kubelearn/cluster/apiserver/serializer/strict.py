"""Strict decoding: JSON to what Go's typed objects would hold, problems in the words of Go's decoder.

Mirrors sigs.k8s.io/json (a type mismatch is reported once, with the innermost struct and the path
without indexes; unknown fields all, with indexes) and what encoding the decoded Go object gives:
nulls and empty ``omitempty`` fields vanish, structs that are no pointers appear.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.text import json_name
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.meta import Object

from . import scalars

#: Most strict problems that are reported (sigs.k8s.io/json/kubernetes_patch.go).
_MOST_PROBLEMS: Final = 100
_INTEGERS: Final = {"int32": 1 << 31, "int64": 1 << 63}
_PLAIN: Final[dict[str, type]] = {"string": str, "bool": bool}

#: Where a value is: the place of what contains it, and a field's name, an index, or (for maps) a one-tuple of the key.
Place = tuple["Place | None", "str | int | tuple[str]"]
_Reader = Callable[[Any, "_DecodedField", "Place | None", "_State"], Any]


class _State:
    """What one decoding has found so far."""

    __slots__ = ("complete", "describe", "mismatch", "problems")

    def __init__(self, complete: bool, describe: Callable[[Any, _DecodedField, Place | None, str], str]):
        self.complete = complete
        self.describe = describe
        self.mismatch = ""
        self.problems: list[str] = []

    def unknown(self, place: Place) -> None:
        """Note a field that its message does not have; only the first hundred problems are kept."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f'unknown field "{_strict_path(place)}"')

    def wrong(self, value: Any, field: _DecodedField, where: Place | None, wanted: str) -> None:
        """Note a value of another type than its field; the first one is reported."""
        if not self.mismatch:
            self.mismatch = self.describe(value, field, where, wanted)


class _DecodedField:
    """A field as the decoder needs it.

    Attributes:
        plain: Python type of scalars that need no more than that check; None otherwise.
        keep: zero values are kept: a pointer, or a field without ``omitempty``.
        read: decodes a value that is not plain.
        read_item: decodes an item of a list or map.
        go_type: the field's type in Go's messages; ``go_item`` that of an item.
    """

    __slots__ = ("go_item", "go_type", "keep", "name", "owner", "plain", "read", "read_item", "type")

    def __init__(self, owner: str, field: types.Field, keep: bool):
        self.name = field.name
        self.type = field.type
        self.owner = owner.rpartition(".")[2]
        scalar = _PLAIN.get(field.type)
        self.go_type, self.go_item = field.go_type, field.go_item
        self.read_item = _READERS.get(field.type, _read_struct)
        self.keep = keep
        self.plain: type | None = None
        if field.cardinality == "one":
            self.plain = scalar
            self.read = self.read_item
            self.keep = self.keep or (scalar is None and field.type not in ("int32", "int64", "bytes"))
        else:
            self.read = _read_list if field.cardinality == "list" else _read_map


class _Table:
    """The fields of a message, and what Go's encoder writes of them when there is nothing."""

    __slots__ = ("absent", "fields")

    def __init__(self, message: str):
        known = types.fields(message)
        kept = types.kept(message)
        self.fields = {name: _DecodedField(message, field, name in kept) for name, field in known.items()}
        self.absent = tuple(
            (name, field.type) for name, field in known.items() if field.always and field.cardinality == "one"
        )


@functools.cache
def _table(message: str) -> _Table:
    return _Table(message)


def decode(value: Object, api_version: str, kind: str, *, complete: bool = True) -> tuple[Object, list[str]]:
    """Decode a JSON object as a kind.

    Args:
        value: the object; it is not changed, and shares nothing that may be changed with the result.
        api_version: version to decode as, for example ``apps/v1``.
        kind: the Kind, for example ``Deployment``.
        complete: add what Go's encoder always writes: structs that are no pointers
            (``status: {}``), times (``creationTimestamp: null`` in templates) and scalars
            without ``omitempty`` (``port: 0``).  Not for what is applied: its manager would own them.

    Returns:
        The object without unknown fields, nulls and empty optional fields; and strict
        problems such as ``unknown field "spec.ports[0].foo"``, in the order of the object.

    Raises:
        ApiError: 400, a value has another type than its field, as Go says it.
    """
    try:
        return _decode(value, api_version, kind, _State(complete, _cannot_unmarshal))
    except scalars.Invalid as error:
        version = api_version.rpartition("/")[2]
        raise errors.bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {error}') from None


def decode_patched(value: Object, api_version: str, kind: str, *, as_map: bool) -> tuple[Object, list[str]]:
    """Decode what a patch made of an object; like :func:`decode`, but for the error.

    Args:
        as_map: speak as Go's converter of maps does (for strategic merge patches), not as its JSON decoder.

    Raises:
        scalars.Invalid: a value has another type than its field; the text is what Go says about it.
    """
    return _decode(value, api_version, kind, _State(True, _cannot_convert if as_map else _cannot_unmarshal))


def _decode(value: Object, api_version: str, kind: str, state: _State) -> tuple[Object, list[str]]:
    decoded = _struct(value, message_for(api_version, kind), None, state)
    if state.mismatch:
        raise scalars.Invalid(state.mismatch)
    return decoded, state.problems


def _struct(value: Object, message: str, where: Place | None, state: _State) -> Object:
    table = _table(message)
    fields = table.fields
    decoded: Object = {}
    for name, item in value.items():
        field = fields.get(name)
        if field is None:
            state.unknown((where, name))
        elif item is None:
            continue
        elif type(item) is field.plain:
            if item or field.keep:
                decoded[name] = item
        else:
            item = field.read(item, field, where, state)
            if item or (field.keep and item is not None):
                decoded[name] = item
    if state.complete:
        for name, type_name in table.absent:
            if name not in decoded:
                decoded[name] = _zero(type_name)
    return decoded


def _read_struct(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not dict:
        state.wrong(item, field, where, field.go_item)
        return None
    return _struct(item, field.type, (where, field.name), state)


def _read_list(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not list:
        state.wrong(item, field, where, field.go_type)
        return None
    place: Place = (where, field.name)
    return [_read_part(part, field, where, (place, index), state) for index, part in enumerate(item)]


def _read_map(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not dict:
        state.wrong(item, field, where, field.go_type)
        return None
    place: Place = (where, field.name)
    return {key: _read_part(part, field, where, (place, (key,)), state) for key, part in item.items()}


def _read_part(part: Any, field: _DecodedField, where: Place | None, place: Place, state: _State) -> Any:
    """Decode an item of a list or map; Go leaves zero where a null was."""
    if part is None:
        return _zero(field.type)
    if field.read_item is not _read_struct:
        return field.read_item(part, field, where, state)
    if type(part) is dict:
        return _struct(part, field.type, place, state)
    state.wrong(part, field, where, field.go_item)
    return None


def _read_string(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not str:
        state.wrong(item, field, where, field.go_item)
        return None
    return item


def _read_bool(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not bool:
        state.wrong(item, field, where, field.go_item)
        return None
    return item


def _read_integer(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is int:
        limit = _INTEGERS[field.type]
        if -limit <= item < limit:
            return item
    state.wrong(item, field, where, field.type)
    return None


def _read_double(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not float and type(item) is not int:
        state.wrong(item, field, where, field.go_item)
        return None
    return item


def _read_bytes(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    if type(item) is not str:
        state.wrong(item, field, where, field.go_item)
        return None
    problem = scalars.base64_problem(item)
    if problem and not state.mismatch:
        state.mismatch = problem
    return item


def _read_any(item: Any, _field: _DecodedField, _where: Place | None, _state: _State) -> Any:
    return item


def _read_strings(item: Any, field: _DecodedField, where: Place | None, state: _State) -> Any:
    """Decode a value that is a named list of strings (ExtraValue of authentication.k8s.io)."""
    if type(item) is not list:
        state.wrong(item, field, where, field.go_item)
        return None
    for part in item:
        if part is not None and type(part) is not str:
            state.wrong(part, field, where, "string")
    return ["" if part is None else part for part in item]


def _read_int_or_string(item: Any, field: _DecodedField, where: Place | None, _state: _State) -> Any:
    if type(item) is str or (type(item) is int and -(1 << 31) <= item < 1 << 31):
        return item
    raise scalars.Invalid(_cannot_unmarshal(item, field, where, "int32"))


def _read_time(item: Any, field: _DecodedField, where: Place | None, _state: _State) -> Any:
    if type(item) is not str:
        raise scalars.Invalid(_cannot_unmarshal(item, field, where, "string"))
    return scalars.micro_time(item) if field.type == "meta.v1.MicroTime" else scalars.time(item)


def _read_quantity(item: Any, _field: _DecodedField, _where: Place | None, _state: _State) -> Any:
    return scalars.quantity(item)


_READERS: Final[dict[str, _Reader]] = {
    "string": _read_string,
    "bool": _read_bool,
    "int32": _read_integer,
    "int64": _read_integer,
    "double": _read_double,
    "bytes": _read_bytes,
    "runtime.RawExtension": _read_any,
    "meta.v1.FieldsV1": _read_any,
    "strings": _read_strings,
    "intstr.IntOrString": _read_int_or_string,
    "meta.v1.Time": _read_time,
    "meta.v1.MicroTime": _read_time,
    "resource.Quantity": _read_quantity,
}


def _zero(type_name: str) -> Any:
    """Return Go's zero value of a type, as its encoder writes it."""
    if type_name in _ZEROS:
        return _ZEROS[type_name]
    return {name: _zero(absent) for name, absent in _table(type_name).absent}


_ZEROS: Final[dict[str, Any]] = {
    "string": "",
    "bool": False,
    "int32": 0,
    "int64": 0,
    "double": 0.0,
    "bytes": "",
    "intstr.IntOrString": 0,
    "resource.Quantity": "0",
    "meta.v1.Time": None,
    "meta.v1.MicroTime": None,
    "runtime.RawExtension": None,
    "meta.v1.FieldsV1": None,
    "strings": None,
}


def _cannot_unmarshal(value: Any, field: _DecodedField, where: Place | None, wanted: str) -> str:
    shown = json_name(value)
    if shown == "number" and wanted in ("int32", "int64"):
        shown += f" {value}"
    return (
        f"json: cannot unmarshal {shown} into Go struct field {field.owner}.{_go_path((where, field.name))} of type "
        f"{wanted}"
    )


def _cannot_convert(value: Any, field: _DecodedField, _where: Place | None, wanted: str) -> str:
    """Say why a value of a map does not fit a field, as k8s.io/apimachinery/pkg/runtime/converter.go does."""
    kind = {dict: "map", list: "slice", str: "string", bool: "bool", int: "int64"}.get(type(value), "float64")
    if wanted.startswith(("[]", "map[")):
        return f"cannot restore {'slice' if wanted.startswith('[]') else 'map'} from {kind}"
    if field.read_item is _read_struct:
        return f"cannot restore struct from: {kind}"
    # Go converts between kinds of numbers, and (not meant here) from a whole number to a string.
    if (kind, field.type) in (("int64", "string"), ("float64", "int32"), ("float64", "int64")):
        return f"cannot convert {kind} to {wanted}"
    return f"unrecognized type: {field.type}"


def _go_path(place: Place | None) -> str:
    """Write a place as Go's messages do: names of struct fields only."""
    parts: list[str] = []
    while place is not None:
        place, part = place
        if isinstance(part, str):
            parts.append(part)
    return ".".join(reversed(parts))


def _strict_path(place: Place | None) -> str:
    """Write a place as strict decoding does: ``spec.ports[0].foo``."""
    text = ""
    while place is not None:
        place, part = place
        text = f"[{part}]{text}" if isinstance(part, int) else f".{part if isinstance(part, str) else part[0]}{text}"
    return text.removeprefix(".")
