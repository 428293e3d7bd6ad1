"""Running a command in a container, and attaching to the one that runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from ...meta import Object
from ...process import NullWriter, Pipe, Reader, Writer
from .. import errors
from ..registry import Registry
from ..requests import boolean
from .channels import PROTOCOLS, Channels, upgrade
from .kubelets import ExecError
from .targets import container_of, node_of

if TYPE_CHECKING:
    from .kubelets import Kubelets

_STDIN, _STDOUT, _STDERR, _ERROR = 0, 1, 2, 3
Work = Callable[[Reader | None, Writer, Writer], Awaitable[int | None]]


async def exec_pod(request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str) -> web.StreamResponse:
    """``GET pods/NAME/exec``"""
    pod = registry.get("pods", namespace, name)
    container = container_of(pod, request.query.get("container", ""))
    _check(pod)
    command = request.query.getall("command", [])
    if not command:
        raise errors.bad_request("you must specify at least 1 command for the container")
    kubelet = kubelets[node_of(pod)]
    tty = boolean(request, "tty")
    return await _stream(request, lambda stdin, stdout, stderr: kubelet.exec(namespace, name, container, command, stdin, stdout, stderr, tty))


async def attach_pod(request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str) -> web.StreamResponse:
    """``GET pods/NAME/attach``"""
    pod = registry.get("pods", namespace, name)
    container = container_of(pod, request.query.get("container", ""))
    _check(pod)
    kubelet = kubelets[node_of(pod)]
    tty = boolean(request, "tty")
    return await _stream(request, lambda stdin, stdout, stderr: kubelet.attach(namespace, name, container, stdin, stdout, stderr, tty))


def _check(pod: Object) -> None:
    phase = (pod.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise errors.bad_request(f"cannot exec into a container in a completed pod; current phase is {phase}")


async def _stream(request: web.Request, work: Work) -> web.StreamResponse:
    socket = await upgrade(request, PROTOCOLS)
    channels = Channels(socket)
    stdin = Pipe() if boolean(request, "stdin") else None
    stdout, stderr = channels.writer(_STDOUT), channels.writer(_STDERR)
    shown_error: Writer = stdout if boolean(request, "tty") else stderr if boolean(request, "stderr") else NullWriter()
    program = asyncio.ensure_future(work(stdin, stdout if boolean(request, "stdout") else NullWriter(), shown_error))
    reader = asyncio.create_task(_read(channels, stdin, program))
    try:
        status = await _status(program)
        await stdout.finish()
        await stderr.finish()
        with contextlib.suppress(Exception) if socket.closed else contextlib.nullcontext():
            await channels.send(_ERROR, orjson.dumps(status))
            await socket.close()
    finally:
        program.cancel()
        reader.cancel()
    return socket


async def _read(channels: Channels, stdin: Pipe | None, program: asyncio.Future[int | None]) -> None:
    """Pass the client's input on; when the client goes, so does the program."""

    def on_data(channel: int, data: bytes) -> None:
        if channel == _STDIN and stdin is not None and not stdin.ended and data:
            stdin.write(data)

    def on_close(channel: int) -> None:
        if channel == _STDIN and stdin is not None:
            stdin.end()

    await channels.receive(on_data, on_close)
    program.cancel()


async def _status(program: asyncio.Future[int | None]) -> Object:
    """Wait for the program and return what the error channel says of its end."""
    try:
        code = await program
    except ExecError as error:
        message = f"Internal error occurred: {error}"
        return {"metadata": {}, "status": "Failure", "message": message, "reason": "InternalError", "details": {"causes": [{"message": str(error)}]}, "code": 500}
    except asyncio.CancelledError:
        code = 137
    if not code:
        return {"metadata": {}, "status": "Success"}
    message = f"command terminated with non-zero exit code: command terminated with exit code {code}"
    return {"metadata": {}, "status": "Failure", "message": message, "reason": "NonZeroExitCode", "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]}}


