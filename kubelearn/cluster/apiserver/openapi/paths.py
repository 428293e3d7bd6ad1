"""The paths of OpenAPI documents: which operations each resource has.

kubectl reads from them whether the server validates fields itself (``fieldValidation`` of PATCH)
and, for ``explain``, which kind a resource has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.structure.names import message_for, schema_name

_JSON: Final = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_PATCHES: Final = (
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)
_META: Final = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1."


def _query(name: str, kind: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind, "uniqueItems": True}}


_DRY_RUN: Final = _query(
    "dryRun",
    "string",
    "When present, indicates that modifications should not be persisted. An invalid or unrecognized dryRun directive "
    "will result in an error response and no further processing of the request. Valid values are: - All: all dry run "
    "stages will be processed",
)
_MANAGER: Final = _query(
    "fieldManager", "string", "fieldManager is a name associated with the actor or entity that is making these changes."
)
_VALIDATION: Final = _query(
    "fieldValidation",
    "string",
    "fieldValidation instructs the server on how to handle objects in the request (POST/PUT/PATCH) containing unknown "
    "or duplicate fields. Valid values are: Ignore, Warn and Strict.",
)
_FORCE: Final = _query(
    "force",
    "boolean",
    'Force is going to "force" Apply requests. It means user will re-acquire conflicting fields owned by other people.',
)
_SELECTION: Final = (
    _query(
        "labelSelector",
        "string",
        "A selector to restrict the list of returned objects by their labels. Defaults to everything.",
    ),
    _query(
        "fieldSelector",
        "string",
        "A selector to restrict the list of returned objects by their fields. Defaults to everything.",
    ),
    _query("limit", "integer", "limit is a maximum number of responses to return for a list call."),
    _query("continue", "string", "The continue option should be set when retrieving more results from the server."),
    _query(
        "resourceVersion",
        "string",
        "resourceVersion sets a constraint on what resource versions a request may be served from.",
    ),
    _query("timeoutSeconds", "integer", "Timeout for the list/watch call."),
    _query(
        "watch",
        "boolean",
        "Watch for changes to the described resources and return them as a stream of add, update, and remove "
        "notifications.",
    ),
)
_DELETION: Final = (
    _DRY_RUN,
    _query(
        "gracePeriodSeconds",
        "integer",
        "The duration in seconds before the object should be deleted. The value zero indicates delete immediately.",
    ),
    _query("propagationPolicy", "string", "Whether and how garbage collection will be performed."),
)
_WRITES: Final = (_DRY_RUN, _MANAGER, _VALIDATION)
_PRETTY: Final = _query("pretty", "string", "If 'true', then the output is pretty printed.")


def paths(served: Iterable[Resource]) -> dict[str, Any]:
    """Return the paths of the resources of one group version."""
    found: dict[str, Any] = {}
    for resource in served:
        root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
        collection = (
            f"{root}/namespaces/{{namespace}}/{resource.plural}" if resource.namespaced else f"{root}/{resource.plural}"
        )
        found[collection] = _collection(resource)
        if "get" in resource.verbs:
            found[f"{collection}/{{name}}"] = _item(resource)
        for name, (kind, group, version, _) in resource.subresources.items():
            found[f"{collection}/{{name}}/{name}"] = _subresource(resource, name, kind, group, version)
        if resource.namespaced and "list" in resource.verbs:
            found[f"{root}/{resource.plural}"] = {
                "get": _operation(resource, "list", _reference(resource, listed=True), _SELECTION)
            }
    return dict(sorted(found.items()))


def _collection(resource: Resource) -> dict[str, Any]:
    path: dict[str, Any] = {"parameters": _path_parameters(resource, named=False)}
    if "list" in resource.verbs:
        path["get"] = _operation(resource, "list", _reference(resource, listed=True), _SELECTION)
    if "create" in resource.verbs:
        path["post"] = _operation(resource, "post", _reference(resource), _WRITES, body=_JSON)
    if "deletecollection" in resource.verbs:
        path["delete"] = _operation(resource, "deletecollection", f"{_META}Status", (*_SELECTION, *_DELETION))
    return path


def _item(resource: Resource) -> dict[str, Any]:
    path: dict[str, Any] = {
        "parameters": _path_parameters(resource, named=True),
        "get": _operation(resource, "get", _reference(resource), ()),
    }
    if "update" in resource.verbs:
        path["put"] = _operation(resource, "put", _reference(resource), _WRITES, body=_JSON)
    if "delete" in resource.verbs:
        path["delete"] = _operation(resource, "delete", f"{_META}Status", _DELETION)
    # Kinds that are only listed get it too: kubectl would otherwise validate their manifests itself, by /openapi/v2.
    path["patch"] = _operation(resource, "patch", _reference(resource), (*_WRITES, _FORCE), body=_PATCHES)
    return path


def _subresource(resource: Resource, name: str, kind: str, group: str, version: str) -> dict[str, Any]:
    of = Resource(resource.plural, kind, group, version)
    path: dict[str, Any] = {"parameters": _path_parameters(resource, named=True)}
    reference = _reference(of)
    if kind.endswith("Options") or name == "log":
        path["get"] = _operation(of, "connect" if kind.endswith("Options") else "get", "", ())
    elif name in ("binding", "eviction", "token"):
        path["post"] = _operation(of, "post", reference, _WRITES, body=_JSON)
    elif name == "finalize":
        path["put"] = _operation(of, "put", reference, _WRITES, body=_JSON)
    else:
        path["get"] = _operation(of, "get", reference, ())
        path["put"] = _operation(of, "put", reference, _WRITES, body=_JSON)
        path["patch"] = _operation(of, "patch", reference, (*_WRITES, _FORCE), body=_PATCHES)
    return path


def _reference(resource: Resource, *, listed: bool = False) -> str:
    return (
        "#/components/schemas/"
        + schema_name(message_for(resource.api_version, resource.kind))
        + ("List" if listed else "")
    )


def _path_parameters(resource: Resource, *, named: bool) -> list[dict[str, Any]]:
    known = [("namespace", "object name and auth scope, such as for teams and projects")] if resource.namespaced else []
    if named:
        known.insert(0, ("name", f"name of the {resource.kind}"))
    listed = [
        {
            "name": name,
            "in": "path",
            "description": text,
            "required": True,
            "schema": {"type": "string", "uniqueItems": True},
        }
        for name, text in known
    ]
    return [*listed, _PRETTY]


def _operation(
    resource: Resource, action: str, answer: str, parameters: Iterable[dict[str, Any]], *, body: tuple[str, ...] = ()
) -> dict[str, Any]:
    what = {
        "list": "list or watch objects of kind",
        "post": "create a",
        "put": "replace the specified",
        "patch": "partially update the specified",
        "deletecollection": "delete collection of",
        "delete": "delete a",
        "get": "read the specified",
        "connect": "connect to",
    }[action]
    answers: dict[str, Any] = {"description": "OK"}
    if answer:
        answers["content"] = {_JSON[0]: {"schema": {"$ref": answer}}}
    operation: dict[str, Any] = {
        "tags": [f"{(resource.group or 'core').partition('.')[0]}_{resource.version}"],
        "description": f"{what} {resource.kind}",
        "parameters": list(parameters),
        "responses": {"200": answers, "401": {"description": "Unauthorized"}},
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {
            "group": resource.group,
            "version": resource.version,
            "kind": resource.kind,
        },
    }
    if body:
        schema = {"$ref": f"{_META}Patch"} if body is _PATCHES else {"$ref": answer}
        operation["requestBody"] = {"content": {media: {"schema": schema} for media in body}, "required": True}
    return operation
