"""The ways into a kernel, as learners take them; each is a context manager that yields a :class:`Kernel`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import urllib3
import websocket
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from tests.browser.lab import UNTIL_IT_LISTENS

ROOT = Path(__file__).parent.parent.parent
#: Longest time for one cell, in seconds.
LIMIT = 60
_TOKEN = "learner"


class Kernel(Protocol):
    """A kernel in which cells run."""

    def run(self, code: str) -> str:
        """Run a cell and return all that it showed."""

    def restart(self) -> None:
        """Restart it, as the learner does in the menu."""


def shown(messages: Sequence[Any]) -> str:
    """Return what messages of a cell show as text."""
    parts = []
    for message in messages:
        content = message["content"]
        parts.append(content.get("text", ""))
        parts.append(content.get("data", {}).get("text/plain", ""))
        parts.extend(content.get("traceback", ()))
    return "".join(parts)


class Direct:
    """A kernel that a program starts by itself."""

    def __init__(self, client: BlockingKernelClient, again: Callable[[], None]):
        self._client = client
        self.restart = again

    def run(self, code: str) -> str:
        messages: list[Any] = []
        self._client.execute_interactive(code, timeout=LIMIT, output_hook=messages.append, store_history=True)
        return shown(messages)


@contextmanager
def manager(name: str, env: dict[str, str], folder: Path) -> Iterator[Kernel]:
    """A kernel by its kernelspec, as nbclient, nbconvert, nbval, papermill and every Jupyter server start it."""
    with _managed(KernelManager(kernel_name=name), env, folder) as kernel:
        yield kernel


@contextmanager
def interpreter(env: dict[str, str], folder: Path) -> Iterator[Kernel]:
    """A kernel as VS Code starts it: it knows the environment's Python, and no kernelspec."""
    specs = folder / "specs"
    (specs / "interpreter").mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "--f={connection_file}"]
    spec = {"argv": argv, "display_name": "Python", "language": "python"}
    (specs / "interpreter" / "kernel.json").write_text(json.dumps(spec))
    found = KernelSpecManager(kernel_dirs=[str(specs)])
    with _managed(KernelManager(kernel_name="interpreter", kernel_spec_manager=found), env, folder) as kernel:
        yield kernel


@contextmanager
def _managed(started: KernelManager, env: dict[str, str], folder: Path) -> Iterator[Kernel]:
    started.start_kernel(env=env, cwd=str(folder))
    client = started.client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT)

    def again() -> None:
        started.restart_kernel(now=True)
        client.wait_for_ready(timeout=LIMIT)

    try:
        yield Direct(client, again)
    finally:
        client.stop_channels()
        started.shutdown_kernel(now=True)
        started.cleanup_resources()


class Served:
    """A kernel behind a Jupyter server, reached as JupyterLab's page reaches it."""

    def __init__(self, address: str, kernel: str):
        self._address = address
        self._kernel = kernel
        self._socket = self._connect()

    def _connect(self) -> websocket.WebSocket:
        url = f"{self._address}/api/kernels/{self._kernel}/channels?token={_TOKEN}".replace("http://", "ws://")
        return websocket.create_connection(url, timeout=LIMIT)

    def run(self, code: str) -> str:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "session": "test",
            "username": "",
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        self._socket.send(
            json.dumps(
                {
                    "header": header,
                    "parent_header": {},
                    "metadata": {},
                    "content": content,
                    "channel": "shell",
                    "buffers": [],
                }
            )
        )
        messages = []
        while True:
            message = json.loads(self._socket.recv())
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if message["channel"] == "iopub":
                messages.append(message)
                if message["content"].get("execution_state") == "idle":
                    return shown(messages)

    def restart(self) -> None:
        self._socket.close()
        request(f"{self._address}/api/kernels/{self._kernel}/restart", "POST", {})
        self._socket = self._connect()

    def close(self) -> None:
        self._socket.close()


def request(url: str, method: str, body: object) -> Any:
    """Call a Jupyter server's API."""
    headers = {"Authorization": f"token {_TOKEN}"}
    with urllib3.PoolManager(retries=UNTIL_IT_LISTENS, timeout=LIMIT) as pool:
        answer = pool.request(method, url, json=body, headers=headers)
        assert answer.status < 300, answer.data
        return answer.json() if answer.data else None


@contextmanager
def server(command: Sequence[str], kernel: str, env: dict[str, str], folder: Path) -> Iterator[Kernel]:
    """A kernel of a Jupyter server, for a notebook that is opened there.

    Args:
        command: starts the server; its options follow.
        kernel: the kernelspec's name, which stands in the notebook or was chosen in the menu.
    """
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",
        f"--IdentityProvider.token={_TOKEN}",
    ]
    own = {f"JUPYTER_{name}_DIR": str(folder / f".{name}") for name in ("CONFIG", "RUNTIME", "DATA")}
    own["JUPYTERLAB_WORKSPACES_DIR"] = str(folder / ".workspaces")
    process = subprocess.Popen(
        [*command, *options],
        env={**env, **own},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = (re.search(r"(http://127\.0\.0\.1:\d+)/", line) for line in process.stdout)
        address = next(found for found in lines if found)[1]
        body = {"path": "06-debugging.ipynb", "name": "", "type": "notebook", "kernel": {"name": kernel}}
        session = request(f"{address}/api/sessions", "POST", body)
        served = Served(address, session["kernel"]["id"])
        try:
            yield served
        finally:
            served.close()
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT)


def environment(second: Path, by_variable: bool) -> dict[str, str]:
    """Return the environment of a learner whose kubeconfig is the default one, or one that ``KUBECONFIG`` names."""
    home = second.parent.parent
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KUBE", "JUPYTER"))}
    programs = str(Path(sys.executable).parent)
    env.update(HOME=str(home), USERPROFILE=str(home), PATH=os.pathsep.join([programs, env["PATH"]]))
    if by_variable:
        env["KUBECONFIG"] = str(second)
    return env
