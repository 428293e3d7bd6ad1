"""What envoy's configuration says: listeners, routes, clusters."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import yaml

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Certificate, CertificateError, certificate_of

_STDOUT = "/dev/stdout"
#: What stands in a configuration and changes nothing here.
_HARMLESS = {
    "bootstrap": {"admin", "static_resources", "node", "stats_config", "layered_runtime"},
    "listener": {"name", "address", "filter_chains", "access_log", "traffic_direction"},
    "chain": {"filters", "transport_socket", "name"},
    "manager": {
        *("@type", "stat_prefix", "codec_type", "route_config", "http_filters", "access_log", "server_name"),
        *("use_remote_address", "generate_request_id", "stream_idle_timeout", "common_http_protocol_options"),
    },
    "virtual host": {"name", "domains", "routes"},
    "route": {"match", "route", "direct_response", "name"},
    "match": {"prefix", "path"},
    "action": {"cluster", "prefix_rewrite", "timeout"},
    "cluster": {
        *("name", "type", "connect_timeout", "lb_policy", "load_assignment", "dns_lookup_family", "transport_socket"),
        *("health_checks", "http2_protocol_options", "typed_extension_protocol_options", "respect_dns_ttl"),
    },
}
_TYPES = {"STATIC", "STRICT_DNS", "LOGICAL_DNS"}


class ConfigError(Exception):
    """A configuration that envoy does not start with."""


@dataclass
class Cluster:
    """Where requests go to: addresses or names, each with a port."""

    name: str
    endpoints: list[tuple[str, int]]
    tls: bool
    turn: count[int] = field(default_factory=count)


@dataclass
class Port:
    """A listener of HTTP.

    Attributes:
        hosts: virtual hosts: their domains and routes.
        health: header that the filter of health checks asks for → value, None without the filter.
    """

    number: int
    hosts: list[tuple[list[str], list[dict[str, Any]]]]
    tls: Certificate | None
    log: bool
    health: dict[str, str] | None


def _known(part: dict[str, Any], what: str) -> dict[str, Any]:
    """Return a part of a configuration after looking whether all in it is emulated."""
    if more := sorted(part.keys() - _HARMLESS[what]):
        raise ConfigError(f"kubelearn's envoy does not emulate {', '.join(more)} of a {what}")
    return part


def _address(part: dict[str, Any]) -> tuple[str, int]:
    socket = part["address"]["socket_address"]
    return socket["address"], int(socket["port_value"])


class Config:
    """What one file says."""

    def __init__(self, process: Process, path: str):
        """Read it.

        Raises:
            ConfigError: there is no such file, or it cannot be used.
        """
        self._process = process
        try:
            read = yaml.safe_load(self._read(path))
            resources = _known(read, "bootstrap").get("static_resources") or {}
            self.admin = _address(read["admin"])[1] if read.get("admin") else None
            self.clusters = {each["name"]: self._cluster(each) for each in resources.get("clusters") or ()}
            self.ports = [self._port(each) for each in resources.get("listeners") or ()]
        except (yaml.YAMLError, KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise ConfigError(f"Unable to parse JSON as proto ({type(error).__name__}: {error})") from None

    def _read(self, path: str) -> bytes:
        try:
            return self._process.files.read(path)
        except OSError:
            raise ConfigError(f"unable to read file: {path}") from None

    def _cluster(self, part: dict[str, Any]) -> Cluster:
        kind = str(_known(part, "cluster").get("type", "STATIC")).upper()
        if kind not in _TYPES:
            raise ConfigError(f"kubelearn's envoy does not emulate clusters of the type {kind}")
        groups = part.get("load_assignment", {}).get("endpoints") or ()
        found = [_address(each["endpoint"]) for group in groups for each in group["lb_endpoints"]]
        return Cluster(part["name"], found, "transport_socket" in part)

    def _port(self, part: dict[str, Any]) -> Port:
        (chain,) = _known(part, "listener")["filter_chains"]
        (manager,) = _known(chain, "chain")["filters"]
        if not manager["name"].endswith("http_connection_manager"):
            raise ConfigError(f"kubelearn's envoy does not emulate the filter {manager['name']}")
        asked = _known(manager.get("typed_config") or manager.get("config"), "manager")
        hosts = [_known(each, "virtual host") for each in asked["route_config"]["virtual_hosts"]]
        for route in (route for host in hosts for route in host["routes"]):
            _known(_known(route, "route")["match"], "match")
            cluster = _known(route.get("route") or {}, "action").get("cluster")
            if cluster and cluster not in self.clusters:
                raise ConfigError(f"route: unknown cluster '{cluster}'")
        health = None
        for each in asked.get("http_filters") or ():
            if each["name"].endswith("health_check"):
                health = {header["name"]: header["exact_match"] for header in each["typed_config"]["headers"]}
            elif not each["name"].endswith("router"):
                raise ConfigError(f"kubelearn's envoy does not emulate the filter {each['name']}")
        written = yaml.safe_dump(part)  # in which aliases stay such: written out, a small file may be without end
        log = _STDOUT in written or "StdoutAccessLog" in written
        routes = [(host["domains"], host["routes"]) for host in hosts]
        return Port(_address(part)[1], routes, self._certificate(chain), log, health)

    def _certificate(self, chain: dict[str, Any]) -> Certificate | None:
        if "transport_socket" not in chain:
            return None
        (pair,) = chain["transport_socket"]["typed_config"]["common_tls_context"]["tls_certificates"]
        parts = [pair["certificate_chain"], pair["private_key"]]
        pems = [
            part["inline_string"].encode() if "inline_string" in part else self._read(part["filename"])
            for part in parts
        ]
        try:
            return certificate_of(*pems)
        except CertificateError as error:
            raise ConfigError(f"Failed to load certificate chain from {parts[0].get('filename')}: {error}") from None
