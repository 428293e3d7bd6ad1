"""Tools that ask for names: nslookup of BusyBox and of BIND, host, dig."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kubelearn.cluster.containers.tools import ALPINE, BUSYBOX, busybox
from kubelearn.cluster.network import PodNetwork
from tests.unit.cluster.containers.programs import run
from tests.unit.network_fakes import FakeCluster, endpoint, endpoint_slice, service

IP = "10.96.16.247"


@pytest.fixture
def client() -> PodNetwork:
    """A client beside the Service hello."""
    cluster = FakeCluster()
    cluster.start_dns()
    net = cluster.serve("hello")[0]
    service(cluster.registry, "hello", IP, ports=[{"port": 8081}])
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip)])
    cluster.sync()
    return cluster.attach("client")


async def alpine(client: PodNetwork, script: str, programs: Any = ALPINE) -> tuple[int, str, str]:
    return await run("sh", "-c", script, network=client, programs=programs)


async def test_dig_prints_what_bind_prints(client: PodNetwork) -> None:
    code, output, _ = await alpine(client, "dig hello.course.svc.cluster.local")
    assert code == 0
    for line in (
        ";; Got answer:",
        ";; QUESTION SECTION:",
        ";hello.course.svc.cluster.local.\tIN\tA",
        ";; ANSWER SECTION:",
        f"hello.course.svc.cluster.local. 30 IN\tA\t{IP}",
        ";; Query time: 0 msec",
    ):
        assert line in output.split("\n")
    assert ";; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)\n" in output
    assert re.search(
        r"->>HEADER<<- opcode: QUERY, status: NOERROR, id: \d+\n;; flags: qr aa rd; QUERY: 1, ANSWER: 1,", output
    )
    assert re.search(r";; MSG SIZE  rcvd: \d+\n", output)


_HEAD = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
_FOUND = f"Name:\thello.course.svc.cluster.local\nAddress: {IP}\n"


@pytest.mark.parametrize(
    ("command", "code", "output"),
    [
        ("hello.course.svc.cluster.local", 0, f"{_FOUND}\n\n"),
        ("hello.course.svc.cluster.local.", 0, f"{_FOUND}\n\n"),
        ("-type=a hello.course.svc.cluster.local 10.96.0.10", 0, f"{_FOUND}\n"),
        ("hello.course", 1, "** server can't find hello.course: NXDOMAIN\n\n" * 2),
        ("-type=aaaa hello.course.svc.cluster.local", 0, "\n"),
        (
            "-type=a hello",
            1,
            f"{_FOUND}\n"
            "** server can't find hello.svc.cluster.local: NXDOMAIN\n\n"
            "** server can't find hello.cluster.local: NXDOMAIN\n\n",
        ),
        (IP, 0, "247.16.96.10.in-addr.arpa\tname = hello.course.svc.cluster.local\n\n"),
        (
            "-type=srv hello.course.svc.cluster.local",
            0,
            "hello.course.svc.cluster.local\tservice = 0 100 8081 hello.course.svc.cluster.local\n\n",
        ),
    ],
)
async def test_nslookup_of_busybox(client: PodNetwork, command: str, code: int, output: str) -> None:
    """A name with a dot is asked as it is, one without with every ending; one NXDOMAIN is a failure."""
    assert await alpine(client, f"nslookup {command}", BUSYBOX) == (code, _HEAD + output, "")


@pytest.mark.parametrize(
    ("command", "output", "error"),
    [
        ("-type=nosuch a.b", "", 'nslookup: invalid query type "nosuch"\n'),
        ("-nosuch a.b", "", "BusyBox v1.36.1"),
        ("-ret a.b", "", "nslookup: invalid number ''\n"),
        ("a.b c d", "", "BusyBox v1.36.1"),
        ("hello nosuch", "", "nslookup: bad address 'nosuch'\n"),
        (f"hello {IP}", ";; connection timed out; no servers could be reached\n\n", ""),
    ],
)
async def test_nslookup_of_busybox_refuses(client: PodNetwork, command: str, output: str, error: str) -> None:
    code, found, said = await alpine(client, f"nslookup {command}", BUSYBOX)
    assert (code, found) == (1, output)
    assert said.startswith(error)


async def test_nslookup_of_an_old_busybox_asks_the_resolver(client: PodNetwork) -> None:
    old = busybox("1.28.4")
    code, output, _ = await alpine(client, "nslookup hello.course", old)
    assert (code, output) == (
        0,
        "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n"
        f"Name:      hello.course\nAddress 1: {IP} hello.course.svc.cluster.local\n",
    )
    assert (await alpine(client, "nslookup nosuch", old))[::2] == (1, "nslookup: can't resolve 'nosuch'\n")


_NOT_RECURSIVE = ";; Got recursion not available from 10.96.0.10\n"


@pytest.mark.parametrize(
    ("command", "code", "output"),
    [
        (
            "nslookup hello",
            0,
            f"{_NOT_RECURSIVE}Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n{_FOUND}{_NOT_RECURSIVE}\n",
        ),
        (
            "nslookup nosuch | grep -v recursion",
            0,
            "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n** server can't find nosuch: NXDOMAIN\n\n",
        ),
        (f"nslookup {IP} | tail -2", 0, "247.16.96.10.in-addr.arpa\tname = hello.course.svc.cluster.local.\n\n"),
        ("host hello.course", 0, f"hello.course.svc.cluster.local has address {IP}\n"),
        ("host nosuch", 1, "Host nosuch not found: 3(NXDOMAIN)\n"),
        (f"host {IP}", 0, "247.16.96.10.in-addr.arpa domain name pointer hello.course.svc.cluster.local.\n"),
        ("host -t aaaa hello", 0, "hello.course.svc.cluster.local has no AAAA record\n"),
        (
            "host -t srv hello",
            0,
            "hello.course.svc.cluster.local has SRV record 0 100 8081 hello.course.svc.cluster.local.\n",
        ),
        ("dig +short hello.course.svc.cluster.local hello.nosuch", 0, f"{IP}\n"),
    ],
)
async def test_names_as_bind_answers(client: PodNetwork, command: str, code: int, output: str) -> None:
    assert await alpine(client, command) == (code, output, "")


_NAME = "hello.course.svc.cluster.local"
_MAIN = ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: N"


@pytest.mark.parametrize(
    ("command", "code", "output"),
    [
        (f"dig +noall +answer +nottlid {_NAME}", 0, f"{_NAME}. IN A\t{IP}\n"),
        (f"dig +noall +answer +noclass {_NAME}", 0, f"{_NAME}. 30 A\t{IP}\n"),
        (f"dig +short +identify {_NAME}", 0, f"{IP} from server 10.96.0.10 in 0 ms.\n"),
        ("dig +search +showsearch nosuch | grep -c NXDOMAIN", 0, "5\n"),
        (f"dig {_NAME} | grep -c COOKIE; dig +nocookie {_NAME} | grep -c COOKIE", 1, "1\n0\n"),
        (f"dig +dnssec {_NAME} | grep -o 'flags: do;'", 0, "flags: do;\n"),
        (f"dig -t nosuch +short {_NAME} 2>&1", 0, f";; Warning, ignoring invalid type nosuch\n{IP}\n"),
        ("dig +trace hello 2>&1", 1, "dig: +trace is not supported on this cluster\n"),
        ("dig +nosuch hello 2>&1 | head -1", 0, "Invalid option: +nosuch\n"),
        ("dig -v 2>&1", 0, "DiG 9.18.27\n"),
        (
            "nslookup -type=soa cluster.local | grep -e origin -e mail",
            0,
            "\torigin = ns.dns.cluster.local\n\tmail addr = hostmaster.cluster.local\n",
        ),
        ("nslookup -version", 0, "nslookup 9.18.27\n"),
        (f"host -v {_NAME}. | head -2 | sed 's/id: .*/id: N/'", 0, f'Trying "{_NAME}"\n{_MAIN}\n'),
        (f"host -v -t a {_NAME}. | grep -c SECTION", 0, "2\n"),
        ("host -t soa cluster.local | cut -d' ' -f1-4", 0, "cluster.local has SOA record\n"),
        ("host -t nosuch hello 2>&1", 2, "host: invalid type: nosuch\n\n"),
        ("host 2>&1 | head -1", 0, "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n"),
    ],
)
async def test_what_bind_can_do(client: PodNetwork, command: str, code: int, output: str) -> None:
    assert (await alpine(client, command))[:2] == (code, output)


@pytest.mark.parametrize(
    ("command", "output"),
    [
        (f"-query=a {_NAME}", f"Name:\t{_NAME}\nAddress: {IP}"),
        (f"-q=a -debug {_NAME}", f"Query #0 completed in 0ms:\nauthoritative answer:\nName:\t{_NAME}\nAddress: {IP}"),
        (f"-t=2 -type=aaaa -type=a {_NAME}", f"Name:\t{_NAME}\nAddress: {IP}"),
    ],
)
async def test_options_of_busybox_nslookup_are_known_by_their_beginning(
    client: PodNetwork, command: str, output: str
) -> None:
    code, found, error = await alpine(client, f"nslookup {command}", BUSYBOX)
    assert (code, error) == (0, "")
    assert output in found


async def test_busybox_has_no_curl_dig_getent() -> None:
    assert not {"curl", "dig", "getent"} & BUSYBOX.keys()
    assert {"sh", "wget", "nslookup", "nc", "env", "kill", "rmdir", "["} <= BUSYBOX.keys()
    assert {"curl", "dig", "getent"} <= ALPINE.keys()
