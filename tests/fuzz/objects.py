"""Bodies: what becomes of valid objects when something goes wrong."""

from __future__ import annotations

import copy
import json

import yaml
from hypothesis import strategies as st

from tests.fuzz.valid import VALID, Value

ODD_TEXT = st.sampled_from(
    [
        "",
        " ",
        "a",
        "A",
        "-",
        "0",
        "None",
        "null",
        "web",
        "a" * 64,
        "a" * 300,
        "é",
        "\u202e",
        "\x00",
        "\ud800",
        "😀",
        "a\nb",
        "../..",
        "%00",
        "10.96.0.1",
        "10.244.9.9",
        "::1",
        "256.1.1.1",
        "1e9",
        "25%",
        "-5%",
        "100m",
        "1Ei",
        "0.5",
        "2026-01-01T00:00:00Z",
        "2026-13-45T99:99:99Z",
        "9999999999-01-01T00:00:00Z",
        "http",
        "app=web",
        "TCP",
        "True",
        "*",
        "$(A)",
        "metadata.name",
    ]
) | st.text(max_size=8)
ODD_NUMBER = st.sampled_from(
    [
        0,
        1,
        -1,
        3,
        65535,
        65536,
        30080,
        2**31 - 1,
        2**31,
        -(2**31) - 1,
        2**63 - 1,
        2**63,
        -(2**63) - 1,
        2**64,
        10**40,
        0.5,
        -0.0,
        1e308,
        float("inf"),
        float("nan"),
    ]
)
ODD = st.recursive(
    st.none() | st.booleans() | ODD_NUMBER | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=5,
)
#: resourceVersions, from those that are there to those that cannot be.
REVISIONS = [
    "",
    "0",
    "00",
    "1",
    "007",
    "50",
    "+1",
    "-1",
    " 1",
    "1 ",
    "1.5",
    "1e3",
    "0x10",
    "1_0",
    "x",
    "v1",
    "null",
    "１",
    "\x00",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999",
    "9" * 400,
]
_METADATA = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.just({"app": "web"}),
        "annotations": st.dictionaries(ODD_TEXT, ODD_TEXT, max_size=1)
        | st.just({"deployment.kubernetes.io/revision": "x"}),
        "finalizers": st.just(["example.com/f"]),
        "resourceVersion": st.sampled_from(REVISIONS),
        "uid": st.just("u"),
        "ownerReferences": st.just(
            [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u", "controller": True}]
        ),
        "deletionTimestamp": st.just("2026-01-01T00:00:00Z"),
        "creationTimestamp": st.none() | st.just("2026-01-01T00:00:00Z"),
        "generation": st.just(7),
        "managedFields": st.just(
            [
                {
                    "manager": "m",
                    "operation": "Apply",
                    "apiVersion": "v1",
                    "fieldsType": "FieldsV1",
                    "fieldsV1": {"f:data": {}},
                }
            ]
        ),
    },
)


def _places(value: Value, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value in a value, except itself."""
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        return []
    return [path for key, child in children for path in [(*place, key), *_places(child, (*place, key))]]


@st.composite
def mutated(draw: st.DrawFn, value: Value) -> Value:
    """Change a JSON value in up to three places."""
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(0, 3))):
        places = _places(value)
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        parent = value
        for step in way:
            parent = parent[step]
        change = draw(st.sampled_from(("replace", "remove", "wrap", "double", "add")))
        if change == "remove":
            del parent[last]
        elif change == "wrap":
            parent[last] = [parent[last]]
        elif change == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        elif change == "add" and isinstance(parent, dict):
            parent[draw(ODD_TEXT)] = draw(ODD)
        else:
            new = draw(ODD)
            # Millions of pods are a fair answer to such a request, but no use here.
            if last in ("replicas", "completions", "parallelism") and type(new) is int and 4 < new < 2**31:
                new = 4
            parent[last] = new
    return value


@st.composite
def objects(draw: st.DrawFn, resource: str, kind: str, api_version: str, name: str) -> Value:
    """Make an object of a resource, more or less valid."""
    metadata = {"name": name or draw(st.sampled_from(["web", "a", "b"])), **draw(st.just({}) | _METADATA)}
    return draw(
        mutated({"kind": kind, "apiVersion": api_version, "metadata": metadata, **VALID.get(resource, {"spec": {}})})
    )


def _paths_of(value: Value) -> list[str]:
    return ["/" + "/".join(str(step) for step in place) for place in _places(value)]


@st.composite
def json_patches(draw: st.DrawFn, value: Value) -> Value:
    """Make a JSON patch that is about an object."""
    path = st.sampled_from(_paths_of(value) or [""]) | st.sampled_from(
        [
            "",
            "/",
            "/metadata/resourceVersion",
            "/metadata/labels/a~1b",
            "/spec/ports/-",
            "/spec/ports/0/port",
            "/metadata/name",
            "/status",
            "/spec/99999999999",
            "a",
            "/~",
            "//",
        ]
    )
    operations = []
    for _ in range(draw(st.integers(0, 3))):
        operation = {
            "op": draw(st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "x"])),
            "path": draw(path),
            "from": draw(path),
            "value": draw(ODD | st.sampled_from(REVISIONS)),
        }
        for key in draw(st.sets(st.sampled_from(sorted(operation)), max_size=1)):
            del operation[key]
        operations.append(operation)
    return draw(mutated(operations)) if draw(st.booleans()) else operations


@st.composite
def strategic_patches(draw: st.DrawFn, value: Value) -> Value:
    """Make a strategic merge patch: some of an object, with directives in it."""
    patch = draw(mutated(value))
    if not isinstance(patch, dict):
        return patch
    places = [(), *_places(patch)]
    for _ in range(draw(st.integers(0, 2))):
        inside = patch
        for step in draw(st.sampled_from(places)):
            inside = inside[step]
        if isinstance(inside, dict):
            inside[
                draw(
                    st.sampled_from(
                        [
                            "$patch",
                            "$retainKeys",
                            "$setElementOrder/ports",
                            "$setElementOrder/containers",
                            "$deleteFromPrimitiveList/finalizers",
                            "$setElementOrder",
                            "$x",
                        ]
                    )
                )
            ] = draw(
                st.sampled_from(["delete", "replace", "merge", ["name"], [{"port": 80}], [{"name": "c"}], None, 1])
                | ODD
            )
            break
    return patch


def _nested(depth: int, opening: str) -> bytes:
    return (opening * depth).encode()


@st.composite
def encoded(draw: st.DrawFn, value: Value) -> bytes:
    """Write a value down, mostly as it should be."""
    how = draw(st.sampled_from(("json",) * 20 + ("yaml", "truncated", "binary", "nested", "trailing") + ("json",) * 20))
    text = json.dumps(value, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    if how == "yaml":
        return yaml.safe_dump(value, allow_unicode=False, default_flow_style=draw(st.booleans())).encode(
            errors="surrogatepass"
        )
    if how == "truncated":
        return text[: draw(st.integers(0, max(len(text) - 1, 0)))]
    if how == "binary":
        return draw(
            st.binary(max_size=20)
            | st.sampled_from(
                [
                    b"",
                    b"null",
                    b"0",
                    b'""',
                    b"[]",
                    b"{}",
                    b"a: &a [*a]",
                    b"&a {x: *a}",
                    b"!!python/object:os.system {}",
                    b"? [a]\n: b",
                    b"2026-01-01",
                    b"\xef\xbb\xbf{}",
                    b"{}{}",
                    b"---\n---\n",
                ]
            )
        )
    if how == "nested":
        return draw(st.sampled_from([b"%b", b'{"metadata":%b', b'{"spec":{"a":%b'])) % _nested(
            draw(st.sampled_from([10, 200, 300, 3000, 100_000])), draw(st.sampled_from(["[", '{"a":', "- "]))
        )
    return text + (b"x" if how == "trailing" else b"")
