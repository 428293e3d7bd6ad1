"""Protobuf request bodies, as kubectl 1.32 and later send them (k8s.io/apimachinery serializer/protobuf).

Only decoding is needed: every client takes JSON for an answer.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Any

import orjson

from ..meta import Object
from . import errors, structure

_MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

#: Optional numbers and booleans: Go pointers, so that a zero that is written was meant.
#: Fields that are no pointers are always written, and a zero there means absence.
_POINTERS = frozenset("""
    activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation automountServiceAccountToken backoffLimit
    backoffLimitPerIndex blockOwnerDeletion completions controller currentReplicas deletionGracePeriodSeconds defaultMode
    enableServiceLinks expirationSeconds fsGroup gracePeriodSeconds hostUsers ignoreStoreReadErrorWithClusterBreakingPotential
    immutable manualSelector maxFailedIndexes minReplicas mode optional orphanDependents parallelism podReplacementPolicy
    priority privileged progressDeadlineSeconds readOnly readOnlyRootFilesystem ready replicas revisionHistoryLimit runAsGroup runAsNonRoot runAsUser
    seconds serving setHostnameAsFQDN shareProcessNamespace started suspend targetCPUUtilizationPercentage
    terminating terminationGracePeriodSeconds timeoutSeconds tolerationSeconds ttlSecondsAfterFinished
""".split())
#: Names above that are plain numbers in one message.
_PLAIN = frozenset({"core.v1.Probe.timeoutSeconds", "core.v1.ContainerStatus.ready", "apps.v1.DeploymentStatus.replicas", "apps.v1.ReplicaSetStatus.replicas",
                    "core.v1.SleepAction.seconds", "core.v1.VolumeMount.readOnly", "batch.v1.JobStatus.ready", "autoscaling.v1.ScaleSpec.replicas"})
#: Structs that Go writes even when they are empty are dropped here when empty.
_MAY_BE_EMPTY = frozenset({"emptyDir", "securityContext", "strategy", "resources", "template", "podSelector", "extra"})


class _Broken(ValueError):
    """The bytes are no protobuf message."""


def decode(body: bytes) -> Object:
    """Decode an envelope to the JSON object it stands for.

    Raises:
        ApiError: 400 for bytes that are no envelope, or of a kind that is not known.
    """
    if not body.startswith(_MAGIC):
        raise errors.bad_request(f"the object provided is unrecognized (must be of type {{}}): provided data does not appear to be a protobuf message, expected prefix {list(_MAGIC)}".replace("{}", "Object"))
    try:
        api_version, kind, raw, content_type = _envelope(body[len(_MAGIC):])
        if content_type == "application/json":
            obj: Object = orjson.loads(raw)
            return obj
        go_type = structure.type_of(api_version, kind)
        if go_type not in structure.wire():
            raise errors.bad_request(f'no kind "{kind}" is registered for version "{api_version}" in scheme "pkg/api/legacyscheme/scheme.go:30"')
        return {"apiVersion": api_version, "kind": kind, **_message(raw, go_type)}
    except (_Broken, UnicodeDecodeError, IndexError, RecursionError, orjson.JSONDecodeError) as error:
        raise errors.bad_request(f"the object provided is unrecognized: proto: {error or 'unexpected EOF'}") from None


def _envelope(data: bytes) -> tuple[str, str, bytes, str]:
    api_version = kind = content_type = ""
    raw = b""
    for number, _, value in _fields(data):
        if number == 1:
            for inner, _, text in _fields(_bytes(value)):
                if inner == 1:
                    api_version = _bytes(text).decode()
                elif inner == 2:
                    kind = _bytes(text).decode()
        elif number == 2:
            raw = _bytes(value)
        elif number == 4:
            content_type = _bytes(value).decode()
    return api_version, kind, raw, content_type


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise _Broken("wrong wireType = 0")
    return value


def _fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Yield (field number, wire type, value) of a message."""
    position, end = 0, len(data)
    while position < end:
        tag, position = _varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        value: int | bytes
        if wire_type == _VARINT:
            value, position = _varint(data, position)
        else:
            if wire_type == _BYTES:
                size, position = _varint(data, position)
            elif wire_type in (_FIXED64, _FIXED32):
                size = 8 if wire_type == _FIXED64 else 4
            else:
                raise _Broken(f"illegal wireType {wire_type}")
            if position + size > end:
                raise _Broken("unexpected EOF")
            value, position = data[position : position + size], position + size
        yield number, wire_type, value


def _varint(data: bytes, position: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7
        if shift > 63:
            raise _Broken("integer overflow")


def _message(data: bytes, go_type: str) -> Object:
    table = structure.wire()[go_type]
    found: Object = {}
    for number, _, value in _fields(data):
        known = table.get(str(number))
        if known is None:
            continue
        name, cardinality, kind = known
        if structure.is_inline(name, kind):
            found |= _message(_bytes(value), kind)
        elif cardinality == "list":
            found.setdefault(name, []).append(_value(value, kind))
        elif cardinality == "map":
            key, item = _entry(_bytes(value), kind)
            found.setdefault(name, {})[key] = item
        else:
            decoded = _value(value, kind)
            if not _is_absent(go_type, name, kind, decoded):
                found[name] = decoded
    return found


def _is_absent(go_type: str, name: str, kind: str, value: Any) -> bool:
    if value is None or value == "":
        return True
    if value == {} and kind not in structure.SCALARS:
        return name not in _MAY_BE_EMPTY
    if kind in ("bool", "int32", "int64") and not value:
        return name not in _POINTERS or f"{go_type}.{name}" in _PLAIN
    return False


def _entry(data: bytes, kind: str) -> tuple[str, Any]:
    key, item = "", None
    for number, _, value in _fields(data):
        if number == 1:
            key = _bytes(value).decode()
        else:
            item = _value(value, kind)
    return key, "" if item is None and kind in ("string", "bytes") else item


def _value(value: int | bytes, kind: str) -> Any:
    if kind == "bool":
        return bool(value)
    if kind in ("int32", "int64"):
        if not isinstance(value, int):
            raise _Broken("wrong wireType = 2")
        return value - (1 << 64) if value >= 1 << 63 else value
    data = _bytes(value)
    if kind == "string":
        return data.decode()
    if kind == "bytes":
        return base64.b64encode(data).decode()
    return _special(data, kind)


def _special(data: bytes, kind: str) -> Any:
    """Decode messages that are a single JSON value, and all others."""
    if kind in ("meta.v1.Time", "meta.v1.MicroTime"):
        parts = dict((number, value) for number, _, value in _fields(data))
        seconds = parts.get(1, 0)
        if not data or not isinstance(seconds, int) or seconds >= 1 << 62:
            return None
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    if kind == "resource.Quantity":
        return next((_bytes(value).decode() for number, _, value in _fields(data) if number == 1), "0")
    if kind == "intstr.IntOrString":
        parts = dict((number, value) for number, _, value in _fields(data))
        return _value(parts.get(3, b""), "string") if parts.get(1) else _value(parts.get(2, 0), "int32")
    if kind == "meta.v1.FieldsV1":
        return orjson.loads(next((_bytes(value) for number, _, value in _fields(data) if number == 1), b"{}"))
    if kind == "authentication.v1.ExtraValue":
        return [_bytes(value).decode() for _, _, value in _fields(data)]
    return _message(data, kind)
