"""The shape of each kind, for merging and for managed fields: which lists have keys, what is atomic.

A shape is the compiled form of what :mod:`kubelearn.cluster.apiserver.structure` knows, made when first needed:
managed fields are recorded on every write, so looking up a field has to be one dict access.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.apiserver.structure.types import Field

#: How a value's parts are tracked: not at all (scalars, atomic values), or as the parts of a map or list.
SCALAR: Final = 0
ATOMIC: Final = 1
STRUCT: Final = 2
MAP: Final = 3
ANY_VALUE: Final = 4
SET: Final = 5
KEYED: Final = 6
#: Only as a base: a list, whatever its items are tracked by.
LIST: Final = 7
TRACKED_MAPS: Final = frozenset({STRUCT, MAP, ANY_VALUE})
TRACKED_LISTS: Final = frozenset({SET, KEYED})

_NUMBERS: Final = frozenset({"int32", "int64", "double"})
_TEXTS: Final = frozenset({"string", "bytes", "meta.v1.Time", "meta.v1.MicroTime"})
#: Types of whose values nothing is known.
_UNTYPED: Final = frozenset({"runtime.RawExtension", "meta.v1.FieldsV1", "strings"})

_NOTHING: Final[frozenset[str]] = frozenset()


class PatchField(NamedTuple):
    """A field as strategic merge patches see it.

    Attributes:
        shape: shape of the value; for lists, of an item.
        strategy: patch strategy, without ``retainKeys``.
        merge_key: patch merge key, ``""`` when there is none.
    """

    shape: Shape
    strategy: str
    merge_key: str


class Shape:
    """What is known of the values of one field or type.

    Attributes:
        name: the Go type's name, for messages.
        form: how the parts of a value are tracked.
        base: what a value is, were it not atomic: SCALAR, STRUCT, MAP, ANY_VALUE or LIST.
        keys: for KEYED, the keys of an item and their defaults, sorted.
        always: fields that every value has, empty or not.  They are never added, so they are no members of
            managedFields.
    """

    __slots__ = ("_children", "_element", "always", "base", "form", "keys", "name")

    def __init__(
        self, name: str, base: int, form: int, element: Shape | None = None, keys: tuple[tuple[str, Any], ...] = ()
    ):
        self.name = name
        self.base = base
        self.form = form
        self.keys = keys
        self.always = _NOTHING
        self._element = element
        self._children: dict[str, Shape] | None = None

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, whatever its items are tracked by."""
        return self.base == LIST

    @property
    def element(self) -> Shape:
        """The shape of an item or of a map's value."""
        return self._element or ANY

    def child(self, name: str) -> Shape:
        """Return the shape of a field or of a map's value."""
        children = self._children
        if children is None:
            children = self._children = self._compiled()
        return children.get(name) or self._element or ANY

    def declares(self, name: str) -> bool:
        """Return whether a struct has a field."""
        if self._children is None:
            self._children = self._compiled()
        return name in self._children

    def _compiled(self) -> dict[str, Shape]:
        return {}  # only structs have fields

    def field(self, name: str) -> PatchField:  # noqa: ARG002 - all values of a map are alike
        """Return a field of the struct, or the value of a map, as a patch sees it.

        Raises:
            ApiError: 400, there is no such field (LookupPatchMetadataForStruct).
        """
        return PatchField(self.element, "", "")

    def list_field(self, name: str) -> PatchField:
        """Return a field that is a list, as a patch sees it.

        Raises:
            ApiError: 400, there is no such field, or it is no list.
        """
        found = self.field(name)
        if not found.shape.is_list:
            kind = "struct" if self.base == STRUCT else "map"
            raise errors.unexplained(f"expected slice or array type, but got: {kind}")
        return found._replace(shape=found.shape.element)

    def mismatch(self, value: Any) -> str:
        """Say why a value does not fit a scalar, in the words of structured-merge-diff; ``""`` if it does."""
        if isinstance(value, dict | list):
            return "expected any scalar, got a map or list"
        if self.name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            return f"expected numeric (int or float), got {'bool' if isinstance(value, bool) else 'string'}"
        if self.name in _TEXTS and not isinstance(value, str):
            shown = str(value).lower() if isinstance(value, bool) else value
            return f"expected string, got &value.valueUnstructured{{Value:{shown}}}"
        if self.name == "bool" and not isinstance(value, bool):
            return f"expected boolean, got &{{{value}}}"
        return ""


class StructShape(Shape):
    """The shape of a Go struct; its fields are compiled when first needed, since types may be large."""

    __slots__ = ("_fields",)

    def __init__(self, message: str, atomic: bool):
        super().__init__(message.rpartition(".")[2], STRUCT, ATOMIC if atomic else STRUCT)
        self._fields = types.fields(message)
        self.always = frozenset(name for name, field in self._fields.items() if _is_never_added(field))

    def _compiled(self) -> dict[str, Shape]:
        return {name: _of_field(field) for name, field in self._fields.items()}

    def field(self, name: str) -> PatchField:
        """Return how strategic merge patch treats a field.

        Raises:
            ApiError: the type has no such field.
        """
        if not self.declares(name):
            raise errors.unexplained(f'unable to find api field in struct {self.name} for the json field "{name}"')
        field = self._fields[name]
        strategies = [part for part in field.strategy.split(",") if part != "retainKeys"]
        return PatchField(self.child(name), "".join(strategies), field.merge_key)


#: Values of which nothing is known: maps are tracked, lists are atomic ("deduced" types).
ANY: Final = Shape("", ANY_VALUE, ANY_VALUE)

_structs: dict[tuple[str, bool], Shape] = {}
_kinds: dict[tuple[str, str], Shape] = {}


def of_kind(api_version: str, kind: str) -> Shape:
    """Return the shape of a kind's objects."""
    found = _kinds.get((api_version, kind))
    if found is None:
        found = _kinds[api_version, kind] = _of_struct(message_for(api_version, kind), False)
    return found


def _is_never_added(field: Field) -> bool:
    """Return whether every value of a type has a field in JSON that has parts: a struct, or a list (as null)."""
    return field.always and (field.cardinality == "list" or field.type not in types.VALUES)


def _of_struct(message: str, atomic: bool) -> Shape:
    found = _structs.get((message, atomic))
    if found is None:
        found = _structs[message, atomic] = StructShape(message, atomic)
    return found


def _of_type(message: str, map_type: str = "") -> Shape:
    """Return the shape of a type's values; a field may say that they are not atomic where it has them."""
    found = types.of(message)
    if found is not None:
        return _of_struct(message, found.atomic if not map_type else map_type == "atomic")
    return ANY if message in _UNTYPED else Shape(message, SCALAR, SCALAR)


def _of_field(field: Field) -> Shape:
    if field.cardinality == "one":
        return _of_type(field.type, field.map_type)
    value = _of_type(field.type)
    if field.cardinality == "map":
        return Shape("", MAP, ATOMIC if field.map_type == "atomic" else MAP, value)
    if field.list_type == "set":
        return Shape("", LIST, SET, value)
    if field.list_type == "map":
        return Shape("", LIST, KEYED, value, _keys(field))
    return Shape("", LIST, ATOMIC, value)


def _keys(field: Field) -> tuple[tuple[str, Any], ...]:
    """Return the keys of a list's items and their defaults: an item without protocol is the one with TCP."""
    known = types.fields(field.type)
    return tuple((key, known[key].default) for key in sorted(field.keys))
