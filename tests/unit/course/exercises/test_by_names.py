"""Whether pods know others by names, as their template tells."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import ApiClient

from kubelearn.course.exercises.by_names import expect_names
from kubelearn.course.exercises.core import NotYet

ADDRESS = "10.96.7.7"
HOSTS = {"hostAliases": [{"ip": ADDRESS, "hostnames": ["stock"]}]}


def template(container: dict[str, Any], **more: Any) -> Any:
    """Return the spec of a template as the client has it."""
    spec = {"containers": [{"name": "server", **container}], **more}
    return ApiClient()._ApiClient__deserialize(spec, "V1PodSpec")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (template({}, **HOSTS), "`hostAliases`"),
        (
            template({"command": ["sh", "-c", f"echo {ADDRESS} stock >> /etc/hosts"]}),
            f"`front` asks for the number {ADDRESS}",
        ),
        (template({"args": [f"--server={ADDRESS}"]}), f"the number {ADDRESS}"),
        (template({"env": [{"name": "STOCK", "value": f"http://{ADDRESS}:80"}]}), f"the number {ADDRESS}"),
        (template({}, initContainers=[{"name": "first", "args": [ADDRESS]}]), f"the number {ADDRESS}"),
    ],
)
def test_an_address_that_is_written_down_is_told(spec: Any, said: str) -> None:
    with pytest.raises(NotYet) as told:
        expect_names("front", spec)
    assert said in str(told.value)


def test_what_was_asked_for_counts_too() -> None:
    with pytest.raises(NotYet, match=ADDRESS):
        expect_names("front", template({}), f"http://{ADDRESS}/hostname")


@pytest.mark.parametrize(
    "spec",
    [
        template({"env": [{"name": "STOCK", "value": "http://stock.warehouse"}, {"name": "EMPTY"}]}),
        template({"args": ["--listen=0.0.0.0:80", "--probe=http://127.0.0.1:8080", "--version=1.36.3"]}),
        template({}, dnsPolicy="None", dnsConfig={"nameservers": ["10.96.0.10"], "searches": ["svc.cluster.local"]}),
    ],
)
def test_names_and_the_pods_own_addresses_are_right(spec: Any) -> None:
    expect_names("front", spec, "http://stock:80/hostname")
