"""What a request asks for: path, verb, and the options in its query (k8s.io/apiserver request info)."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from . import errors
from .resources import BY_PATH, Resource

#: Subresources of a namespace, which look like resources inside it.
_NAMESPACE_SUBRESOURCES = {"status", "finalize"}


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


def boolean(request: web.Request, name: str) -> bool:
    """Return a boolean query parameter, as Go's conversion reads it: present and neither 0 nor false."""
    value = request.query.get(name)
    return value is not None and value.lower() not in ("0", "false", "")


def number(request: web.Request, name: str) -> int | None:
    """Return a whole-number query parameter.

    Raises:
        ApiError: 400 when it is not a number.
    """
    text = request.query.get(name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


@dataclass
class WriteOptions:
    """Options of a write (metav1.CreateOptions, UpdateOptions, PatchOptions)."""

    manager: str
    dry_run: bool
    validation: str
    force: bool
    warnings: list[str] = field(default_factory=list)


def write_options(request: web.Request) -> WriteOptions:
    """Read the options of a write from the query.

    Raises:
        ApiError: 422 for values that the API does not know.
    """
    query = request.query
    causes = []
    dry_run = query.getall("dryRun", [])
    if any(value != "All" for value in dry_run):
        causes.append(errors.not_supported("dryRun", dry_run, ["All"]))
    validation = query.get("fieldValidation", "") or "Warn"
    if validation not in ("Strict", "Warn", "Ignore"):
        causes.append(errors.not_supported("fieldValidation", validation, ["Ignore", "Strict", "Warn"]))
    manager = query.get("fieldManager", "")
    if len(manager) > 128:
        causes.append(errors.too_long("fieldManager", 128))
    if causes:
        raise errors.invalid("CreateOptions" if request.method == "POST" else "PatchOptions", "", causes, "meta.k8s.io")
    agent = request.headers.get("User-Agent", "unknown").split("/")[0][:128]
    return WriteOptions(manager or agent, bool(dry_run), validation, boolean(request, "force"))
