"""What each API type is made of: its JSON fields and their Go types.

Names and numbers come from ``wire_fields.json``, those of Kubernetes' protobuf messages.  What
protobuf does not say (pointers, embedded structs, named string types, fields without ``omitempty``)
is in :mod:`.types`.  Types that no client sends as protobuf come from the official client's
models, when they are first asked for.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import Final, NamedTuple

import orjson

from . import types

#: apiVersion → package of its Go types, where that is not the group's name.
_PACKAGES: Final = {"v1": "core.v1", "meta.k8s.io/v1": "meta.v1"}
#: Kinds that every group version has.
_COMMON: Final = frozenset({"DeleteOptions", "Status", "WatchEvent", "CreateOptions", "UpdateOptions", "PatchOptions"})
_TYPE_META: Final = ("kind", "apiVersion")
#: Messages that are one JSON value, whatever protobuf makes of them.
VALUES: Final = frozenset(
    {
        "string",
        "bool",
        "int32",
        "int64",
        "double",
        "bytes",
        "any",
        "intstr.IntOrString",
        "resource.Quantity",
        "meta.v1.Time",
        "meta.v1.MicroTime",
        "meta.v1.FieldsV1",
        "authentication.v1.ExtraValue",
    }
)
#: Kinds that clients may send and whose messages the wire table lacks, but which are too common to wait for the
#: client's models.
_MORE: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "core.v1.Binding": {"metadata": ("one", "meta.v1.ObjectMeta"), "target": ("one", "core.v1.ObjectReference")},
    "policy.v1.Eviction": {
        "metadata": ("one", "meta.v1.ObjectMeta"),
        "deleteOptions": ("one", "meta.v1.DeleteOptions"),
    },
    "coordination.v1.Lease": {"metadata": ("one", "meta.v1.ObjectMeta"), "spec": ("one", "coordination.v1.LeaseSpec")},
    "coordination.v1.LeaseSpec": {
        "holderIdentity": ("one", "string"),
        "leaseDurationSeconds": ("one", "int32"),
        "acquireTime": ("one", "meta.v1.MicroTime"),
        "renewTime": ("one", "meta.v1.MicroTime"),
        "leaseTransitions": ("one", "int32"),
        "strategy": ("one", "string"),
        "preferredHolder": ("one", "string"),
    },
}


class JsonField(NamedTuple):
    """One JSON field of a message.

    Attributes:
        name: name in JSON.
        cardinality: ``one``, ``list`` or ``map`` (from strings).
        type: message name or scalar type, of an item for lists and maps.
        pointer: the Go field is a pointer, so that a zero value is not absence.
        required: Go writes the field even when it is empty (no ``omitempty``).
    """

    name: str
    cardinality: str
    type: str
    pointer: bool
    required: bool


@functools.cache
def wire() -> dict[str, dict[str, list[str]]]:
    """Return the protobuf messages: name → field number → [name, cardinality, type]."""
    messages: dict[str, dict[str, list[str]]] = orjson.loads(
        resources.files(__package__).joinpath("wire_fields.json").read_bytes()
    )
    return messages


@functools.cache
def message_for(api_version: str, kind: str) -> str:
    """Return the message of a kind, for example ``core.v1.Service``."""
    if kind in _COMMON:
        return f"meta.v1.{kind}"
    package = _PACKAGES.get(api_version)
    if package is None:
        group, _, version = api_version.rpartition("/")
        package = f"{group.partition('.')[0]}.{version}"
    return f"{package}.{kind}"


def is_embedded(name: str, type_name: str) -> bool:
    """Return whether a message's field is an embedded struct, whose fields are its owner's in JSON."""
    return type_name in types.EMBEDDED.get(name, ())


def json_name(message: str, name: str) -> str:
    """Return the JSON name of a field that protobuf calls ``name``."""
    return types.JSON_NAMES.get(f"{message}.{name}", name)


@functools.cache
def fields(message: str) -> dict[str, JsonField]:
    """Return a message's JSON fields; empty for what is one JSON value."""
    if message in VALUES:
        return {}
    found: dict[str, JsonField] = {}
    for name, cardinality, type_name in _declared(message):
        if is_embedded(name, type_name):
            found |= fields(type_name)
            continue
        name = json_name(message, name)
        found[name] = JsonField(
            name,
            cardinality,
            type_name,
            types.is_pointer(message, name, cardinality, type_name),
            types.is_required(message, name),
        )
    if _is_kind(message, found):
        found |= {name: JsonField(name, "one", "string", False, False) for name in _TYPE_META}
    return found


@functools.cache
def always_written(message: str) -> frozenset[str]:
    """Return the fields that every value of a type has in JSON, empty or not, those of embedded structs with them."""
    found = types.always_written(message)
    for name, _, type_name in _declared(message):
        if is_embedded(name, type_name):
            found |= always_written(type_name)
    return found


def _declared(message: str) -> list[tuple[str, str, str]]:
    known = wire().get(message)
    if known is not None:
        return [(name, cardinality, type_name) for name, cardinality, type_name in known.values()]
    more = _MORE.get(message)
    if more is not None:
        return [(name, *what) for name, what in more.items()]
    from . import client_models  # the client takes 0.2 s to import

    return client_models.fields(message)


def _is_kind(message: str, found: dict[str, JsonField]) -> bool:
    """Return whether a type has a kind and an apiVersion (embeds TypeMeta)."""
    if message == "meta.v1.DeleteOptions":
        return True
    metadata = found.get("metadata")
    return (
        metadata is not None
        and metadata.type in ("meta.v1.ObjectMeta", "meta.v1.ListMeta")
        and message not in types.TEMPLATES
    )
