"""agnhost's commands: what listens, what asks, and how their flags are read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.containers.process import SIGTERM, Process
from kubelearn.cluster.network import CertificateError, PodNetwork
from kubelearn.cluster.streams import Buffer
from tests.unit.cluster.containers.programs import process
from tests.unit.network_fakes import FakeCluster


@pytest.fixture
def cluster() -> FakeCluster:
    made = FakeCluster()
    made.start_dns()
    made.sync()
    return made


def agnhost(network: PodNetwork, *words: str, version: str = "2.53", **env: str) -> Process:
    image = ImageRegistry().pull(f"registry.k8s.io/e2e-test-images/agnhost:{version}")
    made = process("agnhost", *words, network=network, programs=image.programs)
    made.env.update(env)
    return made


async def ended(made: Process) -> tuple[int, str, str]:
    async with asyncio.timeout(5):
        code = await made.programs["agnhost"](made)
    assert isinstance(made.stdout, Buffer)
    assert isinstance(made.stderr, Buffer)
    return code, made.stdout.data.decode(), made.stderr.data.decode()


async def started(made: Process, port: int, protocol: str = "TCP") -> asyncio.Task[int]:
    task = asyncio.ensure_future(made.programs["agnhost"](made))
    async with asyncio.timeout(5):
        while (protocol, port) not in made.network.listeners:
            await asyncio.sleep(0)
    return task  # type: ignore[return-value]


async def netexec(cluster: FakeCluster) -> Process:
    server = agnhost(cluster.attach("server"), "netexec", "--udp-port=-1")
    await started(server, 8080)
    return server


async def get(client: PodNetwork, address: str, port: int, path: str = "/") -> tuple[int, str]:
    connection = await client.connect(address, port)
    answer = await connection.request("GET", path)
    connection.close()
    return answer.status, answer.body.decode()


@pytest.mark.parametrize("protocol", ["UDP", "SCTP"])
async def test_netexec_answers_datagrams(cluster: FakeCluster, protocol: str) -> None:
    client, server = cluster.attach("client"), agnhost(cluster.attach("server"), "netexec", "--sctp-port=8082")
    await started(server, 8080)
    port = {"UDP": 8081, "SCTP": 8082}[protocol]
    ip = server.network.ip
    for asked, answer in ((b"hostname\n", b"pod"), (b"ECHO Hello", b"hello"), (b"clientip", client.ip.encode())):
        got = await client.exchange(ip, port, asked, protocol=protocol)
        assert got.partition(b":")[0] == answer
    path = f"/dial?host={ip}&port={port}&protocol={protocol.lower()}&request=hostname&tries=2"
    assert await get(client, ip, 8080, path) == (200, '{"responses":["pod","pod"]}')
    server.handlers[SIGTERM]()


async def test_a_second_udp_port_in_a_pod_ends_the_second(cluster: FakeCluster) -> None:
    pod = cluster.attach("pod")
    first = agnhost(pod, "netexec")
    running = await started(first, 8080)
    code, _, error = await ended(agnhost(pod, "netexec", "--http-port=8090"))
    assert (code, error) == (1, "Error occurred. error:listen udp :8081: bind: address already in use\n")
    first.handlers[SIGTERM]()
    assert await running == 0
    assert ("UDP", 8081) not in pod.listeners


@pytest.mark.parametrize(
    ("version", "path", "answer"),
    [
        ("2.53", "/serverport", "NOW: "),
        ("2.59", "/serverport", "8080"),
        ("2.59", "/envvar?var=HOME", "NOW: "),
    ],
)
async def test_each_version_has_its_paths(cluster: FakeCluster, version: str, path: str, answer: str) -> None:
    server = agnhost(cluster.attach("server"), "netexec", "--udp-port=-1", version=version)
    await started(server, 8080)
    status, body = await get(cluster.attach("client"), server.network.ip, 8080, path)
    assert (status, body[: len(answer)]) == (200, answer)


@pytest.mark.parametrize("path", ["/", "/ready", "/health", "/healthz/", "/HOSTNAME", "/hostname/x", "/a?b=/dial"])
async def test_netexec_answers_what_no_handler_has_as_the_root(cluster: FakeCluster, path: str) -> None:
    server = await netexec(cluster)
    status, body = await get(cluster.attach("client"), server.network.ip, 8080, path)
    assert (status, body.partition(" ")[0]) == (200, "NOW:")
    assert isinstance(server.stdout, Buffer)
    assert server.stdout.data.decode().splitlines()[-1] == "GET /"


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("//hostname", "/hostname"),
        ("/a/../b", "/b"),
        ("/./healthz//", "/healthz/"),
        ("/..", "/"),
        ("//echo?msg=%2F", "/echo?msg=%2F"),
    ],
)
async def test_netexec_sends_to_the_clean_path(cluster: FakeCluster, path: str, where: str) -> None:
    server = await netexec(cluster)
    connection = await cluster.attach("client").connect(server.network.ip, 8080)
    answer = await connection.request("GET", path)
    assert (answer.status, dict(answer.headers)[b"Location"]) == (301, where.encode())
    assert answer.body.decode() == f'<a href="{where}">Moved Permanently</a>.\n\n'


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "request parameter not specified. <nil>"),
        ("?request=x&tries=many", "tries parameter is invalid. <nil>"),
        ("?request=x&protocol=tcp", "unsupported protocol. tcp"),
        ("?request=x&host=nosuch&port=80", "host and/or port param are invalid. lookup nosuch: no such host"),
    ],
)
async def test_netexec_refuses_to_dial_nowhere(cluster: FakeCluster, query: str, why: str) -> None:
    server = await netexec(cluster)
    assert await get(cluster.attach("client"), server.network.ip, 8080, f"/dial{query}") == (400, f"{why}\n")


@pytest.mark.parametrize(
    ("words", "env", "port", "path", "answer"),
    [
        (["netexec", "--udp-port=-1", "--http-override=/echo?msg=always"], {}, 8080, "/x", (200, "always")),
        (["serve-hostname"], {}, 9376, "/any", (200, "pod\n")),
        (["serve-hostname", "--port", "80"], {}, 80, "/", (200, "pod\n")),
        (["porter"], {"SERVE_PORT_8081": "foo"}, 8081, "/any", (200, "foo")),
        (["fake-gitserver"], {}, 8000, "/any", (200, "I am a fake git server")),
        (["liveness"], {}, 8080, "/healthz", (200, "ok")),
        (["liveness"], {}, 8080, "/any", (404, "404 page not found\n")),
        (["test-webserver"], {}, 80, "/etc/hostname", (200, "pod\n")),
    ],
)
async def test_servers(
    cluster: FakeCluster, words: list[str], env: dict[str, str], port: int, path: str, answer: tuple[int, str]
) -> None:
    server = agnhost(cluster.attach("server"), *words, **env)
    task = await started(server, port)
    assert await get(cluster.attach("client"), server.network.ip, port, path) == answer
    server.handlers[SIGTERM]()
    assert await task == 0


async def test_serve_hostname_by_udp_and_tcp(cluster: FakeCluster) -> None:
    server = agnhost(cluster.attach("server"), "serve-hostname", "--udp", "--tcp")
    await started(server, 9376)
    client = cluster.attach("client")
    assert await client.exchange(server.network.ip, 9376, b"x") == b"pod\n"
    connection = await client.connect(server.network.ip, 9376)
    assert await connection.open_stream().read() == b"pod\n"
    connection.close()


@pytest.mark.parametrize(
    ("words", "result"),
    [
        (["dns-suffix"], (0, "course.svc.cluster.local,svc.cluster.local,cluster.local\n", "")),
        (["dns-server-list"], (0, "10.96.0.10\n", "")),
        (["entrypoint-tester", "--a", "b"], (0, "[agnhost entrypoint-tester --a b]\n", "")),
        (["connect", "SERVER:8080"], (0, "", "")),
        (["connect", "SERVER:81"], (1, "", "REFUSED\n")),
        (["connect", "10.244.9.9:80", "--timeout=50ms"], (1, "", "TIMEOUT\n")),
        (["connect", "nosuch:80"], (1, "", "DNS: lookup nosuch: no such host\n")),
        (["connect", "--protocol=udp", "SERVER:8081"], (0, "", "")),
        (["--version"], (0, "app version 2.53\n", "")),
    ],
)
async def test_clients(cluster: FakeCluster, words: list[str], result: tuple[int, str, str]) -> None:
    server = agnhost(cluster.attach("server"), "netexec")
    await started(server, 8080)
    made = agnhost(cluster.attach("client"), *(word.replace("SERVER", server.network.ip) for word in words))
    assert await ended(made) == result


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["nosuch"], 'Error: unknown command "nosuch" for "app"\n'),
        (["netexec", "--nosuch=1"], "Error: unknown flag: --nosuch\nUsage:\n  app netexec [flags]\n"),
        (["netexec", "--http-port=x"], 'Error: invalid argument "x" for "--http-port" flag: strconv.ParseInt'),
        (["netexec", "-p", "1"], "Error: unknown shorthand flag: 'p' in -p\n"),
        (["netexec", "--http-port"], "Error: flag needs an argument: --http-port\n"),
        (["connect"], "Error: accepts 1 arg(s), received 0\n"),
    ],
)
async def test_what_is_not_declared_is_refused(cluster: FakeCluster, words: list[str], error: str) -> None:
    code, _, said = await ended(agnhost(cluster.attach("pod"), *words))
    assert code == 1
    assert said.startswith(error)


@pytest.mark.usefixtures("tokyo")
async def test_netexec_tells_the_time_of_utc(cluster: FakeCluster) -> None:
    client, server = cluster.attach("client"), agnhost(cluster.attach("server"), "netexec")
    await started(server, 8080)
    _, said = await get(client, server.network.ip, 8080)
    told = datetime.fromisoformat(said.removeprefix("NOW: ").partition(" UTC")[0].replace(" +0000", "+00:00"))
    assert abs((datetime.now(UTC) - told).total_seconds()) < 60
    server.handlers[SIGTERM]()


async def test_netexec_speaks_tls_with_the_image_s_certificate(cluster: FakeCluster) -> None:
    files = ("--tls-cert-file=/localhost.crt", "--tls-private-key-file=/localhost.key")
    client, server = cluster.attach("client"), agnhost(cluster.attach("server"), "netexec", *files)
    await started(server, 8080)
    connection = await client.connect(server.network.ip, 8080)
    with pytest.raises(CertificateError, match="self-signed certificate"):
        connection.start_tls("localhost", b"")
    connection.start_tls("localhost", server.files.read("/localhost.crt"))
    assert (await connection.request("GET", "/hostname")).body == b"pod"
    server.handlers[SIGTERM]()


async def test_porter_serves_plainly_and_with_tls(cluster: FakeCluster) -> None:
    client, server = cluster.attach("client"), agnhost(cluster.attach("server"), "porter")
    server.env |= {"SERVE_PORT_80": "plain", "SERVE_TLS_PORT_443": "safe"}
    await started(server, 443)
    assert (await get(client, server.network.ip, 80))[1] == "plain"
    connection = await client.connect(server.network.ip, 443)
    connection.start_tls("localhost", None)
    assert (await connection.request("GET", "/")).body == b"safe"
    server.handlers[SIGTERM]()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["netexec", "--tls-cert-file=/no.crt"], 1, "open /no.crt: no such file or directory"),
        (["mounttest", "--file_content=/etc/hostname"], 0, 'content of file "/etc/hostname": '),
        (["mounttest", "--file_mode=/etc/hostname"], 0, 'mode of file "/etc/hostname": -rw-r--r--'),
        (["mounttest", "--fs_type=/nosuch"], 1, 'error from Lstat("/nosuch"): lstat /nosuch: no such file'),
    ],
)
async def test_files(cluster: FakeCluster, words: list[str], code: int, said: str) -> None:
    made = agnhost(cluster.attach("pod"), *words)
    made.files.write("/etc/hostname", b"pod\n")
    found = await ended(made)
    assert found[0] == code
    assert said in found[1] + found[2]


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "answer"),
    [
        ("GET", "/redirect?location=/a%26b", b"", 302, '<a href="/a&amp;b">Found</a>.\n\n'),
        ("POST", "/echo?msg=asked", b"msg=posted&code=201", 201, "posted"),
        ("POST", "/shell", b"cmd=echo+hi;+exit+3", 200, '{"error":"exit status 3","output":"hi\\n"}'),
        ("GET", "/header", b"", 200, '{"X-A":["b"]}'),
    ],
)
async def test_netexec_reads_forms_and_writes_as_go_does(
    cluster: FakeCluster, method: str, target: str, body: bytes, status: int, answer: str
) -> None:
    client, server = cluster.attach("client"), agnhost(cluster.attach("server"), "netexec")
    await started(server, 8080)
    connection = await client.connect(server.network.ip, 8080)
    given = [(b"content-type", b"application/x-www-form-urlencoded")] if body else [(b"x-a", b"b")]
    found = await connection.request(method, target, given, body)
    assert (found.status, found.body.decode()) == (status, answer)
    server.handlers[SIGTERM]()
