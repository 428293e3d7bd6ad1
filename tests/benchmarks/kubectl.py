"""kubectl's wall time, beside the same kubectl talking to a server that only repeats recorded answers."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import yaml
from aiohttp import web

from kubelearn.target import workdir

from .figures import Figure, Report
from .server import serving
from .target import AGNHOST, Elsewhere, Target, target

SECTION = "kubectl, and in the second line against a server that only repeats the answers"
_TIMES = 15
_MANIFEST = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: applied}\nspec: {selector: {app: hello}, ports: [{port: 80}]}\n"
)


def measure(report: Report, place: Elsewhere | None) -> None:
    """Time get, describe, create and apply."""
    with target(place) as cluster:
        cluster.kubectl("create", "deployment", "hello", f"--image={AGNHOST}", "--replicas=3")
        cluster.kubectl("expose", "deployment", "hello", "--port=80")
        cluster.ready("hello", 3)
        manifest = cluster.folder / "service.yaml"
        manifest.write_text(_MANIFEST)
        commands = {
            "get pods": ("get", "pods"),
            "describe service": ("describe", "service", "hello"),
            "create configmap": ("create", "configmap", "made", "--from-literal=a=b"),
            "apply of a Service": ("apply", "-f", str(manifest)),
        }
        for name, command in commands.items():
            undo = {
                "create configmap": ("delete", "configmap", "made"),
                "apply of a Service": ("delete", "service", "applied"),
            }.get(name)
            with _repeater(cluster) as (config, repeat):
                cluster.kubectl(*command, kubeconfig=config)  # recorded
                if undo:
                    cluster.kubectl(*undo)
                times: dict[str, list[float]] = {"": [], "     repeated": []}
                for _ in range(_TIMES):  # in pairs: what else the machine does meets both
                    times[""].append(_time(cluster, command, cluster.kubeconfig))
                    if undo:
                        cluster.kubectl(*undo)
                    repeat.set()
                    times["     repeated"].append(_time(cluster, command, config))
            for kind, values in times.items():
                report.add(Figure.of(SECTION, f"{name}{kind}", "s", values))


def _time(cluster: Target, command: tuple[str, ...], config: Path) -> float:
    begin = time.perf_counter()
    cluster.kubectl(*command, kubeconfig=config)
    return time.perf_counter() - begin


@contextmanager
def _repeater(cluster: Target) -> Iterator[tuple[Path, threading.Event]]:
    """Yield the kubeconfig of a server that passes requests on, until it is told to repeat what it has heard."""
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    entry, repeat = config["clusters"][0]["cluster"], threading.Event()
    with serving(_app(entry["server"], cluster.tls(), repeat)) as (url, certificate):
        entry.pop("certificate-authority", None)
        entry |= {"server": url, "certificate-authority-data": base64.b64encode(certificate).decode()}
        path = cluster.folder / "repeater"
        workdir.write_private(path, yaml.safe_dump(config))
        yield path, repeat


def _app(behind: str, tls: ssl.SSLContext, repeat: threading.Event) -> web.Application:
    known: dict[tuple[str, str], tuple[int, str, bytes]] = {}
    session = web.AppKey("session", aiohttp.ClientSession)

    async def connected(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as app[session]:
            yield

    async def handle(request: web.Request) -> web.Response:
        key = (request.method, request.path_qs)
        if not (repeat.is_set() and key in known):
            headers = {
                name: value
                for name, value in request.headers.items()
                if name not in ("Host", "Accept-Encoding", "Content-Length")
            }
            async with request.app[session].request(
                request.method, behind + request.path_qs, headers=headers, data=await request.read()
            ) as answer:
                known[key] = answer.status, answer.headers.get("Content-Type", ""), await answer.read()
        status, kind, body = known[key]
        return web.Response(status=status, headers={"Content-Type": kind}, body=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    app.cleanup_ctx.append(connected)
    return app
