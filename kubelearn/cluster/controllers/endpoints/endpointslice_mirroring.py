"""The mirroring controller: slices for Endpoints that a person wrote (K/pkg/controller/endpointslicemirroring)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.cluster.well_known import SERVICE_NAME, SLICES

from .endpointslice import MANAGED_BY, by_service
from .service_pods import TRIGGER_TIME

CONTROLLER = "endpointslicemirroring-controller.k8s.io"
#: Addresses of one subset that are mirrored at most (``--mirroring-max-endpoints-per-subset``).
LIMIT = 1000
_SKIP = "endpointslice.kubernetes.io/skip-mirror"
_LEADER = "control-plane.alpha.kubernetes.io/leader"
_NOT_COPIED = (TRIGGER_TIME, "kubectl.kubernetes.io/last-applied-configuration")


class EndpointSliceMirroringController(Controller):
    """Mirrors Endpoints of Services without a selector into EndpointSlices."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._slices = informers.of(SLICES)
        self._slices.add_index("service", by_service)
        informers.of("endpoints").add_handler(self.enqueue_event)
        informers.of("services").add_handler(self._service_changed)

    def _service_changed(self, event: StoreEvent) -> None:
        """A Service that gains or loses its selector, comes or goes."""
        before = event.previous["spec"].get("selector") if event.previous is not None else None
        if event.type != "MODIFIED" or bool(before) != bool(event.object["spec"].get("selector")):
            self.enqueue(event.object)

    def reconcile(self, key: Key) -> None:
        """Write the slices of one Endpoints object."""
        endpoints, service = self.registry.find("endpoints", *key), self.registry.find("services", *key)
        wanted: list[Object] = []
        if endpoints is not None and service is not None and _is_mirrored(endpoints, service):
            wanted = mirrored(endpoints)
        for item in self._slices.indexed("service", f"{key[0]}/{key[1]}"):
            if meta.labels_of(item).get(MANAGED_BY) != CONTROLLER:
                continue
            same = next((other for other in wanted if _is_alike(item, other)), None)
            if same is None:
                self.registry.delete(SLICES, key[0], meta.name_of(item), uid=item["metadata"]["uid"])
                continue
            wanted.remove(same)
            self._update(item, same)
        for item in wanted:
            self.registry.create(SLICES, key[0], item, manager=self.manager)

    def _update(self, item: Object, wanted: Object) -> None:
        def change(current: Object) -> None:
            current["endpoints"] = wanted["endpoints"]
            for field in ("labels", "annotations", "ownerReferences"):
                if field in wanted["metadata"]:
                    current["metadata"][field] = wanted["metadata"][field]
                else:
                    current["metadata"].pop(field, None)

        self.registry.modify(SLICES, meta.namespace_of(item), meta.name_of(item), change, manager=self.manager)


def _is_alike(item: Object, wanted: Object) -> bool:
    """Return whether a slice can become a wanted one: neither its ports nor its family change."""
    same_ports = wanted["ports"] == (item.get("ports") or None)
    return bool(same_ports and wanted["addressType"] == item["addressType"])


def _is_mirrored(endpoints: Object, service: Object) -> bool:
    """Return whether a person made the Endpoints, for a Service without a selector (shouldMirror)."""
    annotations = meta.annotations_of(endpoints)
    return (
        meta.labels_of(endpoints).get(_SKIP) != "true"
        and _LEADER not in annotations
        and not service["spec"].get("selector")
    )


def mirrored(endpoints: Object) -> list[Object]:
    """Return the slices for an Endpoints object: one for each subset that has addresses."""
    found = []
    for subset in endpoints.get("subsets") or ():
        entries = [_endpoint(item, True) for item in subset.get("addresses") or ()]
        entries += [_endpoint(item, False) for item in subset.get("notReadyAddresses") or ()]
        ports = [{"name": "", **port} for port in subset.get("ports") or ()]
        for family in ("IPv4", "IPv6"):
            of_family = [entry for entry in entries if (":" in entry["addresses"][0]) == (family == "IPv6")]
            if of_family:
                found.append(
                    {
                        "metadata": _metadata(endpoints),
                        "addressType": family,
                        "endpoints": of_family[:LIMIT],
                        "ports": ports or None,
                    }
                )
    return found


def _metadata(endpoints: Object) -> Object:
    labels = {**meta.labels_of(endpoints), SERVICE_NAME: meta.name_of(endpoints), MANAGED_BY: CONTROLLER}
    metadata: Object = {
        "generateName": f"{meta.name_of(endpoints)}-",
        "labels": labels,
        "ownerReferences": [meta.controller_reference(endpoints)],
    }
    annotations = {key: value for key, value in meta.annotations_of(endpoints).items() if key not in _NOT_COPIED}
    if annotations:
        metadata["annotations"] = annotations
    return metadata


def _endpoint(address: Object, ready: bool) -> Object:
    entry: Object = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    for field in ("hostname", "nodeName", "targetRef"):
        if field in address:
            entry[field] = address[field]
    return entry
