"""The EndpointSlice controller: which pods are behind a Service, for kube-proxy (K/pkg/controller/endpointslice)."""

from __future__ import annotations

from functools import partial

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.cluster.well_known import SERVICE_NAME, SLICES, service_of

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
from .slice_packing import Changes, pack

MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
CONTROLLER = "endpointslice-controller.k8s.io"
ZONE = "topology.kubernetes.io/zone"
#: Values of ``trafficDistribution``, all of which prefer the zone.
DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
PortSet = tuple[tuple[str, int, str, str], ...]


class EndpointSliceController(ServicePodsController):
    """Keeps the EndpointSlices of each Service with a selector."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._times = TriggerTimes()
        self._slices = informers.of(SLICES)
        self._slices.add_index("service", by_service)
        self._slices.add_handler(self._slice_changed)
        #: Services with a pod on a node that does not exist.
        self._lost: set[Key] = set()
        informers.of("nodes").add_handler(self._node_changed)

    def _node_changed(self, event: StoreEvent) -> None:
        if event.type == "ADDED":
            for key in self._lost:
                self.queue.add(key)

    def _slice_changed(self, event: StoreEvent) -> None:
        """Repair what somebody else did to a slice; our own writes find nothing to do."""
        if meta.labels_of(event.object).get(MANAGED_BY) == CONTROLLER and event.type != "ADDED":
            self.queue.add(service_of(event.object))

    def reconcile(self, key: Key) -> None:
        """Write the EndpointSlices of one Service."""
        service = self.registry.find("services", *key)
        if service is None:
            # The garbage collector removes the slices.
            self._times.forget(key)
            self._lost.discard(key)
            return
        if not has_endpoints(service):
            return
        pods = self.pods_of(service)
        changes, lost = self._changes(service, pods)
        self._apply(service, changes, self._times.last_change(key, service, pods))
        if lost:
            self._lost.add(key)
        else:
            self._lost.discard(key)

    def _changes(self, service: Object, pods: list[Object]) -> tuple[Changes, bool]:
        """Return the changes to make, and whether a pod was skipped because its node does not exist."""
        mine, changes = self._existing(service)
        existing: dict[PortSet, list[Object]] = {}
        for item in mine:
            existing.setdefault(_port_set(item.get("ports") or []), []).append(item)
        desired, lost = self._desired(service, pods)
        labels = labels_for(service)
        for ports, endpoints in desired.items():
            present = existing.pop(tuple(sorted(ports)), [])
            changes.extend(pack(present, endpoints, labels, partial(_new_slice, service, labels, ports)))
        for items in existing.values():
            changes.delete += items
        self._keep_one(service, changes, len(mine), labels)
        return changes, lost

    def _existing(self, service: Object) -> tuple[list[Object], Changes]:
        """Return our slices of a Service; those of an earlier Service of its name are to be deleted."""
        mine, changes = [], Changes()
        for item in self._slices.indexed("service", f"{meta.namespace_of(service)}/{meta.name_of(service)}"):
            if meta.labels_of(item).get(MANAGED_BY) != CONTROLLER or meta.is_terminating(item):
                continue
            owner = meta.controller_of(item)
            if owner is not None and owner["uid"] == service["metadata"]["uid"]:
                mine.append(item)
            else:
                changes.delete.append(item)
        return mine, changes

    def _desired(self, service: Object, pods: list[Object]) -> tuple[dict[PortSet, list[Object]], bool]:
        desired: dict[PortSet, list[Object]] = {}
        lost = False
        for pod in pods:
            if not may_be_endpoint(pod, include_terminating=True):
                continue
            node = self.registry.find("nodes", "", pod["spec"].get("nodeName", ""))
            if node is None and not service["spec"].get("publishNotReadyAddresses"):
                lost = True
                continue
            desired.setdefault(_ports_in(service, pod), []).append(endpoint(service, pod, node))
        return desired, lost

    def _keep_one(self, service: Object, changes: Changes, count: int, labels: dict[str, str]) -> None:
        """Let a Service without endpoints have one empty slice: the placeholder."""
        kept = count - sum(1 for item in changes.delete if _is_of(item, service))
        if kept > 0 or changes.create:
            return
        for item in changes.delete:
            is_empty = not item.get("endpoints") and not item.get("ports")
            if is_empty and _is_of(item, service) and meta.labels_of(item) == labels:
                changes.delete.remove(item)
                return
        changes.create.append(_new_slice(service, labels, ()))

    def _apply(self, service: Object, changes: Changes, time: str) -> None:
        """Write the changes; a slice to delete becomes a slice to create where possible (finalize)."""
        namespace = meta.namespace_of(service)
        while changes.delete and changes.create:
            old, new = changes.delete.pop(0), changes.create.pop()
            changes.update.append({**new, "metadata": {**new["metadata"], "name": meta.name_of(old)}})
        if not meta.is_terminating(service):
            for item in changes.create:
                annotate_trigger_time(item["metadata"], time)
                self.registry.create(SLICES, namespace, item, manager=self.manager)
        for item in changes.update:
            self._update(namespace, item, time)
        for item in changes.delete:
            if self.registry.find(SLICES, namespace, meta.name_of(item)) is not None:
                self.registry.delete(SLICES, namespace, meta.name_of(item), uid=item["metadata"]["uid"])

    def _update(self, namespace: str, wanted: Object, time: str) -> None:
        def change(item: Object) -> None:
            item["metadata"]["labels"] = wanted["metadata"]["labels"]
            item["metadata"]["ownerReferences"] = wanted["metadata"]["ownerReferences"]
            item["ports"], item["endpoints"] = wanted["ports"], wanted["endpoints"]
            annotate_trigger_time(item["metadata"], time)

        self.registry.modify(SLICES, namespace, meta.name_of(wanted), change, manager=self.manager)


def by_service(item: Object) -> tuple[str, ...]:
    """Index function: ``namespace/name`` of the Service that a slice is of."""
    namespace, name = service_of(item)
    return (f"{namespace}/{name}",) if name else ()


def labels_for(service: Object) -> dict[str, str]:
    """Return the labels of a Service's slices (setEndpointSliceLabels)."""
    labels = {key: value for key, value in meta.labels_of(service).items() if key != HEADLESS}
    if is_headless(service):
        labels[HEADLESS] = ""
    labels[SERVICE_NAME] = meta.name_of(service)
    labels[MANAGED_BY] = CONTROLLER
    return labels


def endpoint(service: Object, pod: Object, node: Object | None) -> Object:
    """Return the entry of one pod (podToEndpoint)."""
    serving, terminating = meta.is_ready(pod), meta.is_terminating(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    entry: Object = {
        "addresses": [address(pod)],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
    }
    name = hostname(pod, service)
    if name:
        entry["hostname"] = name
    if pod["spec"].get("nodeName"):
        entry["nodeName"] = pod["spec"]["nodeName"]
    entry["targetRef"] = target_reference(pod)
    zone = meta.labels_of(node).get(ZONE) if node is not None else None
    if zone:
        entry["zone"] = zone
    hints = _hints(service["spec"].get("trafficDistribution"), entry.get("nodeName"), zone) if ready else {}
    if hints:
        entry["hints"] = hints
    return entry


def _hints(distribution: str | None, node: str | None, zone: str | None) -> Object:
    """Return for whom an endpoint is meant (K/staging/src/k8s.io/endpointslice/trafficdist).

    Same node is same zone as well: kube-proxy goes on to the zone if its node has no endpoint.
    """
    hints: Object = {}
    if zone and distribution in DISTRIBUTIONS:
        hints["forZones"] = [{"name": zone}]
    if node and distribution == "PreferSameNode":
        hints["forNodes"] = [{"name": node}]
    return hints


def _ports_in(service: Object, pod: Object) -> PortSet:
    """Return a Service's ports as one pod has them; names that it lacks are left out (getEndpointPorts)."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = target_port(pod, port)
        if number is not None:
            found.append((port.get("name", ""), number, port.get("protocol", "TCP"), port.get("appProtocol", "")))
    return tuple(found)


def _port_set(ports: list[Object]) -> PortSet:
    """Return what two slices with the same ports have in common, in whatever order (NewPortMapKey)."""
    return tuple(
        sorted((port.get("name", ""), port["port"], port["protocol"], port.get("appProtocol", "")) for port in ports)
    )


def _new_slice(service: Object, labels: dict[str, str], ports: PortSet) -> Object:
    metadata = {
        "generateName": f"{meta.name_of(service)}-",
        "labels": labels,
        "ownerReferences": [meta.controller_reference(service)],
    }
    return {
        "metadata": metadata,
        "addressType": "IPv4",
        "endpoints": None,
        "ports": [_port(*port) for port in ports] or None,
    }


def _port(name: str, number: int, protocol: str, app_protocol: str) -> Object:
    port: Object = {"name": name, "port": number, "protocol": protocol}
    if app_protocol:
        port["appProtocol"] = app_protocol
    return port


def _is_of(item: Object, service: Object) -> bool:
    owner = meta.controller_of(item)
    return owner is not None and bool(owner["uid"] == service["metadata"]["uid"])
