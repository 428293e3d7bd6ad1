"""How long the API server takes to answer, with 10 to 5,000 pods in it.

Run alone with ``python -m tests.benchmarks.api [--json FILE]``.  The client is Python's own
``http.client`` on one connection that stays open, in the cluster's process, as in a notebook.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import ssl
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import trustme
import yaml
from aiohttp import web

from kubelearn.cluster.embedded import EmbeddedCluster

SIZES = (10, 100, 1_000, 5_000)
_PODS = "/api/v1/namespaces/default/pods"
#: Nobody schedules these pods: they stay as they are, and only the API server works.
_POD: dict[str, Any] = {"spec": {
    "schedulerName": "nobody", "containers": [{"name": "web", "image": "nginx", "ports": [{"name": "http", "containerPort": 80}], "readinessProbe": {"httpGet": {"path": "/", "port": "http"}}}]}}
_MERGE = "application/merge-patch+json"


@dataclass
class Row:
    """Times of one operation at one size, in milliseconds."""

    operation: str
    pods: int
    p50: float
    p99: float

    @classmethod
    def of(cls, operation: str, pods: int, seconds: list[float]) -> Row:
        ordered = sorted(seconds)
        return cls(operation, pods, statistics.median(ordered) * 1e3, ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1e3)


class Client:
    """One connection to a server that answers JSON."""

    def __init__(self, url: str, token: str = ""):
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        self._headers = {"Authorization": f"Bearer {token}"}
        self.connection = http.client.HTTPSConnection(url.removeprefix("https://"), context=tls, timeout=60)

    @classmethod
    def of(cls, cluster: EmbeddedCluster) -> Client:
        return cls(cluster.url, yaml.safe_load(cluster.kubeconfig())["users"][0]["user"]["token"])

    def open(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> http.client.HTTPResponse:
        self.connection.request(method, path, orjson.dumps(body) if body is not None else None, {**self._headers, "Content-Type": content_type})
        return self.connection.getresponse()

    def call(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> bytes:
        response = self.open(method, path, body, content_type)
        answer = response.read()
        assert response.status < 300, answer
        return answer


def timed(work: Callable[[int], object], times: int) -> list[float]:
    """Do something some times and return how long each took, in seconds."""
    taken = []
    for number in range(times):
        begin = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - begin)
    return taken


def fill(client: Client, have: int, want: int) -> None:
    """Create pods until there are enough."""
    for number in range(have, want):
        client.call("POST", _PODS, {"metadata": {"name": f"pod-{number}", "labels": {"app": "web"}}, **_POD})


def measure(cluster: EmbeddedCluster, client: Client, pods: int) -> Iterator[Row]:
    """Time every operation at the present number of pods."""
    yield Row.of("get", pods, timed(lambda n: client.call("GET", f"{_PODS}/pod-{n % pods}"), 500))
    yield Row.of("list", pods, timed(lambda _: client.call("GET", _PODS), max(20, 5_000 // pods)))
    yield Row.of("patch", pods, timed(lambda n: client.call("PATCH", f"{_PODS}/pod-{n % pods}", {"metadata": {"annotations": {"n": f"{pods}/{n}"}}}, _MERGE), 200))
    yield Row.of("create", pods, timed(lambda n: client.call("POST", _PODS, {"metadata": {"name": f"new-{n}"}, **_POD}), 200))
    for number in range(200):
        client.call("DELETE", f"{_PODS}/new-{number}?gracePeriodSeconds=0")
    yield Row.of("watch event", pods, watch_latencies(cluster, client, pods, 200))


def watch_latencies(cluster: EmbeddedCluster, client: Client, pods: int, times: int) -> list[float]:
    """Return the times from sending a patch until a watch has its event, in seconds."""
    revision = json.loads(client.call("GET", f"{_PODS}?limit=1"))["metadata"]["resourceVersion"]
    other = Client.of(cluster)
    stream = other.open("GET", f"{_PODS}?watch=true&resourceVersion={revision}")
    arrived: list[float] = []

    def read() -> None:
        for _ in range(times):
            stream.readline()
            arrived.append(time.perf_counter())

    reader = threading.Thread(target=read)
    reader.start()
    sent = []
    for number in range(times):
        sent.append(time.perf_counter())
        client.call("PATCH", f"{_PODS}/pod-{number % pods}", {"metadata": {"annotations": {"w": f"{pods}/{number}"}}}, _MERGE)
    reader.join()
    stream.close()
    other.connection.close()
    return [there - here for here, there in zip(sent, arrived, strict=True)]


@contextmanager
def bare_server(value: Any) -> Iterator[Client]:
    """Serve a value over HTTPS as the API server would if it did nothing but encode it."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    ready, loop, halt = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    ports: list[int] = []

    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=orjson.dumps(value), content_type="application/json")

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        ports.append(runner.addresses[0][1])
        ready.set()
        await halt.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    client = Client(f"https://127.0.0.1:{ports[0]}")
    try:
        yield client
    finally:
        client.connection.close()
        loop.call_soon_threadsafe(halt.set)
        thread.join()
        loop.close()


def compare(client: Client) -> dict[str, float]:
    """Compare a list of the present pods with only encoding, and only encoding and sending, the same; in milliseconds."""
    body = client.call("GET", _PODS)
    value = orjson.loads(body)
    times = 40
    with bare_server(value) as bare:
        served = Row.of("", 0, timed(lambda _: bare.call("GET", "/"), times)).p50
    return {
        "megabytes": len(body) / 1e6,
        "orjson.dumps": Row.of("", 0, timed(lambda _: orjson.dumps(value), times)).p50,
        "a server that only encodes it": served,
        "the API server": Row.of("", 0, timed(lambda _: client.call("GET", _PODS), times)).p50,
        "the API server, after every pod has changed": _uncached(client, value),
    }


def _uncached(client: Client, value: Any) -> float:
    taken = []
    for round_number in range(3):
        for item in value["items"]:
            client.call("PATCH", f"{_PODS}/{item['metadata']['name']}", {"metadata": {"annotations": {"round": f"{round_number}"}}}, _MERGE)
        taken += timed(lambda _: client.call("GET", _PODS), 1)
    return statistics.median(taken) * 1e3


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Measure everything, print it, and return it."""
    rows: list[Row] = []
    comparison: dict[str, float] = {}
    with EmbeddedCluster(seed=1) as cluster:
        client, have = Client.of(cluster), 0
        for size in sizes:
            fill(client, have, size)
            have = size
            rows += measure(cluster, client, size)
            if size == 1_000:
                comparison = compare(client)
        client.connection.close()
    print("\nAPI server, p50 / p99 in ms" + "".join(f"{f'{size:,} pods':>18}" for size in sizes))
    for operation in dict.fromkeys(row.operation for row in rows):
        print(f"{operation:<27}" + "".join(f"{f'{row.p50:.2f} / {row.p99:.2f}':>18}" for row in rows if row.operation == operation))
    if comparison:
        print("\nA list of 1,000 pods, p50 in ms ({megabytes:.1f} MB)".format(**comparison))
        for name in list(comparison)[1:]:
            print(f"{name:<45} {comparison[name]:8.2f}")
    return {"rows": [asdict(row) for row in rows], "list of 1,000": comparison}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    figures = run()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
