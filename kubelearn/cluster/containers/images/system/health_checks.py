"""Where load balancers ask whether a node has endpoints of a Service: kube-proxy's ``healthCheckNodePort``."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from kubelearn.cluster.network import AddressInUse

if TYPE_CHECKING:
    from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy
    from kubelearn.cluster.network import Listener, PodNetwork, Receive, Scope, Send

#: As it is printed by K/pkg/proxy/healthcheck/service_health.go.
_ANSWER = """\
{{
\t"service": {{
\t\t"namespace": "{}",
\t\t"name": "{}"
\t}},
\t"localEndpoints": {},
\t"serviceProxyHealthy": true
}}"""


class HealthChecks:
    """The health check ports of a node."""

    def __init__(self, network: PodNetwork, proxy: KubeProxy):
        """Prepare; :meth:`sync` listens.

        Args:
            network: the node's.
            proxy: the node's, which knows the endpoints.
        """
        self._network = network
        self._proxy = proxy
        self._listeners: dict[int, Listener] = {}
        #: Port → Service, and the addresses of its ready endpoints on this node.
        self._known: dict[int, tuple[str, set[str]]] = {}

    def sync(self) -> None:
        """Listen for each Service that has such a port, and no longer for others."""
        self._known = {}
        for port in self._proxy.service_ports():
            if port.health_check_port:
                _, local = self._known.setdefault(port.health_check_port, (port.service, set()))
                local.update(endpoint.ip for endpoint in port.local.endpoints if endpoint.ready)
        for number in self._listeners.keys() - self._known.keys():
            self._listeners.pop(number).close()
        for number in self._known.keys() - self._listeners.keys():
            with suppress(AddressInUse):  # a pod in the node's network was first; the Service works without
                self._listeners[number] = self._network.listen(number, partial(self._answer, number))

    def close(self) -> None:
        """Listen no more."""
        for listener in self._listeners.values():
            listener.close()
        self._listeners.clear()

    async def _answer(self, number: int, _scope: Scope, _receive: Receive, send: Send) -> None:
        service, local = self._known[number]
        body = _ANSWER.format(*service.split("/"), len(local)).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"x-content-type-options", b"nosniff"),
            (b"x-load-balancing-endpoint-weight", str(len(local)).encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200 if local else 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})
