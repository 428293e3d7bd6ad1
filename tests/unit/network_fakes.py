"""A registry without admission and the objects that the tests of network, kube-proxy and DNS need."""

from __future__ import annotations

import random
from typing import Any

from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Network, PodNetwork
from kubelearn.cluster.store import Store, Watch
from kubelearn.cluster.timing import Timing

SLICES = "endpointslices.discovery.k8s.io"
NODES = ("control-plane", "worker", "worker2")


class FakeRegistry:
    """The registry's reading side on a bare store."""

    def __init__(self) -> None:
        self.store = Store()

    def find(self, resource: str, namespace: str, name: str) -> Object | None:
        return self.store.get(resource, namespace, name)

    def list(self, resource: str, namespace: str = "") -> list[Object]:
        return self.store.list(resource, namespace)

    def watch(self, resource: str, since: int | None = None) -> Watch:
        return self.store.watch(resource, since)


def namespace(registry: FakeRegistry, name: str, labels: dict[str, str] | None = None) -> None:
    registry.store.put("namespaces", {"metadata": {"name": name, "labels": labels or {}}})


def service(
    registry: FakeRegistry,
    name: str,
    ip: str = "",
    *,
    ns: str = "course",
    ports: list[Object] | None = None,
    **spec: Any,
) -> Object:
    body = {"clusterIP": ip, "type": "ClusterIP", "ports": [{"port": 80}] if ports is None else ports, **spec}
    return registry.store.put(
        "services", {"metadata": {"name": name, "namespace": ns, "uid": f"uid-{name}"}, "spec": body}
    )


def endpoint(
    ip: str,
    node: str = "worker",
    *,
    ready: bool = True,
    serving: bool | None = None,
    terminating: bool = False,
    **more: Any,
) -> Object:
    conditions = {"ready": ready, "serving": ready if serving is None else serving, "terminating": terminating}
    return {"addresses": [ip], "conditions": conditions, "nodeName": node, **more}


def endpoint_slice(
    registry: FakeRegistry,
    of: str,
    endpoints: list[Object],
    *,
    ns: str = "course",
    ports: list[Object] | None = None,
    name: str = "",
) -> Object:
    return registry.store.put(
        SLICES,
        {
            "metadata": {"name": name or f"{of}-abcde", "namespace": ns, "labels": {"kubernetes.io/service-name": of}},
            "addressType": "IPv4",
            "endpoints": endpoints,
            "ports": [{"name": "", "port": 8080, "protocol": "TCP"}] if ports is None else ports,
        },
    )


def pod(name: str, ns: str = "course", **spec: Any) -> Object:
    return {"metadata": {"name": name, "namespace": ns}, "spec": {"containers": [], **spec}}


class Who:
    """A server that answers with its name, and remembers what it was asked."""

    def __init__(self, name: str = "server"):
        self.body = name.encode()
        self.scopes: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", str(len(self.body)).encode())],
            }
        )
        await send({"type": "http.response.body", "body": self.body})


class FakeCluster:
    """Three nodes with kube-proxies, cluster DNS, and no API server."""

    def __init__(self, seed: int = 1, pace: float = 0.0):
        self.registry = FakeRegistry()
        for name in ("default", "kube-system", "course", "other"):
            namespace(self.registry, name)
        timing = Timing(pace=pace, dns_timeout=0.01)
        self.network = Network(self.registry, timing, random.Random(seed))  # type: ignore[arg-type]
        self.proxies = {}
        for node in NODES:
            self.network.host(node)
            dice = random.Random(f"{seed}/{node}")
            proxy = self.proxies[node] = KubeProxy(self.registry, node, timing, dice)  # type: ignore[arg-type]
            self.network.use_proxy(proxy)

    def attach(
        self, name: str, node: str = "worker", ns: str = "course", labels: dict[str, str] | None = None, **spec: Any
    ) -> PodNetwork:
        made = pod(name, ns, **spec)
        made["metadata"]["labels"] = labels or {}
        return self.network.attach(self.registry.store.put("pods", made), node)

    def serve(self, name: str, node: str = "worker", port: int = 8080) -> tuple[PodNetwork, Who]:
        net, server = self.attach(name, node), Who(name)
        net.listen(port, server)
        return net, server

    def start_dns(self) -> None:
        """Run two coredns pods behind kube-dns."""
        from kubelearn.cluster.containers.images.system.coredns import DnsServer

        nets = [
            self.attach(f"coredns-{number}", "control-plane", "kube-system", dnsPolicy="Default") for number in range(2)
        ]
        for net in nets:
            net.listen(53, DnsServer(self.network.dns), "UDP")
        ports = [{"name": "dns", "port": 53, "protocol": "UDP"}]
        service(self.registry, "kube-dns", "10.96.0.10", ns="kube-system", ports=ports)
        slice_ports = [{"name": "dns", "port": 53, "protocol": "UDP"}]
        endpoint_slice(
            self.registry, "kube-dns", [endpoint(net.ip, net.node) for net in nets], ns="kube-system", ports=slice_ports
        )

    def sync(self) -> None:
        """Let DNS and the kube-proxies see the present state."""
        self.network.dns.load()
        for proxy in self.proxies.values():
            proxy.load()
