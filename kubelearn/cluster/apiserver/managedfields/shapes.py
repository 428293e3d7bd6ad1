"""The shape of each kind, for merging and for managed fields: which lists have keys, what is atomic.

A shape is the compiled form of what :mod:`.structure` knows, made when first needed:
managed fields are recorded on every write, so looking up a field has to be one dict access.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go import messages
from kubelearn.cluster.apiserver.go import types as go_types

from . import structure

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

#: Defaults of list keys in the published schema: an item without protocol is the one with TCP.
_KEY_DEFAULTS: Final = {"protocol": "TCP"}

_NUMBERS: Final = frozenset({"int32", "int64", "uint32", "uint64", "float", "double", "float64", "integer", "number"})
_TEXTS: Final = frozenset({"string", "bytes", "byte", "meta.v1.Time", "meta.v1.MicroTime"})
_BOOLEANS: Final = frozenset({"bool", "boolean"})

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
        if self.name in _BOOLEANS and not isinstance(value, bool):
            return f"expected boolean, got &{{{value}}}"
        return ""


class StructShape(Shape):
    """The shape of a Go struct; its fields are compiled when first needed, since types may be large."""

    __slots__ = ("_type",)

    def __init__(self, go_type: str, atomic: bool, always: frozenset[str]):
        super().__init__(go_type.rpartition(".")[2], STRUCT, ATOMIC if atomic else STRUCT)
        self.always = always
        self._type = go_type

    def _compiled(self) -> dict[str, Shape]:
        return {name: _of_field(self._type, name, *what) for name, what in structure.fields(self._type).items()}

    def field(self, name: str) -> PatchField:
        """Return how strategic merge patch treats a field.

        Raises:
            ApiError: the type has no such field.
        """
        if not self.declares(name):
            raise errors.unexplained(f'unable to find api field in struct {self.name} for the json field "{name}"')
        strategies = [part for part in structure.patch_strategy(self._type, name).split(",") if part != "retainKeys"]
        return PatchField(self.child(name), "".join(strategies), structure.patch_merge_key(self._type, name))


#: Values of which nothing is known: maps are tracked, lists are atomic ("deduced" types).
ANY: Final = Shape("", ANY_VALUE, ANY_VALUE)

_structs: dict[str, Shape] = {}
_kinds: dict[tuple[str, str], Shape] = {}


def of_kind(api_version: str, kind: str) -> Shape:
    """Return the shape of a kind's objects."""
    found = _kinds.get((api_version, kind))
    if found is None:
        go_type = messages.message_for(api_version, kind)
        always = go_types.OF_KINDS | messages.always_written(go_type)
        found = _kinds[api_version, kind] = StructShape(go_type, False, always)
    return found


def _of_type(go_type: str) -> Shape:
    if not structure.fields(go_type):
        return ANY if structure.is_untyped(go_type) else Shape(go_type, SCALAR, SCALAR)
    found = _structs.get(go_type)
    if found is None:
        always = messages.always_written(go_type)
        found = _structs[go_type] = StructShape(go_type, structure.is_atomic(go_type), always)
    return found


def _of_field(owner: str, field: str, cardinality: str, go_type: str) -> Shape:
    value = _of_type(go_type)
    if cardinality == "map":
        return Shape("", MAP, ATOMIC if structure.map_kind(owner, field) == "atomic" else MAP, value)
    if cardinality != "list":
        return value
    kind = structure.list_kind(owner, field)
    if kind == "atomic":
        return Shape("", LIST, ATOMIC, value)
    if kind == "set":
        return Shape("", LIST, SET, value)
    return Shape("", LIST, KEYED, value, tuple((key, _KEY_DEFAULTS.get(key)) for key in sorted(kind[1])))
