"""Protobuf bodies of every kind: right ones, and what becomes of them when something goes wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from kubelearn.cluster.apiserver.resources import RESOURCES
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from tests.unit.cluster.apiserver.serializer.wire import envelope, field, message, varint

from .objects import ODD, ODD_NUMBER, ODD_TEXT
from .valid import Value

_MAGIC = b"k8s\0"
#: How a body is written; most are as they should be.
_WAYS = ("whole",) * 12 + (
    "truncated",
    "damaged",
    "another kind",
    "unknown fields",
    "nested",
    "anything",
    "no envelope",
) * 2
#: Kinds by which a body may be called, and which no URL expects.
_KINDS = [(one.api_version, one.kind) for one in RESOURCES] + [
    ("v1", "Status"),
    ("v1", "List"),
    ("v1", "Frob"),
    ("apps/v9", "Deployment"),
    ("a/b/c", "Pod"),
    ("", ""),
    ("v1", "DeleteOptions"),
    ("autoscaling/v1", "Scale"),
]
#: Type of a field → a value that fits it.
_FITTING: dict[str, st.SearchStrategy[Value]] = {
    "string": ODD_TEXT,
    "bool": st.booleans(),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "bytes": st.sampled_from(["", "eA==", "/w=="]),
    "strings": st.lists(ODD_TEXT, max_size=2),
    "intstr.IntOrString": st.integers(-1, 70_000) | ODD_TEXT,
    "resource.Quantity": st.sampled_from(["1", "100m", "1Gi", "-1", "1e3", ""]) | ODD_TEXT,
    "meta.v1.Time": st.sampled_from(["2026-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]),
    "meta.v1.MicroTime": st.sampled_from(["2026-01-01T00:00:00.000001Z", "0001-01-01T00:00:00Z"]),
    "meta.v1.FieldsV1": ODD,
    "runtime.RawExtension": ODD,
}


@st.composite
def _value(draw: st.DrawFn, kind: str, depth: int) -> Value:
    found = types.of(kind)
    if found is None:
        return draw(_FITTING.get(kind, ODD_TEXT))
    made: dict[str, Value] = {}
    for one in draw(st.lists(st.sampled_from(found.declared), max_size=4)) if found.declared and depth < 6 else ():
        inner = _value(one.type, depth + 1)
        if one.embedded:
            made |= draw(inner)
        elif one.cardinality == "list":
            made[one.name] = draw(st.lists(inner, max_size=2))
        elif one.cardinality == "map":
            made[one.name] = draw(st.dictionaries(st.sampled_from(["app", "cpu", "a/b", ""]), inner, max_size=2))
        else:
            made[one.name] = draw(inner)
    return made


@st.composite
def _more(draw: st.DrawFn, value: Value, kind: str) -> Value:
    """Add to an object some of what its type has besides."""
    more = draw(_value(kind, 0))
    made = {**more, **value} if draw(st.booleans()) else {**value, **more}
    # Millions of pods are a fair answer to such a request, but no use here.
    spec = made.get("spec")
    for name in ("replicas", "completions", "parallelism"):
        if isinstance(spec, dict) and isinstance(spec.get(name), int) and spec[name] > 4:
            spec[name] = 4
    return made


@st.composite
def _anything(draw: st.DrawFn, depth: int = 0) -> bytes:
    """Make a message that no schema was asked for."""
    out = bytearray()
    for _ in range(draw(st.integers(0, 4))):
        number = draw(st.integers(0, 20))
        if draw(st.booleans()):
            is_message = depth < 4 and draw(st.booleans())
            inner = draw(_anything(depth + 1) if is_message else st.binary(max_size=12) | st.just(b"web"))
            out += field(number, inner)
        else:
            out += varint(number << 3 | draw(st.sampled_from([0, 0, 0, 1, 3, 5, 7]))) + draw(st.binary(max_size=11))
    return bytes(out)


def _nested(numbers: list[int], depth: int) -> bytes:
    """Return a message in a message in a message …"""
    inner = b""
    for level in range(depth):
        inner = field(numbers[level % len(numbers)], inner)
    return inner


@st.composite
def _damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Change, remove, double or insert up to three bytes."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(len(out) - 1, 0)))
        change = draw(st.sampled_from(("set", "remove", "insert", "double")))
        if change == "set" and out:
            out[at] = draw(st.integers(0, 255))
        elif change == "remove":
            del out[at : at + draw(st.integers(1, 4))]
        elif change == "insert":
            out[at:at] = draw(st.binary(min_size=1, max_size=4))
        else:
            out += out[at:]
    return bytes(out)


@st.composite
def protobufs(draw: st.DrawFn, value: Value, kind: str, api_version: str) -> bytes:
    """Write an object of a kind down as protobuf, mostly as it should be."""
    name = message_for(api_version, kind)
    if not isinstance(value, dict) or types.of(name) is None:
        return envelope(draw(_anything()), api_version, kind)
    raw = message(draw(_more(value, name)) if draw(st.integers(0, 2)) == 1 else value, name)
    way = draw(st.sampled_from(_WAYS))
    if way == "another kind":
        return envelope(raw, *draw(st.sampled_from(_KINDS)))
    if way == "unknown fields":
        number = draw(st.sampled_from([19, 99, 1000, 2**29 - 1, 2**40]))
        raw += field(number, draw(st.binary(max_size=20) | ODD_NUMBER.filter(lambda item: type(item) is int)))
    elif way == "nested":
        depth = draw(st.sampled_from([10, 100, 1000, 5000]))
        raw = _nested(draw(st.lists(st.integers(1, 12), min_size=1, max_size=4)), depth)
    elif way == "anything":
        raw = draw(_anything())
    elif way == "no envelope":
        return draw(st.sampled_from([raw, _MAGIC + raw, _MAGIC, _MAGIC + b"\x0a", b"k8s\1" + raw]))
    whole = envelope(raw, api_version, kind)
    if way == "truncated":
        return whole[: draw(st.integers(0, len(whole)))]
    return draw(_damaged(whole)) if way == "damaged" else whole
