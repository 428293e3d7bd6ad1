"""One application, and one that calls it, in the same namespace."""

from __future__ import annotations

from .names import Names
from .situation import WEB, Route, Situation, address, caller, server, service


def make(names: Names) -> Situation:
    """Make a situation."""
    app, calls, place = names.application(), names.application(), names.place()
    port, target = names.port(), names.target()
    url = address(app, port)
    route = Route(calls, place, app, place, app, port, target, url, names.application(), names.target())
    objects = (
        server(app, place, {WEB: target}, names.replicas()),
        service(app, place, {WEB: (port, target)}),
        caller(calls, place, url),
    )
    return Situation("one-tier", (route,), objects)
