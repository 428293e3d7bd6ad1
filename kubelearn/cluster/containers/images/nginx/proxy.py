"""nginx before other servers: upstreams, their names, and what is passed on in both directions."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import (
    ConnectionReset,
    ConnectionTimedOut,
    NameNotFound,
    NetworkError,
    NoRoute,
    Response,
)

from . import expressions, logs
from .model import PORTS, URL, Config, Upstream, seconds
from .request import Request, normalized
from .static import Answer
from .syntax import Directive

_TIMEOUT = "60s"
#: Headers that end at a proxy, of the request and of the answer.
_OF_CLIENT = frozenset({"host", "connection", "keep-alive", "transfer-encoding", "te", "expect", "upgrade"})
_OF_SERVER = frozenset({"date", "server", "connection", "keep-alive", "transfer-encoding", "content-length", "x-pad"})
_SAFE = "/:@!$&'()*+,;=~-._%"


@dataclass
class _Target:
    """An address that requests go to.

    Attributes:
        current: weight for the smooth round robin.
        failures: how often it failed since it was last good, ``until`` when it is left out.
    """

    address: str
    port: int
    weight: int = 1
    backup: bool = False
    max_fails: int = 1
    fail_timeout: float = 10.0
    current: int = 0
    failures: int = 0
    until: float = 0.0
    active: int = 0


@dataclass
class _Group:
    method: str
    targets: list[_Target] = field(default_factory=list)

    def choose(self, client: str, tried: list[_Target]) -> _Target | None:
        """Return the target for a request, None if none is left."""
        now = time.monotonic()
        alone = len(self.targets) == 1
        for backup in (False, True):
            left = [
                each
                for each in self.targets
                if each.backup == backup and each not in tried and (alone or each.until <= now)
            ]
            if left:
                return self._among(left, client)
        return None

    def _among(self, targets: list[_Target], client: str) -> _Target:
        if self.method == "ip_hash":
            number = 89
            for part in client.split(".")[:3]:
                number = (number * 113 + int(part)) % 6271
            return targets[number % len(targets)]
        if self.method == "least_conn":
            fewest = min(each.active / each.weight for each in targets)
            targets = [each for each in targets if each.active / each.weight == fewest]
        for each in targets:
            each.current += each.weight
        best = max(targets, key=lambda each: each.current)
        best.current -= sum(each.weight for each in targets)
        return best

    def note(self, target: _Target, *, good: bool) -> None:
        """Remember how a request ended: one that fails too often is left out for a while."""
        target.failures = 0 if good else target.failures + 1
        if not good and target.max_fails and target.failures >= target.max_fails:
            target.until = time.monotonic() + target.fail_timeout


class Proxies:
    """What nginx passes requests on to, by one configuration."""

    def __init__(self, process: Process, config: Config):
        self._process = process
        self._config = config
        self._groups: dict[str, _Group] = {}
        self._requests = 0

    async def resolve(self) -> None:
        """Look all names up, once and for all, as nginx does when it starts.

        Raises:
            ConfigError: a host that is not found.
        """
        for key, upstream in self._config.upstreams.items():
            self._groups[key] = await self._group(upstream)

    async def _group(self, upstream: Upstream) -> _Group:
        group = _Group(upstream.method)
        servers = [each for each in upstream.where.block or [] if each.name == "server"]
        for index, peer in enumerate(upstream.peers):
            where = servers[index] if servers else upstream.where
            try:
                addresses = await self._process.network.resolve(peer.host)
            except NameNotFound:
                shown = where.args[0] if servers else peer.host
                raise where.error(f'host not found in upstream "{shown}"') from None
            if not peer.down:
                more = (peer.port, peer.weight, peer.backup, peer.max_fails, peer.fail_timeout)
                group.targets += [_Target(address, *more) for address in addresses]
        return group

    def count(self) -> int:
        """Return the number of a new connection, for logs."""
        self._requests += 1
        return self._requests

    def status(self) -> bytes:
        """Return the page of ``stub_status``."""
        count = self._requests
        return (
            f"Active connections: 1 \nserver accepts handled requests\n {count} {count} {count} \n"
            "Reading: 0 Writing: 1 Waiting: 0 \n"
        ).encode()

    async def answer(self, request: Request, directive: Directive) -> tuple[int, list[tuple[str, str]], bytes]:
        """Pass a request on, and return status, headers and body of the answer.

        Raises:
            Answer: nobody answers; it is nginx' own page.
        """
        url = request.value(directive.args[0])
        found = URL.fullmatch(url)
        if found is None:
            logs.error(request, f'invalid URL prefix in "{url}"', "error")
            raise Answer(500)
        scheme, host, port, uri = found.groups()
        number = int(port or PORTS[scheme])
        usual = number == PORTS[scheme]
        request.upstream |= {"proxy_host": host if usual else f"{host}:{number}", "proxy_port": str(number)}
        group = self._groups.get(host) or self._groups.get(f"{host}:{number}")
        if group is None:
            group = await self._at_run_time(request, host, number)
        target = _target(request, directive, uri)
        return await self._try_all(request, group, scheme, target)

    async def _at_run_time(self, request: Request, host: str, port: int) -> _Group:
        """Look up a name that a variable gave; that needs a ``resolver``.

        Raises:
            Answer: it is not found.
        """
        if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", host):
            return _Group("", [_Target(host, port)])
        resolver = request.scope.args("resolver")
        if not resolver:
            logs.error(request, f"no resolver defined to resolve {host}", "error")
            raise Answer(502)
        try:
            answer = await self._process.network.query(host, server=resolver[0].partition(":")[0])
            addresses = answer.addresses() if answer.answers else []
        except NetworkError:
            addresses = []
        if not addresses:
            logs.error(request, f"{host} could not be resolved (3: Host not found)", "error")
            raise Answer(502)
        return _Group("", [_Target(address, port) for address in addresses])

    async def _try_all(
        self, request: Request, group: _Group, scheme: str, target: str
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        tried: list[_Target] = []
        status = 502
        begin = time.monotonic()
        while True:
            peer = group.choose(request.asgi["client"][0], tried)
            if peer is None:
                if not tried:
                    logs.error(request, "no live upstreams while connecting to upstream", "error")
                raise Answer(status)
            tried.append(peer)
            address = f"{peer.address}:{peer.port}"
            earlier = f"{request.upstream['upstream_addr']}, " if "upstream_addr" in request.upstream else ""
            request.upstream["upstream_addr"] = earlier + address
            peer.active += 1
            try:
                answer = await self._ask(request, peer, scheme, target)
            except (NetworkError, TimeoutError) as error:
                group.note(peer, good=False)
                late = isinstance(error, (ConnectionTimedOut, TimeoutError))
                status = 504 if late else 502
                logs.error(request, _why(error), "error", upstream=f"{scheme}://{address}{target}")
                continue
            finally:
                peer.active -= 1
                request.upstream["upstream_response_time"] = f"{time.monotonic() - begin:.3f}"
                request.upstream["upstream_status"] = str(status)
            group.note(peer, good=True)
            request.upstream["upstream_status"] = str(answer.status)
            return answer.status, _headers_back(request, answer), answer.body

    async def _ask(self, request: Request, peer: _Target, scheme: str, target: str) -> Response:
        scope = request.scope
        limit = seconds(scope.args("proxy_connect_timeout", _TIMEOUT)[0])
        connection = await self._process.network.connect(peer.address, peer.port, timeout=limit)
        try:
            if scheme == "https":
                connection.start_tls(request.upstream["proxy_host"], None)
            async with asyncio.timeout(seconds(scope.args("proxy_read_timeout", _TIMEOUT)[0])):
                return await connection.request(request.method, target, _headers_on(request), request.body)
        finally:
            connection.close()


def _why(error: Exception) -> str:
    """Return what the error log says of a request that could not be passed on."""
    if isinstance(error, ConnectionTimedOut):
        return "upstream timed out (110: Connection timed out) while connecting to upstream"
    if isinstance(error, TimeoutError):
        return "upstream timed out (110: Connection timed out) while reading response header from upstream"
    if isinstance(error, ConnectionReset):
        return "upstream prematurely closed connection while reading response header from upstream"
    if isinstance(error, NoRoute):
        return "connect() failed (113: Host is unreachable) while connecting to upstream"
    return "connect() failed (111: Connection refused) while connecting to upstream"


def _target(request: Request, directive: Directive, uri: str) -> str:
    """Return path and query for the other server."""
    if "$" in directive.args[0]:
        return uri or request.request_uri
    if uri and request.location is not None:
        rest = request.uri[len(request.location.pattern) :]
        return quote(uri + rest, safe=_SAFE) + request.query
    if request.rewrites or request.uri != _uri_of(request):
        return quote(request.uri, safe=_SAFE) + request.query
    return request.request_uri


def _uri_of(request: Request) -> str:
    return normalized(unquote(request.request_uri.partition("?")[0]))


def _headers_on(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the headers for the other server: the client's, and what ``proxy_set_header`` makes of them."""
    found = {"host": ("Host", request.upstream["proxy_host"]), "connection": ("Connection", "close")}
    for name, value in request.headers.items():
        if name not in _OF_CLIENT:
            found[name] = (name.title(), value)
    for directive in request.scope.all("proxy_set_header"):
        name, value = directive.args
        found[name.lower()] = (name, request.value(value))
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found.values() if value]


def _headers_back(request: Request, answer: Response) -> list[tuple[str, str]]:
    """Return the headers for the client."""
    hidden = {each.args[0].lower() for each in request.scope.all("proxy_hide_header")}
    shown = {each.args[0].lower() for each in request.scope.all("proxy_pass_header")}
    found: list[tuple[str, str]] = []
    for raw, value in answer.headers:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        lower = name.lower()
        if lower in hidden or lower.startswith("x-accel-") or (lower in _OF_SERVER and lower not in shown):
            continue
        if lower in ("location", "refresh"):
            rewritten = _redirected(request, text)
            text = request.absolute(rewritten) if lower == "location" and rewritten != text else rewritten
        found.append((name.title() if name == lower else name, text))
    return found


def _redirected(request: Request, target: str) -> str:
    """Apply ``proxy_redirect``; by default the other server's address becomes the location's."""
    rules = request.scope.all("proxy_redirect")
    for rule in rules:
        first = rule.args[0]
        if first == "off":
            return target
        if first == "default" or len(rule.args) < 2:
            continue
        if first.startswith("~"):
            pattern, ignore_case = expressions.of_word(first)
            if request.search(pattern, target, ignore_case=ignore_case):
                return request.value(rule.args[1])
        elif target.startswith(request.value(first)):
            return request.value(rule.args[1]) + target.removeprefix(request.value(first))
    if request.location is None or (rules and all(rule.args[0] != "default" for rule in rules)):
        return target
    own = next((each.args[0] for each in request.scope.own if each.name == "proxy_pass"), "")
    if "$" in own or request.location.is_expression:
        return target
    uri = URL.fullmatch(own)
    prefix = own if uri is not None and uri[4] else own + "/"
    location = request.location.pattern if uri is not None and uri[4] else "/"
    return location + target.removeprefix(prefix) if target.startswith(prefix) else target
