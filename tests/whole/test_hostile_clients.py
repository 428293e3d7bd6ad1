"""Clients that mean harm are refused or bounded, and the lesson in the foreground does not notice."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from kubelearn.cluster.embedded import EmbeddedCluster
from tests.raw import Door

#: Longest that a polite client's request may take meanwhile, in seconds.
PATIENCE = 10.0
PODS = "/api/v1/namespaces/default/pods"


class Client:
    """A client that can be as rude as it likes: it writes its own bytes."""

    def __init__(self, kubeconfig: Path):
        door = Door.of(kubeconfig.read_text())
        self.host = door.host
        self.port = door.port
        self.token = door.token
        self._tls = door.tls()

    def connect(self) -> ssl.SSLSocket:
        return self._tls.wrap_socket(
            socket.create_connection((self.host, self.port), timeout=20), server_hostname=self.host
        )

    def head(self, line: str, *headers: str, token: str | None = None) -> bytes:
        lines = [
            f"{line} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Authorization: Bearer {token or self.token}",
            *headers,
            "",
            "",
        ]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")

    def send(self, data: bytes) -> bytes:
        """Send bytes and return all that comes back; nothing more is sent after them."""
        with self.connect() as connection:
            with suppress(OSError):  # it may refuse before it has read everything
                connection.sendall(data)
            return self.rest(connection)

    def rest(self, connection: ssl.SSLSocket, limit: int = 2**20) -> bytes:
        found = b""
        with suppress(OSError):  # a reset is an end, too
            while len(found) < limit and (chunk := connection.recv(65536)):
                found += chunk
        return found

    def ask(self, line: str, *headers: str, body: bytes = b"", token: str | None = None) -> tuple[int, bytes]:
        length = [f"Content-Length: {len(body)}"] if body else []
        answer = self.send(self.head(line, "Connection: close", *length, *headers, token=token) + body)
        return (int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]) if answer else (0, b"")


@pytest.fixture
def client(embedded: EmbeddedCluster, kubeconfig: Path) -> Iterator[Client]:
    """A client; after each test the API still answers politely."""
    found = Client(kubeconfig)
    yield found
    begin = time.monotonic()
    assert found.ask(f"GET {PODS}")[0] == 200
    assert time.monotonic() - begin < PATIENCE


@contextmanager
def nobody_waits(client: Client) -> Iterator[None]:
    """Ask for something all the time, and see that each answer comes soon."""
    stop, longest = threading.Event(), [0.0]

    def ask() -> None:
        while not stop.is_set():
            begin = time.monotonic()
            assert client.ask("GET /api/v1/namespaces/default")[0] == 200
            longest[0] = max(longest[0], time.monotonic() - begin)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert longest[0] < PATIENCE


# Who may come in


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Authorization: Bearer wrong",
        "Authorization: Basic YWRtaW46YWRtaW4=",
        "Authorization: Bearer ",
        "Authorization: Bearer \xff",
    ],
)
def test_without_the_token_nothing_is_told(client: Client, header: str) -> None:
    lines = [f"GET {PODS} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *([header] if header else []), "", ""]
    answer = client.send("\r\n".join(lines).encode("latin-1"))
    assert answer.split(b" ")[1] in (b"400", b"401", b"403")
    assert b'"items"' not in answer


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8888"])
def test_a_page_in_a_browser_cannot_read_or_write(client: Client, origin: str) -> None:
    """A page has no token, and is not told that it may read anything or send one."""
    preflight = [
        f"OPTIONS {PODS} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        f"Origin: {origin}",
        "Access-Control-Request-Method: POST",
        "",
        "",
    ]
    assert b"access-control" not in client.send("\r\n".join(preflight).encode()).lower()
    simple = [
        f"POST {PODS} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        f"Origin: {origin}",
        "Content-Type: text/plain",
        "Content-Length: 2",
        "",
        "{}",
    ]
    assert client.send("\r\n".join(simple).encode()).split(b" ")[1] in (b"401", b"403")
    assert (
        b"access-control"
        not in client.send(client.head(f"GET {PODS}", "Connection: close", f"Origin: {origin}")).lower()
    )


def test_dns_rebinding_finds_no_certificate_and_no_token(client: Client) -> None:
    """A name that an attacker points at 127.0.0.1 is not in the certificate; who ignores that has no token."""
    answer = client.send(
        f"GET {PODS} HTTP/1.1\r\nHost: evil.example:{client.port}\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.split(b" ")[1] == b"403"
    strict = ssl.create_default_context()
    strict.load_verify_locations(cadata=ssl.get_server_certificate((client.host, client.port)))
    with socket.create_connection((client.host, client.port)) as raw, pytest.raises(ssl.SSLCertVerificationError):
        strict.wrap_socket(raw, server_hostname="evil.example")


# Too much


def test_a_body_that_is_too_large(client: Client) -> None:
    with nobody_waits(client):
        code, answer = client.ask(f"POST {PODS}", "Content-Type: application/json", body=b" " * (4 * 2**20))
        assert code in (0, 413)  # the connection may be gone before the answer is read
        assert b"limit is 3145728" in answer or not answer
        chunked = client.head(
            f"POST {PODS}", "Connection: close", "Content-Type: application/json", "Transfer-Encoding: chunked"
        )
        client.send(chunked + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 64)


def test_a_body_that_never_ends_does_not_hold_up_others(client: Client) -> None:
    with ExitStack() as slow:
        for _ in range(50):
            connection = slow.enter_context(client.connect())
            connection.sendall(
                client.head(f"POST {PODS}", "Content-Type: application/json", "Content-Length: 1000") + b"{"
            )
        with nobody_waits(client):
            assert client.ask("GET /version")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"a":' * 500_000,
        b'{"metadata":{"labels":' + b'{"a":' * 1000 + b"1" + b"}" * 1002,
        b'{"a":"' + b"x" * 2_900_000 + b'"}',
        b"1e999999",
        b"\xff\xfe{}",
        b'{"metadata":{"name":"x","labels":{' + b",".join(b'"l%d":"v"' % n for n in range(150_000)) + b"}}}",
    ],
)
def test_bodies_that_explode(client: Client, body: bytes) -> None:
    with nobody_waits(client):
        code, answer = client.ask(
            "POST /api/v1/namespaces/default/configmaps", "Content-Type: application/json", body=body
        )
    assert 400 <= code < 500, answer[:300]


@pytest.mark.parametrize(
    "body",
    [
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d"
            " [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng:"
            " &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"
        ),
        "&a [*a]",
        "a: &a {b: *a}",
        "[" * 10_000,
    ],
)
def test_yaml_that_explodes(client: Client, body: str) -> None:
    with nobody_waits(client):
        code, answer = client.ask(
            "POST /api/v1/namespaces/default/configmaps", "Content-Type: application/yaml", body=body.encode()
        )
    assert 400 <= code < 500, answer[:300]


def test_many_watches(client: Client) -> None:
    with ExitStack() as watches:
        for _ in range(200):
            connection = watches.enter_context(client.connect())
            connection.sendall(client.head("GET /api/v1/pods?watch=true"))
        with nobody_waits(client):
            name = b'{"metadata":{"name":"watched-by-many"}}'
            assert (
                client.ask("POST /api/v1/namespaces/default/configmaps", "Content-Type: application/json", body=name)[0]
                == 201
            )
            assert client.ask("DELETE /api/v1/namespaces/default/configmaps/watched-by-many")[0] == 200


def test_a_websocket_that_never_reads(client: Client) -> None:
    exec_path = "/api/v1/namespaces/kube-system/pods"
    pods = json.loads(client.ask(f"GET {exec_path}?labelSelector=k8s-app%3Dkube-proxy")[1])["items"]
    target = f"{exec_path}/{pods[0]['metadata']['name']}/exec?command=yes&stdout=true"
    upgrade = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol: v5.channel.k8s.io",
    )
    with closing(client.connect()) as connection:
        connection.sendall(client.head(f"GET {target}", *upgrade))
        assert connection.recv(1000).startswith(b"HTTP/1.1 101")
        with nobody_waits(client):
            for _ in range(20):
                assert client.ask("GET /api/v1/namespaces")[0] == 200


# Odd requests


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/../../etc/passwd",
        "/api/v1/namespaces/default/pods/..%2f..%2fsecrets",
        "/api/v1/namespaces/%00/pods",
        "/api/v1/namespaces/default/pods/a%00b",
        "//api//v1//pods",
        "/api/v1/namespaces/default/pods/%2e%2e",
        "/api/v1/namespaces/default/services/x/proxy/../../../secrets",
        "/%",
        "/api/v1/namespaces/%ff%fe/pods",
        "/api/v1/namespaces/default/pods/" + "a" * 7000,
        "/api/v1/pods?labelSelector=" + "a," * 3000,
        "/api/v1/pods?limit=99999999999999999999",
        "/api/v1/pods?continue=%00",
        "/api/v1/pods?watch=true&timeoutSeconds=-1",
        "/openapi/v3/../../secret",
    ],
)
def test_odd_paths_are_no_way_out_and_no_fault(client: Client, path: str) -> None:
    code, answer = client.ask(f"GET {path}")
    assert code in (200, 301, 400, 404, 405, 410, 422), (code, answer[:200])
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length: -1",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Content-Length : 5",
        "X: a\r\n b\r\nContent-Length: 0x5",
        "X" * 20_000 + ": a",
        "X: " + "a" * 20_000,
        "X: a\rb",
        "X: a\x00b",
    ],
)
def test_requests_in_the_shape_of_smuggling_carry_nothing_in(client: Client, head: str) -> None:
    """Whatever follows such a head is not answered as a second request that somebody else would get."""
    smuggled = client.head("GET /api/v1/secrets", "Connection: close")
    data = (
        client.head(f"POST {PODS}", "Content-Type: application/json", *head.split("\r\n")).replace(
            b"\r\n\r\n", b"\r\n\r\n0\r\n\r\n", 1
        )
        + smuggled
    )
    answer = client.send(data)
    assert b"SecretList" not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1


def test_what_is_not_tls_is_dropped(client: Client) -> None:
    for data in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\x00" * 100_000):
        with socket.create_connection((client.host, client.port), timeout=10) as raw, suppress(OSError):
            raw.sendall(data)
            raw.shutdown(socket.SHUT_WR)
            assert b"200" not in raw.recv(1000)
