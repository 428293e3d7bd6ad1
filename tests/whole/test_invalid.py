"""What comes back over HTTP for Services that are invalid, or warned of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole.asker import GOOD, SERVICES, Asker, status

pytestmark = pytest.mark.usefixtures("clean")

RANGE = "must be between 1 and 65535, inclusive"


def test_several_causes(asker: Asker) -> None:
    answer = asker.create({"ports": [{"port": 0}]}, metadata={"name": "web"})
    message = f"Invalid value: 0: {RANGE}"
    assert answer.body == status(
        422,
        "Invalid",
        f'Service "web" is invalid: [spec.ports[0].port: {message}, spec.ports[0].targetPort: {message}]',
        name="web",
        kind="Service",
        causes=[
            {"reason": "FieldValueInvalid", "message": message, "field": f"spec.ports[0].{field}"}
            for field in ("port", "targetPort")
        ],
    )
    nameless = asker.create(metadata={})
    assert nameless.body == status(
        422,
        "Invalid",
        'Service "" is invalid: metadata.name: Required value: name or generateName is required',
        kind="Service",
        causes=[
            {
                "reason": "FieldValueRequired",
                "message": "Required value: name or generateName is required",
                "field": "metadata.name",
            }
        ],
    )
    without = asker.send("POST", SERVICES, {"metadata": {"name": "web"}})
    assert without.body["message"] == 'Service "web" is invalid: spec.ports: Required value'


@pytest.mark.parametrize(
    ("ip", "why"),
    [
        *[
            (ip, f"the provided IP ({ip}) is not in the valid range. The range of valid IPs is 10.96.0.0/16")
            for ip in ("10.96.0.0", "10.96.255.255")
        ],
        ("10.97.0.1", "the provided network does not match the current range"),
    ],
)
def test_addresses_outside_the_range(asker: Asker, ip: str, why: str) -> None:
    assert asker.create({**GOOD["spec"], "clusterIP": ip}).body["details"]["causes"] == [
        {
            "reason": "FieldValueInvalid",
            "message": f'Invalid value: ["{ip}"]: failed to allocate IP {ip}: {why}',
            "field": "spec.clusterIPs",
        }
    ]


@pytest.mark.parametrize(
    ("spec", "warning"),
    [
        (
            {"clusterIP": "None", "sessionAffinity": "ClientIP", "ports": [{"port": 80}], "selector": {"a": "b"}},
            "spec.SessionAffinity is ignored for headless services",
        ),
        (
            {"externalName": "example.com", "ports": [{"port": 80}]},
            r"spec.externalName is ignored when spec.type is not \"ExternalName\"",
        ),
    ],
)
def test_warnings_of_accepted_services(asker: Asker, spec: Any, warning: str) -> None:
    answer = asker.create(spec)
    assert (answer.code, answer.headers.getlist("Warning")) == (201, [f'299 - "{warning}"'])
