"""Tables: what ``kubectl get`` shows (K/pkg/printers/internalversion/printers.go)."""

from __future__ import annotations

from ...meta import Object
from ..resources import Resource
from . import network, others, workloads
from .base import Printer
from .pods import PODS

__all__ = ["table", "table_event"]

_PRINTERS: dict[str, Printer] = {
    "pods": PODS, "services": network.SERVICES, "endpoints": network.ENDPOINTS, "endpointslices.discovery.k8s.io": network.ENDPOINTSLICES,
    "deployments.apps": workloads.DEPLOYMENTS, "replicasets.apps": workloads.REPLICASETS, "jobs.batch": workloads.JOBS,
    "horizontalpodautoscalers.autoscaling": workloads.AUTOSCALERS, "nodes": others.NODES, "namespaces": others.NAMESPACES, "events": others.EVENTS,
    "configmaps": others.CONFIGMAPS, "secrets": others.SECRETS, "serviceaccounts": others.SERVICEACCOUNTS, "leases.coordination.k8s.io": others.LEASES,
}


def table(resource: Resource, objects: list[Object], include: str, list_meta: Object, version: str = "v1") -> Object:
    """Return objects as a Table.

    Args:
        include: what each row carries beside its cells: ``None``, ``Metadata`` or ``Object``.
        list_meta: the Table's metadata.
        version: of meta.k8s.io, ``v1`` or ``v1beta1``.
    """
    printer = _PRINTERS.get(resource.key, others.PLAIN)
    columns = [column.definition for column in printer.columns]
    return {**_head(version), "metadata": list_meta, "columnDefinitions": columns, "rows": [_row(printer, obj, include, version) for obj in objects]}


def table_event(resource: Resource, obj: Object, include: str, version: str = "v1") -> Object:
    """Return one object of a watch as a Table without column definitions, which only the first event has."""
    printer = _PRINTERS.get(resource.key, others.PLAIN)
    rows = [_row(printer, obj, include, version)] if obj["metadata"].get("name") else []
    return {**_head(version), "metadata": {"resourceVersion": obj["metadata"].get("resourceVersion", "")}, "columnDefinitions": None, "rows": rows}


def _head(version: str) -> Object:
    return {"kind": "Table", "apiVersion": f"meta.k8s.io/{version}"}


def _row(printer: Printer, obj: Object, include: str, version: str) -> Object:
    row: Object = {"cells": printer.cells(obj)}
    if include == "Object":
        row["object"] = obj
    elif include != "None":
        row["object"] = {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{version}", "metadata": obj["metadata"]}
    return row
