"""What a request asks for: path, verb, and the options in its query (k8s.io/apiserver request info)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.values import go_value
from kubelearn.cluster.apiserver.options import WARNINGS, WriteOptions
from kubelearn.cluster.apiserver.resources import BY_PATH, Resource
from kubelearn.cluster.apiserver.validation.causes import unsupported

#: Subresources of a namespace, which look like resources inside it.
_NAMESPACE_SUBRESOURCES = {"status", "finalize"}
#: What an HTTP method does with one object or a part of it; with a collection see :func:`verb_of`.
METHODS: Final = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_NUMBER = re.compile(r"[+-]?[0-9]+")
_MATCH = "resourceVersionMatch"
#: Most bytes of a field manager's name (metav1.FieldManagerMaxLength).
_LONGEST_MANAGER = 128
_OPTIONS_KINDS = {"POST": "CreateOptions", "PUT": "UpdateOptions"}


@dataclass(frozen=True)
class Target:
    """What a URL below ``/api`` or ``/apis`` names.

    Attributes:
        tail: what follows a ``proxy`` subresource, with its leading slash.
    """

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    tail: str = ""


def parse_path(path: str) -> Target | None:
    """Return what a resource URL names, or None for any other URL."""
    parts = path.split("/")[1:]
    if parts[:2] == ["api", "v1"]:
        group, version, rest = "", "v1", parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    rest = _strip_empty_end(rest)
    if not all(rest[:3]):
        return None
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and rest[2] not in _NAMESPACE_SUBRESOURCES:
        namespace, rest = rest[1], rest[2:]
    resource = BY_PATH.get((group, version, rest[0])) if rest else None
    if resource is None or (namespace and not resource.namespaced):
        return None
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    tail = ""
    if subresource == "proxy":
        tail = path.split(f"/{name}/proxy", 1)[1]
    elif len(rest) > 3:
        return None
    if subresource and subresource not in resource.subresources:
        return None
    if name and resource.namespaced and not namespace:
        return None
    return Target(resource, namespace, name, subresource, tail)


def _strip_empty_end(parts: list[str]) -> list[str]:
    return parts[:-1] if parts and not parts[-1] else parts


def verb_of(request: web.Request, target: Target) -> str:
    """Return the verb that a request means, as RBAC and discovery name it.

    Raises:
        ApiError: 405 for a method that objects, or collections, do not have.
    """
    verb = METHODS.get(request.method)
    if verb == "get" and not target.name:
        return "watch" if boolean(request, "watch") else "list"
    if verb == "delete" and not target.name:
        verb = "deletecollection"
    if verb is None or (verb == "create" and target.name) or (verb in ("update", "patch") and not target.name):
        raise errors.method_not_allowed()
    if verb in ("create", "deletecollection") and target.resource.namespaced and not target.namespace:
        raise errors.method_not_allowed()
    return verb


def boolean(request: web.Request, name: str) -> bool:
    """Return a boolean query parameter, as Go's conversion reads it: present and neither 0 nor false."""
    value = request.query.get(name)
    return value is not None and value.lower() not in ("0", "false")


def number(request: web.Request, name: str) -> int | None:
    """Return a whole-number query parameter.

    Raises:
        ApiError: 400 when it is not a number of 64 bits.
    """
    text = request.query.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise errors.bad_request(f"strconv.ParseInt: parsing {go_value(text)}: invalid syntax")
    if not -(1 << 63) <= (value := int(text[:30])) < 1 << 63:
        raise errors.bad_request(f"strconv.ParseInt: parsing {go_value(text)}: value out of range")
    return value


@dataclass(frozen=True)
class ListOptions:
    """Options of a list or a watch (metav1.ListOptions), as the query gives them.

    Attributes:
        limit: most objects of a chunk, 0 for no limit.
        token: where the chunk before has ended, from its ``continue``.
        timeout: length of a watch in seconds.
        initial_events: whether a watch begins with all that there is; None when the query does not say.
    """

    labels: str
    fields: str
    limit: int
    token: str
    revision: str
    match: str
    timeout: int | None
    bookmarks: bool
    initial_events: bool | None

    @property
    def is_exact(self) -> bool:
        """Whether the list must be that of the revision; a chunk of a list always is."""
        return self.match == "Exact" or (not self.match and self.limit > 0 and self.revision not in ("", "0"))


def list_options(request: web.Request, *, watch: bool) -> ListOptions:
    """Read the options of a list or a watch (apimachinery's ValidateListOptions).

    Raises:
        ApiError: 400 for what is no number, 422 for options that do not go together.
    """
    query = request.query
    options = ListOptions(
        labels=query.get("labelSelector", ""),
        fields=query.get("fieldSelector", ""),
        limit=max(number(request, "limit") or 0, 0),
        token=query.get("continue", ""),
        revision=query.get("resourceVersion", ""),
        match=query.get("resourceVersionMatch", ""),
        timeout=number(request, "timeoutSeconds"),
        bookmarks=boolean(request, "allowWatchBookmarks"),
        initial_events=boolean(request, "sendInitialEvents") if "sendInitialEvents" in query else None,
    )
    causes = _watch_causes(options) if watch else _list_causes(options)
    if causes:
        raise errors.invalid("ListOptions", "", causes, "meta.k8s.io")
    return options


def _list_causes(options: ListOptions) -> list[errors.Cause]:
    causes: list[errors.Cause] = []
    match = options.match
    if match:
        if not options.revision:
            causes.append(errors.forbidden_field(_MATCH, f"{_MATCH} is forbidden unless resourceVersion is provided"))
        if options.token:
            causes.append(errors.forbidden_field(_MATCH, f"{_MATCH} is forbidden when continue is provided"))
        if match not in ("Exact", "NotOlderThan"):
            causes.append(unsupported(_MATCH, match, ["Exact", "NotOlderThan", ""]))
        if match == "Exact" and options.revision == "0":
            causes.append(errors.forbidden_field(_MATCH, f'{_MATCH} "exact" is forbidden for resourceVersion "0"'))
    if options.initial_events is not None:
        causes.append(errors.forbidden_field("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    return causes


def _watch_causes(options: ListOptions) -> list[errors.Cause]:
    causes: list[errors.Cause] = []
    match = options.match
    if options.initial_events is not None and match != "NotOlderThan":
        causes.append(errors.forbidden_field(_MATCH, f"sendInitialEvents requires setting {_MATCH} to NotOlderThan"))
    if match:
        if options.initial_events is None:
            why = f"{_MATCH} is forbidden for watch unless sendInitialEvents is provided"
            causes.append(errors.forbidden_field(_MATCH, why))
        if match != "NotOlderThan":
            causes.append(errors.not_supported(_MATCH, match, ["NotOlderThan"]))
    if options.token:
        causes.append(errors.forbidden_field(_MATCH, f"{_MATCH} is forbidden when continue is provided"))
    return causes


def include_object(request: web.Request) -> str:
    """Return what each row of a Table is to carry beside its cells: ``None``, ``Metadata`` or ``Object``."""
    return request.query.get("includeObject") or "Metadata"


def write_options(request: web.Request) -> WriteOptions:
    """Read the options of a write from the query.

    Raises:
        ApiError: 422 for values that the API does not know.
    """
    query, headers = request.query, request.headers
    manager, dry_run = query.get("fieldManager", ""), query.getall("dryRun", [])
    validation = query.get("fieldValidation", "") or "Warn"
    causes = []
    if "force" in query and request.method == "PATCH" and "apply-patch" not in headers.get("Content-Type", ""):
        causes.append(errors.forbidden_field("force", "may not be specified for non-apply patch"))
    causes += _manager_causes(manager)
    if any(value != "All" for value in dry_run):
        causes.append(errors.not_supported("dryRun", dry_run, ["All"]))
    if validation not in ("Strict", "Warn", "Ignore"):
        causes.append(errors.not_supported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]))
    if causes:
        kind = _OPTIONS_KINDS.get(request.method, "PatchOptions")
        raise errors.invalid(kind, "", causes, "meta.k8s.io")
    agent = headers.get("User-Agent", "unknown").split("/")[0][:_LONGEST_MANAGER]
    return WriteOptions(manager or agent, bool(dry_run), validation, boolean(request, "force"), WARNINGS.get())


def _manager_causes(manager: str) -> list[errors.Cause]:
    """Check the name of a field manager (apimachinery's ValidateFieldManager); it is counted in bytes."""
    causes = []
    if len(manager.encode(errors="replace")) > _LONGEST_MANAGER:
        causes.append(errors.too_long("fieldManager", _LONGEST_MANAGER))
    for index, character in enumerate(manager):
        if not character.isprintable():
            position = len(manager[:index].encode(errors="replace"))
            why = f"invalid character U+{ord(character):04X} (at position {position})"
            causes.append(errors.invalid_value("fieldManager", manager, why))
    return causes
