"""``ghcr.io/stefanprodan/podinfo``: a small service whose readiness can be switched."""

from __future__ import annotations

import asyncio
import json
from functools import partial

from kubelearn.cluster.containers.images.web import JSON, Stopping, reply, serve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import Receive, Scope, Send

from .podcli import podcli

#: After SIGTERM it goes on for three seconds, not ready any more, and has five in all to finish what it was asked
#: (podinfo/pkg/signals/shutdown.go, and the default of --server-shutdown-timeout).
_GOES_ON, _FINISHES = 3.0, 2.0


class Podinfo:
    """The HTTP server on 9898."""

    def __init__(self, process: Process, stopping: Stopping, version: str):
        self._process = process
        self._stopping = stopping
        self._version = version
        self._ready = True
        self._healthy = True

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        path, post = scope["path"].rstrip("/") or "/", scope["method"] == "POST"
        if path in ("/readyz", "/healthz"):
            good = self._ready if path == "/readyz" else self._healthy
            if good and not self._stopping.event.is_set():
                await self._json(send, {"status": "OK"})
            else:
                await reply(send, "", 503)
        elif path in ("/readyz/enable", "/readyz/disable") and post:
            self._ready = path.endswith("enable")
            await reply(send, "", 202)
        elif path.startswith("/status/") and path[8:].isdigit():
            await self._json(send, {"status": int(path[8:])}, min(max(int(path[8:]), 100), 599))
        elif path.startswith("/delay/") and path[7:].isdigit():
            await asyncio.sleep(int(path[7:]))
            await self._json(send, {"delay": int(path[7:])})
        else:
            await self._page(path, scope, send)

    async def _page(self, path: str, scope: Scope, send: Send) -> None:
        pages: dict[str, object] = {
            "/": {
                "hostname": self._process.hostname,
                "version": self._version,
                "message": f"greetings from podinfo v{self._version}",
            },
            "/version": {"version": self._version, "commit": "unknown"},
            "/env": [f"{k}={v}" for k, v in self._process.env.items()],
            "/headers": {name.decode().title(): [value.decode()] for name, value in scope["headers"]},
        }
        pages["/api/info"] = pages["/"]
        if path in pages:
            await self._json(send, pages[path])
        else:
            await reply(send, "404 page not found\n", 404)

    @staticmethod
    async def _json(send: Send, value: object, status: int = 200) -> None:
        await reply(send, json.dumps(value, indent=2), status, JSON)


async def podinfo(process: Process, version: str) -> int:
    """``./podinfo [--port=9898]``"""
    values = [word.removeprefix("--port=") for word in process.argv if word.startswith("--port=")]
    port = next((int(value) for value in values if value.isdigit()), 9898)
    process.print(json.dumps({"level": "info", "msg": "Starting podinfo", "version": version, "port": str(port)}))
    stopping = Stopping(process)
    server = Podinfo(process, stopping, version)
    return await serve(process, port, server, stopping=stopping, delay=_GOES_ON, finish=_FINISHES)


def programs(version: str) -> dict[str, Program]:
    """Return what podinfo's image has of its own."""
    return {"podinfo": partial(podinfo, version=version), "podcli": podcli}
