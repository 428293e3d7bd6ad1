"""Nodes, namespaces, events, configuration, and kinds that are only listed."""

from __future__ import annotations

from typing import Any

from ...meta import Object
from .base import AGE, NAME, NONE, UNKNOWN, Column, Printer, age, created, number

_ROLE = "node-role.kubernetes.io/"


def node(obj: Object) -> list[Any]:
    status = obj.get("status") or {}
    ready = next((c["status"] for c in status.get("conditions") or () if c["type"] == "Ready"), None)
    state = {None: "Unknown", "True": "Ready"}.get(ready, "NotReady") + (",SchedulingDisabled" if obj["spec"].get("unschedulable") else "")
    roles = sorted(key.removeprefix(_ROLE) for key in obj["metadata"].get("labels") or () if key.startswith(_ROLE))
    info = status.get("nodeInfo") or {}
    addresses = {entry["type"]: entry["address"] for entry in status.get("addresses") or ()}
    return [
        obj["metadata"]["name"], state, ",".join(roles) or NONE, created(obj), info.get("kubeletVersion", ""), addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE), info.get("osImage") or UNKNOWN, info.get("kernelVersion") or UNKNOWN, info.get("containerRuntimeVersion") or UNKNOWN]


def namespace(obj: Object) -> list[Any]:
    return [obj["metadata"]["name"], (obj.get("status") or {}).get("phase", ""), created(obj)]


def event(obj: Object) -> list[Any]:
    involved, source = obj.get("involvedObject") or {}, obj.get("source") or {}
    first = age(obj.get("firstTimestamp") or obj.get("eventTime"))
    last = age(obj.get("lastTimestamp") or obj.get("eventTime"))
    count = obj.get("count") or 1
    shown = f"{last} (x{count} over {first})" if count > 1 else last
    target = f"{involved.get('kind', '').lower()}/{involved['name']}" if involved.get("name") else involved.get("kind", "").lower()
    component = ", ".join(part for part in (source.get("component") or obj.get("reportingComponent"), source.get("host")) if part)
    return [shown, obj.get("type", ""), obj.get("reason", ""), target, involved.get("fieldPath", ""), component, obj.get("message", "").strip(), first, count, obj["metadata"]["name"]]


def configmap(obj: Object) -> list[Any]:
    return [obj["metadata"]["name"], len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), created(obj)]


def secret(obj: Object) -> list[Any]:
    return [obj["metadata"]["name"], obj.get("type", ""), len(obj.get("data") or ()), created(obj)]


def serviceaccount(obj: Object) -> list[Any]:
    return [obj["metadata"]["name"], len(obj.get("secrets") or ()), created(obj)]


def lease(obj: Object) -> list[Any]:
    return [obj["metadata"]["name"], (obj.get("spec") or {}).get("holderIdentity", ""), created(obj)]


def plain(obj: Object) -> list[Any]:
    return [obj["metadata"]["name"], obj["metadata"].get("creationTimestamp", "")]


NODES = Printer((
    NAME, Column("Status"), Column("Roles"), AGE, Column("Version"), Column("Internal-IP", 1), Column("External-IP", 1), Column("OS-Image", 1), Column("Kernel-Version", 1),
    Column("Container-Runtime", 1)), node)
NAMESPACES = Printer((NAME, Column("Status"), AGE), namespace)
EVENTS = Printer((
    Column("Last Seen"), Column("Type"), Column("Reason"), Column("Object"), Column("Subobject", 1), Column("Source", 1), Column("Message"), Column("First Seen", 1),
    number("Count", 1), Column("Name", 1, format="name")), event)
CONFIGMAPS = Printer((NAME, Column("Data"), AGE), configmap)
SECRETS = Printer((NAME, Column("Type"), number("Data"), AGE), secret)
SERVICEACCOUNTS = Printer((NAME, number("Secrets"), AGE), serviceaccount)
LEASES = Printer((NAME, Column("Holder"), AGE), lease)
PLAIN = Printer((NAME, Column("Created At", type="date")), plain)
