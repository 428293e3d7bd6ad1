"""Addresses, and the files that say them: hosts and resolv.conf."""

from __future__ import annotations

import pytest

from kubelearn.cluster.network import AddressNotAvailable, NameNotFound
from kubelearn.cluster.network.resolv import ResolvConf, of_pod
from tests.unit.network_fakes import FakeCluster, pod


def test_addresses_come_in_turn(cluster: FakeCluster) -> None:
    nets = [cluster.attach(f"a{number}") for number in range(3)]
    assert [net.ip for net in nets] == ["10.244.1.2", "10.244.1.3", "10.244.1.4"]
    cluster.network.detach(nets[1])
    assert cluster.attach("b").ip == "10.244.1.5"
    assert cluster.attach("c", "worker2").ip == "10.244.2.2"


def test_a_node_has_253_addresses(cluster: FakeCluster) -> None:
    nets = [cluster.attach(f"a{number}") for number in range(253)]
    assert nets[-1].ip == "10.244.1.254"
    with pytest.raises(
        AddressNotAvailable, match=r"no IP addresses available in range set: 10\.244\.1\.1-10\.244\.1\.254"
    ):
        cluster.attach("one-more")
    cluster.network.detach(nets[100])
    assert cluster.attach("after").ip == nets[100].ip


def test_addresses_of_node_objects_win(cluster: FakeCluster) -> None:
    status = {"addresses": [{"type": "InternalIP", "address": "172.18.0.77"}]}
    cluster.registry.store.put(
        "nodes", {"metadata": {"name": "new"}, "spec": {"podCIDR": "10.244.77.0/24"}, "status": status}
    )
    assert cluster.network.host("new").ip == "172.18.0.77"
    assert cluster.attach("a", "new").ip == "10.244.77.2"


def test_hosts_file(cluster: FakeCluster) -> None:
    net = cluster.attach(
        "db-0", hostname="db", subdomain="mysql", hostAliases=[{"ip": "1.2.3.4", "hostnames": ["one", "eins"]}]
    )
    assert net.etc["hosts"].decode() == (
        "# Kubernetes-managed hosts file.\n"
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "fe00::0\tip6-mcastprefix\n"
        "fe00::1\tip6-allnodes\n"
        "fe00::2\tip6-allrouters\n"
        "10.244.1.2\tdb.mysql.course.svc.cluster.local\tdb\n"
        "\n"
        "# Entries added by HostAliases.\n"
        "1.2.3.4\tone\teins\n"
    )
    assert net.hostname == "db"


def test_a_host_name_may_be_the_whole_name_or_another_one(cluster: FakeCluster) -> None:
    whole = cluster.attach("db-0", hostname="db", subdomain="mysql", setHostnameAsFQDN=True)
    assert whole.hostname == "db.mysql.course.svc.cluster.local"
    assert f"{whole.ip}\tdb.mysql.course.svc.cluster.local\tdb\n" in whole.etc["hosts"].decode()
    other = cluster.attach("db-1", hostname="db", subdomain="mysql", hostnameOverride="a.b", setHostnameAsFQDN=True)
    assert other.hostname == "a.b"
    assert f"{other.ip}\ta.b\n" in other.etc["hosts"].decode()


async def test_names_of_the_hosts_file(cluster: FakeCluster) -> None:
    net = cluster.attach("web", hostAliases=[{"ip": "1.2.3.4", "hostnames": ["one", "eins"]}])
    assert await net.resolve("web") == [net.ip]
    assert await net.resolve("EINS") == ["1.2.3.4"]
    assert (await net.lookup("eins")).name == "one"
    assert await net.resolve("10.1.1.1") == ["10.1.1.1"]


async def test_who_changes_the_hosts_file_changes_names(cluster: FakeCluster) -> None:
    net = cluster.attach("web")
    managed = net.etc["hosts"]
    net.etc["hosts"] += b"10.1.2.3 Shop shop.example # the old one\n10.1.2.4\tSHOP\n::2 six\n#10.1.2.5 no\n\n10.1.2.6\n"
    assert (await net.lookup("shop.example")).name == "Shop"
    assert await net.resolve("shop") == ["10.1.2.3", "10.1.2.4"]
    for name in ("six", "no", "old"):
        with pytest.raises(NameNotFound):
            await net.resolve(name)
    net.manage_hosts()
    assert net.etc["hosts"] == managed
    with pytest.raises(NameNotFound):
        await net.resolve("shop")
    assert await net.resolve("web") == [net.ip]


@pytest.mark.parametrize(
    ("text", "conf"),
    [
        ("", ResolvConf()),
        (
            "nameserver 1.1.1.1\nsearch a b\noptions ndots:2 edns0\n",
            ResolvConf(["a", "b"], ["1.1.1.1"], ["ndots:2", "edns0"]),
        ),
        ("search a b\nsearch c\n", ResolvConf(["c"])),
        ("search a b\ndomain c d\n", ResolvConf(["c"])),
        ("# nameserver 1.1.1.1\n;search a\nsearch\n", ResolvConf()),
        ("nameserver fe80::1\nnameserver x\nnameserver\nnameserver 1.1.1.1 2.2.2.2\n", ResolvConf([], ["1.1.1.1"])),
        ("".join(f"nameserver 1.1.1.{n}\n" for n in range(5)), ResolvConf([], ["1.1.1.0", "1.1.1.1", "1.1.1.2"])),
        ("options ndots:1\noptions ndots:3\nnonsense\n", ResolvConf([], [], ["ndots:1", "ndots:3"])),
    ],
)
def test_what_resolv_conf_says(text: str, conf: ResolvConf) -> None:
    assert ResolvConf.read(text.encode()) == conf


def test_resolv_conf_is_read_as_it_is_written(cluster: FakeCluster) -> None:
    net = cluster.attach("web")
    assert ResolvConf.read(net.etc["resolv.conf"]) == net.resolv == of_pod(pod("web"))
    net.etc["resolv.conf"] = b"nameserver 10.96.0.10\n"
    assert net.resolv.candidates("shop") == ["shop"]


def test_resolv_conf(cluster: FakeCluster) -> None:
    assert (
        cluster.attach("a").resolv.text()
        == "search course.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
    )
    node = cluster.network.host("worker").resolv
    assert node.nameservers == ["172.18.0.1"]
    assert of_pod(pod("a", dnsPolicy="Default")) == node
    assert of_pod(pod("a", hostNetwork=True)) == node
    assert of_pod(pod("a", hostNetwork=True, dnsPolicy="ClusterFirstWithHostNet")).nameservers == ["10.96.0.10"]


def test_dns_config() -> None:
    config = {
        "nameservers": ["1.1.1.1", "10.96.0.10"],
        "searches": ["example.com"],
        "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
    }
    merged = of_pod(pod("a", dnsConfig=config))
    assert merged.search[-1] == "example.com"
    assert merged.nameservers == ["10.96.0.10", "1.1.1.1"]
    assert merged.options == ["ndots:2", "edns0"]
    alone = of_pod(pod("a", dnsPolicy="None", dnsConfig=config))
    assert alone == ResolvConf(["example.com"], ["1.1.1.1", "10.96.0.10"], ["ndots:2", "edns0"])
    assert len(of_pod(pod("a", dnsConfig={"searches": [f"d{number}" for number in range(50)]})).search) == 32


def test_search_order() -> None:
    conf = ResolvConf(["a", "b"], [], ["ndots:5"])
    assert conf.candidates("x") == ["x.a", "x.b", "x"]
    assert conf.candidates("x.") == ["x."]
    assert conf.candidates("1.2.3.4.5.6") == ["1.2.3.4.5.6", "1.2.3.4.5.6.a", "1.2.3.4.5.6.b"]
    assert ResolvConf(["a"]).candidates("x.y") == ["x.y", "x.y.a"]
