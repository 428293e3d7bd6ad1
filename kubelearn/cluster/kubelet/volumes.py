"""Files in volumes that Kubernetes writes: of ConfigMaps, Secrets, the pod itself and its token."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authentication import ISSUER, TokenRequest, Tokens
from kubelearn.cluster.apiserver.podspec.defaults import FILE_MODE
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.containers.volume import Files
from kubelearn.cluster.meta import Object

from . import environment
from .environment import ConfigError

_KINDS: Final = ("configMap", "secret", "downwardAPI", "projected")
_RESOURCES: Final = {"configMap": "configmaps", "secret": "secrets"}
#: The life of a token that nobody asked for in particular, in seconds, and how long it really holds: a year, since
#: programs may not read it again (kube-apiserver's ``--service-account-extend-token-expiration``).
_UNASKED, _EXTENDED = 3607, 365 * 86400


@dataclass
class Content:
    """What a projected volume contains: path below the mount → content, and permissions."""

    files: dict[str, bytes] = field(default_factory=dict)
    modes: dict[str, int] = field(default_factory=dict)

    def add(self, found: dict[str, bytes], source: Object, default_mode: int) -> None:
        """Take files in."""
        own = {item["path"]: item["mode"] for item in source.get("items") or () if item.get("mode") is not None}
        self.files |= found
        self.modes |= {name: own.get(name, default_mode) for name in found}


def is_projected(volume: Object) -> bool:
    """Return whether Kubernetes writes a volume's files."""
    return any(volume.get(kind) is not None for kind in _KINDS)


def sources_of(volume: Object) -> Iterator[tuple[str, Object]]:
    """Yield what a projected volume is made of: kind and source."""
    for kind in _KINDS[:-1]:
        if volume.get(kind) is not None:
            yield kind, volume[kind]
    for source in (volume.get("projected") or {}).get("sources") or ():
        yield from source.items()


def follows(volume: Object, resource: str, name: str) -> bool:
    """Return whether a volume shows a ConfigMap (``configmaps``) or Secret."""
    return any(_RESOURCES.get(kind) == resource and _name_in(source) == name for kind, source in sources_of(volume))


def content_of(
    registry: Registry, tokens: Tokens, pod: Object, volume: Object, addresses: tuple[str, str], known: Files
) -> Content:
    """Return what a projected volume contains now.

    Args:
        registry: the API.
        tokens: makes the token of the pod's service account.
        pod: whose volume it is.
        volume: as the pod's spec has it.
        addresses: the pod's and its node's.
        known: what it contained before; a token stays.

    Raises:
        ConfigError: its source is not there and not optional.
    """
    found = Content()
    whole = next(volume[kind] for kind in _KINDS if volume.get(kind) is not None)
    mode = whole.get("defaultMode", FILE_MODE)
    for kind, source in sources_of(volume):
        if kind in _RESOURCES:
            found.add(_keys(registry, pod, _RESOURCES[kind], source), source, mode)
        elif kind == "downwardAPI":
            found.add(_fields(pod, source, *addresses), source, mode)
        elif kind == "serviceAccountToken":
            token = known.get(source["path"]) or _token(registry, tokens, pod, source)
            found.add({source["path"]: token}, source, mode)
    return found


def _name_in(source: Object) -> str:
    return str(source.get("secretName") or source.get("name") or "")


def _token(registry: Registry, tokens: Tokens, pod: Object, source: Object) -> bytes:
    name = pod["spec"].get("serviceAccountName") or "default"
    account = registry.find("serviceaccounts", meta.namespace_of(pod), name)
    if account is None:
        raise ConfigError(f'failed to fetch token: serviceaccounts "{name}" not found')
    seconds = source.get("expirationSeconds", _UNASKED)
    audiences = (source["audience"],) if source.get("audience") else (ISSUER,)
    request = TokenRequest(account, _EXTENDED if seconds == _UNASKED else seconds, audiences, pod)
    return tokens.issue(request)[0].encode()


def _keys(registry: Registry, pod: Object, resource: str, source: Object) -> dict[str, bytes]:
    optional = bool(source.get("optional"))
    obj = environment.stored(registry, meta.namespace_of(pod), resource, _name_in(source), optional=optional)
    if obj is None:
        return {}
    data = {key: text.encode() for key, text in (obj.get("data") or {}).items()}
    if resource == "secrets":
        data = {key: base64.b64decode(text) for key, text in (obj.get("data") or {}).items()}
    data |= {key: base64.b64decode(text) for key, text in (obj.get("binaryData") or {}).items()}
    items = source.get("items")
    if items is None:
        return data
    missing = [item["key"] for item in items if item["key"] not in data]
    if missing and not optional:
        kind = "secret" if resource == "secrets" else "config"
        raise ConfigError(f"references non-existent {kind} key: {missing[0]}")
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data}


def _fields(pod: Object, source: Object, address: str, host_ip: str) -> dict[str, bytes]:
    found = {}
    for item in source.get("items") or ():
        if item.get("fieldRef"):
            text = environment.field(pod, item["fieldRef"]["fieldPath"], address, host_ip)
        else:
            text = _resource(pod, item["resourceFieldRef"])
        found[item["path"]] = text.encode()
    return found


def _resource(pod: Object, reference: Object) -> str:
    name = reference.get("containerName", "")
    container = next((one for one in pod["spec"]["containers"] if one["name"] == name), None)
    if container is None:
        raise ConfigError(f"container {name} not found")
    return environment.resource(container, reference)
