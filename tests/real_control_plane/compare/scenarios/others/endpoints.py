"""Endpoints and EndpointSlices that somebody writes by hand."""

from __future__ import annotations

from typing import Any

from tests.objects import Object, merged
from tests.real_control_plane.compare.session import MERGE, TABLE, Session

_ENDPOINTS = "endpoints"


def _endpoints(session: Session) -> None:
    """Make Endpoints, right and wrong."""
    address = {"ip": "1.2.3.4"}
    for subset in (
        {"addresses": [address], "ports": [{"port": 80}]},
        {"addresses": [{"ip": "x"}], "ports": [{"port": 80}]},
        {"addresses": [{"ip": "127.0.0.1"}]},
        {"addresses": [{"ip": "169.254.1.1"}, {"ip": "224.0.0.1"}, {"ip": "0.0.0.0"}]},
        {"addresses": [{}]},
        {"ports": [{"port": 80}]},
        {"addresses": [address], "ports": [{"port": 0}]},
        {"addresses": [address], "ports": [{"port": 80}, {"port": 81}]},
        {"addresses": [address], "ports": [{"name": "A_", "port": 80, "protocol": "X"}]},
        {"addresses": [{**address, "hostname": "A_", "nodeName": "A_"}]},
        {
            "addresses": [{**address, "targetRef": {"kind": "Pod", "name": "x"}}],
            "notReadyAddresses": [{"ip": "1.2.3.5"}],
            "ports": [{"name": "a", "port": 80}],
        },
        {
            "addresses": [{"ip": "fd00::1"}, {"ip": "1.2.3.4"}, {"ip": "1.2.3.3"}, {"ip": "1.2.3.4"}],
            "ports": [{"port": 80}],
        },
        {"addresses": [{"ip": "01.2.3.4"}]},
    ):
        session.create(_ENDPOINTS, {"metadata": {"name": "web"}, "subsets": [subset]})
        session.delete(session.path(_ENDPOINTS, "web"))
    session.create(
        _ENDPOINTS,
        {
            "metadata": {"name": "two"},
            "subsets": [
                {"addresses": [{"ip": "1.2.3.5"}], "ports": [{"port": 80}]},
                {"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]},
            ],
        },
    )
    session.get(_ENDPOINTS, accept=TABLE)


_SLICE: Object = {
    "metadata": {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}},
    "addressType": "IPv4",
    "ports": [{"name": "http", "port": 80}],
    "endpoints": [{"addresses": ["1.2.3.4"]}],
}
#: Right and wrong.
_SLICE_CHANGES: tuple[Any, ...] = (
    {},
    {"addressType": None},
    {"addressType": "X"},
    {"endpoints": [{"addresses": []}]},
    {"endpoints": [{}]},
    {"endpoints": [{"addresses": ["x"]}]},
    {"endpoints": [{"addresses": ["fd00::1"]}]},
    {"endpoints": [{"addresses": ["127.0.0.1"]}]},
    {"endpoints": [{"addresses": ["1.2.3.4"], "hostname": "A_", "nodeName": "A_"}]},
    {"endpoints": None},
    {"ports": None},
    {"ports": [{"port": 0}]},
    {"ports": [{"name": "A_", "protocol": "X", "appProtocol": "a b"}]},
    {"ports": [{"port": 1}, {"port": 2}]},
    {"addressType": "FQDN", "endpoints": [{"addresses": ["a.b"]}]},
    {"addressType": "FQDN", "endpoints": [{"addresses": ["A_"]}]},
    {
        "endpoints": [
            {
                "addresses": ["1.2.3.4"],
                "conditions": {"ready": False},
                "zone": "z",
                "hints": {"forZones": [{"name": "z"}]},
            }
        ]
    },
    {"endpoints": [{"addresses": ["1.2.3.4"], "deprecatedTopology": {"a": "b"}}]},
)


def _slices(session: Session) -> None:
    """Make EndpointSlices, right and wrong."""
    for change in _SLICE_CHANGES:
        session.create("endpointslices", merged(_SLICE, change), note=str(change))
        session.patch(session.path("endpointslices", "web-1"), {"addressType": "IPv6"}, MERGE)
        session.get("endpointslices", accept=TABLE)
        session.delete(session.path("endpointslices", "web-1"))


def endpoints(session: Session) -> None:
    """Endpoints and EndpointSlices that somebody writes by hand."""
    _endpoints(session)
    _slices(session)
