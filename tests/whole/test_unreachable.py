"""Clusters that cannot be reached, and logins that fail: one sentence in time, and nothing left behind.

Where the end of the limit is what a test waits for, it is shorter than for learners.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import kubelearn
from kubelearn.target import reach
from tests.unit import bad_servers
from tests.unit.bad_servers import (
    VERSION,
    Authority,
    Talk,
    answering,
    listening,
    refused,
    response,
    saying,
    silent,
    trickling,
)

LIMIT = 0.6
#: Enough for a busy machine to ask all that is asked before the namespace is made.
LONGER = 3 * LIMIT
#: Beyond the limit, for a busy machine; learners have 0.5 s for it.
TOLERANCE = 30.0
API = "client.authentication.k8s.io/v1"

EMPTY = response({"kind": "NamespaceList", "apiVersion": "v1", "metadata": {}, "items": []})

Attempt = Callable[..., str]


@pytest.fixture
def attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """A function that connects, must fail in time and leave nothing, and returns the message.

    Its ``limit`` is a learner's, unless it is given.
    """
    config = tmp_path / "config"
    for name, value in (("KUBECONFIG", str(config)), ("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")):
        monkeypatch.setenv(name, value)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def connect(server: str, user: dict[str, Any] | None = None, limit: float = reach.LIMIT, **cluster: str) -> str:
        monkeypatch.setattr(reach, "LIMIT", limit)
        config.write_text(
            yaml.safe_dump(
                {
                    "contexts": [{"name": "home", "context": {"cluster": "c", "user": "u"}}],
                    "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
                    "users": [{"name": "u", "user": user or {"token": "old"}}],
                }
            )
        )
        before, start = threads(), time.monotonic()
        with pytest.raises(kubelearn.ConnectionFailedError) as failure:
            kubelearn.connect(context="home")
        assert time.monotonic() - start < limit + TOLERANCE
        assert threads() <= before
        assert not list(Path(tempfile.gettempdir()).glob(f"kubelearn-{os.getpid()}-*"))
        assert os.environ["KUBECONFIG"] == str(config)
        message = str(failure.value)
        assert "\n" not in message
        return message

    return connect


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if "bad-server" not in thread.name}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def test_learners_wait_less_than_five_seconds() -> None:
    assert reach.LIMIT + 0.5 <= 5


def hang_up(connection: socket.socket, over: threading.Event) -> None:
    bad_servers.request(connection)


def no_answer(connection: socket.socket, over: threading.Event) -> None:
    """Hand the connection over to the response, and let that have no end."""
    bad_servers.request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while not over.wait(0.05):
        connection.sendall(b" ")


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (
            saying(response("<html>hello</html>", kind="text/html")),
            "answers no JSON object: is it a Kubernetes API server?",
        ),
        (saying(response([1])), "answers no JSON object: is it a Kubernetes API server?"),
        (saying(response({"hello": 1})), "answers no version of Kubernetes: is it a Kubernetes API server?"),
        (saying(response({"major": "one", "minor": "2"})), "answers no version of Kubernetes"),
        (
            saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n"),
            "answers 302 Found: is it a Kubernetes API server?",
        ),
        (
            saying(refused("503 Service Unavailable", "etcd is not ready")),
            "answers etcd is not ready: it is starting, or has too much to do. Try again in a minute",
        ),
        (
            saying(refused("403 Forbidden", 'User "x" cannot get path "/version"')),
            'may do nothing on the cluster at .*It says: User "x" cannot get path',
        ),
        (
            saying(refused("401 Unauthorized", "Unauthorized")),
            "does not know who you are .401 Unauthorized.*has expired. Log in again",
        ),
        (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), "cannot be reached: SSH-2.0-OpenSSH_9.6"),
        (hang_up, "cannot be reached: .*(closed connection|EOF)"),
        (silent, f"no answer within {LIMIT} s"),
        (trickling(VERSION, 0.1), f"no answer within {LIMIT} s"),
        (
            trickling(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b" " * 500, 0.02),
            f"no answer within {LIMIT} s",
        ),
        (no_answer, f"no answer within {LIMIT} s"),
        (answering({"GET /version": VERSION}), f"no answer within {LIMIT} s"),
        (
            answering(
                {"GET /version": VERSION, "POST /apis/authorization": refused("403 Forbidden", "no reviews for you")}
            ),
            "may do nothing .* It says: no reviews for you",
        ),
        (
            answering({"GET /version": VERSION, "POST /apis/authorization": response("<html>", kind="text/html")}),
            "answers no JSON object",
        ),
        (
            answering({"GET /version": VERSION, "POST /apis/authorization": b""}),
            f"no answer within {LIMIT} s",
        ),  # hangs on the first list
    ],
    ids=[
        "html",
        "list",
        "no-major",
        "no-number",
        "redirect",
        "503",
        "403",
        "401",
        "ssh",
        "hangs-up",
        "silent",
        "slow-head",
        "slow-body",
        "endless",
        "reviews-hang",
        "reviews-403",
        "reviews-html",
        "lists-hang",
    ],
)
def test_a_server_that_is_no_use(
    talk: Talk, expected: str, secure: bool, attempt: Attempt, authority: Authority
) -> None:
    with listening(talk, authority.server() if secure else None) as server:
        trusted = {"certificate-authority": str(authority.path)} if secure else {}
        message = attempt(server, limit=LIMIT if "no answer" in expected else reach.LIMIT, **trusted)
    assert_matches(message, expected)


def test_a_server_that_does_not_say_whether_it_has_made_the_namespace(attempt: Attempt) -> None:
    answers = {
        "GET /version": VERSION,
        "POST /apis/authorization": b"",
        "GET /api/v1/namespaces?": EMPTY,
        "GET /api/v1/namespaces ": EMPTY,
        "GET /api/v1/namespaces/": refused("404 Not Found", "none"),
    }
    with listening(answering(answers)) as server:
        assert_matches(attempt(server, limit=LONGER), f"no answer within {0.9 * LONGER:g} s")


def assert_matches(message: str, expected: str) -> None:
    with pytest.raises(AssertionError, match=expected):
        raise AssertionError(message)


@pytest.mark.parametrize(
    ("host", "own", "expected"),
    [
        (
            "127.0.0.1",
            False,
            (
                r"is not the one that the kubeconfig trusts: certificate verify failed: unable to get local issuer"
                r" certificate\. If the cluster was made again"
            ),
        ),
        (
            "example.com",
            True,
            "is not the one that the kubeconfig trusts: certificate verify failed: IP address mismatch",
        ),
    ],
)
def test_a_certificate_of_a_stranger(
    host: str, own: bool, expected: str, attempt: Attempt, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "stranger").mkdir()
    signer = authority if own else Authority(tmp_path / "stranger")
    with listening(saying(VERSION), signer.server(host)) as server:
        assert_matches(attempt(server, **{"certificate-authority": str(authority.path)}), expected)


def test_a_certificate_that_the_server_does_not_accept(attempt: Attempt, authority: Authority) -> None:
    tls = authority.server()
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.maximum_version = ssl.TLSVersion.TLSv1_2  # with 1.3, the refusal and the end of the connection race
    tls.load_verify_locations(authority.path)
    with listening(saying(VERSION), tls) as server:
        message = attempt(server, **{"certificate-authority": str(authority.path)})
    assert "does not accept the certificate of the context" in message


def test_plain_http_behind_https(attempt: Attempt, authority: Authority) -> None:
    def bad_request(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(response("what?", "400 Bad Request"))

    with listening(bad_request) as server:
        assert attempt(server.replace("http:", "https:")).endswith("does not speak TLS: is the address right?")


@pytest.mark.parametrize("proxy", [silent, trickling(b"HTTP/1.1 200 OK" + b" " * 500, 0.1)], ids=["silent", "slow"])
def test_a_proxy_that_is_no_use(proxy: Talk, attempt: Attempt) -> None:
    with listening(proxy) as server:
        assert f"no answer within {LIMIT} s" in attempt("https://example.com", limit=LIMIT, **{"proxy-url": server})


@pytest.mark.parametrize(
    ("address", "cluster", "expected"),
    [
        ("https://127.0.0.1:1", {}, r"cannot be reached: Connection refused\. Is the cluster running"),
        ("https://no-such-cluster.invalid", {}, "cannot be reached: "),
        ("https://127.0.0.1:99999", {}, "cannot be reached: its address is none"),
        ("127.0.0.1:6443", {}, "has no address that begins with https://, but '127.0.0.1:6443'"),
        ("https://example.com", {"proxy-url": "http://127.0.0.1:1"}, "cannot be reached: Connection refused"),
        (
            "https://example.com",
            {"proxy-url": "gopher://127.0.0.1:1"},
            "cannot be used: Proxy URL had unsupported scheme gopher",
        ),
        (
            "https://127.0.0.1:1",
            {"certificate-authority": "/nowhere/ca.crt"},
            "cannot be used: File does not exist: .*ca.crt",
        ),
        (
            "https://127.0.0.1:1",
            {"certificate-authority": __file__},
            "cannot be reached safely: no certificate or crl found|Connection refused",
        ),
    ],
)
def test_an_address_that_is_no_use(address: str, cluster: dict[str, str], expected: str, attempt: Attempt) -> None:
    looked_up = LIMIT if address.endswith(".invalid") else reach.LIMIT
    assert_matches(attempt(address, limit=looked_up, **cluster), expected)


@pytest.mark.skipif(sys.platform != "linux", reason="how a full queue is treated differs")
def test_a_black_hole(attempt: Attempt) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as hole, contextlib.ExitStack() as stack:
        for _ in range(3):  # the queue is full now, and what comes after is dropped
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(hole.getsockname())
        assert f"no answer within {LIMIT} s" in attempt(f"https://127.0.0.1:{hole.getsockname()[1]}", limit=LIMIT)


def test_a_resolver_that_hangs(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    over, asked, resolve = threading.Event(), [], socket.getaddrinfo

    def hang(host: Any, *arguments: Any, **options: Any) -> Any:
        if host != "far.example":
            return resolve(host, *arguments, **options)
        asked.append(threading.current_thread())
        over.wait(20)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(threading, "enumerate", list)  # that thread is left to the system
    assert f"no answer within {LIMIT} s" in attempt("https://far.example", limit=LIMIT)
    over.set()
    for thread in asked:
        thread.join()


def plugin(*command: str, **more: Any) -> dict[str, Any]:
    return {
        "exec": {
            "apiVersion": API,
            "command": command[0],
            "args": list(command[1:]),
            "interactiveMode": "IfAvailable",
            **more,
        }
    }


def script(code: str) -> dict[str, Any]:
    return plugin(sys.executable, "-c", code)


def giving(status: dict[str, Any], version: str = API) -> str:
    return f"print({json.dumps({'apiVersion': version, 'kind': 'ExecCredential', 'status': status})!r})"


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (
            plugin("no-such-plugin"),
            (
                r"'no-such-plugin' of the context 'home' cannot be run .*\. Run `kubectl --context home get pods` in a"
                r" terminal"
            ),
        ),
        (
            plugin("no-such-plugin", installHint="Install it\n  from somewhere."),
            r"cannot be run .*\. Install it from somewhere\.$",
        ),
        (script("import sys; sys.exit('first\\nyour session has ended')"), r"failed \(your session has ended\)"),
        (script("import time; time.sleep(60)"), f"gave no answer within {LIMIT} s; perhaps it waits for you"),
        (script("input('password: ')"), r"failed \(EOFError"),
        (script("print('token: x')"), "does not give a credential, but some other text"),
        (script("print('[]')"), "does not give a credential"),
        (
            script(giving({"token": "x"}, "client.authentication.k8s.io/v1beta1")),
            "does not give a credential: its version is .*v1beta1, and the kubeconfig's",
        ),
        (script(giving({})), "does not give a credential: it has no token"),
        (script(giving({"token": "x", "expirationTimestamp": "soon"})), "does not give a credential"),
        (plugin("cat", interactiveMode="Always"), "wants to ask you something in a terminal"),
        ({"exec": {"command": "cat"}}, "has no command or no apiVersion"),
        (
            {"auth-provider": {"name": "gcp"}},
            "the auth provider 'gcp', which Kubernetes does not have any more: install gke-gcloud-auth-plugin",
        ),
        ({"auth-provider": {"name": "azure"}}, "install kubelogin"),
        ({"tokenFile": "/nowhere/token"}, "cannot be used: .*nowhere"),
        (
            {"client-certificate": "/nowhere/me.crt", "client-key": "/nowhere/me.key"},
            "cannot be used: File does not exist: .*me.crt",
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else str(value)[:24],
)
def test_a_login_that_fails(user: dict[str, Any], expected: str, attempt: Attempt) -> None:
    limit = LIMIT if "no answer" in expected else reach.LIMIT
    assert_matches(attempt("https://127.0.0.1:1", user, limit), expected)


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_a_plugin_that_is_given_up_ends_with_its_children(attempt: Attempt, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    attempt("https://127.0.0.1:1", plugin("sh", "-c", f"sleep 60 & echo $! > {mark}; wait"), LONGER)
    child = int(mark.read_text())
    end = time.monotonic() + 5
    while (
        Path(f"/proc/{child}").exists()
        and "Z" not in Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
    ):
        assert time.monotonic() < end
        time.sleep(0.01)
