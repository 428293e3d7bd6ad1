"""Tools on the network: what they print, what they listen on, and what is at the other end."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from kubelearn.cluster.containers.tools import ALPINE, BUSYBOX
from kubelearn.cluster.network import PodNetwork
from kubelearn.cluster.streams import Pipe
from tests.unit.cluster.containers.programs import process, run, start
from tests.unit.network_fakes import FakeCluster, endpoint, endpoint_slice, service


class Page:
    """A server whose headers have the case that servers give them."""

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        status = {"/nosuch": 404, "/moved": 301, "/busy": 503}.get(scope["path"], 200)
        headers = [(b"Content-Type", b"text/html"), (b"Content-Length", b"3")]
        if status == 301:
            headers.append((b"Location", b"/there"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"hi\n"})


class Echo:
    """A server that sends back what comes, by TCP or UDP."""

    async def serve(self, stream: Any) -> None:
        while data := await stream.read():
            stream.write(data.upper())

    def datagram(self, data: Any, _client: Any) -> bytes:
        return bytes(data).upper()


_NO_PORT = "URL rejected: Port number was not a decimal number between 0 and 65535"
_METER = """  % Total    % Received % Xferd
{}

  0     0    0     0    0     0
100     3  100     3    0     0
""".format(" " * 31)


@pytest.fixture
def pods() -> tuple[PodNetwork, PodNetwork]:
    """A client and a server, which is behind the Service ``page``; ``empty`` has no endpoints."""
    cluster = FakeCluster()
    cluster.start_dns()
    server = cluster.attach("server")
    server.listen(8080, Page())
    server.listen(7, Echo())
    server.listen(7, Echo(), "UDP")
    server.listen(9, Page(), loopback=True)
    service(cluster.registry, "page", "10.96.1.9")
    endpoint_slice(cluster.registry, "page", [endpoint(server.ip)])
    service(cluster.registry, "empty", "10.96.1.2")
    cluster.sync()
    return cluster.attach("client"), server


async def told(network: PodNetwork, command: str, programs: Any = BUSYBOX) -> tuple[int, str, str]:
    return await run("sh", "-c", command, network=network, programs=programs)


@pytest.mark.parametrize(
    ("command", "code", "output", "error"),
    [
        ("wget --spider page", 0, "", "Connecting to page (10.96.1.9:80)\nremote file exists\n"),
        (
            "wget -qS -O /dev/null page",
            0,
            "",
            "  HTTP/1.1 200 OK\n  Content-Type: text/html\n  Content-Length: 3\n  \n",
        ),
        ("wget --spider page/nosuch 2>&1 | tail -1", 0, "wget: server returned error: HTTP/1.1 404 Not Found\n", ""),
        ("wget -q page/moved -O-", 0, "hi\n", ""),
        (
            "wget -q page; wget -q page; ls index.html",
            0,
            "index.html\n",
            "wget: can't open 'index.html': File exists\n",
        ),
        ("wget page 2>&1 | tail -1", 0, "'index.html' saved\n", ""),
        ("wget nosuch://page", 1, "", "wget: not an http or ftp url: nosuch://page\n"),
        ("nc -zv page 80", 0, "", "page (10.96.1.9:80) open\n"),
        ("wget -q -O- page page", 0, "hi\nhi\n", ""),
        ("wget -q -P /tmp 'page/?a=b'; ls /tmp", 0, "?a=b\n", ""),
        ("wget -P /tmp page 2>&1 | tail -1", 0, "'/tmp/index.html' saved\n", ""),
        ("wget page/moved -O- 2>&1 | grep -c Connecting", 0, "1\n", ""),
        (
            "wget empty",
            1,
            "",
            "Connecting to empty (10.96.1.2:80)\nwget: can't connect to remote host (10.96.1.2): Connection refused\n",
        ),
        (
            "wget -o /tmp/log page:81 -T 1; tail -1 /tmp/log",
            0,
            "wget: download timed out\n",
            "",
        ),
        ("nc -zv empty 80", 1, "", ""),
        ("nc -zvv empty 80", 1, "", "nc: empty (10.96.1.2:80): Connection refused\n"),
        ("nc -w 1 -zv page 99", 1, "", "nc: page (10.96.1.9:99): Connection timed out\n"),
        ("nc -zuv page 53", 0, "", "page (10.96.1.9:53) open\n"),
        ("nc nosuch 80", 1, "", "nc: bad address 'nosuch'\n"),
        ("echo hi | nc SERVER 7", 0, "HI\n", ""),
        ("echo hi | nc -u SERVER 7", 0, "HI\n", ""),
        (
            "telnet SERVER 7 </dev/null",
            0,
            "Connected to SERVER\n",
            "",
        ),
        ("telnet empty 80", 1, "", "telnet: can't connect to remote host (10.96.1.2): Connection refused\n"),
        ("traceroute -n page -m 0 | head -1", 0, "traceroute to page (10.96.1.9), 0 hops max, 46 byte packets\n", ""),
    ],
)
async def test_busybox(pods: tuple[PodNetwork, PodNetwork], command: str, code: int, output: str, error: str) -> None:
    client, server = pods
    found = await told(client, command.replace("SERVER", server.ip))
    assert found == (code, output.replace("SERVER", server.ip), error)


async def test_traceroute_goes_by_the_node(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, server = pods
    code, output, _ = await told(client, f"traceroute -n {server.ip}")
    hops = [line.split()[1] for line in output.splitlines()[1:]]
    assert (code, hops[0], hops[-1]) == (0, f"{client.ip.rpartition('.')[0]}.1", server.ip)


@pytest.mark.parametrize(
    ("command", "code", "output", "error"),
    [
        ("nc -zv page 80", 0, "", "Connection to page (10.96.1.9) 80 port [tcp/http] succeeded!\n"),
        ("nc -zv empty 80", 1, "", "nc: connect to empty (10.96.1.2) port 80 (tcp) failed: Connection refused\n"),
        ("nc -z empty 80", 1, "", ""),
        ("nc -zuv page 53", 0, "", "Connection to page (10.96.1.9) 53 port [udp/domain] succeeded!\n"),
        (
            "nc -zv -w 1 page 99",
            1,
            "",
            "nc: connect to page (10.96.1.9) port 99 (tcp) timed out: Operation in progress\n",
        ),
        (
            "nc -zv page 80 http",
            0,
            "",
            "Connection to page (10.96.1.9) 80 port [tcp/http] succeeded!\n" * 2,
        ),
        (r"printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' | nc -w 1 page 80 | tail -1", 0, "hi\n", ""),
        ("nc -z page 99999", 1, "", "nc: port number too large: 99999\n"),
        ("nc -z page nosuch", 1, "", 'nc: service "nosuch" unknown\n'),
        ("nc -y 2>&1 | head -2 | cut -c1-29", 0, "nc: invalid option -- 'y'\nusage: nc [-46CDdFhklNnrStUuv\n", ""),
        ("nc -zn page 80", 1, "", 'nc: getaddrinfo for host "page" port 80: Name does not resolve\n'),
        ("nc -zv nosuch 80", 1, "", 'nc: getaddrinfo for host "nosuch" port 80: Name does not resolve\n'),
        (
            "curl -sI page | tr -d '\\r'",
            0,
            "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 3\n\n",
            "",
        ),
        ("curl -sL -D - -o /dev/null page/moved | grep -c HTTP", 0, "2\n", ""),
        ("curl -sL --max-redirs 0 page/moved", 47, "", ""),
        ("curl -s --fail-with-body page/nosuch", 22, "hi\n", ""),
        ("curl -s --connect-to shop:80:page:80 http://shop", 0, "hi\n", ""),
        ("curl -s --create-dirs --output-dir /tmp/a -o b page; cat /tmp/a/b", 0, "hi\n", ""),
        ("curl -s http://me:pw@page -w '%{stderr}told%{stdout}!'", 0, "hi\n!", "told"),
        ("curl -sv me:pw@page 2>&1 | grep Authorization", 0, "> Authorization: Basic bWU6cHc=\n", ""),
        ("ip -br link show lo | cut -d' ' -f1; ip route show default | wc -l", 0, "lo\n1\n", ""),
        ("bash -c '</dev/tcp/page/80' && echo open", 0, "open\n", ""),
        (
            "bash -c '</dev/tcp/empty/80'",
            1,
            "",
            "bash: connect: Connection refused\nbash: line 1: /dev/tcp/empty/80: Connection refused\n",
        ),
        ("curl -sS -6 page", 6, "", "curl: (6) Could not resolve host: page\n"),
        ("curl -o", 2, "", "curl: option -o: requires parameter\ncurl: try 'curl --help' for more information\n"),
        ("curl -sS page:x", 3, "", f"curl: (3) {_NO_PORT}\n"),
        ("curl", 2, "", "curl: try 'curl --help' for more information\n"),
        ("curl --no-progress-meter page -w '%{json}' | grep -o '\"http_code\":\"200\"'", 0, '"http_code":"200"\n', ""),
        (
            "curl -sSv empty 2>&1 | sed -E 's/ from .* failed/ failed/; s/after [0-9]* ms/after 0 ms/' | tail -4",
            0,
            "* connect to 10.96.1.2 port 80 failed: Connection refused\n"
            "* Failed to connect to empty port 80 after 0 ms: Couldn't connect to server\n"
            "* closing connection #0\n"
            "curl: (7) Failed to connect to empty port 80 after 0 ms: Couldn't connect to server\n",
            "",
        ),
        ("curl -o /tmp/x page 2>&1 | tr '\r' '\n' | cut -c1-31", 0, _METER, ""),
        (
            "curl -sS -o /dev/null --retry 1 --retry-delay 0.01 -f page/busy; curl --no-progress-meter -o /dev/null "
            "--retry 1 --retry-delay 1 page/busy",
            0,
            "",
            "curl: (22) The requested URL returned error: 503\n"
            "Warning: Problem: HTTP error. Will retry in 1 second. 1 retry left.\n",
        ),
        (
            "curl -sv -o /dev/null page",
            0,
            "",
            "* Host page:80 was resolved.\n* IPv6: (none)\n* IPv4: 10.96.1.9\n*   Trying 10.96.1.9:80...\n"
            "* Connected to page (10.96.1.9) port 80\n"
            "> GET / HTTP/1.1\n> Host: page\n> User-Agent: curl/8.9.1\n> Accept: */*\n> \n"
            "* Request completely sent off\n"
            "< HTTP/1.1 200 OK\n< Content-Type: text/html\n< Content-Length: 3\n< \n"
            "{ [3 bytes data]\n* Connection #0 to host page left intact\n",
        ),
        (
            "curl -so /dev/null page/moved -w '%{http_code} %{redirect_url} %{content_type} %header{LOCATION}'",
            0,
            "301 http://page/there text/html /there",
            "",
        ),
        ("curl -so /dev/null page -w '%{nosuch}.'", 0, ".", "curl: unknown --write-out variable: 'nosuch'\n"),
        (
            "curl -so /dev/null empty -w '%{exitcode} %{errormsg}' | cut -c1-18",
            0,
            "7 Failed to connect"[:18] + "\n",
            "",
        ),
        ("curl -sS nosuch://page", 1, "", 'curl: (1) Protocol "nosuch" not supported\n'),
        ("echo hi | curl -sS telnet://page:80 >/dev/null", 0, "", ""),
        (
            "curl --nosuch page",
            2,
            "",
            "curl: option --nosuch: is unknown\ncurl: try 'curl --help' for more information\n",
        ),
        ("curl -sO page/a && cat /a", 0, "hi\n", ""),
    ],
)
async def test_alpine(pods: tuple[PodNetwork, PodNetwork], command: str, code: int, output: str, error: str) -> None:
    assert await told(pods[0], command, ALPINE) == (code, output, error)


async def test_interfaces_and_routes(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, ip = pods[0], pods[0].ip
    gateway = f"{ip.rpartition('.')[0]}.1"
    _, output, _ = await told(client, "ip addr | grep -oE '^[0-9]+: [a-z]+[0-9]*|inet [0-9./]+'")
    assert output == f"1: lo\ninet 127.0.0.1/8\n2: eth0\ninet {ip}/24\n"
    assert (await told(client, "ip route"))[1].splitlines() == [
        f"default via {gateway} dev eth0 ",
        f"{ip.rpartition('.')[0]}.0/24 via {gateway} dev eth0  src {ip} ",
        f"{gateway} dev eth0 scope link  src {ip} ",
    ]
    assert f"inet addr:{ip} " in (await told(client, "ifconfig eth0"))[1]
    assert (await told(client, "route -n | tail -1 | tr -s ' '"))[
        1
    ] == f"{gateway} 0.0.0.0 255.255.255.255 UH 0 0 0 eth0\n"
    assert (await told(client, "ip route add default via 1.1.1.1"))[0] == 2
    assert (await told(client, "ifconfig eth7"))[2].endswith(
        "eth7: error fetching interface information: Device not found\n"
    )


async def test_sockets(pods: tuple[PodNetwork, PodNetwork]) -> None:
    _, server = pods
    head = "Active Internet connections (only servers)\n" + (
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State       \n"
    )
    assert (await told(server, "netstat -tln"))[1] == head + "".join(
        f"tcp        0      0 {where:<23} :::*                    LISTEN      \n"
        for where in (":::7", "127.0.0.1:9", ":::8080")
    )
    assert (await told(server, "ss -tuln", ALPINE))[1].splitlines()[1].split() == [
        "tcp",
        "LISTEN",
        "0",
        "4096",
        "*:7",
        "*:*",
    ]
    assert (await told(server, "ss -uln", ALPINE))[1].splitlines()[1].split() == ["UNCONN", "0", "0", "*:7", "*:*"]


async def test_ss_and_netstat_show_whose_a_port_is(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client = pods[0]
    listen = "nc -lp 90 & sleep 0.1; "
    rows = (await told(client, f"{listen} netstat -tlnp | tail -1; kill $!"))[1]
    assert rows.rstrip().endswith(":::*                    LISTEN      2/nc")
    assert len(rows.rstrip("\n")) == len("tcp        0      0 ") + 23 + 1 + 23 + 1 + 12 + 20
    shown = (await told(client, "nc -lk 90 & sleep 0.1; ss -tlnp; kill $!", ALPINE))[1].splitlines()
    assert [line.rstrip() for line in shown] == [
        "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
        'LISTEN 0      4096               *:90              *:*   users:(("nc",pid=2,fd=3))',
    ]


async def test_ports_of_other_containers_are_nobodys(pods: tuple[PodNetwork, PodNetwork]) -> None:
    assert (await told(pods[1], "netstat -tlnp | tail -1"))[1].split()[-1] == "-"


async def test_linux_tools_say_it_otherwise_than_busybox(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, ip = pods[0], pods[0].ip
    gateway = f"{ip.rpartition('.')[0]}.1"
    assert (await told(client, "ip route | tail -1", ALPINE))[1] == f"{gateway} dev eth0 scope link src {ip} \n"
    assert (await told(client, "ip link show lo", ALPINE))[1].splitlines()[0] == (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000"
    )
    assert (await told(client, "ip link show eth7", ALPINE)) == (1, "", 'Device "eth7" does not exist.\n')
    assert (await told(client, "ip nosuch", ALPINE)) == (1, "", 'Object "nosuch" is unknown, try "ip help".\n')


async def test_ss_and_netstat_show_who_is_connected(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, server = pods
    connection = await client.connect(server.ip, 8080)
    line = (await told(server, "netstat -tn | tail -1"))[1].split()
    assert line[3:] == [f"{server.ip}:8080", f"{client.ip}:{connection.local[1]}", "ESTABLISHED"]
    connection.close()
    assert (await told(server, "ss -tn", ALPINE))[1].splitlines()[1:] == []


async def _listening(network: PodNetwork, port: int, protocol: str = "TCP") -> None:
    async with asyncio.timeout(5):
        while (protocol, port) not in network.listeners:
            await asyncio.sleep(0)


async def test_nc_is_a_little_server(pods: tuple[PodNetwork, PodNetwork]) -> None:
    """One client, then the port is closed; the answer is what standard input has."""
    client, server = pods
    answer = r"printf 'HTTP/1.1 200 OK\r\n\r\nfrom nc\n' | nc -l -p 5000"
    serving = asyncio.create_task(told(server, answer))
    await _listening(server, 5000)
    assert await told(client, f"wget -qO- http://{server.ip}:5000/a") == (0, "from nc\n", "")
    code, request, _ = await serving
    assert (code, request.splitlines()[0]) == (0, "GET /a HTTP/1.1")
    assert ("TCP", 5000) not in server.listeners


async def test_nc_runs_a_program_for_each_client(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, server = pods
    serving = asyncio.create_task(told(server, "nc -lk -p 5000 -e tr a-z A-Z"))
    await _listening(server, 5000)
    for _ in range(2):
        assert await told(client, f"echo hi | nc {server.ip} 5000") == (0, "HI\n", "")
    serving.cancel()


@pytest.mark.parametrize(
    "script",
    [
        "echo hi >/dev/tcp/server/5000",
        "exec 3<>/dev/tcp/server/5000; echo hi >&3",
        "exec 3<>/dev/tcp/server/5000; echo hi >&3; exec 3>&-; cat",
        "(exec 3<>/dev/tcp/server/5000; echo hi >&3); cat",
        "exec 3<>/dev/tcp/server/5000 4>&3; exec 3>&-; echo hi >&4; exec 4>&-; cat",
    ],
)
async def test_a_connection_of_bash_ends_with_its_descriptor(pods: tuple[PodNetwork, PodNetwork], script: str) -> None:
    client, server = pods
    serving = asyncio.create_task(told(server, "nc -l -p 5000"))
    await _listening(server, 5000)
    asking = process("bash", "-c", script.replace("server", server.ip), network=client, programs=ALPINE)
    asking.stdin = Pipe()  # so that cat waits, and the shell with it
    shell = start(asking)
    async with asyncio.timeout(5):
        assert await serving == (0, "hi\n", "")
    shell.cancel()


async def test_a_program_that_reads_nothing_resets_the_connection(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, server = pods
    serving = asyncio.create_task(told(server, "nc -l -p 5000 -e sleep 0.05"))
    await _listening(server, 5000)
    code, _, error = await told(client, f"curl -sS {server.ip}:5000", ALPINE)
    assert (code, error) == (56, "curl: (56) Recv failure: Connection reset by peer\n")
    assert (await serving)[0] == 0


async def test_nc_listens_for_datagrams(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, server = pods
    listening = process("nc", "-lu", "-p", "5000", network=server)
    serving = asyncio.ensure_future(BUSYBOX["nc"](listening))
    await _listening(server, 5000, "UDP")
    await told(client, f"echo hello | nc -u -w 1 {server.ip} 5000")
    assert bytes(listening.stdout.data) == b"hello\n"  # type: ignore[attr-defined]
    serving.cancel()


async def test_nc_says_that_a_port_is_taken(pods: tuple[PodNetwork, PodNetwork]) -> None:
    assert await told(pods[1], "nc -l -p 8080") == (1, "", "nc: bind: Address already in use\n")


async def test_ping_counts_until_it_is_stopped(pods: tuple[PodNetwork, PodNetwork]) -> None:
    client, server = pods
    code, output, _ = await told(client, f"timeout -s INT 0.1 ping {server.ip}")
    assert re.search(r"\n1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = ", output)
    assert code == 0
