"""Discovery: which groups, versions and resources there are (aggregated, and one document each).

What is said of each resource is what a real server says of it.
"""

from __future__ import annotations

import base64
import functools
import hashlib

from kubelearn.cluster.apiserver.resources import RESOURCES, Resource
from kubelearn.cluster.meta import Object

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
_VERSIONS = ("v2", "v2beta1")


def document(path: str, accept: str) -> tuple[Object, str] | None:
    """Return the document at a path and its content type, or None when there is none.

    Args:
        path: without a trailing slash.
        accept: the request's Accept header; it decides whether ``/api`` and ``/apis`` answer with everything
            below them.
    """
    version = _aggregated_version(accept) if path in ("/api", "/apis") else ""
    if version:
        return _aggregated(path == "/api", version), _AGGREGATED.format(version=version)
    found = _one(path)
    return None if found is None else (found, "application/json")


def is_group(path: str) -> bool:
    """Return whether a path is below a group that there is."""
    parts = path.split("/")
    return parts[1] == "apis" and len(parts) > 2 and bool(parts[2]) and bool(_versions(parts[2]))


def _aggregated_version(accept: str) -> str:
    """Return the version of the first acceptable aggregated document, empty when plain JSON comes before it."""
    for choice in accept.split(","):
        media, *parameters = (piece.strip() for piece in choice.split(";"))
        if media not in ("application/json", "application/*", "*/*"):
            continue
        options = dict(piece.split("=", 1) for piece in parameters if "=" in piece)
        if "as" not in options:
            return ""
        if (
            options["as"] == "APIGroupDiscoveryList"
            and options.get("g") == "apidiscovery.k8s.io"
            and options.get("v") in _VERSIONS
        ):
            return options["v"]
    return ""


def _groups() -> list[str]:
    return [group for group in dict.fromkeys(resource.group for resource in RESOURCES) if group]


def _versions(group: str) -> list[str]:
    return list(dict.fromkeys(resource.version for resource in RESOURCES if resource.group == group))


def _served(group: str, version: str) -> list[Resource]:
    return [resource for resource in RESOURCES if (resource.group, resource.version) == (group, version)]


def _names(resource: Resource) -> Object:
    found: Object = {"verbs": list(resource.verbs)}
    if resource.short_names:
        found["shortNames"] = list(resource.short_names)
    if resource.categories:
        found["categories"] = list(resource.categories)
    return found


# Aggregated


@functools.cache
def _aggregated(core: bool, version: str) -> Object:
    items = []
    for group in [""] if core else _groups():
        versions = [
            {"version": v, "resources": [_described(r) for r in _served(group, v)], "freshness": "Current"}
            for v in _versions(group)
        ]
        items.append({"metadata": {"name": group} if group else {}, "versions": versions})
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": items,
    }


def _kind(resource: Resource, group: str, version: str, kind: str) -> Object:
    """Name a kind; group and version are empty when they are the resource's own."""
    own = (group, version) == (resource.group, resource.version)
    return {"group": "" if own else group, "version": "" if own else version, "kind": kind}


def _described(resource: Resource) -> Object:
    found: Object = {
        "resource": resource.plural,
        "responseKind": _kind(resource, resource.group, resource.version, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        **_names(resource),
    }
    if resource.subresources:
        found["subresources"] = [
            {
                "subresource": name,
                "responseKind": _kind(resource, sub.group, sub.version, sub.kind),
                "verbs": list(sub.verbs),
            }
            for name, sub in resource.subresources.items()
        ]
    return found


# One document each


def _one(path: str) -> Object | None:
    parts = path.strip("/").split("/")
    if parts == ["api"]:
        addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "172.18.0.2:6443"}]
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}
    if parts == ["api", "v1"]:
        # The core group answers as Kubernetes 1.0 did: this document has no apiVersion
        # (stripVersionNegotiatedSerializer).
        return {"kind": "APIResourceList", "groupVersion": "v1", "resources": _listed("", "v1")}
    if parts[0] != "apis":
        return None
    if len(parts) == 1:
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(group) for group in _groups()]}
    group = parts[1]
    if not group or not _versions(group):
        return None
    if len(parts) == 2:
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(group)}
    if len(parts) == 3 and parts[2] in _versions(group):
        return {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": f"{group}/{parts[2]}",
            "resources": _listed(group, parts[2]),
        }
    return None


def _group(group: str) -> Object:
    versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in _versions(group)]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


@functools.cache
def _listed(group: str, version: str) -> list[Object]:
    """Return resources and subresources as metav1.APIResource; a foreign kind says where it comes from."""
    listed: list[Object] = []
    for resource in _served(group, version):
        entry: Object = {
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            **_names(resource),
        }
        if "get" in resource.verbs:
            entry["storageVersionHash"] = _storage_hash(resource)
        listed.append(entry)
        for name, known in resource.subresources.items():
            sub: Object = {"name": f"{resource.plural}/{name}", "singularName": "", "namespaced": resource.namespaced}
            if (known.group, known.version) != (group, version):
                sub |= {"group": known.group, "version": known.version}
            listed.append({**sub, "kind": known.kind, "verbs": list(known.verbs)})
    return listed


def _storage_hash(resource: Resource) -> str:
    """Return the hash of the version that is stored, the group's first (discovery.StorageVersionHash)."""
    stored = f"{resource.group}/{_versions(resource.group)[0]}/{resource.kind}"
    return base64.b64encode(hashlib.sha256(stored.encode()).digest()[:8]).decode()
