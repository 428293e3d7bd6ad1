"""ConfigMaps and Secrets.

Source: K/pkg/apis/core/validation/validation.go, ValidateConfigMap and ValidateSecret, release 1.36.
"""

from __future__ import annotations

import base64
import binascii

import orjson

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required, too_long
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, invalid_each
from kubelearn.cluster.meta import Object, annotations_of

MAX_SIZE = 1024 * 1024
_FROZEN = "field is immutable when `immutable` is set"
_NEEDED = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def configmap(obj: Object) -> list[Cause]:
    """Check a new ConfigMap."""
    return metadata.validate(obj, names.dns1123_subdomain) + _configmap_data(obj)


def configmap_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced ConfigMap, which may have been declared immutable."""
    return metadata.validate_update(new, old) + _frozen(new, old, ("data", "binaryData")) + _configmap_data(new)


def _configmap_data(obj: Object) -> list[Cause]:
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    causes: list[Cause] = []
    for key in data:
        causes += invalid_each(f"data[{key}]", key, names.config_key(key))
        if key in binary:
            causes.append(invalid_value(f"data[{key}]", key, "duplicate of key present in binaryData"))
    for key in binary:
        causes += invalid_each(f"binaryData[{key}]", key, names.config_key(key))
    size = sum(len(value.encode()) for value in data.values()) + sum(len(value) * 3 // 4 for value in binary.values())
    return [*causes, too_long("[]", MAX_SIZE)] if size > MAX_SIZE else causes


def _frozen(new: Object, old: Object, fields: tuple[str, ...]) -> list[Cause]:
    if not old.get("immutable"):
        return []
    causes = [] if new.get("immutable") else [forbidden_field("immutable", _FROZEN)]
    return causes + [
        forbidden_field(field, _FROZEN) for field in fields if (new.get(field) or {}) != (old.get(field) or {})
    ]


def secret(obj: Object) -> list[Cause]:
    """Check a new Secret."""
    return metadata.validate(obj, names.dns1123_subdomain) + _secret_data(obj)


def secret_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Secret: its type stays."""
    causes = metadata.validate_update(new, old)
    if new.get("type") != old.get("type"):
        causes.append(invalid_value("type", new.get("type") or "", IMMUTABLE))
    return causes + _frozen(new, old, ("data",)) + _secret_data(new)


def _secret_data(obj: Object) -> list[Cause]:
    data, kind = obj.get("data") or {}, obj.get("type") or ""
    causes: list[Cause] = []
    for key in data:
        causes += invalid_each(f"data[{key}]", key, names.config_key(key))
    if sum(len(value) * 3 // 4 for value in data.values()) > MAX_SIZE:
        causes.append(too_long("data", MAX_SIZE))
    if kind == "kubernetes.io/service-account-token":
        key = "kubernetes.io/service-account.name"
        if not annotations_of(obj).get(key):
            causes.append(required(f"metadata.annotations[{key}]"))
    if kind == "kubernetes.io/basic-auth" and "username" not in data and "password" not in data:
        causes += [required("data[username]"), required("data[password]")]
    for key in _NEEDED.get(kind, ()):
        if key not in data:
            causes.append(required(f"data[{key}]"))
        elif kind.startswith("kubernetes.io/docker"):
            causes += _json_content(data[key], f"data[{key}]")
    return causes


def _json_content(encoded: str, path: str) -> list[Cause]:
    try:
        orjson.loads(base64.b64decode(encoded))
    except (orjson.JSONDecodeError, binascii.Error):
        return [invalid_value(path, "<secret contents redacted>", "invalid character")]
    return []
