"""Volumes: emptyDir, and files made from ConfigMaps, Secrets, the pod itself and its token."""

from __future__ import annotations

import base64

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authentication import ISSUER, TokenRequest, Tokens
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

from .environment import ConfigError, field

Files = dict[str, bytes]


#: The life of a token that nobody asked for in particular, in seconds, and how long it really holds: a year, since
#: programs may not read it again (kube-apiserver's ``--service-account-extend-token-expiration``).
_UNASKED, _EXTENDED = 3607, 365 * 86400


def files_of(registry: Registry, tokens: Tokens, pod: Object, volume: Object, addresses: tuple[str, str]) -> Files:
    """Return what a volume contains when the pod starts: path below the mount → content.

    Args:
        registry: the API.
        tokens: makes the token of the pod's service account.
        pod: whose volume it is.
        volume: as the pod's spec has it.
        addresses: the pod's and its node's.

    Raises:
        ConfigError: its source is not there and not optional.
    """
    if volume.get("configMap") is not None:
        return _keys(registry, pod, "configmaps", volume["configMap"])
    if volume.get("secret") is not None:
        return _keys(registry, pod, "secrets", {**volume["secret"], "name": volume["secret"].get("secretName", "")})
    if volume.get("downwardAPI") is not None:
        return _fields(pod, volume["downwardAPI"], *addresses)
    found: Files = {}
    for source in (volume.get("projected") or {}).get("sources") or ():
        if source.get("configMap"):
            found |= _keys(registry, pod, "configmaps", source["configMap"])
        elif source.get("secret"):
            found |= _keys(registry, pod, "secrets", source["secret"])
        elif source.get("downwardAPI"):
            found |= _fields(pod, source["downwardAPI"], *addresses)
        elif source.get("serviceAccountToken"):
            found[source["serviceAccountToken"]["path"]] = _token(registry, tokens, pod, source["serviceAccountToken"])
    return found


def _token(registry: Registry, tokens: Tokens, pod: Object, source: Object) -> bytes:
    name = pod["spec"].get("serviceAccountName") or "default"
    account = registry.find("serviceaccounts", meta.namespace_of(pod), name)
    if account is None:
        raise ConfigError(f'failed to fetch token: serviceaccounts "{name}" not found')
    seconds = source.get("expirationSeconds", _UNASKED)
    audiences = (source["audience"],) if source.get("audience") else (ISSUER,)
    request = TokenRequest(account, _EXTENDED if seconds == _UNASKED else seconds, audiences, pod)
    return tokens.issue(request)[0].encode()


def _keys(registry: Registry, pod: Object, resource: str, source: Object) -> Files:
    name = source.get("name", "")
    obj = registry.find(resource, meta.namespace_of(pod), name)
    if obj is None:
        if source.get("optional"):
            return {}
        raise ConfigError(f'MountVolume.SetUp failed for volume: {resource.removesuffix("s")} "{name}" not found')
    data = {key: text.encode() for key, text in (obj.get("data") or {}).items()}
    if resource == "secrets":
        data = {key: base64.b64decode(text) for key, text in (obj.get("data") or {}).items()}
    data |= {key: base64.b64decode(text) for key, text in (obj.get("binaryData") or {}).items()}
    items = source.get("items")
    if items is None:
        return data
    missing = [item["key"] for item in items if item["key"] not in data]
    if missing and not source.get("optional"):
        raise ConfigError(f"references non-existent {resource.removesuffix('s')} key: {missing[0]}")
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data}


def _fields(pod: Object, source: Object, address: str, host_ip: str) -> Files:
    return {
        item["path"]: field(pod, item["fieldRef"]["fieldPath"], address, host_ip).encode()
        for item in source.get("items") or ()
        if item.get("fieldRef")
    }
