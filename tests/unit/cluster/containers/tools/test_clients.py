"""Clients in containers: wget, curl, nc and others, and servers that behave and misbehave."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import pytest

from kubelearn.cluster.containers.tools import ALPINE
from kubelearn.cluster.network import Certificate, PodNetwork
from tests.unit.cluster.containers.programs import run
from tests.unit.network_fakes import FakeCluster, endpoint, endpoint_slice, service

IP = "10.96.16.247"
_NOT_KNOWN = "unable to get local issuer certificate"


class Site:
    """A small web server that also misbehaves."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if path == "/slow":
            await asyncio.sleep(100)
        if path == "/broken":
            return
        if path == "/endless":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"one\n", "more_body": True})
            await asyncio.sleep(100)
        body = b"".join([(await receive())["body"]]) if scope["method"] == "POST" else path.encode()
        if path == "/headers":
            body = b"\n".join(name + b": " + value for name, value in scope["headers"])
        status = {"/nosuch": 404, "/moved": 302}.get(path, 200)
        headers = [
            (b"content-length", str(len(body)).encode()),
            *([(b"location", b"/target")] if status == 302 else []),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def client() -> PodNetwork:
    """A client beside hello (three pods), site, empty (no endpoints) and dead (nobody listens)."""
    cluster = FakeCluster()
    cluster.start_dns()
    nets = [cluster.serve(f"hello-{number}")[0] for number in range(3)]
    service(cluster.registry, "hello", IP, ports=[{"port": 8081}])
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip) for net in nets])
    site = cluster.attach("site")
    site.listen(8080, Site())
    service(cluster.registry, "site", "10.96.1.9")
    endpoint_slice(cluster.registry, "site", [endpoint(site.ip)])
    safe = cluster.attach("safe")
    safe.listen(8080, Site(), tls=Certificate(frozenset({"safe"}), b"our authority\n"))
    service(cluster.registry, "safe", "10.96.1.3", ports=[{"port": 443}])
    endpoint_slice(cluster.registry, "safe", [endpoint(safe.ip)])
    service(cluster.registry, "empty", "10.96.1.2")
    service(cluster.registry, "headless", "None")
    endpoint_slice(cluster.registry, "headless", [endpoint(nets[0].ip)])
    cluster.sync()
    return cluster.attach("client")


async def alpine(client: PodNetwork, script: str, programs: Any = ALPINE) -> tuple[int, str, str]:
    return await run("sh", "-c", script, network=client, programs=programs)


@pytest.mark.parametrize(
    ("command", "code", "output", "error"),
    [
        ("curl -s http://site/a?b=1", 0, "/a", ""),
        ("curl -sS site/a", 0, "/a", ""),
        (
            "curl -s http://site/a -o /dev/null -w '%{http_code} %{remote_ip} %{remote_port} %{num_connects}\\n'",
            0,
            "200 10.96.1.9 80 1\n",
            "",
        ),
        ("curl -s -w ' %{num_connects} ' http://site/[1-3]", 0, "/1 1 /2 0 /3 0 ", ""),
        ("curl -s http://site/{a,b}", 0, "/a/b", ""),
        ("curl -sfo /tmp/x site/a; cat /tmp/x", 0, "/a", ""),
        ("curl -s -H 'Connection: close' -w ' %{num_connects} ' http://site/[1-2]", 0, "/1 1 /2 1 ", ""),
        ("curl -s -d a=1 --data-raw b=2 site/", 0, "a=1&b=2", ""),
        ("curl -sL site/moved", 0, "/target", ""),
        ("curl -s -w '%{url_effective}' -o /dev/null -L site/moved", 0, "http://site/target", ""),
        (
            "curl -s -A me -H 'X-A: b' site/headers | grep -E 'x-a|agent|host'",
            0,
            "host: site\nuser-agent: me\nx-a: b\n",
            "",
        ),
        ("curl -s -u me:pw site/headers | grep auth", 0, "authorization: Basic bWU6cHc=\n", ""),
        ("curl -si site/ab | tr -d '\\r'", 0, "HTTP/1.1 200 OK\ncontent-length: 3\n\n/ab", ""),
        ("curl -sI site/ab | head -1 | tr -d '\\r'", 0, "HTTP/1.1 200 OK\n", ""),
        ("curl -sf site/nosuch", 22, "", ""),
        ("curl -sSf site/nosuch", 22, "", "curl: (22) The requested URL returned error: 404\n"),
        ("curl -s site/nosuch", 0, "/nosuch", ""),
        ("curl -sS http://nosuch/", 6, "", "curl: (6) Could not resolve host: nosuch\n"),
        ("curl -s http://nosuch/", 6, "", ""),
        (
            "curl -sS -w '%{http_code}\\n' http://empty/",
            7,
            "000\n",
            "curl: (7) Failed to connect to empty port 80 after 0 ms: Couldn't connect to server\n",
        ),
        ("curl -sS site/broken", 52, "", "curl: (52) Empty reply from server\n"),
        ("curl -sS 'http://a b/'", 3, "", "curl: (3) URL rejected: Malformed input to a URL function\n"),
        ("curl -sS http:///", 3, "", "curl: (3) URL rejected: No host part in the URL\n"),
        ("curl -s --resolve x.test:80:10.96.1.9 http://x.test/a", 0, "/a", ""),
        ("curl -s -X PUT site/a", 0, "/a", ""),
        ("curl -sN -w ' %{http_code} %{size_download}' site/ab", 0, "/ab 200 3", ""),
        ("curl -sN -m 0.2 site/endless", 28, "one\n", ""),
        ("curl -sN site/broken", 52, "", ""),
        ("curl -sk https://safe/a", 0, "/a", ""),
        ("curl -s --insecure https://safe/[1-2]", 0, "/1/2", ""),
        ("echo our authority > /tmp/ca; curl -s --cacert /tmp/ca https://safe/a", 0, "/a", ""),
        ("curl -sS https://safe/a 2>&1 | head -1", 0, f"curl: (60) SSL certificate problem: {_NOT_KNOWN}\n", ""),
        (
            "echo our authority > /tmp/ca; curl -sS --cacert /tmp/ca https://10.96.1.3/a 2>&1 | head -1",
            0,
            "curl: (60) SSL: no alternative certificate subject name matches target host name '10.96.1.3'\n",
            "",
        ),
        ("curl -s https://safe/a", 60, "", ""),
        ("curl -s --cacert /nosuch https://safe/a", 77, "", ""),
        ("curl -sk https://site:80/a", 35, "", ""),
        ("wget -qO- https://safe/a", 0, "/a", "wget: note: TLS certificate validation not implemented\n"),
        ("wget -qO- http://site/a", 0, "/a", ""),
        ("wget -q -O /tmp/f site/a && cat /tmp/f", 0, "/a", ""),
        ("wget -q -O- --header 'X-A: b' site/headers | grep x-a", 0, "x-a: b\n", ""),
        ("wget -qO- --post-data=hi site/", 0, "hi", ""),
        ("wget -q --spider site/a", 0, "", ""),
        ("wget -qO- http://nosuch/", 1, "", "wget: bad address 'nosuch'\n"),
        ("wget -qO- http://empty", 1, "", "wget: can't connect to remote host (10.96.1.2): Connection refused\n"),
        ("wget -qO- site/nosuch", 1, "", "wget: server returned error: HTTP/1.1 404 Not Found\n"),
        ("nc -z site 80", 0, "", ""),
        ("nc -z empty 80", 1, "", ""),
        ("nc -z -w 1 10.244.1.2 9", 1, "", ""),
        ("getent hosts hello", 0, f"{IP}    hello.course.svc.cluster.local\n", ""),
        ("getent hosts HELLO.course.svc.cluster.local.", 0, f"{IP}    HELLO.course.svc.cluster.local\n", ""),
        ("getent hosts nosuch", 2, "", ""),
        ("getent hosts localhost | tr -s ' '", 0, "127.0.0.1 localhost\n", ""),
        ("dig +short hello", 0, "", ""),
        ("dig +search +short hello", 0, f"{IP}\n", ""),
        ("dig +short hello.course.svc.cluster.local", 0, f"{IP}\n", ""),
        (f"dig +short -x {IP}", 0, "hello.course.svc.cluster.local.\n", ""),
        ("dig +short SRV hello.course.svc.cluster.local", 0, "0 100 8081 hello.course.svc.cluster.local.\n", ""),
        ("dig hello.course.cluster.local | grep -o 'status: [A-Z]*'", 0, "status: NXDOMAIN\n", ""),
        ("dig hello.course.svc.cluster.local | grep -o '(UDP)'", 0, "(UDP)\n", ""),
        # The name server of these tests speaks UDP only.
        ("dig +tcp hello.course.svc.cluster.local | tail -n 1", 0, ";; no servers could be reached\n", ""),
        ("dig -t AAAA hello.course.svc.cluster.local | grep -o 'status: [A-Z]*'", 0, "status: NOERROR\n", ""),
        (
            "dig +noall +answer @10.96.0.10 hello.course.svc.cluster.local | awk '{print $2, $3, $4}'",
            0,
            "30 IN A\n",
            "",
        ),
    ],
)
async def test_network_tools(client: PodNetwork, command: str, code: int, output: str, error: str) -> None:
    found = await alpine(client, command)
    assert (found[1], re.sub("after [1-9] ms", "after 0 ms", found[2]), found[0]) == (output, error, code)


async def test_time_outs_name_their_phase(client: PodNetwork) -> None:
    code, _, error = await alpine(client, "curl -sS -m 0.05 http://site/slow")
    assert code == 28
    assert re.fullmatch(
        r"curl: \(28\) Operation timed out after ([5-9]\d|[1-9]\d\d) milliseconds with 0 bytes received\n", error
    )
    assert await alpine(client, "wget -qO- -T 0.05 http://hello:9999/") == (1, "", "wget: download timed out\n")


@pytest.mark.parametrize(("option", "asked"), [("-m 0.05", 50), ("--connect-timeout 0.05", 50), ("-m 0.3", 300)])
async def test_a_time_out_says_how_long_it_waited_never_less_than_asked(
    client: PodNetwork, option: str, asked: int
) -> None:
    begin = time.monotonic()
    code, _, error = await alpine(client, f"curl -sS {option} http://hello:9999/")
    spent = (time.monotonic() - begin) * 1000
    said = re.fullmatch(r"curl: \(28\) Connection timed out after (\d+) milliseconds\n", error)
    assert code == 28
    assert said, error
    assert asked <= int(said[1]) <= spent


@pytest.mark.parametrize("limit", ["-m 0.05", "--connect-timeout 0.05", "-m 0.05 --connect-timeout 5"])
async def test_a_silent_name_server_outlasts_a_limit(client: PodNetwork, limit: str) -> None:
    client.resolv.nameservers[:] = ["10.244.9.9"]
    code, _, error = await alpine(client, f"curl -sS {limit} http://hello:8081/")
    said = re.fullmatch(r"curl: \(28\) Resolving timed out after (\d+) milliseconds\n", error)
    assert code == 28
    assert said, error
    assert int(said[1]) >= 50


@pytest.mark.parametrize(
    ("server", "limit"), [("10.244.9.9", ""), ("10.244.9.9", "-m 20 --connect-timeout 10"), ("10.244.1.2", "-m 5")]
)
async def test_the_resolver_gives_up_first(client: PodNetwork, server: str, limit: str) -> None:
    """A silent one after 10 s, which nobody waits for here; a pod that has none refuses at once."""
    client.resolv.nameservers[:] = [server]
    assert await alpine(client, f"curl -sS {limit} http://hello:8081/") == (
        6,
        "",
        "curl: (6) Could not resolve host: hello\n",
    )


@pytest.mark.parametrize(
    ("command", "retried"),
    [
        ("http://empty/", False),
        ("--retry-connrefused http://empty/", True),
        ("--retry-all-errors http://empty/", True),
        ("-m 0.01 http://hello:9999/", True),
        ("http://nosuch/", True),
        ("-f site/nosuch", False),
        ("-f --retry-all-errors site/nosuch", True),
        ("site/a", False),
    ],
)
async def test_curl_tries_again_what_may_pass(client: PodNetwork, command: str, retried: bool) -> None:
    begin = time.monotonic()
    _, output, _ = await alpine(client, f"curl -s -o g -w '%{{num_retries}}' --retry 2 --retry-delay 0.2 {command}")
    assert output == ("2" if retried else "0")
    assert not retried or time.monotonic() - begin >= 0.4


async def test_a_loop_of_curls_is_fast_and_spreads(client: PodNetwork) -> None:
    script = "for i in $(seq 300); do curl -s http://hello:8081/; echo; done | sort | uniq -c"
    begin = time.process_time()  # what the machine does beside it does not count
    code, output, _ = await alpine(client, script)
    spent = time.process_time() - begin
    counts = [int(line.split()[0]) for line in output.splitlines()]
    assert code == 0
    assert sum(counts) == 300
    assert len(counts) == 3
    assert min(counts) > 60
    assert spent < 5, "half a millisecond each, on a machine that does nothing else"
