"""A front that is called and calls a back itself."""

from __future__ import annotations

from .names import Names
from .situation import PART_OF, WEB, Route, Situation, address, caller, calling, server, service


def make(names: Names) -> Situation:
    """Make a situation; what the front calls stands in the log of its second container."""
    calls, front, back, place = names.application(), names.application(), names.application(), names.place()
    objects = []
    routes = []
    for asking, app in ((calls, front), (front, back)):
        port, target = names.port(), names.target()
        url = address(app, port)
        routes.append(Route(asking, place, app, place, app, port, target, url, names.application(), names.target()))
        objects += [
            server(app, place, {WEB: target}, names.replicas()),
            service(app, place, {WEB: (port, target)}),
        ]
    template = objects[0]["spec"]["template"]
    template["metadata"]["labels"][PART_OF] = front
    template["spec"]["containers"].append(calling(routes[1].url))
    return Situation("two-tiers", tuple(routes), (*objects, caller(calls, place, routes[0].url)))
