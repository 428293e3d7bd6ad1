"""Addresses and node ports that Services get and hold."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver import errors
from tests.unit.cluster.apiserver.kinds.service.services import create, service_with
from tests.unit.strategy_fakes import FakeApi, causes_of


def test_taken(api: FakeApi) -> None:
    create(api, "one", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])
    # The same name again would be a conflict, but allocation comes first.
    assert causes_of(lambda: create(api, "one", clusterIP="10.96.0.50")) == [
        (
            'spec.clusterIPs: Invalid value: ["10.96.0.50"]: failed to allocate IP 10.96.0.50: provided IP is'
            " already allocated"
        ),
    ]
    assert causes_of(lambda: create(api, "two", type="NodePort", ports=[{"port": 80, "nodePort": 30080}])) == [
        "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
    ]
    api.store.delete("services", "course", "one")
    assert (
        create(api, "two", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])[
            "clusterIP"
        ]
        == "10.96.0.50"
    )


def test_a_refused_service_holds_nothing(api: FakeApi) -> None:
    assert causes_of(
        lambda: create(api, "Bad", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])
    )
    create(api, "good", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])


def test_one_number_shares_a_node_port(api: FakeApi) -> None:
    ports = [{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}, {"name": "other", "port": 54}]
    found = [port["nodePort"] for port in create(api, type="NodePort", ports=ports)["ports"]]
    assert found[0] == found[1] != found[2]


def test_dry_run(api: FakeApi) -> None:
    shown = api.create("services", service_with(), dry_run=True)["spec"]
    assert (shown["clusterIP"], shown["clusterIPs"]) == ("10.96.0.0", ["10.96.0.0"])
    assert api.list("services") == []


def test_range_full(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    from kubelearn.cluster.apiserver.kinds.service import allocators

    monkeypatch.setattr(allocators.ClusterIPAllocator.__init__, "__defaults__", ("10.96.0.0/30", False))
    create(api, "a")
    create(api, "b")
    with pytest.raises(errors.ApiError) as caught:
        create(api, "c")
    assert (caught.value.code, caught.value.message) == (
        500,
        'Internal error occurred: failed to allocate a serviceIP for Service "c": range is full',
    )
