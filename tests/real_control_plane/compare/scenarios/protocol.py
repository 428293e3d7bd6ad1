"""What is the same for every kind: paths, media types, fields, patches, apply, lists, watches, deletion."""

from __future__ import annotations

import json
from typing import Any

from tests.real_control_plane.compare.objects import config, deployment, merged, pod, service, template
from tests.real_control_plane.compare.session import (
    APPLY,
    JSON_PATCH,
    MERGE,
    PARTIAL,
    PARTIAL_LIST,
    STRATEGIC,
    TABLE,
    YAML,
    Session,
)

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


#: What says which groups and resources there are.
_DOCUMENTS: tuple[Any, ...] = (
    "/api",
    "/apis",
    "/api/v1",
    "/apis/apps",
    "/apis/apps/v1",
    "/apis/batch",
    "/apis/batch/v1",
    "/apis/discovery.k8s.io",
    "/apis/discovery.k8s.io/v1",
    "/apis/events.k8s.io/v1",
    "/apis/coordination.k8s.io/v1",
    "/apis/autoscaling",
    "/apis/autoscaling/v2",
    "/apis/autoscaling/v1",
    "/apis/networking.k8s.io/v1",
    "/apis/authentication.k8s.io/v1",
    "/apis/authorization.k8s.io/v1",
    "/apis/policy/v1",
    "/apis/storage.k8s.io/v1",
)
#: Paths beside the objects, served and not served.
_PATHS: tuple[Any, ...] = (
    "/version",
    "/healthz",
    "/livez",
    "/readyz",
    "/readyz?verbose",
    "/livez/ping",
    "/healthz/nope",
    "/",
    "/foo",
    "/api/",
    "/apis/",
    "/api/v2",
    "/apis/nope",
    "/apis/nope/v1",
    "/apis/apps/v2",
    "/apis/apps/v1/foo",
    "/api/v1/foo",
    "/api/v1/namespaces/default/foo",
    "/api/v1/namespaces/default/pods/a/b/c",
    "/api/v1/pods/web",
    "/api/v1/namespaces/default/nodes",
    "/api/v1/nodes/x/y",
    "/openapi/v2x",
    "/openapi/v3/foo",
    "/metricsx",
    "/api/v1/watch/pods?timeoutSeconds=1",
    "/api/v1/proxy/x",
    "/apis/apps/v1/namespaces/default/deployments/x/foo",
    "/api/v1/componentstatuses",
    "/api/v1/namespaces/default/pods/",
    "/api/v1//pods",
    "/version/",
    "/apis/apps/",
    "/ui",
    "/swagger.json",
    "/API",
    "/favicon.ico",
)
#: Paths that do not take every method.
_NO_OBJECTS: tuple[Any, ...] = (
    "/api",
    "/apis/apps/v1",
    "/version",
    "/healthz",
    "/foo",
    "/api/v1/namespaces/default/pods/x/log",
    "/api/v1/namespaces/default",
    "/api/v1/nodes",
)


def discovery(session: Session) -> None:
    for path in _DOCUMENTS:
        session.get(path)
    session.get("/api", accept=_AGGREGATED)
    session.get("/apis", accept=_AGGREGATED)
    for path in _PATHS:
        answer = session.get(
            path, record=not path.startswith(("/version", "/readyz?", "/api/v1/componentstatuses")) and path != "/"
        )
        if path == "/version":
            session.answers.append(type(answer)(answer.request, answer.status, answer.headers, sorted(answer.body)))
    for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO"):
        for path in _NO_OBJECTS:
            if (method, path) not in (("DELETE", "/api/v1/nodes"), ("DELETE", "/api/v1/namespaces/default")):
                session.send(method, path)
    session.send("PUT", session.path("pods"), pod())
    session.send("POST", session.path("pods", "web"), pod())
    session.send("PATCH", session.path("pods"), {}, kind=MERGE)
    session.send("PATCH", session.path("pods", "x", "log"), {}, kind=MERGE)


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


_DOUBLED = (
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"x","name":"y","labels":{"a":"b","a":"c"}},'
    '"spec":{"ports":[{"port":80,"port":81,"foo":1}],"ports":[{"port":82}],"bar":{"baz":1}},"spce":1}'
)
_CASED = (
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"Ports":[{"PORT":80}],"clusterip":"None"}}'
)
_YAML = """\
apiVersion: v1
kind: Service
metadata: {name: x}
spec:
  ports: [{port: 80, foo: 1}]
  ports: [{port: 81}]
  bar: 1
"""


#: Kind of a patch, and a patch with a field that no Service has, or has twice.
_UNKNOWN_FIELDS: tuple[Any, ...] = (
    (MERGE, {"spec": {"foo": 1}}),
    (STRATEGIC, {"spec": {"foo": 1, "ports": [{"port": 80, "bar": 2}]}}),
    (JSON_PATCH, [{"op": "add", "path": "/spec/foo", "value": 1}]),
    (MERGE, '{"spec":{"type":"ClusterIP","type":"NodePort"}}'),
)
#: Queries that a write reads.
_QUERIES: tuple[Any, ...] = (
    {"dryRun": "x"},
    {"dryRun": ""},
    {"dryRun": "All,All"},
    {"fieldManager": "a" * 129},
    {"fieldManager": "a\u0007"},
    {"fieldManager": ""},
    {"foo": "bar"},
    {"force": "true"},
)


def _new_with_wrong_fields(session: Session) -> None:
    """Send new objects with unknown and doubled fields."""
    for validation in ("Strict", "Warn", "Ignore", "", "strict", None):
        query = {"dryRun": "All", **({} if validation is None else {"fieldValidation": validation})}
        session.create("services", _DOUBLED, note="doubled", **query)
        session.create("services", _CASED, note="cased", **query)
        session.send("POST", "services", _YAML, query=query, kind=YAML, note="yaml")
        session.create(
            "deployments",
            deployment(
                replica=1,
                template=template(
                    container=[],
                    containers=[
                        {"name": "c", "image": "x", "imagePullpolicy": "Always", "ports": [{"containerport": 80}]}
                    ],
                ),
            ),
            note="typos",
            **query,
        )
        session.create(
            "pods", merged(pod("x"), {"metadata": {"label": {}}, "status": {"foo": 1}}), note="metadata", **query
        )


def _changes_with_wrong_fields(session: Session) -> None:
    """Send patches with unknown and doubled fields."""
    session.create("services", service("stay"))
    path = session.path("services", "stay")
    for validation in ("Strict", "Warn", "Ignore"):
        for kind, patch in _UNKNOWN_FIELDS:
            session.patch(path, patch, kind, dryRun="All", fieldValidation=validation)
        session.apply(
            path, merged(service("stay"), {"spec": {"foo": 1}}), dryRun="All", fieldValidation=validation, force="true"
        )
        session.send(
            "PATCH",
            path,
            _YAML.replace("name: x", "name: stay"),
            kind=APPLY,
            query={"fieldManager": "m", "dryRun": "All", "fieldValidation": validation, "force": "true"},
        )


def _queries_of_writes(session: Session) -> None:
    """Send the queries that a write reads."""
    path = session.path("services", "stay")
    for query in _QUERIES:
        session.create("services", service("q"), **query)
        session.delete(session.path("services", "q"), record=False)
        session.patch(path, {}, MERGE, **query)


def _managers(session: Session) -> None:
    """Change fields under several names."""
    session.create("services", service("managed"), fieldManager="first")
    session.patch(
        session.path("services", "managed"), {"metadata": {"labels": {"a": "b"}}}, MERGE, fieldManager="second"
    )
    session.patch(
        session.path("services", "managed"), {"metadata": {"labels": {"a": "c"}}}, MERGE, fieldManager="third"
    )
    session.patch(session.path("services", "managed"), {"metadata": {"managedFields": [{}]}}, MERGE)
    session.patch(
        session.path("services", "managed"),
        {"spec": {"ports": [{"port": 80, "name": "n"}, {"port": 81, "name": "m"}]}},
        STRATEGIC,
    )
    session.patch(session.path("services", "managed"), {"metadata": {"managedFields": [{"manager": "x"}]}}, MERGE)


def fields(session: Session) -> None:
    """What becomes of fields that are unknown, doubled, or have another owner."""
    _new_with_wrong_fields(session)
    _changes_with_wrong_fields(session)
    _queries_of_writes(session)
    _managers(session)


_AT = "/spec/template/spec/containers"


def _containers(*items: Any, **more: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": list(items), **more}}}}


_JSON_PATCHES: tuple[Any, ...] = (
    [],
    [{"op": "replace", "path": "/spec/replicas", "value": 0}],
    [{"op": "replace", "path": "/spec/nope", "value": 0}],
    [{"op": "remove", "path": "/spec/nope"}],
    [{"op": "add", "path": "/a/b/c", "value": 1}],
    [{"op": "add", "path": f"{_AT}/-", "value": {"name": "z", "image": "z"}}],
    [{"op": "add", "path": f"{_AT}/9", "value": {}}],
    [{"op": "remove", "path": f"{_AT}/9"}],
    [{"op": "remove", "path": f"{_AT}/0"}],
    [{"op": "test", "path": "/spec/replicas", "value": 0}],
    [{"op": "test", "path": "/spec/replicas", "value": 9}],
    [{"op": "test", "path": "/spec/nope", "value": 9}],
    [{"op": "move", "from": f"{_AT}/0", "path": f"{_AT}/1"}],
    [{"op": "copy", "from": "/metadata/name", "path": "/metadata/labels"}],
    [{"op": "copy", "from": "/nope", "path": "/x"}],
    [{"op": "x", "path": "/a"}],
    [{"path": "/a"}],
    [{"op": "add"}],
    [
        {"op": "add", "path": "/metadata/labels", "value": {"a/b": "c"}},
        {"op": "replace", "path": "/metadata/labels/a~1b", "value": "d"},
    ],
    [{"op": "replace", "path": "", "value": {}}],
    [{"op": "add", "path": "x", "value": 1}],
    {"op": "add"},
    "x",
    [{"op": "replace", "path": "/metadata/name", "value": "x"}],
    [{"op": "replace", "path": "/spec/replicas", "value": "x"}],
    [{"op": "remove", "path": "/metadata"}],
    [{"op": "add", "path": "/spec/foo", "value": 1}],
    [1],
    [{"op": "replace", "path": "/kind", "value": "X"}],
    [{"op": "add", "path": "/metadata/annotations/a", "value": "b"}],
    [{"op": "remove", "path": "/metadata/labels/a"}],
    [{"op": "replace", "path": f"{_AT}/x/image", "value": "y"}],
    [{"op": "replace", "path": f"{_AT}/-1/image", "value": "y"}],
)
#: Patches of both other kinds.
_PATCHES: tuple[Any, ...] = (
    {},
    [],
    None,
    "x",
    5,
    {"metadata": {"labels": {"a": "b"}}},
    {"metadata": {"labels": ["a"]}},
    {"metadata": {"name": "x"}},
    {"metadata": None},
    {"kind": "Pod"},
    {"apiVersion": "v2"},
    {"spec": []},
    {"spec": {"replicas": "x"}},
    {"metadata": {"resourceVersion": "1"}},
    {"metadata": {"uid": "x"}},
    {"metadata": {"creationTimestamp": "x"}},
)
#: Patches that mean something else when they are strategic.
_DIRECTIVES: tuple[Any, ...] = (
    _containers({"name": "a", "image": "z"}),
    _containers({"name": "c", "image": "z"}),
    _containers({"image": "z"}),
    _containers({"name": "a", "$patch": "delete"}),
    _containers({"$patch": "replace"}, {"name": "q", "image": "q"}),
    _containers({"name": "a", "$patch": "x"}),
    _containers({"name": "a", "env": [{"name": "A", "$patch": "delete"}]}),
    _containers({"name": "a", "env": [{"name": "A", "value": None}]}),
    _containers({"name": "a", "ports": [{"containerPort": 81}]}),
    _containers({"name": "a", "ports": [{"port": 81}]}),
    _containers(**{"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}),
    _containers({"name": "b", "image": "w"}, **{"$setElementOrder/containers": [{"name": "a"}]}),
    _containers(**{"$retainKeys": ["containers"]}),
    _containers(**{"$setElementOrder/foo": ["a"]}),
    _containers("x"),
    _containers({"name": "a", "args": ["1"], "$retainKeys": ["name"]}),
    {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x"]}},
    {"metadata": {"finalizers": ["example.com/a"]}},
    {"$patch": "delete"},
    {"$patch": "replace", "spec": {}},
    {"spec": {"$patch": "replace"}},
    {"spec": {"strategy": {"$patch": "replace", "type": "Recreate"}}},
    {"foo": {"$patch": "delete"}},
    {"metadata": {"labels": {"$patch": "delete"}}},
)


def patches(session: Session) -> None:
    session.create(
        "deployments",
        deployment(
            template=template(
                containers=[
                    {
                        "name": "a",
                        "image": "x",
                        "ports": [{"containerPort": 80}],
                        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                    },
                    {"name": "b", "image": "y"},
                ]
            )
        ),
    )
    path = session.path("deployments", "web")
    session.until(path, lambda found: found["status"].get("observedGeneration") == found["metadata"]["generation"])
    for operations in _JSON_PATCHES:
        session.patch(path, operations, JSON_PATCH, dryRun="All")
    for patch in _PATCHES:
        session.patch(path, patch if isinstance(patch, str) else json.dumps(patch), MERGE, dryRun="All")
        session.patch(path, patch if isinstance(patch, str) else json.dumps(patch), STRATEGIC, dryRun="All")

    for patch in _DIRECTIVES:
        session.patch(path, patch, STRATEGIC, dryRun="All")
        session.patch(path, patch, MERGE, dryRun="All")


_BASE = deployment(replicas=None)


#: What cannot be applied to a Deployment.
_BAD_BODIES: tuple[Any, ...] = (
    "",
    "x",
    "[]",
    "{}",
    "kind: Deployment",
    "apiVersion: apps/v1",
    {"apiVersion": "apps/v1", "kind": "Deployment"},
    {"apiVersion": "apps/v1", "kind": "Pod"},
    {"apiVersion": "v1", "kind": "Deployment"},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "other"}},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}},
    merged(_BASE, {"metadata": {"managedFields": [{"manager": "x"}]}}),
    merged(_BASE, {"metadata": {"uid": "x"}}),
    merged(_BASE, {"metadata": {"resourceVersion": "1"}}),
    merged(_BASE, {"spec": {"replicas": "x"}}),
    merged(_BASE, {"spec": {"foo": 1}}),
    merged(
        _BASE,
        {"spec": {"template": template(containers=[{"name": "a", "image": "x"}, {"name": "a", "image": "y"}])}},
    ),
    merged(_BASE, {"spec": {"template": template(containers=[{"image": "x"}])}}),
    merged(
        _BASE,
        {
            "spec": {
                "template": template(
                    containers=[{"name": "a", "image": "x", "ports": [{"containerPort": 80}, {"containerPort": 80}]}]
                )
            }
        },
    ),
    merged(_BASE, {"status": {"replicas": 5}}),
    {"apiVersion": "apps/v2", "kind": "Deployment", "metadata": {"name": "web"}},
    merged(_BASE, {"spec": {"replicas": -1}}),
    merged(_BASE, {"metadata": {"labels": {"a b": "c"}}}),
)


def _applied_deployments(session: Session) -> None:
    """Apply a Deployment by several managers, and what cannot be applied."""
    path = session.path("deployments", "web")
    session.apply(path, _BASE)
    session.apply(path, _BASE, None)
    session.apply(path, _BASE, "")
    session.apply(path, _BASE)
    session.apply(path, deployment(replicas=0), "other")
    session.apply(path, deployment(replicas=1), "m", dryRun="All")
    session.apply(
        path,
        deployment(replicas=1, template=template(containers=[{"name": "c", "image": "other"}])),
        "third",
        dryRun="All",
    )
    session.apply(
        path,
        deployment(replicas=1, template=template(containers=[{"name": "c", "image": "other"}])),
        "third",
        force="true",
        dryRun="All",
    )
    session.apply(
        path,
        deployment(
            replicas=0,
            template=template(
                containers=[{"name": "c", "image": "registry.k8s.io/pause:3.10", "env": [{"name": "A", "value": "b"}]}]
            ),
        ),
        "fourth",
    )
    session.apply(path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}, "fourth")
    session.apply(path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}, "m")
    for body in _BAD_BODIES:
        session.apply(path, body, "bad", force="true")
    session.apply(
        session.path("deployments", "missing"),
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "missing"}},
    )


def _applied_ports(session: Session) -> None:
    """Apply a list that is merged by a key of two fields."""
    session.apply(
        session.path("services", "s"), service("s", ports=[{"port": 80}, {"port": 80, "protocol": "UDP", "name": "u"}])
    )
    session.apply(
        session.path("services", "s"), service("s", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 81}])
    )
    session.apply(
        session.path("services", "s"), service("s", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 80}])
    )
    session.apply(
        session.path("services", "s"), service("s", ports=[{"name": "b", "port": 81}], selector={"a": "b"}), "two"
    )


def _applied_maps(session: Session) -> None:
    """Apply single keys of a map."""
    session.apply(session.path("configmaps", "c"), config("c", data={"a": "b"}))
    session.apply(session.path("configmaps", "c"), config("c", data={"a": "c"}), "two")
    session.apply(session.path("configmaps", "c"), config("c", data={"a": "c"}), "two", force="true")
    session.apply(session.path("configmaps", "c"), config("c", data={"b": "c"}))
    session.apply(session.path("configmaps", "c"), config("c"), "two")
    session.patch(session.path("configmaps", "c"), {"data": {"b": "updated"}}, MERGE, fieldManager="updater")
    session.apply(session.path("configmaps", "c"), config("c", data={"b": "c", "d": "e"}))


def _applied_pods(session: Session) -> None:
    """Apply what cannot change, and statuses."""
    session.apply(session.path("pods", "p"), pod("p"))
    session.apply(
        session.path("pods", "p"), merged(pod("p"), {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}), "two"
    )
    session.apply(
        session.path("pods", "p", "status"),
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "status": {"message": "hello"}},
    )
    session.apply(
        session.path("pods", "missing", "status"),
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "missing"}, "status": {"message": "hello"}},
    )


def _applied_without_name(session: Session) -> None:
    """Apply an object that leaves its name to the path, and force what is no apply."""
    session.send(
        "PATCH",
        session.path("configmaps", "y"),
        "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n",
        kind=APPLY,
        query={"fieldManager": "m"},
    )
    session.send(
        "PATCH",
        session.path("configmaps", "y"),
        "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n",
        kind=APPLY,
        query={"fieldManager": "m", "force": "x"},
    )
    session.patch(session.path("configmaps", "y"), {}, MERGE, force="true")


def applies(session: Session) -> None:
    """Server-side apply."""
    _applied_deployments(session)
    _applied_ports(session)
    _applied_maps(session)
    _applied_pods(session)
    _applied_without_name(session)


_LABEL_SELECTORS: tuple[Any, ...] = (
    "",
    "n",
    "!n",
    "n=1",
    "n==1",
    "n!=1",
    "n in (1,2)",
    "n notin (1,2)",
    "n in ()",
    "n in (1",
    "n=",
    "n>1",
    "n<x",
    "=",
    "!",
    "a b",
    "n=1,odd",
    "n=1,,odd",
    ",",
    "n,",
    "a/b/c",
    "n=a b",
    "n in (1, 2),!odd",
    "-a",
    "n=-",
    "a" * 64,
    "n = 1",
    "x.y/z=1",
    "n in (a b)",
    "(n)",
    "n!",
    "n=1=2",
    "n in 1",
    "notin",
    "in",
    "n==",
    "n~=1",
    "&",
    "n%",
)
_FIELD_SELECTORS: tuple[Any, ...] = (
    "metadata.name=c1",
    "metadata.name!=c1",
    "metadata.name==c1",
    "metadata.namespace=x",
    "metadata.uid=x",
    "foo=bar",
    "metadata.name",
    "=",
    "metadata.name=c1,metadata.name=c2",
    "metadata.name in (c1)",
    "metadata.name=a\\,b",
    "metadata.name=a\\b",
    ",",
    "metadata.name!=",
    "status.phase=Running",
    "a=b=c",
)
#: Resource, and a selector of fields for it.
_SELECTED: tuple[Any, ...] = (
    ("pods", "spec.nodeName="),
    ("pods", "status.podIP=1"),
    ("pods", "spec.foo=1"),
    ("services", "spec.clusterIP=None"),
    ("services", "spec.type=ClusterIP"),
    ("services", "spec.foo=x"),
    ("replicasets", "status.replicas=1"),
    ("jobs", "status.successful=1"),
    ("namespaces", "status.phase=Active"),
    ("nodes", "spec.unschedulable=true"),
    ("deployments", "status.replicas=0"),
    ("secrets", "type=x"),
    ("endpointslices", "addressType=IPv4"),
    ("events", "reason=x"),
)


def _selectors(session: Session) -> None:
    """Send selectors, right and wrong."""
    for selector in _LABEL_SELECTORS:
        session.get("configmaps", labelSelector=selector, fieldSelector="metadata.name!=kube-root-ca.crt")
        session.delete("configmaps", labelSelector=f"none,{selector}", dryRun="All")
    for selector in _FIELD_SELECTORS:
        session.get("configmaps", fieldSelector=selector)
        session.get("pods", fieldSelector=selector)
    for resource, selector in _SELECTED:
        session.get(resource, fieldSelector=selector, labelSelector="nothing")


def _pages(session: Session) -> None:
    """Read a list in pages."""
    named = {"labelSelector": "n"}
    page = session.get("configmaps", limit=2, **named)
    while page.body["metadata"].get("continue"):
        page = session.send(
            "GET", "configmaps", query={"limit": 2, "continue": page.body["metadata"]["continue"], **named}, note="next"
        )
    page = session.get("configmaps", limit=2, record=False)
    token = page.body["metadata"]["continue"]
    for query in (
        {"continue": token, "limit": 2, "resourceVersion": "1"},
        {"continue": token, "limit": 2, "resourceVersion": "0"},
        {"continue": "x"},
        {"continue": "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ"},
        {"continue": token, "resourceVersionMatch": "Exact"},
        {"limit": "x"},
        {"limit": "-1"},
        {"limit": "0"},
        {"limit": "1", "labelSelector": "odd"},
        {"limit": "1", "labelSelector": "nothing"},
        {"limit": 2, "resourceVersion": "0"},
        {"limit": 2, "fieldSelector": "metadata.name=c1"},
        {"resourceVersion": "x"},
        {"resourceVersion": "-1"},
        {"resourceVersionMatch": "Exact"},
        {"resourceVersionMatch": "NotOlderThan"},
        {"resourceVersionMatch": "X", "resourceVersion": "1"},
        {"resourceVersion": "0", "resourceVersionMatch": "Exact"},
        {"resourceVersion": "0", "resourceVersionMatch": "NotOlderThan"},
        {"timeoutSeconds": "x"},
        {"timeoutSeconds": "-1"},
        {"sendInitialEvents": "true"},
        {"allowWatchBookmarks": "x"},
        {"watch": "x", "timeoutSeconds": "1"},
        {"watch": "false"},
        {"pretty": "true"},
        {"resourceVersion": "99999999"},
        {"resourceVersion": "99999999", "resourceVersionMatch": "Exact"},
    ):
        answer = session.send(
            "GET", "configmaps", query={"labelSelector": "n", **query}, note="continue" if "continue" in query else ""
        )
        answer.headers.pop("Retry-After", None)


def _versions_and_forms(session: Session) -> None:
    """Ask for versions, for forms of a list, and for what is not there."""
    session.get(session.path("configmaps", "c1"), resourceVersion="99999999")
    session.get(session.path("configmaps", "c1"), resourceVersion="x")
    session.get(session.path("configmaps", "c1"), resourceVersion="0")
    session.get("configmaps", accept=PARTIAL_LIST)
    session.get("configmaps", accept=PARTIAL)
    session.get("configmaps", accept=TABLE, limit=2)
    session.get("/api/v1/namespaces/missing/pods")
    session.get("/api/v1/namespaces/missing/pods/x")
    session.get("/api/v1/namespaces/A_/pods")
    session.get("/api/v1/namespaces/default/pods/A_")


def lists(session: Session) -> None:
    """Lists: selectors, pages, versions, forms."""
    for number in range(5):
        session.create(
            "configmaps",
            merged(
                config(f"c{number}"), {"metadata": {"labels": {"n": str(number), "odd": "yes" if number % 2 else None}}}
            ),
            record=False,
        )
    _selectors(session)
    _pages(session)
    _versions_and_forms(session)


_NAMED = {"fieldSelector": "metadata.name!=kube-root-ca.crt"}


#: What a watch of the past may ask for.
_SINCE: tuple[Any, ...] = (
    {},
    {"labelSelector": "in"},
    {"fieldSelector": "metadata.name=a"},
    {"allowWatchBookmarks": "true", "labelSelector": "in"},
)
_WATCH_QUERIES: tuple[Any, ...] = (
    {"sendInitialEvents": "true"},
    {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"},
    {"sendInitialEvents": "true", "resourceVersionMatch": "Exact"},
    {"resourceVersionMatch": "NotOlderThan"},
    {"resourceVersion": "x"},
    {"resourceVersion": "1"},
    {"resourceVersion": "1", "resourceVersionMatch": "NotOlderThan"},
    {"continue": "x"},
    {"limit": "1"},
    {"sendInitialEvents": "x"},
    {"sendInitialEvents": "false"},
    {"sendInitialEvents": "false", "resourceVersionMatch": "NotOlderThan"},
    {"labelSelector": "a b"},
    {"fieldSelector": "foo=bar"},
)


def _watched_changes(session: Session) -> None:
    """Watch what is there, and what happened since."""
    for name in ("b", "a"):
        session.create("configmaps", config(name), record=False)
    session.watch("configmaps", **_NAMED)
    session.watch("configmaps", resourceVersion="0", **_NAMED)
    version = session.get("configmaps", record=False).body["metadata"]["resourceVersion"]
    session.patch(session.path("configmaps", "a"), {"data": {"x": "y"}}, MERGE)
    session.patch(session.path("configmaps", "b"), {"metadata": {"labels": {"in": "yes"}}}, MERGE)
    session.patch(session.path("configmaps", "b"), {"metadata": {"labels": None}}, MERGE)
    session.delete(session.path("configmaps", "a"))
    session.create("configmaps", config("c"))
    for query in _SINCE:
        answer = session.watch("configmaps", resourceVersion=version, **query)
        answer = type(answer)(
            answer.request,
            answer.status,
            answer.headers,
            [event for event in answer.body if event["type"] != "BOOKMARK"],
        )
        session.answers[-1] = answer
    session.watch(
        "configmaps",
        sendInitialEvents="true",
        resourceVersionMatch="NotOlderThan",
        allowWatchBookmarks="true",
        **_NAMED,
    )


def _forms_of_watches(session: Session) -> None:
    """Send queries of a watch, media types, and paths that are watched."""
    for query in _WATCH_QUERIES:
        session.watch("configmaps", **{**_NAMED, **query})
    session.send("GET", "configmaps", query={"watch": "1", "timeoutSeconds": "1", **_NAMED}, accept=PARTIAL)
    session.send("GET", "configmaps", query={"watch": "1", "timeoutSeconds": "1", **_NAMED}, accept=YAML)
    session.send("GET", "configmaps", query={"watch": "1", "timeoutSeconds": "1", **_NAMED}, accept="text/html")
    session.send(
        "GET",
        "configmaps",
        query={"watch": "1", "timeoutSeconds": "1", **_NAMED},
        accept="application/json;stream=watch",
    )
    session.send("GET", session.path("configmaps", "c"), query={"watch": "1", "timeoutSeconds": "1"})
    session.send("GET", session.path("configmaps", "missing"), query={"watch": "1", "timeoutSeconds": "1"})
    session.send(
        "GET",
        f"/api/v1/watch/namespaces/{session.namespace}/configmaps",
        query={"timeoutSeconds": "1", "watch": "1", **_NAMED},
    )
    session.send(
        "GET", f"/api/v1/watch/namespaces/{session.namespace}/configmaps/c", query={"timeoutSeconds": "1", "watch": "1"}
    )
    session.send("POST", "configmaps", config("w"), query={"watch": "1", "dryRun": "All"})


def watches(session: Session) -> None:
    """Watches: what they tell, what they can be asked."""
    _watched_changes(session)
    _forms_of_watches(session)


#: Bodies of a deletion.
_OPTIONS: tuple[Any, ...] = (
    {"propagationPolicy": "X"},
    {"gracePeriodSeconds": -1},
    {"gracePeriodSeconds": "x"},
    {"orphanDependents": True, "propagationPolicy": "Orphan"},
    {"dryRun": ["x"]},
    {"dryRun": ["All"]},
    {"preconditions": {"uid": "x"}},
    {"preconditions": {"resourceVersion": "1"}},
    {"preconditions": {"resourceVersion": "x"}},
    {"kind": "X", "apiVersion": "v1"},
    {"kind": "DeleteOptions", "apiVersion": "v1", "dryRun": ["All"]},
    {"kind": "DeleteOptions", "apiVersion": "apps/v1", "dryRun": ["All"]},
    {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1", "dryRun": ["All"]},
    {"foo": 1, "dryRun": ["All"]},
    "x",
    "",
    "[]",
)
_DELETE_QUERIES: tuple[Any, ...] = (
    {"propagationPolicy": "X"},
    {"gracePeriodSeconds": "x"},
    {"gracePeriodSeconds": "-5", "dryRun": "All"},
    {"dryRun": "x"},
    {"dryRun": "All"},
    {"orphanDependents": "true", "propagationPolicy": "Orphan"},
    {"orphanDependents": "x"},
    {"foo": "bar", "dryRun": "All"},
)
#: Resource and object: deleted as they are.
_OTHERS: tuple[Any, ...] = (
    ("services", service()),
    ("deployments", deployment()),
    ("secrets", {"metadata": {"name": "web"}}),
)


def _options_of_deletions(session: Session) -> None:
    """Delete with options in the body and in the query."""
    session.create("configmaps", config("stay"), record=False)
    path = session.path("configmaps", "stay")
    for options in _OPTIONS:
        session.delete(path, options)
    for query in _DELETE_QUERIES:
        session.delete(path, **query)
    session.delete(path, {"propagationPolicy": "Foreground"})
    session.delete(session.path("configmaps", "missing"))


def _finalizers(session: Session) -> None:
    """Delete what has finalizers."""
    for policy in ("Background", "Orphan", "Foreground"):
        session.create("configmaps", merged(config("f"), {"metadata": {"finalizers": ["example.com/f"]}}), record=False)
        session.delete(session.path("configmaps", "f"), {"propagationPolicy": policy})
        session.delete(session.path("configmaps", "f"))
        session.create("configmaps", config("f"))
        session.patch(
            session.path("configmaps", "f"), {"metadata": {"finalizers": ["example.com/f", "example.com/g"]}}, MERGE
        )
        session.patch(session.path("configmaps", "f"), {"data": {"a": "b"}}, MERGE)
        session.patch(session.path("configmaps", "f"), {"metadata": {"finalizers": ["example.com/f"]}}, MERGE)
        session.patch(session.path("configmaps", "f"), {"metadata": {"deletionGracePeriodSeconds": 5}}, MERGE)
        session.patch(session.path("configmaps", "f"), {"metadata": {"finalizers": None}}, MERGE)
        session.until(session.path("configmaps", "f"), lambda found: found.get("code") == 404)


def _deleted_kinds(session: Session) -> None:
    """Delete objects of other kinds."""
    session.create("pods", pod(), record=False)
    session.delete(session.path("pods", "web"), {"gracePeriodSeconds": -5}, dryRun="All")
    session.delete(session.path("pods", "web"), {"preconditions": {"uid": "x"}})
    session.delete(session.path("pods", "web"))
    for resource, obj in _OTHERS:
        session.create(resource, obj, record=False)
        session.delete(session.path(resource, "web"))


def _collections(session: Session) -> None:
    """Delete many at once."""
    for number in range(3):
        session.create(
            "configmaps", merged(config(f"c{number}"), {"metadata": {"labels": {"many": "yes"}}}), record=False
        )
    session.delete("configmaps", labelSelector="many", dryRun="All")
    session.delete("configmaps", labelSelector="many", limit=1)
    session.delete("configmaps", {"preconditions": {"uid": "x"}}, labelSelector="many")
    session.delete("configmaps", {"propagationPolicy": "X"}, labelSelector="many")
    session.delete("configmaps", labelSelector="many", resourceVersion="1", resourceVersionMatch="Exact")
    session.delete("configmaps", labelSelector="many")
    session.delete("configmaps", labelSelector="many")
    session.delete("configmaps", fieldSelector="foo=bar")
    session.delete("services", labelSelector="none")
    session.delete("pods", labelSelector="none")
    session.send("DELETE", "configmaps", {"kind": "DeleteOptions"}, query={"labelSelector": "many"}, kind="text/plain")
    session.send("DELETE", "configmaps", "x: y", query={"labelSelector": "many"}, kind=YAML)


def deletions(session: Session) -> None:
    """Deletions of one object and of collections."""
    _options_of_deletions(session)
    _finalizers(session)
    _deleted_kinds(session)
    _collections(session)
