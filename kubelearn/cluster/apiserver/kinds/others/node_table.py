"""Nodes and namespaces."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import AGE, NAME, NONE, UNKNOWN, Column, Printer, created, name_of, part, wide
from kubelearn.cluster.meta import Object

_ROLE = "node-role.kubernetes.io/"
#: Status of the condition Ready → what the column says; everything else is NotReady.
_READY = {"True": "Ready"}


def _status(node: Object) -> str:
    ready = next(
        (item["status"] for item in part(node, "status").get("conditions") or () if item["type"] == "Ready"), None
    )
    text = "Unknown" if ready is None else _READY.get(ready, "NotReady")
    return f"{text},SchedulingDisabled" if part(node, "spec").get("unschedulable") else text


def _roles(node: Object) -> str:
    found = node["metadata"].get("labels") or {}
    roles = {key.removeprefix(_ROLE) for key in found if key.startswith(_ROLE)} | {found.get("kubernetes.io/role", "")}
    return ",".join(sorted(roles - {""})) or NONE


def _node(obj: Object) -> list[Any]:
    status = part(obj, "status")
    info: Object = status.get("nodeInfo") or {}
    if info.get("kernelVersion") and info.get("architecture"):
        info = {**info, "kernelVersion": f"{info['kernelVersion']} ({info['architecture']})"}
    addresses = {entry["type"]: entry["address"] for entry in reversed(status.get("addresses") or ())}
    return [
        name_of(obj),
        _status(obj),
        _roles(obj),
        created(obj),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        *(info.get(key) or UNKNOWN for key in ("osImage", "kernelVersion", "containerRuntimeVersion")),
    ]


def _namespace(obj: Object) -> list[Any]:
    return [name_of(obj), part(obj, "status").get("phase", ""), created(obj)]


PRINTERS = {
    "nodes": Printer(
        (
            NAME,
            Column("Status", "The status of the node"),
            Column("Roles", "The roles of the node"),
            AGE,
            Column("Version", "Version of the kubelet"),
            wide("Internal-IP", "Address inside the cluster"),
            wide("External-IP", "Address outside the cluster"),
            wide("OS-Image", "Operating system"),
            wide("Kernel-Version", "Version of the kernel"),
            wide("Container-Runtime", "Container runtime and its version"),
        ),
        _node,
    ),
    "namespaces": Printer((NAME, Column("Status", "The status of the namespace"), AGE), _namespace),
}
