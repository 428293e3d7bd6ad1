"""Which server and which location a request is for (nginx.org, "How nginx processes a request")."""

from __future__ import annotations

from .model import Location, VirtualServer
from .request import Request


def server_of(request: Request, servers: list[VirtualServer]) -> VirtualServer:
    """Return the server whose name is the request's Host: exact, ``*.a``, ``a.*``, regular expressions, the default."""
    host = request.named_host.rstrip(".")
    best: tuple[int, int] = (0, 0)
    found = servers[0]
    for server in servers:
        for name in server.names:
            score = _score(name.lower(), host)
            if score > best:
                best, found = score, server
    return found if best > (0, 0) else _by_expression(request, servers, host) or found


def _by_expression(request: Request, servers: list[VirtualServer], host: str) -> VirtualServer | None:
    for server in servers:
        for name in server.names:
            if name.startswith("~") and request.search(name[1:], host, ignore_case=True):
                return server
    return None


def _score(name: str, host: str) -> tuple[int, int]:
    """Return how well a name fits a host; (0, 0) not at all."""
    if name == host:
        return 4, 0
    if name.startswith("*.") and host.endswith(name[1:]):
        return 3, len(name)
    if name.startswith(".") and (host == name[1:] or host.endswith(name)):
        return 3, len(name)
    if name.endswith(".*") and host.startswith(name[:-1]):
        return 2, len(name)
    return 0, 0


def location_of(request: Request) -> Location | None:
    """Return the location of a request's URI."""
    return _best(request, request.server.locations)


def wants_slash(request: Request) -> bool:
    """Return whether a URI is that of a location with ``proxy_pass`` but for its last slash: nginx redirects there."""
    return any(
        each.kind in ("", "^~")
        and each.pattern == request.uri + "/"
        and any(directive.name == "proxy_pass" for directive in each.scope.own)
        for each in request.server.locations
    ) and not any(each.kind == "=" and each.pattern == request.uri for each in request.server.locations)


def _best(request: Request, locations: list[Location]) -> Location | None:
    uri = request.uri
    for location in locations:
        if location.kind == "=" and location.pattern == uri:
            return location
    prefixes = [each for each in locations if each.kind in ("", "^~") and uri.startswith(each.pattern)]
    longest = max(prefixes, key=lambda each: len(each.pattern), default=None)
    inner = _best(request, longest.inner) if longest is not None else None
    if inner is not None:
        return inner
    if longest is None or longest.kind != "^~":
        for location in locations:
            if location.is_expression and request.search(location.pattern, uri, ignore_case=location.kind == "~*"):
                return _best(request, location.inner) or location
    return longest
