"""A learner's own application as a container: its start and its end (ASGI lifespan)."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from kubelearn.cluster.containers.images import asgi
from kubelearn.cluster.containers.process import SIGTERM
from tests.unit.cluster.containers.programs import printed, process, start
from tests.unit.network_fakes import FakeCluster


class Application:
    """Answers ``ok`` once it has started; its end takes a while."""

    def __init__(self) -> None:
        self.has_started = False
        self.has_ended = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        assert self.has_started
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def _live(self, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        self.has_started = True
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        await asyncio.sleep(0.2)
        self.has_ended.set()
        await send({"type": "lifespan.shutdown.complete"})


async def test_an_application_starts_answers_and_ends_in_its_own_time() -> None:
    cluster, app = FakeCluster(), Application()
    net = cluster.attach("mine")
    container = process("app", network=net, programs={"app": asgi.program(app, 80)}, is_init=True)
    running = start(container)
    async with asyncio.timeout(5):
        while ("TCP", 80) not in net.listeners:
            await asyncio.sleep(0)
    connection = await cluster.attach("client").connect(net.ip, 80)
    assert (await connection.request("GET", "/")).body == b"ok"
    container.handlers[SIGTERM]()
    assert await running == 0
    assert await asyncio.to_thread(app.has_ended.wait, 5)
    assert '"GET / HTTP/1.1" 200' in printed(container)


async def test_a_start_up_that_fails_ends_the_container() -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    running = start(process("app", network=FakeCluster().attach("mine"), programs={"app": asgi.program(app, 80)}))
    with pytest.raises(RuntimeError, match="Application startup failed: no database"):
        await running
