"""Services: defaults, addresses and node ports (K/pkg/registry/core/service/storage)."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from ...meta import Object
from .. import allocators, errors
from ..errors import Cause, invalid_value
from ..validation import metadata, names
from ..validation import service as rules
from .base import Context, Strategy

if TYPE_CHECKING:
    from ...store import Store

_EXTERNAL = ("NodePort", "LoadBalancer")


class _Ranges:
    """The allocators of one cluster."""

    def __init__(self) -> None:
        self.addresses, self.ports = allocators.ClusterIPs(), allocators.NodePorts()


class ServiceStrategy(Strategy):
    """Rules and allocations of Services."""

    name_rule = staticmethod(names.dns1035)
    field_selectors = {"spec.clusterIP": lambda obj: obj["spec"].get("clusterIP", ""), "spec.type": lambda obj: obj["spec"]["type"]}

    def __init__(self) -> None:
        self._ranges: weakref.WeakKeyDictionary[Store, _Ranges] = weakref.WeakKeyDictionary()

    def _of(self, context: Context) -> _Ranges:
        return self._ranges.setdefault(context.registry.store, _Ranges())

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec["type"] = spec.get("type") or "ClusterIP"
        spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
        if spec["sessionAffinity"] == "ClientIP":
            spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {}).setdefault("timeoutSeconds", 10800)
        else:
            spec.pop("sessionAffinityConfig", None)
        for port in spec.get("ports") or ():
            port["protocol"] = port.get("protocol") or "TCP"
            if port.get("targetPort") in (None, 0, ""):
                port["targetPort"] = port.get("port", 0)
            for key in ("name", "nodePort"):
                if not port.get(key):
                    port.pop(key, None)
        for key in ("selector", "ports", "externalName", "clusterIP", "clusterIPs"):
            if not spec.get(key):
                spec.pop(key, None)
        self._default_policies(spec)
        obj.setdefault("status", {}).setdefault("loadBalancer", {})

    def _default_policies(self, spec: Object) -> None:
        if spec["type"] != "ExternalName":
            spec.setdefault("internalTrafficPolicy", "Cluster")
        if spec["type"] in _EXTERNAL or (spec["type"] == "ClusterIP" and spec.get("externalIPs")):
            spec.setdefault("externalTrafficPolicy", "Cluster")
        if spec["type"] == "LoadBalancer":
            spec.setdefault("allocateLoadBalancerNodePorts", True)

    def prepare_create(self, obj: Object, context: Context) -> None:
        obj["status"] = {"loadBalancer": {}}
        self._families(obj["spec"])
        self._allocate(obj, None, context)

    def _families(self, spec: Object) -> None:
        if spec["type"] == "ExternalName":
            for key in ("internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy"):
                spec.pop(key, None)
            return
        dual = spec.get("clusterIP") == "None" and not spec.get("selector")
        spec.setdefault("ipFamilyPolicy", "RequireDualStack" if dual else "SingleStack")
        spec.setdefault("ipFamilies", ["IPv4", "IPv6"] if dual else ["IPv4"])

    # Addresses and ports

    def _allocate(self, obj: Object, old: Object | None, context: Context) -> None:
        """Fill in clusterIP and node ports; what was taken is given back when one of them fails."""
        spec = obj["spec"]
        if spec["type"] not in rules.TYPES:
            return
        if spec["type"] != "ExternalName":
            self._address(obj, old, context)
        try:
            if spec["type"] in _EXTERNAL:
                self._node_ports(obj, old, context)
        except errors.ApiError:
            self._release_addresses(obj, old, context)
            raise

    def _address(self, obj: Object, old: Object | None, context: Context) -> None:
        spec, taken = obj["spec"], self._of(context).addresses
        wanted = spec.get("clusterIP") or (spec.get("clusterIPs") or [""])[0]
        if wanted and wanted != "None" and names.ip_address(wanted):
            cause = invalid_value("spec.clusterIPs[0]", wanted, names.ip_address(wanted)[0])
            raise self._invalid(obj, [cause])
        if old is not None and wanted == old["spec"].get("clusterIP"):
            spec["clusterIPs"] = [wanted]
            return
        if wanted == "None":
            pass
        elif wanted:
            self._take(obj, wanted, context)
        elif context.dry_run:
            wanted = str(allocators.NETWORK.network_address)
        else:
            number = taken.next(context.random)
            if number is None:
                raise errors.internal(f'failed to allocate a serviceIP for Service "{obj["metadata"].get("name")}": range is full')
            wanted = allocators.address(number)
        spec["clusterIP"], spec["clusterIPs"] = wanted, [wanted]

    def _take(self, obj: Object, wanted: str, context: Context) -> None:
        taken = self._of(context).addresses
        why = ""
        if not taken.contains(wanted):
            why = f"the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {allocators.NETWORK}"
        elif not context.dry_run and not taken.take(allocators.number(wanted)):
            why = "provided IP is already allocated"
        if why:
            raise self._invalid(obj, [invalid_value("spec.clusterIPs", [wanted], f"failed to allocate IP {wanted}: {why}")])

    def _node_ports(self, obj: Object, old: Object | None, context: Context) -> None:
        spec, taken = obj["spec"], self._of(context).ports
        mine = {p["nodePort"] for p in (old["spec"].get("ports") or () if old else ()) if p.get("nodePort")}
        got: list[int] = []
        by_port: dict[int, int] = {}
        try:
            for index, port in enumerate(spec.get("ports") or ()):
                shared = by_port.get(port.get("port", 0))
                if port.get("nodePort"):
                    if port["nodePort"] not in mine and port["nodePort"] != shared:
                        self._take_port(obj, index, port["nodePort"], context, got)
                elif shared:
                    port["nodePort"] = shared
                elif not context.dry_run and spec.get("allocateLoadBalancerNodePorts", True):
                    number = taken.next(context.random)
                    if number is None:
                        raise errors.internal("failed to allocate a nodePort: range is full")
                    got.append(number)
                    port["nodePort"] = number
                if port.get("nodePort"):
                    by_port[port.get("port", 0)] = port["nodePort"]
        except errors.ApiError:
            for number in got:
                taken.release(number)
            raise

    def _take_port(self, obj: Object, index: int, wanted: int, context: Context, got: list[int]) -> None:
        taken, why = self._of(context).ports, ""
        if wanted not in allocators.PORTS:
            why = f"provided port is not in the valid range. The range of valid ports is {allocators.PORTS.start}-{allocators.PORTS.stop - 1}"
        elif context.dry_run:
            return
        elif not taken.take(wanted):
            why = "provided port is already allocated"
        if why and not (context.dry_run and "range" in why):
            raise self._invalid(obj, [invalid_value(f"spec.ports[{index}].nodePort", wanted, why)])
        got.append(wanted)

    def _invalid(self, obj: Object, causes: list[Cause]) -> errors.ApiError:
        return errors.invalid("Service", obj["metadata"].get("name", ""), causes)

    def _held(self, obj: Object | None) -> tuple[set[int], set[int]]:
        """Return the addresses and node ports of a Service, as numbers."""
        if obj is None:
            return set(), set()
        spec = obj["spec"]
        cluster_ip = spec.get("clusterIP")
        addresses = {allocators.number(cluster_ip)} if cluster_ip not in (None, "", "None") and not names.ip_address(cluster_ip) else set()
        return addresses, {p["nodePort"] for p in spec.get("ports") or () if p.get("nodePort")} if spec["type"] in _EXTERNAL else set()

    def _release_addresses(self, obj: Object, kept: Object | None, context: Context) -> None:
        if not context.dry_run:
            for number in self._held(obj)[0] - self._held(kept)[0]:
                self._of(context).addresses.release(number)

    def _release(self, obj: Object, kept: Object | None, context: Context) -> None:
        self._release_addresses(obj, kept, context)
        if not context.dry_run:
            for number in self._held(obj)[1] - self._held(kept)[1]:
                self._of(context).ports.release(number)

    def on_failed(self, obj: Object, context: Context) -> None:
        self._release(obj, None, context)

    def on_deleted(self, obj: Object, context: Context) -> None:
        self._release(obj, None, context)

    def on_failed_update(self, new: Object, old: Object, context: Context) -> None:
        self._release(new, old, context)

    # Updates

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        self.keep_status(new, old)
        spec, was = new["spec"], old["spec"]
        if spec["type"] == "ExternalName":
            self._drop_unchanged(spec, was, ("clusterIP", "clusterIPs"))
        elif was["type"] != "ExternalName":
            for key in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
                if not spec.get(key) and was.get(key):
                    spec[key] = was[key]
            if spec["clusterIP"] != was.get("clusterIP") and spec.get("clusterIPs") == was.get("clusterIPs"):
                spec["clusterIPs"] = [spec["clusterIP"]]
        if spec["type"] not in _EXTERNAL:
            self._drop_node_ports(spec, was)
        else:
            self._keep_node_ports(spec, was)
        self._families(spec)
        if was.get("clusterIP") and spec["type"] != "ExternalName" and was["type"] != "ExternalName" and spec["clusterIP"] != was["clusterIP"]:
            return  # validate_update refuses this: nothing may be taken for it
        self._allocate(new, old, context)
        if not context.dry_run and not self.validate_update(new, old):
            self._release(old, new, context)

    @staticmethod
    def _drop_unchanged(spec: Object, was: Object, keys: tuple[str, ...]) -> None:
        for key in keys:
            if spec.get(key) == was.get(key):
                spec.pop(key, None)

    @staticmethod
    def _drop_node_ports(spec: Object, was: Object) -> None:
        """Going back to ClusterIP clears what only external types have, if the client left it as it was."""
        old_ports = {p.get("nodePort") for p in was.get("ports") or ()}
        if was["type"] in _EXTERNAL:
            for port in spec.get("ports") or ():
                if port.get("nodePort") in old_ports:
                    port.pop("nodePort", None)
            ServiceStrategy._drop_unchanged(spec, was, ("externalTrafficPolicy", "allocateLoadBalancerNodePorts", "healthCheckNodePort"))

    @staticmethod
    def _keep_node_ports(spec: Object, was: Object) -> None:
        """A port that was sent without its node port keeps the one it had (patchAllocatedValues)."""
        before = {(p["protocol"], p.get("port")): p["nodePort"] for p in was.get("ports") or () if p.get("nodePort")}
        used = {p["nodePort"] for p in spec.get("ports") or () if p.get("nodePort")}
        for port in spec.get("ports") or ():
            known = before.get((port["protocol"], port.get("port")))
            if not port.get("nodePort") and known and known not in used:
                port["nodePort"] = known

    def validate(self, obj: Object) -> list[Cause]:
        return rules.validate(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        return [*metadata.validate_update(new, old), *rules.validate_update(new, old), *rules.validate(new)]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        spec, found = obj["spec"], []
        if spec.get("clusterIP") == "None" and spec["sessionAffinity"] != "None":
            found.append("spec.SessionAffinity is ignored for headless services")
        if spec.get("externalName") and spec["type"] != "ExternalName":
            found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
        return found
