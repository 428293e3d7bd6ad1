"""EndpointSlices: the addresses behind a Service, at most 100 a slice (K/staging/src/k8s.io/endpointslice)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import meta
from ..apiserver.registry import Registry
from ..meta import Object
from ..store import StoreEvent
from .endpoints import TRIGGER_TIME, ServiceEndpointsController, address_of, find_port, has_selector
from .workqueue import Controller, Key, Keys, own_key

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_CONTROLLER = "endpointslice-controller.k8s.io"
_MIRROR = "endpointslicemirroring-controller.k8s.io"
MOST_ENDPOINTS = 100

Ports = tuple[tuple[str, int, str, str], ...]


class EndpointSliceController(ServiceEndpointsController):
    """Keeps the slices of each Service with a selector."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._mine: dict[Key, set[str]] = {}

    def sources(self) -> dict[str, Keys]:
        return {**super().sources(), SLICES: self._service_of}

    def observe(self, event: StoreEvent) -> None:
        super().observe(event)
        if event.resource == SLICES and meta.labels_of(event.object).get(MANAGED_BY) == _CONTROLLER:
            for key in self._service_of(event):
                names = self._mine.setdefault(key, set())
                (names.discard if event.type == "DELETED" else names.add)(meta.name_of(event.object))

    @staticmethod
    def _service_of(event: StoreEvent) -> Iterable[Key]:
        name = meta.labels_of(event.object).get(SERVICE_NAME)
        return ((event.object["metadata"]["namespace"], name),) if name else ()

    def reconcile(self, key: Key) -> None:
        service = self.registry.find("services", *key)
        if service is None or meta.is_terminating(service) or not has_selector(service):
            return
        found = (self.registry.find(SLICES, key[0], name) for name in sorted(self._mine.get(key, ())))
        slices = [item for item in found if item is not None and not meta.is_terminating(item)]
        wanted: dict[Ports, dict[str, Object]] = {}
        for pod in self.candidates(service):
            wanted.setdefault(_ports(service, pod), {})[pod["metadata"]["uid"]] = _endpoint(pod, service)
        groups: dict[Ports, list[Object]] = {}
        for item in slices:
            groups.setdefault(_slice_ports(item), []).append(item)
        if not wanted:
            self._placeholder(service, slices)
            return
        for ports, endpoints in wanted.items():
            self._fill(service, ports, dict(endpoints), groups.pop(ports, []))
        for item in (item for group in groups.values() for item in group):
            self._delete(item)

    def _fill(self, service: Object, ports: Ports, endpoints: dict[str, Object], slices: list[Object]) -> None:
        """Bring one port set's slices up to date: change as few as possible, fill what changes first."""
        contents: dict[str, list[Object]] = {}
        changed: set[str] = set()
        for item in slices:
            name, before = meta.name_of(item), item["endpoints"] or []
            kept = [endpoints.pop(e["targetRef"]["uid"]) for e in before if e["targetRef"]["uid"] in endpoints]
            contents[name] = kept
            if kept != before:
                changed.add(name)
        fullest = sorted(changed, key=lambda name: -len(contents[name]))
        unchanged = sorted((name for name in contents if name not in changed), key=lambda name: -len(contents[name]))
        left = list(endpoints.values())
        for name in fullest:
            room = MOST_ENDPOINTS - len(contents[name])
            contents[name] += left[:room]
            left = left[room:]
        for name in unchanged:
            if left and len(contents[name]) + len(left) <= MOST_ENDPOINTS:
                contents[name] += left
                changed.add(name)
                left = []
        for item in slices:
            name = meta.name_of(item)
            if not contents[name]:
                self._delete(item)
            elif name in changed or self._labels(service) != meta.labels_of(item):
                self._update(service, item, contents[name])
        for start in range(0, len(left), MOST_ENDPOINTS):
            self._create(service, _port_objects(ports), left[start : start + MOST_ENDPOINTS])

    def _placeholder(self, service: Object, slices: list[Object]) -> None:
        """Without any pod, one slice without endpoints and ports remains."""
        empty = next((item for item in slices if not item["endpoints"] and not item["ports"]), None)
        for item in slices:
            if item is not empty and (empty is not None or item is not slices[0]):
                self._delete(item)
        if not slices:
            self._create(service, None, None)
        elif empty is None:
            self._update(service, slices[0], None, None)

    def _labels(self, service: Object) -> dict[str, str]:
        return {**self.labels(service), MANAGED_BY: _CONTROLLER, SERVICE_NAME: meta.name_of(service)}

    def _create(self, service: Object, ports: list[Object] | None, endpoints: list[Object] | None) -> None:
        name, namespace = meta.name_of(service), meta.namespace_of(service)
        made = self.registry.create(SLICES, namespace, {
            "metadata": {"generateName": f"{name}-", "labels": self._labels(service), "annotations": {TRIGGER_TIME: meta.timestamp()},
                         "ownerReferences": [meta.controller_reference(service)]},
            "addressType": "IPv4", "endpoints": endpoints, "ports": ports}, manager="kube-controller-manager")
        self._mine.setdefault((namespace, name), set()).add(meta.name_of(made))

    def _update(self, service: Object, item: Object, endpoints: list[Object] | None, ports: Any = ...) -> None:
        def change(obj: Object) -> None:
            obj["endpoints"] = endpoints
            if ports is not ...:
                obj["ports"] = ports
            obj["metadata"]["labels"] = self._labels(service)
            obj["metadata"].setdefault("annotations", {})[TRIGGER_TIME] = meta.timestamp()

        self.registry.modify(SLICES, meta.namespace_of(item), meta.name_of(item), change, manager="kube-controller-manager")

    def _delete(self, item: Object) -> None:
        self.registry.delete(SLICES, meta.namespace_of(item), meta.name_of(item))


def _endpoint(pod: Object, service: Object) -> Object:
    ready, terminating = meta.is_ready(pod), meta.is_terminating(pod)
    public = service["spec"].get("publishNotReadyAddresses", False)
    endpoint: Object = {
        "addresses": [address_of(pod)], "conditions": {"ready": public or (ready and not terminating), "serving": ready, "terminating": terminating},
        "nodeName": pod["spec"].get("nodeName"),
        "targetRef": {"kind": "Pod", "name": meta.name_of(pod), "namespace": meta.namespace_of(pod), "uid": pod["metadata"]["uid"]}}
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == meta.name_of(service):
        endpoint["hostname"] = pod["spec"]["hostname"]
    return endpoint


def _ports(service: Object, pod: Object) -> Ports:
    """Return the ports that a Service reaches in a pod; slices are grouped by them."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = find_port(pod, port)
        if number is not None:
            found.append((port.get("name", ""), number, port["protocol"], port.get("appProtocol", "")))
    return tuple(found)


def _slice_ports(item: Object) -> Ports:
    return tuple((p.get("name", ""), p["port"], p["protocol"], p.get("appProtocol", "")) for p in item["ports"] or ())


def _port_objects(ports: Ports) -> list[Object] | None:
    listed = [{"name": name, "port": number, "protocol": protocol, **({"appProtocol": app} if app else {})} for name, number, protocol, app in ports]
    return listed or None


class EndpointSliceMirroringController(Controller):
    """Mirrors Endpoints that somebody wrote by hand for a Service without selector (facts 2.5)."""

    def sources(self) -> dict[str, Keys]:
        return {"endpoints": own_key, "services": own_key}

    def reconcile(self, key: Key) -> None:
        service, endpoints = self.registry.find("services", *key), self.registry.find("endpoints", *key)
        mirrors = [s for s in self.registry.list(SLICES, key[0]) if meta.labels_of(s).get(SERVICE_NAME) == key[1] and meta.labels_of(s).get(MANAGED_BY) == _MIRROR]
        skip = endpoints is None or service is None or bool(service["spec"].get("selector"))
        skip = skip or "endpointslice.kubernetes.io/skip-mirror" in meta.labels_of(endpoints or {"metadata": {}})
        wanted = [] if skip or endpoints is None else [_mirror(subset) for subset in endpoints.get("subsets") or ()]
        have = [(item, {"endpoints": item["endpoints"], "ports": item["ports"]}) for item in mirrors]
        for item, content in have:
            if content in wanted:
                wanted.remove(content)
            else:
                self.registry.delete(SLICES, key[0], meta.name_of(item))
        for content in wanted:
            assert endpoints is not None  # noqa: S101 - wanted is empty otherwise
            labels = {**meta.labels_of(endpoints), MANAGED_BY: _MIRROR, SERVICE_NAME: key[1]}
            metadata = {"generateName": f"{key[1]}-", "labels": labels, "ownerReferences": [meta.controller_reference(endpoints)]}
            self.registry.create(SLICES, key[0], {"metadata": metadata, "addressType": "IPv4", **content}, manager="kube-controller-manager")


def _mirror(subset: Object) -> Object:
    endpoints = [{"addresses": [a["ip"]], "conditions": {"ready": ready}, **{k: a[k] for k in ("hostname", "nodeName", "targetRef") if k in a}}
                 for part, ready in (("addresses", True), ("notReadyAddresses", False)) for a in subset.get(part) or ()]
    ports = [{"name": p.get("name", ""), "port": p["port"], "protocol": p["protocol"]} for p in subset.get("ports") or ()]
    return {"endpoints": endpoints[:1000], "ports": ports or None}
