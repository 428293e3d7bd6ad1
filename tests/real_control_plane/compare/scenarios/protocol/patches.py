"""JSON patches, merge patches and strategic merge patches."""

from __future__ import annotations

import json
from typing import Any

from tests.objects import deployment, template
from tests.real_control_plane.compare.session import (
    JSON_PATCH,
    MERGE,
    STRATEGIC,
    Session,
)

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
