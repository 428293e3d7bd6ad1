"""The Endpoints controller: the older list of a Service's addresses (K/pkg/controller/endpoint)."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.fnv import fnv1a
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.meta import Object

from .service_pods import (
    HEADLESS,
    ServicePodsController,
    TriggerTimes,
    address,
    annotate_trigger_time,
    has_endpoints,
    hostname,
    is_headless,
    may_be_endpoint,
    target_port,
    target_reference,
)

#: More addresses than this are cut off.
CAPACITY = 1000
MANAGED_BY = "endpoints.kubernetes.io/managed-by"
CONTROLLER = "endpoint-controller"
_OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
Port = tuple[str, int, str, str]
#: (ip, pod's uid, ready) → address
Addresses = dict[tuple[str, str, bool], Object]


class EndpointsController(ServicePodsController):
    """Keeps one Endpoints object for each Service with a selector."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._times = TriggerTimes()

    def reconcile(self, key: Key) -> None:
        """Write the Endpoints of one Service."""
        service = self.registry.find("services", *key)
        if service is None:
            # The API server has removed the Endpoints together with the Service.
            self._times.forget(key)
            return
        if not has_endpoints(service):
            return
        pods = self.pods_of(service)
        time = self._times.last_change(key, service, pods)
        wanted = _desired(service, subsets(service, pods), time)
        current = self.registry.find("endpoints", *key)
        if current is None:
            self.registry.create("endpoints", key[0], wanted, manager=self.manager)
        elif not _is_same(current, wanted):
            self.registry.modify("endpoints", *key, lambda obj: _replace(obj, wanted), manager=self.manager)


def _desired(service: Object, wanted: list[Object], time: str) -> Object:
    metadata: Object = {"name": meta.name_of(service), "namespace": meta.namespace_of(service)}
    labels = {**meta.labels_of(service), MANAGED_BY: CONTROLLER}
    if is_headless(service):
        labels[HEADLESS] = ""
    else:
        labels.pop(HEADLESS, None)
    metadata["labels"] = labels
    annotate_trigger_time(metadata, time)
    if _truncate(wanted):
        metadata.setdefault("annotations", {})[_OVER_CAPACITY] = "truncated"
    return {"metadata": metadata, "subsets": wanted} if wanted else {"metadata": metadata}


def _is_same(current: Object, wanted: Object) -> bool:
    def over(obj: Object) -> bool:
        return _OVER_CAPACITY in meta.annotations_of(obj)

    same_subsets = (current.get("subsets") or []) == wanted.get("subsets", [])
    return bool(same_subsets and meta.labels_of(current) == meta.labels_of(wanted) and over(current) == over(wanted))


def _replace(obj: Object, wanted: Object) -> None:
    for field in ("labels", "annotations"):
        if field in wanted["metadata"]:
            obj["metadata"][field] = wanted["metadata"][field]
        else:
            obj["metadata"].pop(field, None)
    if "subsets" in wanted:
        obj["subsets"] = wanted["subsets"]
    else:
        obj.pop("subsets", None)


def subsets(service: Object, pods: Iterable[Object]) -> list[Object]:
    """Return the subsets: ports that have the same addresses share one (RepackSubsets)."""
    publish = service["spec"].get("publishNotReadyAddresses", False)
    by_port: dict[Port | None, Addresses] = {}
    for pod in pods:
        if not may_be_endpoint(pod, include_terminating=publish):
            continue
        ready = publish or meta.is_ready(pod)
        key = (address(pod), pod["metadata"]["uid"], ready)
        for port in _ports(service, pod):
            by_port.setdefault(port, {})[key] = _address(service, pod)
    grouped: dict[frozenset[tuple[str, str, bool]], tuple[list[Port], Addresses]] = {}
    for port, addresses in by_port.items():
        ports = grouped.setdefault(frozenset(addresses), ([], addresses))[0]
        if port is not None:
            ports.append(port)
    return [_subset(sorted(ports, key=_port_hash), addresses) for ports, addresses in grouped.values()]


def _ports(service: Object, pod: Object) -> list[Port | None]:
    """Return a Service's ports as one pod has them; a headless Service may have none: ``[None]``."""
    ports = service["spec"].get("ports") or ()
    if not ports:
        return [None] if is_headless(service) else []
    found: list[Port | None] = []
    for port in ports:
        number = target_port(pod, port)
        if number is not None:
            found.append((port.get("name", ""), number, port.get("protocol", "TCP"), port.get("appProtocol", "")))
    return found


def _address(service: Object, pod: Object) -> Object:
    entry: Object = {"ip": address(pod)}
    name = hostname(pod, service)
    if name:
        entry["hostname"] = name
    if pod["spec"].get("nodeName"):
        entry["nodeName"] = pod["spec"]["nodeName"]
    entry["targetRef"] = target_reference(pod)
    return entry


def _subset(ports: list[Port], addresses: Addresses) -> Object:
    subset: Object = {}
    for field, wanted in (("addresses", True), ("notReadyAddresses", False)):
        entries = [
            entry for (_, _, ready), entry in sorted(addresses.items(), key=lambda item: item[0]) if ready is wanted
        ]
        if entries:
            subset[field] = entries
    if ports:
        subset["ports"] = [_endpoint_port(*port) for port in ports]
    return subset


def _endpoint_port(name: str, number: int, protocol: str, app_protocol: str) -> Object:
    port: Object = {"name": name} if name else {}
    port.update(port=number, protocol=protocol)
    if app_protocol:
        port["appProtocol"] = app_protocol
    return port


def _port_hash(port: Port) -> int:
    """Sort key of ports: the 128-bit FNV-1a hash of what Go's spew prints of the struct.

    K/pkg/api/v1/endpoints/util.go, SortSubsets.
    """
    name, number, protocol, app_protocol = port
    app = f"(*string){app_protocol}" if app_protocol else "(*string)<nil>"
    text = (
        f"(v1.EndpointPort){{Name:(string){name} Port:(int32){number} "
        f"Protocol:(v1.Protocol){protocol} AppProtocol:{app}}}"
    )
    return fnv1a(text.encode(), 128)


def _truncate(wanted: list[Object]) -> bool:
    """Cut addresses beyond the capacity, those that are not ready first, in place (truncateEndpoints)."""
    total = sum(len(subset.get(field, ())) for subset in wanted for field in ("addresses", "notReadyAddresses"))
    if total <= CAPACITY:
        return False
    room = CAPACITY
    for field in ("addresses", "notReadyAddresses"):
        for subset in wanted:
            kept = subset.get(field, [])[:room]
            room -= len(kept)
            if kept:
                subset[field] = kept
            else:
                subset.pop(field, None)
    wanted[:] = [subset for subset in wanted if "addresses" in subset or "notReadyAddresses" in subset]
    return True
