"""``envoy`` with a static configuration: listeners of HTTP, routes by path, clusters by address or name, and admin."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import yaml

from kubelearn.cluster.containers.images.web import HTML, JSON, Stopping, body_of, clock, reply
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import (
    AddressInUse,
    Certificate,
    CertificateError,
    Listener,
    NetworkError,
    Receive,
    Response,
    Scope,
    Send,
    certificate_of,
)

_CONF = "/etc/envoy/envoy.yaml"
_STDOUT = "/dev/stdout"
#: Headers that end at a proxy.
_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "content-length", "date", "server"})
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
_ADMIN = "  /: Admin home page\n  /clusters: upstream cluster status\n  /listeners: print listener info\n  /ready: …\n"


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
        log = _STDOUT in json.dumps(part) or "StdoutAccessLog" in json.dumps(part)
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


class _Proxy:
    """Serves one listener."""

    def __init__(self, process: Process, config: Config, port: Port):
        self._process = process
        self._config = config
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begin = time.monotonic()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        answer = await self._answer(scope, headers, target, await body_of(receive))
        spent = f"{(time.monotonic() - begin) * 1000:.0f}"
        kept = [(name, value) for name, value in answer.headers if name.decode("latin-1").lower() not in _HOP]
        kind = next((value for name, value in kept if name.lower() == b"content-type"), b"")
        more = [pair for pair in kept if pair[0].lower() != b"content-type"]
        await reply(send, answer.body, answer.status, kind, *more, (b"server", b"envoy"))
        if self._port.log:
            when = clock("%Y-%m-%dT%H:%M:%S.000Z")
            sizes = f"{answer.status} - 0 {len(answer.body)} {spent}"
            self._process.print(f'[{when}] "{scope["method"]} {target} HTTP/1.1" {sizes}')

    async def _answer(self, scope: Scope, headers: list[tuple[str, str]], target: str, body: bytes) -> Response:
        asked = {":path": target, **dict(headers)}
        if self._port.health and all(asked.get(name) == value for name, value in self._port.health.items()):
            return Response(200)
        route = self._route(asked.get("host", ""), target)
        if route is None:
            return Response(404)
        if direct := route.get("direct_response"):
            return Response(int(direct["status"]), _PLAIN, direct.get("body", {}).get("inline_string", "").encode())
        action = route["route"]
        if "prefix_rewrite" in action:
            target = action["prefix_rewrite"] + target.removeprefix(route["match"].get("prefix", target))
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers if name not in _HOP]
        sent += [(b"x-forwarded-proto", scope["scheme"].encode()), (b"x-envoy-expected-rq-timeout-ms", b"15000")]
        return await self._pass_on(self._config.clusters[action["cluster"]], scope["method"], target, sent, body)

    def _route(self, host: str, target: str) -> dict[str, Any] | None:
        """Return the first route of the virtual host that a request is for."""
        path = target.partition("?")[0]
        exact = [routes for domains, routes in self._port.hosts if host in domains]
        for routes in exact or [routes for domains, routes in self._port.hosts if "*" in domains]:
            for route in routes:
                match = route["match"]
                if path == match.get("path") or path.startswith(match.get("prefix", "\0")):
                    return route
        return None

    async def _pass_on(
        self, cluster: Cluster, method: str, target: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> Response:
        network = self._process.network
        try:
            addresses = [(address, port) for name, port in cluster.endpoints for address in await network.resolve(name)]
        except NetworkError:
            addresses = []
        if not addresses:
            return Response(503, _PLAIN, b"no healthy upstream")
        host, port = addresses[next(cluster.turn) % len(addresses)]
        begin = time.monotonic()
        try:
            connection = await network.connect(host, port, timeout=15)
            try:
                if cluster.tls:
                    connection.start_tls(host, None)
                answer = await connection.request(method, target, headers, body)
            finally:
                connection.close()
        except (NetworkError, CertificateError) as error:
            why = f"remote connection failure, transport failure reason: delayed connect error: {error}"
            text = f"upstream connect error or disconnect/reset before headers. reset reason: {why}"
            return Response(503, _PLAIN, text.encode())
        answer.headers.append((b"x-envoy-upstream-service-time", f"{(time.monotonic() - begin) * 1000:.0f}".encode()))
        return answer


_PLAIN = [(b"content-type", b"text/plain")]


class _Admin:
    """The administration interface."""

    def __init__(self, version: str, config: Config, stopping: Stopping):
        self._version = version
        self._config = config
        self._stopping = stopping

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        if path == "/ready":
            await reply(send, "LIVE\n")
        elif path == "/server_info":
            await reply(send, json.dumps({"version": self._version, "state": "LIVE"}, indent=1), 200, JSON)
        elif path == "/listeners":
            await reply(
                send, "".join(f"listener_{port.number}::0.0.0.0:{port.number}\n" for port in self._config.ports)
            )
        elif path == "/clusters":
            rows = ((cluster.name, *end) for cluster in self._config.clusters.values() for end in cluster.endpoints)
            await reply(send, "".join(f"{name}::{host}:{port}::health_flags::healthy\n" for name, host, port in rows))
        elif path == "/quitquitquit" and scope["method"] == "POST":
            await reply(send, "OK\n")
            self._stopping.exit(0)
        elif path == "/":
            await reply(send, _ADMIN, 200, HTML)
        else:
            await reply(send, f"invalid path. admin commands are:\n{_ADMIN}", 404)


def _option(words: list[str]) -> str:
    """Return which file the command line names."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in ("-c", "--config-path"):
            return value if equals else "".join(words[index + 1 : index + 2])
    return _CONF


def programs(version: str) -> dict[str, Program]:
    """Return what Envoy's image has of its own."""

    async def main(process: Process) -> int:
        def log(level: str, text: str) -> None:
            process.complain(f"[{clock('%Y-%m-%d %H:%M:%S.000')}][1][{level}][main] {text}")

        path = _option(process.argv[1:])
        log("info", f"initializing epoch 0 (base id=0, version={version})")
        try:
            config = Config(process, path)
        except ConfigError as error:
            log("critical", f"error initializing config '  {path}': {error}")
            return 1
        stopping = Stopping(process)
        listeners: list[Listener] = []
        try:
            if config.admin is not None:
                listeners.append(process.network.listen(config.admin, _Admin(version, config, stopping)))
            for port in config.ports:
                proxy = _Proxy(process, config, port)
                listeners.append(process.network.listen(port.number, proxy, tls=port.tls))
            log("info", "all clusters initialized. initializing init manager")
            log("info", "starting main dispatch loop")
            await stopping.event.wait()
        except AddressInUse:
            log("critical", "error initializing configuration: cannot bind: Address already in use")
            return 1
        finally:
            for listener in listeners:
                listener.close()
        return stopping.code

    async def entrypoint(process: Process) -> int:
        words = process.argv[1:]
        process.argv = ["envoy", *words] if not words or words[0].startswith("-") else words
        return await process.programs[process.argv[0].rpartition("/")[2]](process)

    return {"envoy": main, "docker-entrypoint.sh": entrypoint}


_DEFAULT = """\
admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: {address: 0.0.0.0, port_value: 10000}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: ingress_http
          route_config:
            virtual_hosts:
            - name: local_service
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: service_envoyproxy_io}
  clusters:
  - name: service_envoyproxy_io
    type: LOGICAL_DNS
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: www.envoyproxy.io, port_value: 443}}}
    transport_socket: {name: envoy.transport_sockets.tls}
"""
FILES = {_CONF: _DEFAULT.encode()}
#: What kiada-ssl-proxy adds: TLS on 8443, passed on to port 8080 of its pod.
_KIADA = """\
admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: {address: 0.0.0.0, port_value: 8443}
    filter_chains:
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          common_tls_context:
            tls_certificates:
            - certificate_chain: {filename: /etc/certs/example-com.crt}
              private_key: {filename: /etc/certs/example-com.key}
      filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: ingress_http
          route_config:
            virtual_hosts:
            - name: local_service
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: service_kiada_localhost}
  clusters:
  - name: service_kiada_localhost
    type: STATIC
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8080}}}
"""


#: kiada-ssl-proxy is made of this version.
KIADA = programs("1.31.10")


def kiada(_version: str) -> dict[str, bytes]:
    """Return the files of kiada-ssl-proxy, with a certificate that nobody believes."""
    import trustme

    pair = trustme.CA().issue_cert("*.example.com", "example.com", common_name="example.com")
    (chain, *_), key = pair.cert_chain_pems, pair.private_key_pem
    return {
        _CONF: _KIADA.encode(),
        "/etc/certs/example-com.crt": chain.bytes(),
        "/etc/certs/example-com.key": key.bytes(),
    }
