"""Discovery: which groups, versions and resources there are (aggregated, and one document each)."""

from __future__ import annotations

import functools
from typing import Any

from ..meta import Object
from .resources import RESOURCES, Resource

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
#: Groups in the order in which a real server lists them.
_ORDER = ("", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "networking.k8s.io", "storage.k8s.io", "coordination.k8s.io", "discovery.k8s.io")


def document(path: str, accept: str) -> tuple[Object, str] | None:
    """Return the document at a path and its content type, or None when there is none."""
    version = next((v for v in ("v2", "v2beta1") if f"v={v};as=APIGroupDiscoveryList" in accept.replace(" ", "")), None)
    if path in ("/api", "/apis") and version:
        return _aggregated(path == "/api", version), _AGGREGATED.format(version=version)
    found = _legacy(path)
    return None if found is None else (found, "application/json")


def _groups() -> list[str]:
    return sorted({r.group for r in RESOURCES if r.group}, key=lambda group: _ORDER.index(group) if group in _ORDER else len(_ORDER))


def _versions(group: str) -> list[str]:
    return list(dict.fromkeys(r.version for r in RESOURCES if r.group == group))


def _kind(group: str, version: str, kind: str) -> Object:
    return {"group": group, "version": version, "kind": kind}


@functools.cache
def _aggregated(core: bool, version: str) -> Object:
    items = []
    for group in [""] if core else _groups():
        versions = [{"version": v, "resources": [_described(r) for r in RESOURCES if (r.group, r.version) == (group, v)], "freshness": "Current"} for v in _versions(group)]
        items.append({"metadata": {"name": group, "creationTimestamp": None} if group else {"creationTimestamp": None}, "versions": versions})
    return {"kind": "APIGroupDiscoveryList", "apiVersion": f"apidiscovery.k8s.io/{version}", "metadata": {}, "items": items}


def _described(resource: Resource) -> Object:
    found: Object = {
        "resource": resource.plural, "responseKind": _kind(resource.group, resource.version, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster", "singularResource": resource.singular or resource.kind.lower(), "verbs": list(resource.verbs),
    }
    if resource.short_names:
        found["shortNames"] = list(resource.short_names)
    if resource.categories:
        found["categories"] = list(resource.categories)
    if resource.subresources:
        found["subresources"] = [
            {"subresource": name, "responseKind": _kind(group, version, kind), "verbs": _verbs(name)} for name, (kind, group, version) in resource.subresources.items()]
    return found


def _verbs(subresource: str) -> list[str]:
    if subresource in ("status", "scale", "ephemeralcontainers"):
        return ["get", "patch", "update"]
    if subresource in ("binding", "eviction", "token"):
        return ["create"]
    if subresource == "proxy":
        return ["create", "delete", "get", "patch", "update"]
    return {"log": ["get"], "finalize": ["update"]}.get(subresource, ["create", "get"])


def _legacy(path: str) -> Object | None:
    parts = path.strip("/").split("/")
    if path == "/api":
        addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "172.18.0.2:6443"}]
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}
    if path == "/apis":
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(group) for group in _groups()]}
    if parts[0] == "apis" and len(parts) == 2 and parts[1] in _groups():
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1])}
    if parts == ["api", "v1"]:
        return _resources("", "v1")
    if parts[0] == "apis" and len(parts) == 3 and parts[2] in _versions(parts[1]):
        return _resources(parts[1], parts[2])
    return None


def _group(group: str) -> Object:
    versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in _versions(group)]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


@functools.cache
def _resources(group: str, version: str) -> Object:
    listed: list[Any] = []
    for resource in RESOURCES:
        if (resource.group, resource.version) != (group, version):
            continue
        entry: Object = {
            "name": resource.plural, "singularName": resource.singular or resource.kind.lower(), "namespaced": resource.namespaced, "kind": resource.kind, "verbs": list(resource.verbs)}
        if resource.short_names:
            entry["shortNames"] = list(resource.short_names)
        if resource.categories:
            entry["categories"] = list(resource.categories)
        listed.append(entry)
        for name, (kind, kind_group, kind_version) in sorted(resource.subresources.items()):
            sub: Object = {"name": f"{resource.plural}/{name}", "singularName": "", "namespaced": resource.namespaced}
            if (kind_group, kind_version) != (group, version):
                sub |= {"group": kind_group, "version": kind_version}
            listed.append({**sub, "kind": kind, "verbs": _verbs(name)})
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/{version}" if group else version, "resources": listed}
