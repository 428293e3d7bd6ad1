"""An application with two servers in each pod, and a Service with a port for each; each port has its caller."""

from __future__ import annotations

from .names import Names
from .situation import WEB, Route, Situation, address, caller, server, service

_PARTS = (WEB, "admin")


def make(names: Names) -> Situation:
    """Make a situation."""
    app, place = names.application(), names.place()
    ports = {part: (names.port(), names.target()) for part in _PARTS}
    routes = []
    for part, (port, target) in ports.items():
        calls, url = names.application(), address(app, port)
        other, spare = names.application(), names.target()
        routes.append(Route(calls, place, app, place, app, port, target, url, other, spare, part))
    objects = (
        server(app, place, {part: target for part, (_, target) in ports.items()}, names.replicas()),
        service(app, place, ports),
        *(caller(route.caller, place, route.url) for route in routes),
    )
    return Situation("several-ports", tuple(routes), objects)
