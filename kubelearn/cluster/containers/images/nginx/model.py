"""A configuration that nginx has understood: servers with their locations, upstreams, maps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kubelearn.cluster.containers.filesystem import FileSystem
from kubelearn.cluster.network import Certificate, CertificateError, certificate_of
from kubelearn.cluster.well_known import is_ipv4

from . import directives, expressions
from .directives import NOT_EMULATED
from .syntax import ROOT, ConfigError, Directive, load, of_command_line

#: scheme → port.
PORTS = {"http": 80, "https": 443}
_LISTEN_FLAGS = frozenset({"default_server", "ssl", "http2", "reuseport", "deferred", "bind", "quic"})
#: scheme, host, port, and the rest.
URL = re.compile(r"(https?)://([^/:?]+|\[[^]]*\])(?::([^/?]*))?(.*)", re.DOTALL)


class Scope:
    """The directives of a block, and of those around it."""

    def __init__(self, own: list[Directive], parent: Scope | None = None):
        self.own = own
        self.parent = parent

    def all(self, name: str) -> list[Directive]:
        """Return the directives of a name at the nearest level that has any: so nginx inherits."""
        here = [directive for directive in self.own if directive.name == name]
        return here if here or self.parent is None else self.parent.all(name)

    def args(self, name: str, *default: str) -> list[str]:
        """Return the words of the nearest directive of a name."""
        found = self.all(name)
        return found[0].args if found else list(default)

    def on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.args(name, "off") == ["on"]


@dataclass
class Location:
    """A location: what it matches, and its directives.

    Attributes:
        kind: ``=``, ``^~``, ``~``, ``~*``, ``@``, or nothing for a prefix.
    """

    kind: str
    pattern: str
    scope: Scope
    inner: list[Location] = field(default_factory=list)

    @property
    def is_expression(self) -> bool:
        """Whether ``pattern`` is a regular expression."""
        return self.kind in ("~", "~*")


@dataclass
class Listen:
    """A ``listen`` directive."""

    port: int
    ssl: bool = False
    default: bool = False
    loopback: bool = False


@dataclass
class VirtualServer:
    """A ``server`` block."""

    scope: Scope
    names: list[str]
    listens: list[Listen]
    locations: list[Location]
    certificate: Certificate | None = None

    @property
    def name(self) -> str:
        """What ``$server_name`` is."""
        return self.names[0] if self.names else ""


@dataclass
class Peer:
    """A server of an upstream: addresses that its name had when nginx started."""

    host: str
    port: int
    addresses: list[str] = field(default_factory=list)
    weight: int = 1
    backup: bool = False
    down: bool = False
    max_fails: int = 1
    fail_timeout: float = 10.0


@dataclass
class Upstream:
    """A group of servers, or the one that ``proxy_pass`` names."""

    name: str
    peers: list[Peer]
    where: Directive
    method: str = ""


@dataclass
class Config:
    """All of it.

    Attributes:
        ports: port → the servers that listen on it, the default one first.
        texts: file → its text, in the order of reading.
    """

    http: Scope
    ports: dict[int, list[VirtualServer]]
    upstreams: dict[str, Upstream]
    maps: list[Directive]
    formats: dict[str, str]
    types: dict[str, str]
    texts: dict[str, str]

    def listen_of(self, port: int) -> Listen:
        """Return how a port is listened on."""
        listens = [listen for server in self.ports[port] for listen in server.listens if listen.port == port]
        return Listen(port, any(each.ssl for each in listens), loopback=all(each.loopback for each in listens))

    def certificate_of(self, port: int) -> Certificate | None:
        """Return what clients of a port get to see, None where they do not speak TLS."""
        if not self.listen_of(port).ssl:
            return None
        return next((each.certificate for each in self.ports[port] if each.certificate), None)


def read(files: FileSystem, path: str, given: str = "") -> Config:
    """Read a configuration and check it, but for the names of other hosts.

    Args:
        given: directives of the command line (``-g``).

    Raises:
        ConfigError: as nginx says it.
    """
    texts: dict[str, str] = {}
    main = [*of_command_line(given), *load(files, path, texts)]
    directives.check(main)
    if not any(directive.name == "events" for directive in main):
        raise ConfigError('no "events" section in configuration')
    http = next((directive.block for directive in main if directive.name == "http"), None) or []
    return _Builder(files, Scope(http, Scope(main)), texts).config()


class _Builder:
    def __init__(self, files: FileSystem, http: Scope, texts: dict[str, str]):
        self._files = files
        self._http = http
        self._texts = texts
        self._upstreams: dict[str, Upstream] = {}

    def config(self) -> Config:
        expressions.check(directives.walk(self._http.own))
        for directive in self._http.own:
            if directive.name == "upstream":
                self._upstreams[directive.args[0]] = _upstream(directive)
        servers = [self._server(each) for each in self._http.own if each.name == "server"]
        formats = {each.args[0]: "".join(_without_escape(each.args[1:])) for each in self._http.all("log_format")}
        types: dict[str, str] = {}
        for each in self._http.all("types"):
            for line in each.block or []:
                types |= dict.fromkeys(line.args, line.name)
        maps = [each for each in self._http.own if each.name == "map"]
        config = Config(self._http, _ports(servers), self._upstreams, maps, formats, types, self._texts)
        self._check_formats(config)
        return config

    def _check_formats(self, config: Config) -> None:
        for directive in directives.walk(self._http.own):
            if directive.name == "access_log" and len(directive.args) > 1 and "=" not in directive.args[1]:
                name = directive.args[1]
                if name not in config.formats and name != "combined":
                    raise directive.error(f'unknown log format "{name}"')

    def _server(self, block: Directive) -> VirtualServer:
        scope = Scope(block.block or [], self._http)
        listens = [_listen(each) for each in scope.own if each.name == "listen"] or [Listen(80)]
        names = [name for each in scope.own if each.name == "server_name" for name in each.args]
        server = VirtualServer(scope, names, listens, self._locations(scope, None))
        for directive in scope.own:
            if directive.name == "if":
                self._check_if(directive)
        if any(listen.ssl for listen in listens):
            server.certificate = self._certificate(server)
        return server

    def _locations(self, scope: Scope, outer: Location | None) -> list[Location]:
        found: list[Location] = []
        for directive in scope.own:
            if directive.name != "location":
                continue
            location = self._location(directive, scope)
            if (
                outer is not None
                and location.kind in ("", "^~", "=")
                and not location.pattern.startswith(outer.pattern if outer.kind in ("", "^~") else "")
            ):
                raise directive.error(f'location "{location.pattern}" is outside location "{outer.pattern}"')
            same = (location.kind in ("", "^~"), location.kind == "=", location.pattern)
            for other in found:
                if same == (other.kind in ("", "^~"), other.kind == "=", other.pattern) and not location.is_expression:
                    raise directive.error(f'duplicate location "{location.pattern}"')
            location.inner = self._locations(location.scope, location)
            found.append(location)
        return found

    def _location(self, directive: Directive, outer: Scope) -> Location:
        kind, pattern = directive.args if len(directive.args) == 2 else ("", directive.args[0])
        if kind not in ("", "=", "^~", "~", "~*"):
            raise directive.error(f'invalid location modifier "{kind}"')
        if not kind and pattern.startswith("@"):
            kind = "@"
        location = Location(kind, pattern, Scope(directive.block or [], outer))
        for each in directive.block or []:
            if each.name == "proxy_pass":
                self._check_proxy_pass(each, location)
            elif each.name == "if":
                self._check_if(each)
        return location

    def _check_if(self, directive: Directive) -> None:
        for each in directive.block or []:
            if each.name not in ("return", "rewrite", "set", "break"):
                raise directive.error(
                    f'"{each.name}" within "if" is not emulated on this cluster, a real nginx has it:'
                )

    def _check_proxy_pass(self, directive: Directive, location: Location) -> None:
        url = directive.args[0]
        if "$" in url:
            return
        found = URL.fullmatch(url)
        if found is None:
            raise directive.error("invalid URL prefix")
        scheme, host, port, uri = found.groups()
        if uri and (location.is_expression or location.kind == "@"):
            raise directive.error(
                '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, '
                'or inside "if" statement, or inside "limit_except" block'
            )
        if port is not None and not (port.isdigit() and 0 < int(port) < 65536):
            raise directive.error(f'invalid port in upstream "{host}:{port}{uri}"')
        if host not in self._upstreams:
            number = int(port or PORTS[scheme])
            key = f"{host}:{number}"
            self._upstreams.setdefault(key, Upstream(host, [Peer(host, number)], directive))

    def _certificate(self, server: VirtualServer) -> Certificate:
        pems: dict[str, bytes] = {}
        for name in ("ssl_certificate", "ssl_certificate_key"):
            found = server.scope.all(name)
            if not found:
                listen = next(each for each in server.scope.own if each.name == "listen" and "ssl" in each.args)
                raise listen.error(f'no "{name}" is defined for the "listen ... ssl" directive')
            pems[name] = self._pem(name, found[0].args[0])
        key = server.scope.args("ssl_certificate_key")[0]
        try:
            return certificate_of(pems["ssl_certificate"], pems["ssl_certificate_key"])
        except CertificateError as error:
            name = server.scope.args("ssl_certificate")[0]
            if error.code:  # of the key
                raise ConfigError(f'cannot load certificate key "{key}": {error}') from None
            raise ConfigError(f'cannot load certificate "{name}": {error}') from None

    def _pem(self, name: str, path: str) -> bytes:
        full = path if path.startswith("/") else f"{ROOT}/{path}"
        try:
            return self._files.read(full)
        except OSError:
            what = "certificate" if name == "ssl_certificate" else "certificate key"
            raise ConfigError(
                f'cannot load {what} "{full}": BIO_new_file() failed (SSL: error:80000002:system library::No such file '
                f"or directory:calling fopen({full}, r) error:10000080:BIO routines::no such file)"
            ) from None


def _without_escape(words: list[str]) -> list[str]:
    return words[1:] if words[0].startswith("escape=") else words


def _listen(directive: Directive) -> Listen:
    address, *flags = directive.args
    host, _, port = address.rpartition(":") if ":" in address else ("", "", address)
    if not port.isdigit() and not host:
        host, port = port, "80"
    if address.startswith("unix:"):
        raise directive.error(NOT_EMULATED.format('"listen unix:"'))
    if port.isdigit() and not is_ipv4(host) and host not in ("", "*", "localhost") and not host.startswith("["):
        raise directive.error(f'host not found in "{address}" of the "listen" directive')
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise directive.error(f'invalid port in "{address}" of the "listen" directive')
    for flag in flags:
        if flag not in _LISTEN_FLAGS and "=" not in flag:
            if flag == "proxy_protocol":
                raise directive.error(
                    '"listen ... proxy_protocol" is not emulated on this cluster, a real nginx has it:'
                )
            raise directive.error(f'invalid parameter "{flag}"')
    loopback = host in ("localhost", "[::1]") or host.startswith("127.")
    return Listen(int(port), "ssl" in flags, "default_server" in flags, loopback)


def _ports(servers: list[VirtualServer]) -> dict[int, list[VirtualServer]]:
    found: dict[int, list[VirtualServer]] = {}
    for server in servers:
        for listen in server.listens:
            group = found.setdefault(listen.port, [])
            if server in group:
                continue
            if listen.default:
                if any(each.default for other in group for each in other.listens if each.port == listen.port):
                    where = next(each for each in server.scope.own if each.name == "listen")
                    raise where.error(f"a duplicate default server for 0.0.0.0:{listen.port}")
                group.insert(0, server)
            else:
                group.append(server)
    return found


def _upstream(block: Directive) -> Upstream:
    upstream = Upstream(block.args[0], [], block)
    for directive in block.block or []:
        if directive.name in ("ip_hash", "least_conn"):
            upstream.method = directive.name
        elif directive.name == "server":
            upstream.peers.append(_peer(directive))
    if not upstream.peers:
        raise block.error("no servers are inside upstream")
    return upstream


def _peer(directive: Directive) -> Peer:
    address, *flags = directive.args
    host, _, port = address.partition(":")
    if host == "unix" or (port and not port.isdigit()):
        raise directive.error(f'invalid port in upstream "{address}"')
    peer = Peer(host, int(port or 80))
    for flag in flags:
        name, _, value = flag.partition("=")
        if flag in ("backup", "down"):
            setattr(peer, flag, True)
        elif name in ("weight", "max_fails") and value.isdigit():
            setattr(peer, name, int(value))
        elif name == "fail_timeout":
            peer.fail_timeout = seconds(value)
        elif name not in ("max_conns", "resolve", "slow_start"):
            raise directive.error(f'invalid parameter "{flag}"')
        else:
            raise directive.error(NOT_EMULATED.format(f'"{name}" of a server'))
    return peer


def seconds(text: str) -> float:
    """Return a time of nginx', ``60s``, ``500ms`` or ``1m30s``, in seconds."""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"(\d+)(ms|[smhd]|)", text))
