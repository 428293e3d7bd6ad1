"""Media types, and bodies that can and cannot be read."""

from __future__ import annotations

import json
from typing import Any

from tests.objects import config
from tests.real_control_plane.compare.session import (
    APPLY,
    MERGE,
    PARTIAL,
    PARTIAL_LIST,
    TABLE,
    YAML,
    Session,
)

#: Values of the header Accept.
_ACCEPTS: tuple[Any, ...] = (
    "*/*",
    "application/*",
    "text/html",
    "text/plain",
    "application/xml",
    "application/yaml",
    "application/json;q=0.5",
    "application/json, */*",
    "text/html, application/yaml",
    "application/cbor",
    "image/png",
    "",
    "application/json;as=Foo;v=v1;g=meta.k8s.io",
    "application/json;as=Table;v=v9;g=meta.k8s.io",
    "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
    TABLE,
    PARTIAL,
    PARTIAL_LIST,
    "application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io",
    "application/yaml;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=Table",
    "application/json;stream=watch",
    "application/json;charset=utf-8",
    "APPLICATION/JSON",
    "application/json;pretty=1",
    "bad",
    ";",
    "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io",
)
#: Values of the header Content-Type.
_CONTENT_TYPES: tuple[Any, ...] = (
    "text/plain",
    "application/xml",
    "application/json; charset=utf-8",
    "application/json;foo",
    "APPLICATION/JSON",
    "",
    "application/x-www-form-urlencoded",
    "application/cbor",
    "application/vnd.kubernetes.protobuf",
    MERGE,
    APPLY,
    YAML,
    "application/*",
    "text/yaml",
)
_JSON_BODIES: tuple[Any, ...] = (
    "",
    "{",
    "}",
    "[]",
    "null",
    '"x"',
    "5",
    "true",
    "{}",
    '{"a":}',
    '{"a" 1}',
    "{'a': 1}",
    '{"metadata": {"name": "x"},}',
    "not json",
    "{}{}",
    "{} x",
    '{"kind": 5}',
    '{"apiVersion": []}',
    '{"kind": "ConfigMap"}',
    '{"apiVersion": "v1"}',
    '{"kind": "Foo", "apiVersion": "v1"}',
    '{"kind": "Foo", "apiVersion": "a/b/c"}',
    '{"kind": "List", "apiVersion": "v1", "items": []}',
    '{"metadata": "x"}',
    '{"metadata": {"name": "x", "labels": "y"}}',
    '{"data": {"a": {"b": 1}}}',
    "\ufeff{}",
    '{"metadata": {"name": "\\ud800"}}',
    '{"metadata":{"name":"tab\tx"}}',
    "[" * 300,
    "\x00",
    '{"a": NaN}',
    '{"metadata": {"name": nul}}',
)
_YAML_BODIES: tuple[Any, ...] = (
    "",
    "a: b: c",
    "a: [",
    "- a",
    "x",
    "kind: ConfigMap\napiVersion: v1\nmetadata: {name: y1}",
    "metadata:\n\tname: y2",
    "metadata: {name: y3}\nmetadata: {name: y4}",
    "a: &a [*a]",
    "metadata: {name: y5}\n---\nmetadata: {name: y6}",
    "data: {a: 1}",
    "data: {a: yes}",
    "metadata: {name: 5}",
    "%",
    "? [a]\n: b",
    "metadata: {name: y7}\ndata: {1: a}",
)


def media(session: Session) -> None:
    session.create("configmaps", config(data={"a": "b"}))
    path = session.path("configmaps", "web")
    for accept in _ACCEPTS:
        session.get(path, accept=accept, note=f"Accept {accept}")
        session.get(
            session.path("configmaps"), accept=accept, note=f"Accept {accept}", fieldSelector="metadata.name=web"
        )
    for pretty in ("true", "1", "false", "x"):
        session.get(path, pretty=pretty)
    for include in ("None", "Object", "Metadata", "X", ""):
        session.get(path, accept=TABLE, includeObject=include)
        session.get("configmaps", accept=TABLE, includeObject=include, fieldSelector="metadata.name=web")
        session.send(
            "GET",
            path.removesuffix("/web"),
            query={"watch": "1", "timeoutSeconds": "1", "includeObject": include, "fieldSelector": "metadata.name=web"},
            accept=TABLE,
        )
    text = json.dumps(config("text"))
    for kind in _CONTENT_TYPES:
        session.send("POST", "configmaps", text, kind=kind, note=f"Content-Type {kind}", query={"dryRun": "All"})
        session.send("PATCH", path, "{}", kind=kind, note=f"Content-Type {kind}", query={"dryRun": "All"})
    for body in _JSON_BODIES:
        session.send("POST", "configmaps", body, note=repr(body[:60]))
        session.send("PUT", path, body, note=repr(body[:60]))
    for body in _YAML_BODIES:
        session.send("POST", "configmaps", body, kind=YAML, note=repr(body))
    session.send("POST", "configmaps", b"k8s\x00", kind="application/vnd.kubernetes.protobuf")
    session.send("POST", "configmaps", b"k8s\x00\x0a\x03abc", kind="application/vnd.kubernetes.protobuf")
    session.send("POST", "configmaps", b"", kind="application/vnd.kubernetes.protobuf")
