"""``python -m kubelearn up``, as a process."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.raw import Door, RawClient


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; yield it and its ready line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kubelearn", "up", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signal to one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_ready_line_a_private_kubeconfig_and_a_clean_end(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "config"
    with running("--kubeconfig", str(path)) as (process, line):
        assert line == f"Kubernetes v1.36.3 is ready: export KUBECONFIG={path}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        process.send_signal(number)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out, errors) == (0, "", "")
    assert not path.exists()


def test_a_cluster_that_is_as_slow_as_a_real_one(tmp_path: Path) -> None:
    path = tmp_path / "config"
    with running("--kubeconfig", str(path), "--request", "0.2", "--pace", "0.5") as (_, line):
        assert line.startswith("Kubernetes ")
        with closing(Api(path)) as api:
            begin = time.monotonic()
            assert api.answer("/version")[0] == 200
            assert time.monotonic() - begin >= 0.1


def test_a_lag_that_cannot_be() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kubelearn", "up", "--container-start", "-1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "kubelearn: container_start must not be negative or infinite, not -1.0\n",
    )


def test_somebody_elses_kubeconfig_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("current-context: production\n")
    done = subprocess.run(
        [sys.executable, "-m", "kubelearn", "up", "--kubeconfig", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "exists and is not a kubeconfig of kubelearn's" in done.stderr
    assert path.read_text() == "current-context: production\n"


class Api(RawClient):
    """The session's cluster, asked without any client of Kubernetes.

    Attributes:
        token: the administrator's.
    """

    def __init__(self, kubeconfig: Path):
        door = Door.of(kubeconfig.read_text(), kubeconfig.parent)
        super().__init__(door)
        self.token = door.token

    def answer(self, path: str, token: str = "", body: bytes | None = None) -> tuple[int, Any]:
        """Send a request, without a token if none is given."""
        found = self.send("GET" if body is None else "POST", path, body, token=token)
        return found.code, found.body


@pytest.fixture
def api(kubeconfig: Path) -> Iterator[Api]:
    with closing(Api(kubeconfig)) as api:
        yield api


SERVICES = "/api/v1/namespaces/default/services"


def test_who_has_no_token_or_a_wrong_one_is_refused(api: Api) -> None:
    status, body = api.answer(SERVICES)
    assert (status, body["message"]) == (
        403,
        (
            'services is forbidden: User "system:anonymous" cannot list resource "services" in API group "" in the'
            ' namespace "default"'
        ),
    )
    status, body = api.answer(SERVICES, "wrong")
    assert (status, body["reason"]) == (401, "Unauthorized")
    status, body = api.answer(SERVICES, api.token)
    assert (status, body["kind"]) == (200, "ServiceList")
    assert api.answer("/version")[0] == 200


def test_doubled_and_unknown_fields_are_named(api: Api) -> None:
    service = (
        b'{"metadata":{"name":"twice"},"spec":{"ports":[{"port":80}],"type":"ClusterIP","type":"NodePort","foo":1}}'
    )
    status, body = api.answer(f"{SERVICES}?fieldValidation=Strict&dryRun=All", api.token, service)
    assert status == 400
    assert (
        body["message"]
        == 'Service in version "v1" cannot be handled as a Service: strict decoding error: duplicate field "spec.type",'
        ' unknown field "spec.foo"'
    )
