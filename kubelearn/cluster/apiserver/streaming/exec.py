"""Running a command in a container, and attaching to the one that runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.endpoints.requests import boolean
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.streams import BrokenPipe, NullWriter, Pipe, Reader, Writer

from .kubelets import ExecError, Kubelets
from .targets import container_of, kubelet_of
from .websocket import PROTOCOLS, STATUS_PROTOCOLS, Channels, ChannelWriter, upgrade

log = logging.getLogger(__name__)

_STDIN, _STDOUT, _STDERR, _ERROR = 0, 1, 2, 3
#: So much input waits for a program before its client has to.
_INPUT = 2**20
#: Exit codes of a program that was killed, and of one whose reader has gone (128 + SIGKILL, 128 + SIGPIPE).
_KILLED = 137
_PIPE_BROKEN = 141


class Work(Protocol):
    """What runs at the other end; its result is an exit code."""

    def __call__(self, stdin: Reader | None, stdout: Writer, stderr: Writer) -> Coroutine[Any, Any, int | None]:
        """Run with these streams, and return the exit code."""


@dataclass(frozen=True)
class _Wanted:
    """Which streams a client asked for."""

    stdin: bool
    stdout: bool
    stderr: bool


async def exec_pod(
    request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str
) -> web.StreamResponse:
    """``GET pods/NAME/exec``"""
    pod = registry.get("pods", namespace, name)
    container = container_of(pod, request.query.get("container", ""))
    kubelet = kubelet_of(kubelets, pod)
    command = [str(word) for word in request.query.getall("command", [])]
    if not command:
        raise errors.bad_request("you must specify at least 1 command for the container")
    tty = boolean(request, "tty")

    def work(stdin: Reader | None, stdout: Writer, stderr: Writer) -> Coroutine[Any, Any, int | None]:
        return kubelet.exec(namespace, name, container, command, stdin, stdout, stderr, tty)

    return await _stream(request, work, _wanted(request))


async def attach_pod(
    request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str
) -> web.StreamResponse:
    """``GET pods/NAME/attach``"""
    pod = registry.get("pods", namespace, name)
    container = container_of(pod, request.query.get("container", ""))
    kubelet = kubelet_of(kubelets, pod)
    tty = boolean(request, "tty")

    def work(stdin: Reader | None, stdout: Writer, stderr: Writer) -> Coroutine[Any, Any, int | None]:
        return kubelet.attach(namespace, name, container, stdin, stdout, stderr, tty)

    return await _stream(request, work, _wanted(request))


def _wanted(request: web.Request) -> _Wanted:
    # A terminal has one output: errors are part of it.
    tty = boolean(request, "tty")
    return _Wanted(boolean(request, "stdin"), boolean(request, "stdout"), boolean(request, "stderr") and not tty)


async def _stream(request: web.Request, work: Work, wanted: _Wanted) -> web.StreamResponse:
    socket = await upgrade(request, PROTOCOLS, autoping=False)
    channels = Channels(socket)
    stdin = Pipe(_INPUT) if wanted.stdin else None
    stdout, stderr = channels.writer(_STDOUT), channels.writer(_STDERR)
    out: Writer = stdout if wanted.stdout else NullWriter()
    tty = boolean(request, "tty")
    err: Writer = stderr if wanted.stderr else NullWriter()
    if tty:
        err = out

    async def run() -> int | None:
        await channels.client_reads()
        return await work(stdin, out, err)

    program = asyncio.create_task(run())
    reader = asyncio.create_task(_read(channels, stdin))
    try:
        await asyncio.wait({program, reader}, return_when=asyncio.FIRST_COMPLETED)
        if program.done():
            await _end(channels, program, reader, (stdout, stderr))
    finally:
        for writer in (stdout, stderr):
            writer.abandon()
        if stdin is not None:
            stdin.end()
        await _cancel(program, reader)
    return socket


async def _end(
    channels: Channels,
    program: asyncio.Task[int | None],
    reader: asyncio.Task[None],
    writers: tuple[ChannelWriter, ...],
) -> None:
    """Send the rest of the output, then how the program ended, and close."""
    rest = asyncio.create_task(_finish(writers))
    await asyncio.wait({rest, reader}, return_when=asyncio.FIRST_COMPLETED)
    if not rest.done():  # the client did not wait for it
        await _cancel(rest)
        return
    await _cancel(reader)
    status = outcome(program)
    with contextlib.suppress(BrokenPipe):
        if channels.protocol in STATUS_PROTOCOLS:
            await channels.send(_ERROR, orjson.dumps(status))
        elif status["status"] != "Success":
            await channels.send(_ERROR, status["message"].encode())
        await channels.close()


async def _finish(writers: tuple[ChannelWriter, ...]) -> None:
    for writer in writers:
        await writer.finish()


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _read(channels: Channels, stdin: Pipe | None) -> None:
    """Pass the client's input on until the client is gone."""
    async for channel, data in channels.messages():
        if channel != _STDIN or stdin is None:
            continue  # for example the size of the terminal
        if data is None:
            stdin.end()
        elif data and not stdin.ended:
            # A program that has closed its input does not care for the rest of it.
            with contextlib.suppress(BrokenPipe):
                stdin.write(data)
                await stdin.drain()


def outcome(program: asyncio.Task[int | None]) -> Object:
    """Return what the error channel says of a program that has ended."""
    error = None if program.cancelled() else program.exception()
    if isinstance(error, ExecError):
        return _failure(str(error))
    if error is not None and not isinstance(error, BrokenPipe):
        log.error("a program in a container failed", exc_info=error)
        return _failure(f"{type(error).__name__}: {error}")
    if program.cancelled():
        code: int | None = _KILLED
    else:
        code = program.result() if error is None else _PIPE_BROKEN
    if not code:
        return {"metadata": {}, "status": "Success"}
    message = f"command terminated with non-zero exit code: command terminated with exit code {code}"
    details = {"causes": [{"reason": "ExitCode", "message": str(code)}]}
    return {"metadata": {}, "status": "Failure", "message": message, "reason": "NonZeroExitCode", "details": details}


def _failure(text: str) -> Object:
    error = errors.internal(text)
    return {
        "metadata": {},
        "status": "Failure",
        "message": error.message,
        "reason": error.reason,
        "details": error.details,
        "code": error.code,
    }
