"""APIServices, honestly: no other server's API is served here (K/staging/src/k8s.io/kube-aggregator/pkg/controllers).

What keeps a real aggregator from asking the server is found as there, and in its words; where it would ask, the
status says that nothing is aggregated.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import limits
from kubelearn.cluster.apiserver.kinds.others.apiservice import API_SERVICES
from kubelearn.cluster.meta import Object
from kubelearn.cluster.well_known import SLICES, ServiceKey, service_key, service_of

from .framework.informer import Informers, Key
from .framework.workqueue import Controller


class APIServiceController(Controller):
    """Writes the status of APIServices that name a Service."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        informers.of(API_SERVICES).add_handler(self.enqueue_event)
        informers.of("services").add_handler(lambda event: self._service_changed(service_key(event.object)))
        informers.of(SLICES).add_handler(lambda event: self._service_changed(service_of(event.object)))

    def _service_changed(self, key: ServiceKey) -> None:
        for item in self.registry.list(API_SERVICES):
            if _service_of(item) == key:
                self.enqueue(item)

    def reconcile(self, key: Key) -> None:
        """Say why the API is not available."""
        found = self.registry.find(API_SERVICES, *key)
        if found is None or found["spec"].get("service") is None:
            return
        reason, message = self._problem(found["spec"]["service"])
        changed = {"status": dict(found["status"])}
        meta.set_condition(changed, "Available", "False", reason=reason, message=message)
        self.write_status(API_SERVICES, found, changed["status"])

    def _problem(self, reference: Object) -> tuple[str, str]:
        """Return what a real aggregator finds first (sync), and in the end that there is none."""
        namespace, name, number = reference["namespace"], reference["name"], reference["port"]
        where = f'service/{name} in "{namespace}"'
        service = self.registry.find("services", namespace, name)
        if service is None:
            return "ServiceNotFound", f"{where} is not present"
        if service["spec"]["type"] == "ClusterIP":
            port = next((port for port in service["spec"].get("ports") or () if port["port"] == number), None)
            if port is None:
                return "ServicePortError", f"{where} is not listening on port {number}"
            slices = [item for item in self.registry.list(SLICES, namespace) if service_of(item) == (namespace, name)]
            if not slices:
                return "EndpointsNotFound", f"cannot find endpointslices for {where}"
            if not any(_has_endpoint(item, port.get("name", "")) for item in slices):
                why = f'have no addresses with port name "{port.get("name", "")}"'
                return "MissingEndpoints", f"endpointslices for {where} {why}"
        return "FailedDiscoveryCheck", limits.field("aggregated APIs")


def _service_of(api_service: Object) -> ServiceKey | None:
    reference = api_service["spec"].get("service")
    return None if reference is None else (reference["namespace"], reference["name"])


def _has_endpoint(endpoint_slice: Object, port: str) -> bool:
    endpoints = endpoint_slice.get("endpoints") or ()
    ready = ((item.get("conditions") or {}).get("ready") is not False for item in endpoints)
    return any(ready) and any(item.get("name", "") == port for item in endpoint_slice.get("ports") or ())
