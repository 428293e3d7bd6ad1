"""What several components have to know."""

from __future__ import annotations

import ipaddress

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.well_known import POD_CIDR, POD_PREFIX, SERVICE_NAME, service_key, service_of


@pytest.mark.parametrize(
    ("labels", "name"), [({SERVICE_NAME: "web", "app": "x"}, "web"), ({"app": "x"}, ""), (None, "")]
)
def test_a_slice_says_by_its_label_whose_it_is(labels: dict[str, str] | None, name: str) -> None:
    assert service_of({"metadata": {"name": "web-abcde", "namespace": "course", "labels": labels}}) == ("course", name)


def test_a_service_and_its_slice_have_the_same_key() -> None:
    service = {"metadata": {"name": "web", "namespace": "course"}}
    endpoint_slice = {"metadata": {"name": "web-abcde", "namespace": "course", "labels": {SERVICE_NAME: "web"}}}
    assert service_key(service) == service_of(endpoint_slice)


def test_the_range_of_pods_and_what_their_addresses_begin_with_agree() -> None:
    network = ipaddress.IPv4Network(POD_CIDR)
    assert all(str(network[at]).startswith(POD_PREFIX) for at in (0, 1, -1))
    assert not str(network.network_address - 1).startswith(POD_PREFIX)


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    before = "2024-01-01T00:00:00Z"
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": before}
    pod = {"metadata": {}, "status": {"conditions": [ready]}}
    assert meta.transition_time(pod, "Ready", "True") == before
    assert meta.transition_time(pod, "Ready", "False") > before
    assert meta.transition_time(pod, "Initialized", "True") > before
    assert meta.transition_time({"metadata": {}}, "Ready", "True") > before
