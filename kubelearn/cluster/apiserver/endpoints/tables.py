"""Tables: what ``kubectl get`` shows (K/pkg/printers/internalversion/printers.go, release 1.36).

One module for each family of resources; each has its printers by the resource's name in the store.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.certificates import table as certificates
from kubelearn.cluster.apiserver.kinds.endpoints import table as endpoints
from kubelearn.cluster.apiserver.kinds.networking import table as networking
from kubelearn.cluster.apiserver.kinds.others import event_table, node_table
from kubelearn.cluster.apiserver.kinds.others import table as others
from kubelearn.cluster.apiserver.kinds.pod import table as pods
from kubelearn.cluster.apiserver.kinds.policy import table as policy
from kubelearn.cluster.apiserver.kinds.rbac import table as rbac
from kubelearn.cluster.apiserver.kinds.scheduling import table as scheduling
from kubelearn.cluster.apiserver.kinds.service import table as services
from kubelearn.cluster.apiserver.kinds.storage import table as storage
from kubelearn.cluster.apiserver.kinds.workloads import table as workloads
from kubelearn.cluster.apiserver.printers import Printer
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object

__all__ = ["table", "table_event"]

_PRINTERS: dict[str, Printer] = {}
for _family in (
    pods,
    services,
    endpoints,
    networking,
    workloads,
    storage,
    scheduling,
    node_table,
    event_table,
    policy,
    rbac,
    certificates,
    others,
):
    _PRINTERS |= _family.PRINTERS


def table(
    resource: Resource,
    objects: Iterable[Object],
    include_object: str = "Metadata",
    list_metadata: Object | None = None,
    version: str = "v1",
    *,
    columns: bool = True,
) -> Object:
    """Return objects as a Table.

    Args:
        include_object: what each row carries beside its cells: ``None``, ``Metadata`` or ``Object``.
        list_metadata: the Table's metadata; of a single object its resourceVersion.
        version: of meta.k8s.io, ``v1`` or ``v1beta1``.
        columns: False leaves the column definitions out, as in all but the first event of a watch.

    Raises:
        ApiError: 400 for another ``include_object``.
    """
    if include_object not in ("", "None", "Metadata", "Object"):
        cause = errors.invalid_value("includeObject", include_object, "must be 'Metadata', 'Object', 'None', or empty")
        raise errors.bad_request(f"Unable to convert to Table as requested: {cause}")
    printer = _PRINTERS.get(resource.key, others.PLAIN)
    listed = list(objects)
    if not list_metadata:
        list_metadata = (
            {"resourceVersion": listed[0]["metadata"].get("resourceVersion", "")} if len(listed) == 1 else {}
        )
    return {
        "kind": "Table",
        "apiVersion": f"meta.k8s.io/{version}",
        "metadata": list_metadata,
        "columnDefinitions": printer.definitions if columns else None,
        "rows": [_row(printer, obj, include_object, version) for obj in listed],
    }


def table_event(
    resource: Resource, obj: Object, include_object: str = "Metadata", version: str = "v1", *, columns: bool = False
) -> Object:
    """Return the object of one watch event as a Table; only a watch's first event has column definitions.

    Raises:
        ApiError: 400 for another ``include_object``.
    """
    return table(resource, (obj,), include_object, None, version, columns=columns)


def _row(printer: Printer, obj: Object, include: str, version: str) -> Object:
    row: Object = {"cells": printer.cells(obj)}
    if printer.conditions is not None and (conditions := printer.conditions(obj)):
        row["conditions"] = conditions
    if include == "Object":
        row["object"] = obj
    elif include == "None":
        row["object"] = None
    else:
        row["object"] = {
            "kind": "PartialObjectMetadata",
            "apiVersion": f"meta.k8s.io/{version}",
            "metadata": obj["metadata"],
        }
    return row
