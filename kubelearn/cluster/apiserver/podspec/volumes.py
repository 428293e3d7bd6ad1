"""Volumes of a pod, and their mounts in containers.

Source: K/pkg/apis/core/validation/validation.go, ValidateVolumes and ValidateVolumeMounts, release 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.validation import metadata, names, quantities
from kubelearn.cluster.apiserver.validation.causes import invalid_each, not_found, unsupported
from kubelearn.cluster.meta import Object

from . import claims, environment, sources

#: Shortest life of a projected token in seconds.
_SHORTEST_TOKEN = 600
_MODE = "must be a number between 0 and 0777 (octal), both inclusive"
#: Fields that a file of a downward API volume may show, beside labels and annotations with a key.
_FILE_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")


def volumes(found: list[Object], path: str) -> list[Cause]:
    """Check a pod's volumes: names, and one source each."""
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, volume in enumerate(found):
        here = f"{path}[{index}]"
        name = volume.get("name") or ""
        kinds = [kind for kind, value in volume.items() if kind != "name" and value is not None]
        for position, kind in enumerate(kinds):
            if position:
                causes.append(forbidden_field(f"{here}.{kind}", "may not specify more than 1 volume type"))
            else:
                causes += _source(kind, volume[kind], f"{here}.{kind}")
        if not kinds:
            causes.append(required(here, "must specify a volume type"))
        if not name:
            causes.append(required(f"{here}.name"))
        elif problems := names.dns1123_label(name):
            causes += invalid_each(f"{here}.name", name, problems)
        elif name in seen:
            causes.append(Cause(f"{here}.name", "FieldValueDuplicate", f'Duplicate value: "{name}"'))
        seen.add(name)
    return causes


def _source(kind: str, source: Object, path: str) -> list[Cause]:
    if kind == "emptyDir":
        limit = source.get("sizeLimit")
        if limit is not None and quantities.value_of(limit) < 0:
            return [forbidden_field(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
        return []
    if kind == "configMap":
        missing = [] if source.get("name") else [required(f"{path}.name")]
        return missing + _mode(source.get("defaultMode"), f"{path}.defaultMode") + _items(source, path)
    if kind == "secret":
        missing = [] if source.get("secretName") else [required(f"{path}.secretName")]
        return missing + _mode(source.get("defaultMode"), f"{path}.defaultMode") + _items(source, path)
    if kind == "downwardAPI":
        return _mode(source.get("defaultMode"), f"{path}.defaultMode") + _downward(source, f"{path}")
    if kind == "projected":
        return _projected(source, path)
    if kind == "ephemeral":
        return _ephemeral(source, path)
    if kind == "gitRepo":
        return sources.source(kind, source, path) + descending_path(source.get("directory") or "", f"{path}.directory")
    return sources.source(kind, source, path)


def _ephemeral(source: Object, path: str) -> list[Cause]:
    template, here = source.get("volumeClaimTemplate"), f"{path}.volumeClaimTemplate"
    if template is None:
        return [required(here)]
    described = template.get("metadata") or {}
    causes = metadata.labels(described.get("labels") or {}, f"{here}.metadata.labels")
    causes += metadata.annotation_map(described.get("annotations") or {}, f"{here}.metadata.annotations")
    return causes + claims.claim_spec(template["spec"], f"{here}.spec")


def _mode(mode: int | None, path: str) -> list[Cause]:
    return [] if mode is None or 0 <= mode <= 0o777 else [invalid_value(path, mode, _MODE)]


def _items(source: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, item in enumerate(source.get("items") or ()):
        here = f"{path}.items[{index}]"
        if not item.get("key"):
            causes.append(required(f"{here}.key"))
        if not item.get("path"):
            causes.append(required(f"{here}.path"))
        causes += descending_path(item.get("path") or "", f"{here}.path", reserved=True) + _mode(
            item.get("mode"), f"{here}.mode"
        )
    return causes


def _downward(source: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    here = path  # the API server reports these without the item
    for item in source.get("items") or ():
        if not item.get("path"):
            causes.append(required(f"{here}.path"))
        causes += descending_path(item.get("path") or "", f"{here}.path")
        if item.get("fieldRef") is not None:
            causes += environment.field_reference(item["fieldRef"], f"{here}.fieldRef", _FILE_FIELDS)
            if item.get("resourceFieldRef") is not None:
                causes.append(
                    invalid_value(here, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
                )
        elif item.get("resourceFieldRef") is not None:
            causes += environment.resource_reference(item["resourceFieldRef"], f"{here}.resourceFieldRef", volume=True)
        else:
            causes.append(required(here, "one of fieldRef and resourceFieldRef is required"))
        causes += _mode(item.get("mode"), f"{here}.mode")
    return causes


def _projected(source: Object, path: str) -> list[Cause]:
    causes = _mode(source.get("defaultMode"), f"{path}.defaultMode")
    files: set[str] = set()
    for index, part in enumerate(source.get("sources") or ()):
        here = f"{path}.sources[{index}]"
        if len(part) > 1:
            causes.append(forbidden_field(here, "may not specify more than 1 volume type per source"))
        for kind, value in part.items():
            field = f"{here}.{kind}"
            listed = [item.get("path") or "" for item in value.get("items") or ()] + (
                [value.get("path") or ""] if kind == "serviceAccountToken" else []
            )
            causes += [
                invalid_value(path, value.get("name") or "", "conflicting duplicate paths")
                for file in listed
                if file and file in files
            ]
            files.update(listed)
            if kind in ("secret", "configMap"):
                causes += ([] if value.get("name") else [required(f"{field}.name")]) + _items(value, field)
            elif kind == "downwardAPI":
                causes += _downward(value, field)
            elif kind == "serviceAccountToken":
                causes += _token(value, field, path)
    return causes


def _token(token: Object, path: str, volume: str) -> list[Cause]:
    seconds = token.get("expirationSeconds") or 0
    causes = []
    if seconds < _SHORTEST_TOKEN:
        why = "may not specify a duration less than 10 minutes"
        causes.append(invalid_value(f"{path}.expirationSeconds", seconds, why))
    if not token.get("path"):
        causes.append(required(f"{volume}.path"))
    return causes


def descending_path(text: str, path: str, *, reserved: bool = False) -> list[Cause]:
    """Check a path below some root (``validateLocalDescendingPath``).

    Args:
        reserved: names that begin with two dots are the kubelet's own (``validateLocalNonReservedPath``).
    """
    if text.startswith("/"):
        return [invalid_value(path, text, "must be a relative path")]
    if ".." in text.split("/"):
        return [invalid_value(path, text, "must not contain '..'")]
    return [invalid_value(path, text, "must not start with '..'")] if reserved and text.startswith("..") else []


def mounts(container: Object, known: set[str], path: str) -> list[Cause]:
    """Check where a container mounts the pod's volumes."""
    causes: list[Cause] = []
    taken: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        name, where = mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            causes.append(required(f"{path}.volumeMounts[{index}].name"))
        if name not in known:
            causes.append(not_found(f"{path}.volumeMounts[{index}].name", name))
        if not where:
            causes.append(required(f"{path}.volumeMounts[{index}].mountPath"))
        if where in taken:
            causes.append(invalid_value(f"{path}.volumeMounts[{index}].mountPath", where, "must be unique"))
        taken.add(where)
        causes += _sub_paths(mount, f"{path}.volumeMounts", index) + _ways(mount, f"{path}.volumeMounts")
    for index, device in enumerate(container.get("volumeDevices") or ()):
        if (name := device.get("name") or "") not in known:
            causes.append(not_found(f"{path}.volumeDevices[{index}].name", name))
    return causes


def _ways(mount: Object, path: str) -> list[Cause]:
    return [
        unsupported(f"{path}.{key}", mount[key], choices)
        for key, choices in (
            ("mountPropagation", ("Bidirectional", "HostToContainer", "None")),
            ("recursiveReadOnly", ("Disabled", "Enabled", "IfPossible")),
        )
        if mount.get(key) is not None and mount[key] not in choices
    ]


def _sub_paths(mount: dict[str, Any], path: str, index: int) -> list[Cause]:
    part, expression = mount.get("subPath"), mount.get("subPathExpr")
    # The API server reports these without the index.
    causes = descending_path(part, f"{path}.subPath") if part else []
    if expression:
        if part:
            why = "subPathExpr and subPath are mutually exclusive"
            causes.append(invalid_value(f"{path}[{index}].subPathExpr", expression, why))
        causes += descending_path(expression, f"{path}.subPathExpr")
    return causes
