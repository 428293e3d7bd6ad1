"""How long the API server takes to answer, with 10 to 5,000 pods in it.

The client is Python's own ``http.client`` on one connection that stays open; an embedded cluster
is in the same process, as in a notebook.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from .figures import Figure, Report
from .server import serving
from .target import NAMESPACE, Elsewhere, Target, target

SECTION, GROWTH, LIST = (
    "API server, one request",
    "API server, growth of p50 from 10 to 5,000 pods",
    "API server, a list of 1,000 pods",
)
SIZES = (10, 100, 1_000, 5_000)
_PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
#: Nobody schedules these pods: they stay as they are, and only the API server works.
_POD: dict[str, Any] = {
    "spec": {
        "schedulerName": "nobody",
        "containers": [
            {
                "name": "web",
                "image": "nginx",
                "ports": [{"name": "http", "containerPort": 80}],
                "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
            }
        ],
    }
}
_MERGE = "application/merge-patch+json"


class Client:
    """One connection to a server that answers JSON."""

    def __init__(self, url: str, tls: ssl.SSLContext, token: str = ""):
        server = urlsplit(url)
        self._prefix = server.path
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.connection = http.client.HTTPSConnection(server.netloc, context=tls, timeout=60)

    @classmethod
    def of(cls, cluster: Target) -> Client:
        configuration = cluster.api.configuration
        token = configuration.get_api_key_with_prefix("authorization", "BearerToken") or ""
        return cls(configuration.host, cluster.tls(), token.removeprefix("Bearer "))

    def open(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json"
    ) -> http.client.HTTPResponse:
        self.connection.request(
            method,
            self._prefix + path,
            orjson.dumps(body) if body is not None else None,
            {**self._headers, "Content-Type": content_type},
        )
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


def measure(cluster: Target, client: Client, pods: int) -> Iterator[tuple[str, list[float]]]:
    """Time every operation at the present number of pods, in seconds."""
    yield "get", timed(lambda n: client.call("GET", f"{_PODS}/pod-{n % pods}"), 500)
    yield "list", timed(lambda _: client.call("GET", _PODS), max(20, 5_000 // pods))
    yield (
        "patch",
        timed(
            lambda n: client.call(
                "PATCH", f"{_PODS}/pod-{n % pods}", {"metadata": {"annotations": {"n": f"{pods}/{n}"}}}, _MERGE
            ),
            200,
        ),
    )
    yield "create", timed(lambda n: client.call("POST", _PODS, {"metadata": {"name": f"new-{n}"}, **_POD}), 200)
    for number in range(200):
        client.call("DELETE", f"{_PODS}/new-{number}?gracePeriodSeconds=0")
    yield "watch event", watch_latencies(cluster, client, pods, 200)


def watch_latencies(cluster: Target, client: Client, pods: int, times: int) -> list[float]:
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
        client.call(
            "PATCH", f"{_PODS}/pod-{number % pods}", {"metadata": {"annotations": {"w": f"{pods}/{number}"}}}, _MERGE
        )
    reader.join()
    stream.close()
    other.connection.close()
    return [there - here for here, there in zip(sent, arrived, strict=True)]


@contextmanager
def bare_server(value: Any) -> Iterator[Client]:
    """Serve a value over HTTPS as the API server would if it did nothing but encode it."""

    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=orjson.dumps(value), content_type="application/json")

    app = web.Application()
    app.router.add_get("/", handle)
    with serving(app) as (url, authority):
        client = Client(url, ssl.create_default_context(cadata=authority.decode()))
        yield client
        client.connection.close()


def compare(report: Report, client: Client) -> None:
    """Compare a list of the present pods with only encoding, and with only encoding and sending, the same."""
    body = client.call("GET", _PODS)
    value, times = orjson.loads(body), 40
    with bare_server(value) as bare:
        served = timed(lambda _: bare.call("GET", "/"), times)
    report.add(Figure.one(LIST, "size", "MB", len(body) / 1e6))
    for name, seconds in (
        ("orjson.dumps alone", timed(lambda _: orjson.dumps(value), times)),
        ("a server that only encodes it", served),
        ("the API server", timed(lambda _: client.call("GET", _PODS), times)),
        ("the API server, after every pod has changed", _uncached(client, value)),
    ):
        report.add(Figure.of(LIST, name, "ms", [second * 1e3 for second in seconds]))


def _uncached(client: Client, value: Any) -> list[float]:
    taken = []
    for round_number in range(3):
        for item in value["items"]:
            client.call(
                "PATCH",
                f"{_PODS}/{item['metadata']['name']}",
                {"metadata": {"annotations": {"round": f"{round_number}"}}},
                _MERGE,
            )
        taken += timed(lambda _: client.call("GET", _PODS), 1)
    return taken


def measure_all(report: Report, place: Elsewhere | None) -> None:
    """Measure every operation at every size, how costs grow, and what a list costs beside its encoding."""
    medians: dict[str, list[float]] = {}
    with target(place) as cluster:
        client, have = Client.of(cluster), 0
        for size in SIZES:
            fill(client, have, size)
            have = size
            for operation, seconds in measure(cluster, client, size):
                figure = Figure.of(SECTION, f"{operation}, {size:,} pods", "ms", [second * 1e3 for second in seconds])
                report.add(figure)
                medians.setdefault(operation, []).append(figure.p50)
            if size == 1_000:
                compare(report, client)
        client.connection.close()
    for operation, found in medians.items():
        report.add(Figure.one(GROWTH, operation, "times", found[-1] / found[0]))
