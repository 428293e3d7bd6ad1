"""An application whose name leads straight to its pods."""

from __future__ import annotations

from .names import Names
from .situation import WEB, Route, Situation, address, caller, server, service


def make(names: Names) -> Situation:
    """Make a situation."""
    app, calls, place, target = names.application(), names.application(), names.place(), names.target()
    url = address(app, target)
    other, spare = names.application(), names.target()
    route = Route(calls, place, app, place, app, target, target, url, other, spare, is_headless=True)
    objects = (
        server(app, place, {WEB: target}, names.replicas()),
        service(app, place, {WEB: (target, target)}, headless=True),
        caller(calls, place, url),
    )
    return Situation("headless", (route,), objects)
