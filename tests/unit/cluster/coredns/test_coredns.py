"""Cluster DNS: the tables of names and records, from two namespaces."""

from __future__ import annotations

import asyncio
import re

import pytest

from kubelearn.cluster.containers.filesystem import FileSystem
from kubelearn.cluster.containers.images.system import corefile
from kubelearn.cluster.containers.images.system.coredns import program
from kubelearn.cluster.containers.process import SIGTERM, Process
from kubelearn.cluster.coredns import Answer, Dns
from kubelearn.cluster.coredns.resolver import NoSuchName, parse
from kubelearn.cluster.network import NameNotFound, PodNetwork
from kubelearn.cluster.streams import Buffer
from tests.unit.network_fakes import FakeCluster, FakeRegistry, endpoint, endpoint_slice, namespace, service

IP = "10.96.16.247"
ZONE = "course.svc.cluster.local"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    registry = cluster.registry
    cluster.start_dns()
    service(registry, "kubernetes", "10.96.0.1", ns="default", ports=[{"name": "https", "port": 443}])
    service(registry, "hello", IP)
    service(registry, "web", "10.96.1.9", ports=[{"name": "http", "port": 80}, {"name": "https", "port": 443}])
    endpoint_slice(registry, "hello", [endpoint("10.244.1.87"), endpoint("10.244.2.78", "worker2")])
    service(registry, "headless", "None", ports=[{"name": "http", "port": 80}])
    ports = [{"name": "http", "port": 8080, "protocol": "TCP"}]
    endpoint_slice(
        registry,
        "headless",
        [endpoint("10.244.1.87"), endpoint("10.244.2.78", hostname="db-0"), endpoint("10.244.1.90", ready=False)],
        ports=ports,
    )
    service(registry, "idle", "None")
    endpoint_slice(registry, "idle", [endpoint("10.244.1.91", ready=False)])
    service(registry, "portless", "None", ports=[])
    endpoint_slice(registry, "portless", [endpoint("10.244.1.92")], ports=[])
    external(registry, "outside", "db.example.com")
    external(registry, "alias", f"hello.{ZONE}")
    external(registry, "dangling", f"nosuch.{ZONE}")
    external(registry, "number", "192.0.2.7")
    cluster.sync()
    return cluster


def external(registry: FakeRegistry, name: str, target: str) -> None:
    registry.store.put(
        "services",
        {"metadata": {"name": name, "namespace": "course"}, "spec": {"type": "ExternalName", "externalName": target}},
    )


def texts(answer: Answer) -> list[str]:
    return sorted(f"{record.type} {record.data}" for record in answer.answers)


# Which names resolve (kubernetes/dns, docs/specification.md):
# S = hello in B = course, asked from A = course and A = other

NAMES = [
    ("hello", True, False),
    ("hello.course", True, True),
    ("hello.course.svc", True, True),
    (f"hello.{ZONE}", True, True),
    (f"hello.{ZONE}.", True, True),
    ("HELLO", True, False),
    ("Hello.Course.SVC.cluster.LOCAL", True, True),
    ("hello.course.cluster.local", False, False),
    ("hello.course.svc.cluster", False, False),
    ("hello.svc", False, False),
    ("hello.svc.cluster.local", False, False),
    ("hello.cluster.local", False, False),
    ("hello.", False, False),
    ("hello.course.", False, False),
    ("hello.course.local", False, False),
    ("hello.default", False, False),
    ("kubernetes.default", "10.96.0.1", "10.96.0.1"),
    ("kubernetes", False, False),
    ("nosuch", False, False),
]


@pytest.mark.parametrize("asking", ["course", "other"])
@pytest.mark.parametrize(("name", "same", "different"), NAMES)
async def test_which_names_resolve(
    cluster: FakeCluster, asking: str, name: str, same: bool | str, different: bool | str
) -> None:
    client = cluster.attach("client", ns=asking)
    expected = same if asking == "course" else different
    if expected:
        assert await client.resolve(name) == [expected if isinstance(expected, str) else IP]
    else:
        with pytest.raises(NameNotFound) as caught:
            await client.resolve(name)
        assert not caught.value.temporary


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("hello", f"hello.{ZONE}"),
        ("hello.course", f"hello.{ZONE}"),
        ("hello.course.svc", f"hello.{ZONE}"),
        (f"hello.{ZONE}.", f"hello.{ZONE}"),
        ("HELLO", f"HELLO.{ZONE}"),
        ("alias", f"hello.{ZONE}"),
    ],
)
async def test_canonical_names(cluster: FakeCluster, name: str, canonical: str) -> None:
    host = await cluster.attach("client").lookup(name)
    assert (host.name, host.addresses) == (canonical, [IP])


@pytest.mark.parametrize("name", ["hello", "hello.course", f"hello.{ZONE}"])
async def test_nodes_do_not_use_cluster_dns(cluster: FakeCluster, name: str) -> None:
    with pytest.raises(NameNotFound):
        await cluster.network.host("worker").resolve(name)


async def test_a_name_of_another_service_in_the_own_namespace(cluster: FakeCluster) -> None:
    service(cluster.registry, "hello", "10.96.77.7", ns="other")
    cluster.sync()
    assert await cluster.attach("client", ns="other").resolve("hello") == ["10.96.77.7"]
    assert await cluster.attach("client", ns="course").resolve("hello") == [IP]


# Records, as the plugin kubernetes of CoreDNS gives them

RECORDS = [
    (f"hello.{ZONE}", "A", "NOERROR", [f"A {IP}"]),
    (f"hello.{ZONE}", "AAAA", "NOERROR", []),
    (f"hello.{ZONE}", "TXT", "NOERROR", []),
    (f"hello.{ZONE}", "MX", "NOERROR", []),
    (f"hello.{ZONE}", "CNAME", "NOERROR", []),
    (f"_http._tcp.web.{ZONE}", "SRV", "NOERROR", [f"SRV 0 100 80 web.{ZONE}."]),
    (f"_HTTP._TCP.web.{ZONE}", "SRV", "NOERROR", [f"SRV 0 100 80 web.{ZONE}."]),
    (f"_nosuch._tcp.web.{ZONE}", "SRV", "NXDOMAIN", []),
    (f"_http._udp.web.{ZONE}", "SRV", "NXDOMAIN", []),
    (f"hello.{ZONE}", "SRV", "NOERROR", [f"SRV 0 100 80 hello.{ZONE}."]),
    (f"web.{ZONE}", "SRV", "NOERROR", [f"SRV 0 50 443 web.{ZONE}.", f"SRV 0 50 80 web.{ZONE}."]),
    (f"_http._tcp.hello.{ZONE}", "SRV", "NXDOMAIN", []),
    (f"headless.{ZONE}", "A", "NOERROR", ["A 10.244.1.87", "A 10.244.2.78"]),
    (f"idle.{ZONE}", "A", "NXDOMAIN", []),
    (f"portless.{ZONE}", "A", "NOERROR", ["A 10.244.1.92"]),
    (f"portless.{ZONE}", "SRV", "NOERROR", []),
    (f"db-0.headless.{ZONE}", "A", "NOERROR", ["A 10.244.2.78"]),
    (f"10-244-2-78.headless.{ZONE}", "A", "NXDOMAIN", []),
    (f"10-244-1-87.headless.{ZONE}", "A", "NOERROR", ["A 10.244.1.87"]),
    (f"10-244-1-87.hello.{ZONE}", "A", "NOERROR", ["A 10.244.1.87"]),
    (f"10-244-9-9.hello.{ZONE}", "A", "NXDOMAIN", []),
    (
        f"_http._tcp.headless.{ZONE}",
        "SRV",
        "NOERROR",
        [f"SRV 0 50 8080 10-244-1-87.headless.{ZONE}.", f"SRV 0 50 8080 db-0.headless.{ZONE}."],
    ),
    (
        f"headless.{ZONE}",
        "SRV",
        "NOERROR",
        [f"SRV 0 50 8080 10-244-1-87.headless.{ZONE}.", f"SRV 0 50 8080 db-0.headless.{ZONE}."],
    ),
    (f"outside.{ZONE}", "A", "NOERROR", ["CNAME db.example.com."]),
    (f"outside.{ZONE}", "CNAME", "NOERROR", ["CNAME db.example.com."]),
    (f"outside.{ZONE}", "SRV", "NOERROR", []),
    (f"alias.{ZONE}", "A", "NOERROR", [f"A {IP}", f"CNAME hello.{ZONE}."]),
    (f"dangling.{ZONE}", "A", "NOERROR", []),
    (f"number.{ZONE}", "A", "NXDOMAIN", []),
    ("10-244-1-5.course.pod.cluster.local", "A", "NOERROR", ["A 10.244.1.5"]),
    ("10-1-2-3.course.pod.cluster.local", "A", "NOERROR", ["A 10.1.2.3"]),
    ("10-244-1-5.nosuch.pod.cluster.local", "A", "NXDOMAIN", []),
    ("10-244-1.course.pod.cluster.local", "A", "NXDOMAIN", []),
    ("247.16.96.10.in-addr.arpa", "PTR", "NOERROR", [f"PTR hello.{ZONE}."]),
    ("78.2.244.10.in-addr.arpa", "PTR", "NOERROR", [f"PTR 10-244-2-78.hello.{ZONE}.", f"PTR db-0.headless.{ZONE}."]),
    ("99.9.244.10.in-addr.arpa", "PTR", "NXDOMAIN", []),
    ("dns-version.cluster.local", "TXT", "NOERROR", ['TXT "1.1.0"']),
    ("cluster.local", "NS", "NOERROR", ["NS kube-dns.kube-system.svc.cluster.local."]),
    ("ns.dns.cluster.local", "A", "NOERROR", ["A 10.96.0.10"]),
    # NODATA or NXDOMAIN
    ("cluster.local", "A", "NOERROR", []),
    ("svc.cluster.local", "A", "NOERROR", []),
    ("pod.cluster.local", "A", "NOERROR", []),
    ("course.svc.cluster.local", "A", "NOERROR", []),
    ("course.pod.cluster.local", "A", "NOERROR", []),
    ("nosuch.svc.cluster.local", "A", "NXDOMAIN", []),
    (f"nosuch.{ZONE}", "A", "NXDOMAIN", []),
    (f"nosuch.{ZONE}", "TXT", "NXDOMAIN", []),
    ("hello.nosuch.svc.cluster.local", "A", "NXDOMAIN", []),
    ("hello.course.cluster.local", "A", "NXDOMAIN", []),
    ("hello.course.foo.cluster.local", "A", "NXDOMAIN", []),
    (f"a.b.c.hello.{ZONE}", "A", "NXDOMAIN", []),
    # no way to the Internet
    ("example.com", "A", "SERVFAIL", []),
    ("hello", "A", "NXDOMAIN", []),
    ("hello.course", "A", "NXDOMAIN", []),
]


@pytest.mark.parametrize(("name", "rtype", "rcode", "expected"), RECORDS)
def test_records(cluster: FakeCluster, name: str, rtype: str, rcode: str, expected: list[str]) -> None:
    for question in (name, name + "."):
        answer = cluster.network.dns.answer(question, rtype)
        assert (answer.rcode, texts(answer)) == (rcode, expected)
        if name.endswith("cluster.local"):
            assert answer.authoritative
            assert bool(answer.authority) == (not expected)


def test_srv_brings_addresses(cluster: FakeCluster) -> None:
    answer = cluster.network.dns.answer(f"_http._tcp.headless.{ZONE}", "SRV")
    assert sorted(map(str, answer.additional)) == [
        f"10-244-1-87.headless.{ZONE}.\t30\tIN\tA\t10.244.1.87",
        f"db-0.headless.{ZONE}.\t30\tIN\tA\t10.244.2.78",
    ]


def test_ttl_case_and_soa(cluster: FakeCluster) -> None:
    dns = cluster.network.dns
    assert str(dns.answer(f"HELLO.{ZONE}").answers[0]) == f"HELLO.{ZONE}.\t30\tIN\tA\t{IP}"
    assert dns.answer("dns-version.cluster.local", "TXT").answers[0].ttl == 28800
    soa = str(dns.answer(f"nosuch.{ZONE}").authority[0]).split("\t")
    assert soa[:4] == ["cluster.local.", "30", "IN", "SOA"]
    assert soa[4].split()[:2] == ["ns.dns.cluster.local.", "hostmaster.cluster.local."]
    assert soa[4].split()[3:] == ["7200", "1800", "86400", "30"]
    assert [record.type for record in dns.answer("cluster.local", "SOA").answers] == ["SOA"]


def test_weights_share_a_hundred(cluster: FakeCluster) -> None:
    endpoints = [endpoint(f"10.244.1.{number}") for number in range(2, 5)]
    endpoint_slice(cluster.registry, "headless", endpoints, ports=[{"name": "http", "port": 8080}])
    cluster.sync()
    assert f"SRV 0 33 8080 10-244-1-3.headless.{ZONE}." in texts(cluster.network.dns.answer(f"headless.{ZONE}", "SRV"))
    many = [endpoint(f"10.244.1.{number}") for number in range(2, 203)]
    endpoint_slice(cluster.registry, "headless", many, ports=[{"name": "http", "port": 8080}])
    cluster.sync()
    assert f"SRV 0 1 8080 10-244-1-3.headless.{ZONE}." in texts(cluster.network.dns.answer(f"headless.{ZONE}", "SRV"))


def test_addresses_are_shuffled(cluster: FakeCluster) -> None:
    orders = {tuple(cluster.network.dns.answer(f"headless.{ZONE}").addresses()) for _ in range(50)}
    assert len(orders) == 2


def test_alias_loops_end() -> None:
    registry = FakeRegistry()
    namespace(registry, "course")
    external(registry, "a", f"b.{ZONE}")
    external(registry, "b", f"a.{ZONE}")
    external(registry, "c", f"c.{ZONE}")
    dns = Dns(registry)  # type: ignore[arg-type]
    assert dns.answer(f"a.{ZONE}").answers == ()
    assert dns.answer(f"c.{ZONE}").answers == ()


def test_parse_rejects_impossible_names() -> None:
    assert parse("hello.course.svc.cluster.local").service == "hello"
    assert parse("_http._tcp.web.course.svc.cluster.local").port == "http"
    with pytest.raises(NoSuchName):
        parse("hello.course.cluster.local")


async def test_watches_keep_the_index_current() -> None:
    registry = FakeRegistry()
    dns = Dns(registry)  # type: ignore[arg-type]
    task = asyncio.create_task(dns.run())
    await asyncio.sleep(0)
    namespace(registry, "course")
    service(registry, "hello", IP)
    await turns()
    assert dns.answer(f"hello.{ZONE}").addresses() == [IP]
    service(registry, "hello", "None")
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    await turns()
    assert dns.answer(f"hello.{ZONE}").addresses() == ["10.244.1.2"]
    assert dns.answer("247.16.96.10.in-addr.arpa", "PTR").rcode == "NXDOMAIN"
    registry.store.delete("services", "course", "hello")
    await turns()
    assert dns.answer(f"hello.{ZONE}").rcode == "NXDOMAIN"
    registry.store.delete("namespaces", "", "course")
    await turns()
    assert dns.answer("course.svc.cluster.local").rcode == "NXDOMAIN"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert registry.store.watchers() == 0


async def turns() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


# Over the network


async def ask(client: PodNetwork, name: str) -> str:
    return (await client.query(name)).rcode


async def test_queries_go_through_kube_dns(cluster: FakeCluster) -> None:
    client = cluster.attach("client")
    proxy = cluster.proxies["worker"]
    assert await ask(client, f"hello.{ZONE}") == "NOERROR"
    assert await ask(client, "hello") == "NXDOMAIN"  # a single query does not use the search list
    assert proxy.decisions[-1].service.name == "kube-system/kube-dns:dns"
    answer = await client.query(f"hello.{ZONE}", server="10.244.0.2")
    assert answer.server == "10.244.0.2"
    assert (await client.query(f"hello.{ZONE}", server="kube-dns.kube-system.svc.cluster.local")).server == "10.96.0.10"


async def test_without_coredns_nothing_resolves(cluster: FakeCluster) -> None:
    endpoint_slice(cluster.registry, "kube-dns", [], ns="kube-system", ports=[])
    cluster.sync()
    with pytest.raises(NameNotFound) as caught:
        await cluster.attach("client").resolve("hello")
    assert caught.value.temporary
    assert "no endpoints" in caught.value.trace[-1]
    cluster.registry.store.delete("services", "kube-system", "kube-dns")
    for proxy in cluster.proxies.values():
        proxy._touched["kube-system", "kube-dns"] = None
        proxy.sync()
    with pytest.raises(NameNotFound) as caught:
        await cluster.attach("client2").resolve("hello")
    assert caught.value.temporary


async def test_the_program_answers_until_it_ends(cluster: FakeCluster) -> None:
    process = coredns(cluster, corefile.DEFAULT)
    net = process.network
    task = asyncio.create_task(program(process))
    await turns()
    client = cluster.attach("client")
    assert (await client.query(f"hello.{ZONE}", server=net.ip)).addresses() == [IP]
    assert (await client.query(f"hello.{ZONE}", server=net.ip, protocol="TCP")).addresses() == [IP]
    for port, path, text in (
        (8080, "/health", b"OK"),
        (8181, "/ready", b"OK"),
        (9153, "/metrics", b'type="A",zone="."} 2'),
    ):
        response = await (await client.connect(net.ip, port)).request("GET", path)
        assert (response.status, text in response.body) == (200, True)
    process.handlers[SIGTERM]()
    assert await task == 0
    assert not net.listeners


def coredns(cluster: FakeCluster, configuration: str) -> Process:
    """Return a program that has not started."""
    net = cluster.attach("coredns-2", "control-plane", "kube-system")
    files = FileSystem({"/etc/coredns/Corefile": configuration.encode()})
    argv = ["/coredns", "-conf", "/etc/coredns/Corefile"]
    return Process(argv, {}, files, net, "coredns-2", {}, stdout=Buffer())


async def until_said(process: Process, text: str) -> None:
    async with asyncio.timeout(10):
        while text not in said(process):
            await asyncio.sleep(0)


def said(process: Process) -> str:
    assert isinstance(process.stdout, Buffer)
    return process.stdout.data.decode()


async def test_queries_are_logged_from_when_the_corefile_says_so(cluster: FakeCluster) -> None:
    process = coredns(cluster, corefile.DEFAULT)
    task = asyncio.create_task(program(process))
    await until_said(process, "CoreDNS-")
    client = cluster.attach("client")
    await client.query(f"hello.{ZONE}", server=process.network.ip)
    process.files.write("/etc/coredns/Corefile", corefile.DEFAULT.replace("errors", "log\n    errors").encode())
    await until_said(process, "[INFO] Reloading complete")
    await client.query(f"hello.{ZONE}", server=process.network.ip)
    await client.query(f"nosuch.{ZONE}", server=process.network.ip)
    lines = [line for line in said(process).splitlines() if " IN " in line]
    assert [re.sub(r":\d+ - \d+ |0\.\d+s", "", line) for line in lines] == [
        f'[INFO] {client.ip}"A IN hello.{ZONE}. udp 48 false 512" NOERROR qr,aa,rd 94 ',
        f'[INFO] {client.ip}"A IN nosuch.{ZONE}. udp 49 false 512" NXDOMAIN qr,aa,rd 142 ',
    ]
    process.files.write("/etc/coredns/Corefile", b".:53 {\n    lgo\n}\n")
    await until_said(process, "reload failed: /etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'lgo'")
    assert (await client.query(f"hello.{ZONE}", server=process.network.ip)).addresses() == [IP]
    process.handlers[SIGTERM]()
    assert await task == 0
