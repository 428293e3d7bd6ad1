"""Configuration, quotas, leases and APIServices, and the two columns of whatever has no printer."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.printers import (
    AGE,
    NAME,
    Column,
    Printer,
    created,
    name_of,
    part,
    quantity,
)
from kubelearn.cluster.meta import Object

from .apiservice import API_SERVICES


def _config_map(obj: Object) -> list[Any]:
    return [name_of(obj), len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), created(obj)]


def _secret(obj: Object) -> list[Any]:
    return [name_of(obj), obj.get("type", ""), len(obj.get("data") or ()), created(obj)]


def _service_account(obj: Object) -> list[Any]:
    return [name_of(obj), created(obj)]


def _lease(obj: Object) -> list[Any]:
    return [name_of(obj), part(obj, "spec").get("holderIdentity") or "", created(obj)]


def _quota(obj: Object) -> list[Any]:
    status = part(obj, "status")
    used = status.get("used") or {}
    requests: list[str] = []
    limits: list[str] = []
    for name, hard in sorted((status.get("hard") or {}).items()):
        (limits if name.startswith("limits.") else requests).append(
            f"{name}: {quantity(used.get(name))}/{quantity(hard)}"
        )
    return [name_of(obj), ", ".join(requests), ", ".join(limits), created(obj)]


def _api_service(obj: Object) -> list[Any]:
    service, available = part(obj, "spec").get("service"), meta.condition(obj, "Available") or {}
    status = available.get("status", "Unknown")
    if status != "True" and available.get("reason"):
        status = f"{status} ({available['reason']})"
    where = "Local" if service is None else f"{service.get('namespace', '')}/{service.get('name', '')}"
    return [name_of(obj), where, status, created(obj)]


def _plain(obj: Object) -> list[Any]:
    return [name_of(obj), obj["metadata"].get("creationTimestamp") or "0001-01-01T00:00:00Z"]


#: rest.NewDefaultTableConvertor: for kinds without a printer, LimitRanges for example.
PLAIN = Printer((NAME, Column("Created At", "Time when the object was created", "date")), _plain)

PRINTERS = {
    "configmaps": Printer((NAME, Column("Data", "Number of entries"), AGE), _config_map),
    "secrets": Printer(
        (NAME, Column("Type", "What the secret is for"), Column("Data", "Number of entries"), AGE), _secret
    ),
    "serviceaccounts": Printer((NAME, AGE), _service_account),
    API_SERVICES: Printer(
        (
            NAME,
            Column("Service", "The reference to the service that hosts this API endpoint."),
            Column("Available", "Whether this service is available."),
            AGE,
        ),
        _api_service,
    ),
    "leases.coordination.k8s.io": Printer((NAME, Column("Holder", "Who holds the lease"), AGE), _lease),
    "resourcequotas": Printer(
        (NAME, Column("Request", "Used and allowed requests"), Column("Limit", "Used and allowed limits"), AGE), _quota
    ),
}
