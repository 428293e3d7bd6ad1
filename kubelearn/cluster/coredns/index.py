"""What cluster DNS knows of the cluster, kept in step by watches."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import ObjectReader, StoreEvent, Watch
from kubelearn.cluster.well_known import SLICES, ServiceKey, service_key, service_of

_RESOURCES = ("namespaces", "services", SLICES)


class EndpointRecord(NamedTuple):
    """One port of one ready endpoint; port -1 if its slice declares none."""

    name: str
    ip: str
    port_name: str
    protocol: str
    port: int


class Index:
    """Services, ready endpoints and namespaces, by the keys that queries need.

    Attributes:
        namespaces: names of the namespaces.
        modified: Unix time of the last change, the zone's serial.
    """

    def __init__(self, registry: ObjectReader):
        self._registry = registry
        self._services: dict[ServiceKey, Object] = {}
        self._slices: dict[ServiceKey, dict[str, Object]] = {}
        self._owners: dict[str, ServiceKey] = {}
        self.namespaces: set[str] = set()
        self.modified = int(time.time())
        self.load()

    def load(self) -> None:
        """Read everything anew."""
        for table in (self._services, self._slices, self._owners, self.namespaces):
            table.clear()
        for resource in _RESOURCES:
            for obj in self._registry.list(resource):
                self._add(resource, obj)
        self.changed()

    async def run(self) -> None:
        """Follow the API until cancelled."""
        with ExitStack() as stack:
            watches = [
                stack.enter_context(contextlib.closing(self._registry.watch(resource))) for resource in _RESOURCES
            ]
            self.load()
            async with asyncio.TaskGroup() as group:
                for watch in watches:
                    group.create_task(self._follow(watch))

    async def _follow(self, watch: Watch) -> None:
        async for event in watch:
            self.observe(event)

    def observe(self, event: StoreEvent) -> None:
        """Take in one change."""
        if event.previous is not None:
            self._remove(event.resource, event.previous)
        if event.type != "DELETED":
            self._add(event.resource, event.object)
        self.modified = int(time.time())
        self.changed()

    def changed(self) -> None:
        """Hook: something is not as it was."""

    def _add(self, resource: str, obj: Object) -> None:
        if resource == "namespaces":
            self.namespaces.add(meta.name_of(obj))
        elif resource == "services":
            key = service_key(obj)
            self._services[key] = obj
            self._owners.update(dict.fromkeys(_cluster_ips(obj), key))
        else:
            self._slices.setdefault(service_of(obj), {})[meta.name_of(obj)] = obj

    def _remove(self, resource: str, obj: Object) -> None:
        if resource == "namespaces":
            self.namespaces.discard(meta.name_of(obj))
        elif resource == "services":
            key = service_key(obj)
            self._services.pop(key, None)
            for ip in _cluster_ips(obj):
                if self._owners.get(ip) == key:
                    del self._owners[ip]
        else:
            slices = self._slices.get(service_of(obj), {})
            slices.pop(meta.name_of(obj), None)
            if not slices:
                self._slices.pop(service_of(obj), None)

    def service(self, namespace: str, name: str) -> Object | None:
        """Return a Service, None if there is none of that name."""
        return self._services.get((namespace, name))

    def owner_of(self, ip: str) -> ServiceKey | None:
        """Return the Service that has a cluster IP."""
        return self._owners.get(ip)

    def endpoints(self, namespace: str, name: str) -> Iterator[EndpointRecord]:
        """Return the ready endpoints of a Service, once for each port."""
        for item in self._slices.get((namespace, name), {}).values():
            if item.get("addressType", "IPv4") != "IPv4":
                continue
            ports: Sequence[Object] = item.get("ports") or ({"port": -1},)
            for entry in item.get("endpoints") or ():
                if (entry.get("conditions") or {}).get("ready", True) is False:
                    continue
                for ip in entry["addresses"]:
                    label = entry.get("hostname") or ip.replace(".", "-")
                    for port in ports:
                        yield EndpointRecord(
                            label, ip, port.get("name") or "", port.get("protocol", "TCP"), port.get("port") or -1
                        )

    def endpoint_names(self, ip: str) -> list[str]:
        """Return ``<endpoint>.<service>.<namespace>`` for every Service that has a ready endpoint with this address."""
        found: dict[str, None] = {}
        for namespace, name in self._slices:
            for endpoint in self.endpoints(namespace, name):
                if endpoint.ip == ip:
                    found[f"{endpoint.name}.{name}.{namespace}"] = None
        return list(found)


def _cluster_ips(service: Object) -> list[str]:
    ip = service["spec"].get("clusterIP", "")
    return [] if ip in ("", "None") else [ip]
