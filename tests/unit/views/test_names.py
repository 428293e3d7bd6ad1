"""What the resolver does with a name, as the name explorer shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import kubelearn
from kubelearn.views import names
from tests.unit import pods


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(seed=1) as started:
        pods.run(started, "client")
        started.core.create_namespace({"metadata": {"name": "shop"}})
        started.core.create_namespaced_service(
            "shop", {"metadata": {"name": "till"}, "spec": {"clusterIP": "10.96.7.7", "ports": [{"port": 80}]}}
        )
        yield started


def asked(cluster: kubelearn.Cluster, name: str, namespace: str | None = None) -> list[tuple[str, str]]:
    return [(row["asked"], row["status"]) for row in names.rows(cluster, name, namespace)]


def test_a_short_name_is_found_with_the_first_domain_of_the_search_list(cluster: kubelearn.Cluster) -> None:
    assert asked(cluster, "kubernetes") == [
        ("/etc/hosts", "not there"),
        ("kubernetes.default.svc.cluster.local.", "NOERROR"),
        ("kubernetes.svc.cluster.local.", "not asked"),
        ("kubernetes.cluster.local.", "not asked"),
        ("kubernetes.", "not asked"),
    ]


def test_the_namespace_of_the_pod_that_asks_decides(cluster: kubelearn.Cluster) -> None:
    assert names.read(cluster, "till").addresses == ()
    assert [status for _, status in asked(cluster, "till")] == ["not there", *["NXDOMAIN"] * 4]
    found = names.read(cluster, "till", "shop")
    assert (found.addresses, found.full_name) == (("10.96.7.7",), "till.shop.svc.cluster.local")


def test_name_and_namespace_take_the_second_domain(cluster: kubelearn.Cluster) -> None:
    found = names.read(cluster, "till.shop")
    assert [query.status for query in found.queries] == ["not there", "NXDOMAIN", "NOERROR", "not asked", "not asked"]
    assert found.summary == (
        "'till.shop', asked from namespace default: 10.96.7.7 after 2 queries, as till.shop.svc.cluster.local."
        " Before that: till.shop.default.svc.cluster.local. NXDOMAIN."
    )


def test_a_last_dot_means_one_query(cluster: kubelearn.Cluster) -> None:
    assert asked(cluster, "kubernetes.default.svc.cluster.local.") == [
        ("/etc/hosts", "not there"),
        ("kubernetes.default.svc.cluster.local.", "NOERROR"),
    ]
    assert [query.status for query in names.read(cluster, "kubernetes.default.svc.cluster.local").queries][
        -1
    ] == "NOERROR"  # without it: the last of five


def test_many_dots_ask_for_the_name_as_it_is_first(cluster: kubelearn.Cluster) -> None:
    assert asked(cluster, "a.b.c.d.e.f")[1][0] == "a.b.c.d.e.f."


def test_ndots_comes_from_the_pod(cluster: kubelearn.Cluster) -> None:
    pods.run(cluster, "quick", dnsConfig={"options": [{"name": "ndots", "value": "1"}]})
    assert names.rows(cluster, "till.shop", client="quick")[1]["asked"] == "till.shop."
    assert "ndots is 1: as it is first" in names.rows(cluster, "till.shop", client="quick")[1]["why"]


def test_the_hosts_file_comes_before_dns(cluster: kubelearn.Cluster) -> None:
    found = names.read(cluster, "client")
    address = cluster.core.read_namespaced_pod("client", "default").status.pod_ip
    assert found.addresses == (address,)
    assert "from /etc/hosts, without a query" in found.summary
    assert names.read(cluster, "client", "shop").addresses == ()  # another pod's file does not have it


def test_an_address_needs_no_query(cluster: kubelearn.Cluster) -> None:
    assert names.read(cluster, "10.96.0.1").addresses == ("10.96.0.1",)
    assert names.rows(cluster, "10.96.0.1") == []


def test_a_headless_service_answers_with_every_pod(cluster: kubelearn.Cluster) -> None:
    pods.serve(cluster, "web", 2)
    pods.expose(cluster, "each", app="web", clusterIP="None")
    ips = {pod.status.pod_ip for pod in cluster.core.list_namespaced_pod("default", label_selector="app=web").items}
    assert set(names.read(cluster, "each").addresses) == ips


@pytest.mark.parametrize("name", ["", "-x", "@10.96.0.10", "+short", "a b", "a..b", "a;b"])
def test_what_cannot_be_a_name_is_not_asked(cluster: kubelearn.Cluster, name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        names.read(cluster, name)


def test_the_picture_says_what_it_shows(cluster: kubelearn.Cluster) -> None:
    assert repr(names.picture(cluster, "kubernetes")) == names.read(cluster, "kubernetes").summary
    assert "no address after 4 queries" in repr(names.picture(cluster, "nobody"))
