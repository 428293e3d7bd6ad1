"""Commands in pods: what it means when a container cannot be asked, or nobody tells how a command ended."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from kubernetes import client

from kubelearn.target import execution
from kubelearn.target.execution import Completed, NotRunningError, run_in_pod

FAILED = "Internal error occurred: error executing command in container: "
EXEC = f'{FAILED}failed to exec in container: failed to start exec "c0ffee": OCI runtime exec failed: exec failed: '


class Socket:
    """A connection on which all has been said."""

    def __init__(self, *, out: str = "", status: str = ""):
        self._channels = {1: out, 3: status}
        self.sock = SimpleNamespace(shutdown=lambda: None)

    def is_open(self) -> bool:
        return False

    def read_channel(self, number: int) -> str:
        return self._channels[number]

    def peek_stdout(self) -> str:
        return self._channels[1]

    def read_stdout(self) -> str:
        return self._channels[1]

    def peek_stderr(self) -> str:
        return ""

    def close(self) -> None:
        self.sock.shutdown()


def run(monkeypatch: pytest.MonkeyPatch, answer: Socket | Exception) -> Completed:
    def stream(*_: Any, **__: Any) -> Socket:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(execution, "stream", stream)
    return run_in_pod(client.CoreV1Api(), "shop", "web", ["true"])


def failure(message: str) -> Socket:
    return Socket(status=json.dumps({"status": "Failure", "message": message, "reason": "InternalError", "code": 500}))


@pytest.mark.parametrize(
    "said",
    [
        # The kubelet; containerd, of a container that ends just then, in several releases; CRI-O and crun.
        'Internal error occurred: unable to upgrade connection: container not found ("web")',
        f"{FAILED}failed to exec in container: failed to load task: no running task found: task c0ffee not found",
        f"{FAILED}failed to exec in container: container is in CONTAINER_EXITED state",
        f"{EXEC}cannot exec in a stopped container",
        f"{EXEC}cannot exec in a stopped state",
        f"{EXEC}unable to start container process: error executing setns process: exit status 1",
        f"{FAILED}container is not created or running",
        f"{FAILED}exec failed: container not running",
    ],
)
def test_a_container_that_ends_is_not_running(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    with pytest.raises(NotRunningError) as caught:
        run(monkeypatch, failure(said))
    assert (caught.value.pod, str(caught.value)) == ("web", said)


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        (404, 'pods "web" not found', 'pods "web" not found'),
        (400, "pod web does not have a host assigned", "does not have a host assigned"),
    ],
)
def test_a_pod_that_is_gone_or_nowhere_yet_is_not_running(
    monkeypatch: pytest.MonkeyPatch, code: int, message: str, said: str
) -> None:
    status = json.dumps({"kind": "Status", "status": "Failure", "message": message, "code": code})
    refused = client.ApiException(status=0, reason=f"Handshake status {code} Why -+-+- {{}} -+-+- {status}")
    with pytest.raises(NotRunningError, match=f"^{said}$"):
        run(monkeypatch, refused)


@pytest.mark.parametrize(
    "said", ["container web is not valid for pod web", 'pods "web" is forbidden', 'namespaces "shop" not found']
)
def test_other_refusals_are_the_apis(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    with pytest.raises(client.ApiException):
        run(monkeypatch, client.ApiException(status=0, reason=f"Handshake status 400 Why -+-+- {said}"))


def test_a_program_that_is_not_there_is_no_container_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    said = f'{EXEC}unable to start container process: exec: "nosuch": executable file not found in $PATH'
    with pytest.raises(RuntimeError, match="nosuch") as caught:
        run(monkeypatch, failure(said))
    assert not isinstance(caught.value, NotRunningError)


def test_an_end_that_nobody_tells_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotRunningError, match="the connection ended before the command did"):
        run(monkeypatch, Socket(out="half an ans"))
    told = Socket(out="all", status=json.dumps({"metadata": {}, "status": "Success"}))
    assert run(monkeypatch, told) == Completed("all", "", 0)
