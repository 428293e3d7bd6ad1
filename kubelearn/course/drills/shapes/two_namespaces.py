"""One application, and one that calls it from another namespace."""

from __future__ import annotations

from .names import Names
from .situation import WEB, Route, Situation, address, caller, server, service


def make(names: Names) -> Situation:
    """Make a situation."""
    app, calls, place, home = names.application(), names.application(), names.place(), names.place()
    port, target = names.port(), names.target()
    url = address(f"{app}.{place}", port)
    route = Route(calls, home, app, place, app, port, target, url, names.application(), names.target())
    objects = (
        server(app, place, {WEB: target}, names.replicas()),
        service(app, place, {WEB: (port, target)}),
        caller(calls, home, url),
    )
    return Situation("two-namespaces", (route,), objects)
