"""Who is behind a Service: what Endpoints and EndpointSlices have in common (facts 2.1, 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .. import meta
from ..apiserver.registry import Registry
from ..events import EventRecorder
from ..meta import Object
from ..store import StoreEvent
from .workqueue import Controller, Key, Keys, own_key

TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
HEADLESS = "service.kubernetes.io/headless"
_MOST_ADDRESSES = 1000
_TERMINAL = ("Succeeded", "Failed")


def address_of(pod: Object) -> str:
    status = pod.get("status") or {}
    address: str = status.get("podIP", "")
    return "" if status.get("phase") in _TERMINAL else address


def find_port(pod: Object, port: Object) -> int | None:
    """Return the number that a Service's target port has in a pod; None when the pod has no port of that name."""
    target = port["targetPort"]
    if isinstance(target, int):
        return target
    spec = pod["spec"]
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    for container in (*(spec.get("containers") or ()), *sidecars):
        for declared in container.get("ports") or ():
            if declared.get("name") == target and declared["protocol"] == port["protocol"]:
                number: int = declared["containerPort"]
                return number
    return None


def has_selector(service: Object) -> bool:
    return bool(service["spec"].get("selector")) and service["spec"]["type"] != "ExternalName"


class ServiceEndpointsController(Controller):
    """Base: reconciles the Services that a pod's change concerns."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._services: dict[str, dict[str, dict[str, str]]] = {}

    def sources(self) -> dict[str, Keys]:
        return {"services": own_key, "pods": self._selecting}

    def observe(self, event: StoreEvent) -> None:
        """Keep the selectors of all Services, by namespace: a pod looks only at its own."""
        if event.resource == "services":
            metadata = event.object["metadata"]
            selectors = self._services.setdefault(metadata["namespace"], {})
            selectors.pop(metadata["name"], None)
            if event.type != "DELETED" and has_selector(event.object):
                selectors[metadata["name"]] = event.object["spec"]["selector"]

    def _selecting(self, event: StoreEvent) -> Iterable[Key]:
        namespace = event.object["metadata"]["namespace"]
        states = [meta.labels_of(pod) for pod in (event.object, event.previous) if pod is not None]
        if event.previous is not None and not _matters(event.object, event.previous) and event.type != "DELETED":
            return
        for name, selector in self._services.get(namespace, {}).items():
            if any(meta.matches(selector, labels) for labels in states):
                yield namespace, name

    def candidates(self, service: Object) -> Iterator[Object]:
        """Yield the pods of a Service that have an address."""
        selector = service["spec"]["selector"]
        for pod in self.registry.list("pods", meta.namespace_of(service)):
            if meta.matches(selector, meta.labels_of(pod)) and address_of(pod):
                yield pod

    @staticmethod
    def labels(service: Object) -> dict[str, str]:
        labels = dict(meta.labels_of(service))
        if service["spec"].get("clusterIP") == "None":
            labels[HEADLESS] = ""
        return labels


def _matters(new: Object, old: Object) -> bool:
    """Return whether an update of a pod can change any endpoint."""
    return (
        address_of(new) != address_of(old) or meta.is_ready(new) != meta.is_ready(old) or meta.is_terminating(new) != meta.is_terminating(old)
        or meta.labels_of(new) != meta.labels_of(old))


class EndpointsController(ServiceEndpointsController):
    """Keeps the Endpoints object of each Service (K/pkg/controller/endpoint)."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._recorder = EventRecorder(registry, "endpoint-controller")

    def reconcile(self, key: Key) -> None:
        service = self.registry.find("services", *key)
        if service is None or not has_selector(service):
            return
        subsets = self._subsets(service)
        wanted: Object = {"metadata": {"name": key[1]}}
        labels = self.labels(service)
        if labels:
            wanted["metadata"]["labels"] = labels
        if subsets:
            wanted["subsets"] = subsets
        old = self.registry.find("endpoints", *key)
        if old is None:
            wanted["metadata"]["annotations"] = {TRIGGER_TIME: meta.timestamp()}
            self.registry.create("endpoints", key[0], wanted, manager="kube-controller-manager")
        elif (old.get("subsets") or []) != subsets or meta.labels_of(old) != labels:
            wanted["metadata"]["annotations"] = {**(old["metadata"].get("annotations") or {}), TRIGGER_TIME: meta.timestamp()}
            self.registry.update("endpoints", key[0], wanted, manager="kube-controller-manager")

    def _subsets(self, service: Object) -> list[Object]:
        """Group the pods' addresses by the ports that they have (endpoints.RepackSubsets)."""
        ports = service["spec"].get("ports") or []
        groups: dict[tuple[Any, ...], tuple[list[Object], list[Object], list[Object]]] = {}
        public = service["spec"].get("publishNotReadyAddresses", False)
        for pod in self.candidates(service):
            if meta.is_terminating(pod) and not public:
                continue
            resolved = [_endpoint_port(port, number) for port in ports if (number := find_port(pod, port)) is not None]
            if ports and not resolved:
                continue
            resolved.sort(key=lambda p: (p.get("name", ""), p["port"]), reverse=True)
            key = tuple((p.get("name", ""), p["port"], p["protocol"]) for p in resolved)
            _, ready, unready = groups.setdefault(key, (resolved, [], []))
            (ready if public or meta.is_ready(pod) else unready).append(_address(pod, service))
        return [_subset(*group) for _, group in sorted(groups.items())]


def _endpoint_port(port: Object, number: int) -> Object:
    found = {"name": port["name"]} if port.get("name") else {}
    found |= {"port": number, "protocol": port["protocol"]}
    if port.get("appProtocol"):
        found["appProtocol"] = port["appProtocol"]
    return found


def _address(pod: Object, service: Object) -> Object:
    found: Object = {"ip": address_of(pod), "nodeName": pod["spec"].get("nodeName", "")}
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == meta.name_of(service):
        found["hostname"] = pod["spec"]["hostname"]
    found["targetRef"] = {"kind": "Pod", "namespace": meta.namespace_of(pod), "name": meta.name_of(pod), "uid": pod["metadata"]["uid"]}
    return found


def _subset(ports: list[Object], ready: list[Object], unready: list[Object]) -> Object:
    subset: Object = {}
    for name, addresses in (("addresses", ready), ("notReadyAddresses", unready)):
        if addresses:
            subset[name] = sorted(addresses, key=lambda a: tuple(map(int, a["ip"].split("."))))[:_MOST_ADDRESSES]
    if ports:
        subset["ports"] = ports
    return subset
