"""Clusters that cannot be used: each gives one clear message within 5 s, and nothing is left half-made."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

import kubelearn
from kubelearn.target import reach

PATIENCE = 15.0


class FakeServer(BaseHTTPRequestHandler):
    """A stand-in for an API server that decides about rights, which the embedded one does not.

    Attributes:
        refuses: status for every request, 0 for none.
        denied: what a user may not do, as ``verb resource``.
        seen: method and path of each request.
    """

    protocol_version = "HTTP/1.1"
    refuses = 0
    denied: frozenset[str] = frozenset()
    seen: list[str] = []  # noqa: RUF012 - one server at a time

    def do_GET(self) -> None:
        self.answer(
            {
                "major": "1",
                "minor": "36",
                "gitVersion": "v1.36.3",
                "gitCommit": "",
                "gitTreeState": "",
                "buildDate": "",
                "goVersion": "",
                "compiler": "",
                "platform": "",
            }
        )

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/selfsubjectaccessreviews"):
            self.answer({})
            return
        asked = review["spec"]["resourceAttributes"]
        resource = (
            asked["resource"]
            + (f"/{asked['subresource']}" if "subresource" in asked else "")
            + (f".{asked['group']}" if "group" in asked else "")
        )
        allowed = f"{asked['verb']} {resource}" not in self.denied and "*" not in self.denied
        self.answer({**review, "status": {"allowed": allowed}}, 201)

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        self.seen.append(f"{self.command} {self.path}")
        if self.refuses:
            status, body = (
                self.refuses,
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": self.refuses},
            )
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, _format: str, *_values: object) -> None:
        """Say nothing."""


@contextmanager
def serving(refuses: int = 0, denied: frozenset[str] = frozenset()) -> Iterator[str]:
    """Run a fake server and yield its address; the handler's class carries what it is to do."""
    FakeServer.refuses, FakeServer.denied, FakeServer.seen = refuses, denied, []
    with ThreadingHTTPServer(("127.0.0.1", 0), FakeServer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that connects to a context with some server, and returns the message.

    It must fail in time and leave nothing.
    """
    config = tmp_path / "config"
    monkeypatch.setenv("KUBECONFIG", str(config))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def folders() -> set[Path]:
        return set(Path(tempfile.gettempdir()).glob(f"kubelearn-{os.getpid()}-*"))

    def connect(server: str, namespace: str | None = None) -> str:
        config.write_text(
            yaml.safe_dump(
                {
                    "contexts": [{"name": "home", "context": {"cluster": "c", "user": "u"}}],
                    "clusters": [{"name": "c", "cluster": {"server": server}}],
                    "users": [{"name": "u", "user": {"token": "old"}}],
                }
            )
        )
        before, threads, start = folders(), set(threading.enumerate()), time.monotonic()
        with pytest.raises(kubelearn.ConnectionFailedError) as failure:
            kubelearn.connect(context="home", namespace=namespace)
        assert time.monotonic() - start < PATIENCE
        assert folders() == before
        assert {
            thread for thread in threading.enumerate() if "Thread-" not in thread.name
        } <= threads  # the fake server has threads of its own
        assert os.environ["KUBECONFIG"] == str(config)
        return str(failure.value)

    return connect


def test_an_expired_token(attempt: Any) -> None:
    with serving(refuses=401) as server:
        message = attempt(server)
    assert "does not know who you are (401 Unauthorized)" in message
    assert "has expired. Log in again" in message
    assert FakeServer.seen == ["GET /version/"]


def test_an_account_that_may_do_nothing(attempt: Any) -> None:
    with serving(refuses=403) as server:
        assert "may do nothing on the cluster" in attempt(server)


def test_every_missing_right_is_listed_and_nothing_is_made(attempt: Any) -> None:
    with serving(denied=frozenset({"create pods/exec", "list pods", "patch deployments/scale.apps"})) as server:
        message = attempt(server)
    assert "lacks rights that the lessons need in the namespace 'kubelearn-" in message
    assert ": pods (list), pods/exec (create), deployments/scale.apps (patch). Ask who runs the cluster" in message
    assert {path.rpartition("/")[2] for path in FakeServer.seen} == {"", "selfsubjectaccessreviews"}


def test_who_may_not_make_namespaces_is_told_to_name_one(attempt: Any) -> None:
    with serving(denied=frozenset({"create namespaces", "delete namespaces"})) as server:
        message = attempt(server)
    assert (
        "namespaces (create, delete). If you may not make namespaces, name one of yours: connect(context='home',"
        " namespace='NAME')" in message
    )


def test_somebody_elses_web_server(attempt: Any) -> None:
    with serving(refuses=404) as server:
        assert "answers 404 Not Found: is it a Kubernetes API server?" in attempt(server)


def test_a_server_that_is_down(attempt: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    message = attempt(f"https://127.0.0.1:{port}")
    assert f"the server https://127.0.0.1:{port} of the context 'home' cannot be reached: " in message
    assert message.endswith("refused. Is the cluster running, is a VPN needed, is the address right?")


def test_a_server_that_accepts_and_says_nothing(attempt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LIMIT", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        message = attempt(f"https://127.0.0.1:{silent.getsockname()[1]}")
    assert "cannot be reached: no answer within" in message


def test_an_address_that_does_not_exist(attempt: Any) -> None:
    assert "cannot be reached: " in attempt("https://no-such-cluster.invalid:6443")


def test_a_server_with_a_certificate_of_a_stranger(attempt: Any, kubeconfig: Path) -> None:
    address = yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    message = attempt(address)
    assert "is not the one that the kubeconfig trusts: " in message
    assert "certificate verify failed" in message
