"""Finding kubectl and fetching it with its published checksum."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest

from kubelearn.cluster import meta
from kubelearn.target import kubectl

BINARY = b'#!/bin/sh\necho \'{"clientVersion": {"major": "1", "minor": "32"}}\'\n'


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without kubectl; returns where a fetched one is to lie."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    path = tmp_path / "cache" / "kubectl"
    monkeypatch.setattr(kubectl, "cached", lambda version=kubectl.VERSION: path)
    monkeypatch.setattr(kubectl, "_platform", lambda: "linux/amd64")
    return path


class Releases(BaseHTTPRequestHandler):
    """A stand-in for dl.k8s.io with one binary, and a checksum that the test chooses."""

    checksum = ""

    def do_GET(self) -> None:
        known = {
            "/v1.32.5/bin/linux/amd64/kubectl": BINARY,
            "/v1.32.5/bin/linux/amd64/kubectl.sha256": self.checksum.encode(),
        }
        content = known.get(self.path)
        self.send_response(200 if content is not None else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, _format: str, *_values: object) -> None:
        """Say nothing."""


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Releases, "checksum", hashlib.sha256(BINARY).hexdigest())
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Releases) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_fetched_version_is_the_embedded_clusters() -> None:
    assert kubectl.VERSION == meta.VERSION


def test_the_cache_is_poochs() -> None:
    assert kubectl.cached("v1").parent == Path(pooch.os_cache("kubelearn")) / "kubectl-v1"


def test_without_one_the_message_offers_to_fetch_it(empty: Path) -> None:
    with pytest.raises(
        kubectl.KubectlNotFoundError,
        match=r"not on the PATH\. .*kubelearn\S* kubectl --fetch.*kubernetes\.io/docs/tasks/tools",
    ):
        kubectl.find()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for the binary is a shell script")
def test_a_fetched_one_is_found_and_run(empty: Path, releases: str) -> None:
    assert kubectl.fetch(source=releases) == empty
    assert kubectl.find() == str(empty)
    assert os.environ["PATH"].split(os.pathsep)[0] == str(empty.parent)
    assert kubectl.version() == (1, 32)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for the binary is a shell script")
def test_a_fetched_one_counts_more_than_an_old_one_on_the_path(empty: Path, releases: str, tmp_path: Path) -> None:
    old = program(tmp_path / "bin" / "kubectl", BINARY.replace(b"32", b"28"))
    assert (kubectl.find(), kubectl.version()) == (str(old), (1, 28))
    kubectl.fetch(source=releases)
    assert (kubectl.find(), kubectl.version()) == (str(empty), (1, 32))
    assert shutil.which("kubectl") == str(empty)


def program(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for the binary is a shell script")
@pytest.mark.parametrize(
    "said", ["[]", '{"clientVersion": 1}', '{"clientVersion": {"major": 1, "minor": null}}', "\\377\\376", ""]
)
def test_what_is_called_kubectl_and_is_none_is_told(said: str, empty: Path, tmp_path: Path) -> None:
    found = program(tmp_path / "bin" / "kubectl", f"#!/bin/sh\nprintf '{said}'\n".encode())
    with pytest.raises(kubectl.KubectlNotFoundError) as failure:
        kubectl.version()
    assert failure.value.found.startswith(f"{found} does not tell its version: ")
    assert failure.value.advice == kubectl.offer()


@pytest.mark.parametrize("checksum", ["0" * 64, "<html>not found</html>"])
def test_a_wrong_checksum_leaves_nothing(
    checksum: str, empty: Path, releases: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Releases, "checksum", checksum)
    with pytest.raises(kubectl.KubectlNotFoundError, match="could not be fetched"):
        kubectl.fetch(source=releases)
    assert not list(empty.parent.glob("*"))


def test_offline_it_says_what_to_do(empty: Path) -> None:
    with pytest.raises(
        kubectl.KubectlNotFoundError,
        match=r"On a machine with a network, download http://127.0.0.1:9/v1.32.5/bin/linux/amd64/kubectl, and put it",
    ):
        kubectl.fetch(source="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("client", "server", "expected"),
    [
        ((1, 32), (1, 32), ""),
        ((1, 31), (1, 32), ""),
        ((1, 33), (1, 32), ""),
        ((1, 30), (1, 30), "kubectl 1.30 is older than 1.31"),
        ((1, 34), (1, 32), "kubectl 1.34 is more than one minor version away from the cluster's 1.32"),
    ],
)
def test_skew(client: tuple[int, int], server: tuple[int, int], expected: str) -> None:
    complaint = kubectl.complaint(client, server)
    assert complaint.startswith(expected)
    assert bool(complaint) == bool(expected)
