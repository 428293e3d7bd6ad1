"""A learner's own ASGI application as a container's program.

It runs on an event loop and a thread of its own, so that one that blocks, or never
ends, stops its own container and nothing else.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import App, Message, Receive, Scope, Send

from .web import serve

_Result = TypeVar("_Result")
#: How long an application's start-up and its shutdown may take, in seconds.
_STARTUP, _SHUTDOWN = 30.0, 10.0


def program(app: App, port: int) -> Program:
    """Return the program that serves an application.

    Each container calls the same application; what tells them apart is in the scope, under
    ``scope["extensions"]["kubelearn.container"]``: ``hostname`` and ``env``.
    """

    async def main(process: Process) -> int:
        server = _Server(process, app)
        try:
            await server.start()
            return await serve(process, port, server, f"ERROR: [Errno 98] address already in use: {port}")
        finally:
            server.close()

    return main


class _Server:
    """Carries requests of the cluster's loop to the application's, and its answers back."""

    def __init__(self, process: Process, app: App):
        self._process = process
        self._app = app
        self._home = asyncio.get_running_loop()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name=f"kubelearn-app-{process.hostname}", daemon=True)
        self._lifespan = _Lifespan()
        self._scope: Scope = {
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "state": {},
            "extensions": {"kubelearn.container": {"hostname": process.hostname, "env": dict(process.env)}},
        }

    def _work(self) -> None:
        try:
            self._loop.run_forever()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
        finally:
            self._loop.close()

    async def start(self) -> None:
        """Start the thread, and run the application's start-up if it has one (ASGI lifespan).

        Raises:
            RuntimeError: the application says that its start-up failed.
            TimeoutError: its start-up takes too long.
        """
        self._thread.start()
        async with asyncio.timeout(_STARTUP):
            await self._there(self._lifespan.start(self._app, {"type": "lifespan", **self._scope}))

    def close(self) -> None:
        """Let the application go; one that blocks goes when it returns."""

        async def leave() -> None:
            await self._lifespan.stop()
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(leave(), self._loop)

    async def _there(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _here(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run something on the cluster's loop, for the application."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._home))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 500

        async def receive_here() -> Message:
            return await self._here(_coroutine(receive()))

        async def send_here(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await self._here(_coroutine(send(message)))

        extended = {**scope, **self._scope, "extensions": {**scope.get("extensions", {}), **self._scope["extensions"]}}
        try:
            await self._there(_coroutine(self._app(extended, receive_here, send_here)))
        finally:
            client = scope.get("client") or ("-", 0)
            self._process.print(
                f'{client[0]} - "{scope.get("method", "-")} {scope.get("path", "-")} HTTP/1.1" {status}'
            )


async def _coroutine(work: Any) -> Any:
    """Make a coroutine of any awaitable: that is what a loop of another thread takes."""
    return await work


class _Lifespan:
    """The start and the end of an application; it may know nothing of them (ASGI specification, lifespan)."""

    def __init__(self) -> None:
        self._started = asyncio.Event()
        self._stopping = asyncio.Event()
        self._asked = False
        self._failure = ""
        self._task: asyncio.Task[None] | None = None

    async def start(self, app: App, scope: Scope) -> None:
        self._task = asyncio.create_task(_coroutine(app(scope, self._receive, self._send)))
        waiting = asyncio.create_task(self._started.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done() and not self._task.cancelled():
            self._task.exception()  # an application without lifespan says so by raising, which is fine
        if self._failure:
            raise RuntimeError(self._failure)

    async def stop(self) -> None:
        """Ask the application to end, and wait until it has, or for as long as it may take."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=_SHUTDOWN)

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "lifespan.startup"}
        await self._stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            self._failure = f"Application startup failed: {message.get('message', '')}"
        self._started.set()
