"""Running commands in pods through the API, as ``kubectl exec`` does."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from kubernetes import client
from kubernetes.stream import stream

#: What is said of a container that does not run at this moment: by the kubelet before its start, between two starts and
#: after its end; by the container runtime when it ends just then; by the API server when its pod is gone, or not on a
#: node yet.
_NOT_RUNNING = re.compile(
    r"container not found|container is in CONTAINER_\w+ state|cannot exec in a \w+ (?:container|state)"
    r"|no running task found|container (?:is )?not (?:created or )?running|error executing setns process"
    r'|pods \\?"[^"]+" not found|does not have a host assigned'
)


class NotRunningError(RuntimeError):
    """The container was not running when it was asked, or ended meanwhile; a moment later it may run.

    Attributes:
        pod: whose container.
    """

    def __init__(self, pod: str, message: str):
        super().__init__(message)
        self.pod = pod


@dataclass(frozen=True)
class Completed:
    """What a command in a pod printed, and how it ended."""

    stdout: str
    stderr: str
    code: int

    def check(self) -> Completed:
        """Return this, or raise when the command failed.

        Raises:
            RuntimeError: with the command's own words.
        """
        if self.code:
            raise RuntimeError(
                f"the command ended with exit code {self.code}: {self.stderr.strip() or self.stdout.strip()}"
            )
        return self


class Execution:
    """A command that runs in a pod; iterate over it for its lines as they appear."""

    def __init__(
        self,
        core: client.CoreV1Api,
        namespace: str,
        pod: str,
        command: Sequence[str],
        *,
        container: str = "",
        stdin: bool = False,
    ):
        """Start the command.

        Raises:
            kubernetes.client.ApiException: there is no such container, or the API refuses.
            NotRunningError: the container does not run at this moment, or there is no such pod.
        """
        self._pod = pod
        options: dict[str, Any] = {"container": container} if container else {}
        # An ApiClient of its own: stream() swaps the client's request method while it connects.
        api = client.CoreV1Api(client.ApiClient(core.api_client.configuration))
        try:
            self._socket = stream(
                api.connect_get_namespaced_pod_exec,
                pod,
                namespace,
                command=list(command),
                stderr=True,
                stdin=stdin,
                stdout=True,
                tty=False,
                _preload_content=False,
                **options,
            )
        except client.ApiException as error:
            if isinstance(error.__context__, KeyboardInterrupt):  # which the client takes for a handshake that failed
                raise KeyboardInterrupt from None
            if said := _NOT_RUNNING.search(str(error)):  # among the handshake's headers, as JSON
                raise NotRunningError(pod, said.group().replace("\\", "")) from error
            raise
        self.stderr = ""

    def write(self, text: str) -> None:
        """Send text to the command's standard input."""
        self._socket.write_stdin(text)

    def lines(self, timeout: float = 60, stop: threading.Event | None = None) -> Iterator[str]:
        """Yield standard output line by line while the command runs.

        Args:
            timeout: seconds after which it is given up.
            stop: ends the command early when it is set.

        Raises:
            TimeoutError: the command did not end in time.
        """
        end, rest = time.monotonic() + timeout, ""
        while self._socket.is_open():
            if stop is not None and stop.is_set():
                self.close()
                return
            if time.monotonic() > end:
                self.close()
                raise TimeoutError(f"the command did not end in {timeout:g} s")
            self._socket.update(timeout=0.5 if stop is None else 0.05)
            rest += self._take()
            *whole, rest = rest.split("\n")
            yield from whole
        rest += self._take()
        if rest:
            yield from rest.removesuffix("\n").split("\n")

    def _take(self) -> str:
        if self._socket.peek_stderr():
            self.stderr += self._socket.read_stderr()
        return self._socket.read_stdout() if self._socket.peek_stdout() else ""

    @property
    def code(self) -> int:
        """The exit code, once the command has ended.

        Raises:
            NotRunningError: the container does not run at this moment, or nobody has told how the command ended.
            RuntimeError: the command could not be started; with the container runtime's words.
        """
        status = yaml.safe_load(self._socket.read_channel(3) or "{}")
        if not status:
            raise NotRunningError(self._pod, "the connection ended before the command did")
        if status.get("status", "Success") == "Success":
            return 0
        for cause in (status.get("details") or {}).get("causes") or ():
            if cause.get("reason") == "ExitCode":
                return int(cause["message"])
        message = status.get("message", "the command could not be started")
        if _NOT_RUNNING.search(message):
            raise NotRunningError(self._pod, message)
        raise RuntimeError(message)

    def close(self) -> None:
        """End the command if it still runs, and close the connection."""
        self._socket.close()
        self._socket.sock.shutdown()  # close() leaves the socket open when the server was the first to close


def run_in_pod(
    core: client.CoreV1Api,
    namespace: str,
    pod: str,
    command: Sequence[str],
    *,
    container: str = "",
    stdin: str = "",
    timeout: float = 60,
) -> Completed:
    """Run a command in a pod and wait for it (see :meth:`kubelearn.target.connection.Cluster.exec`)."""
    execution = Execution(core, namespace, pod, command, container=container, stdin=bool(stdin))
    try:
        if stdin:
            execution.write(stdin)
        out = "\n".join(execution.lines(timeout))
        return Completed(out, execution.stderr, execution.code)
    finally:
        execution.close()
