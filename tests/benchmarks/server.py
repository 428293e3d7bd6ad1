"""A local HTTPS server to compare with."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import trustme
from aiohttp import web


@contextmanager
def serving(app: web.Application) -> Iterator[tuple[str, bytes]]:
    """Serve an application on a thread of its own; yield its URL and its authority's certificate."""
    authority, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    ready, loop, halt, ports = threading.Event(), asyncio.new_event_loop(), asyncio.Event(), [0]

    async def serve() -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        ports[0] = runner.addresses[0][1]
        ready.set()
        await halt.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield f"https://127.0.0.1:{ports[0]}", authority.cert_pem.bytes()
    finally:
        loop.call_soon_threadsafe(halt.set)
        thread.join()
        loop.close()
