"""``python -m tests.hostile``: thousands of open watches, and what a learner's request takes meanwhile."""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import statistics
import time

from kubelearn.cluster.embedded import EmbeddedCluster
from tests.raw import Door


async def open_watch(tls: ssl.SSLContext, port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a watch of all ConfigMaps and wait until the server has answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    path = "/api/v1/configmaps?watch=true&labelSelector=hostile%3Dtest"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def ask(tls: ssl.SSLContext, port: int, token: str, method: str, path: str, body: bytes = b"") -> float:
    """Send one request on a new connection and return how long its answer took, in seconds."""
    begin = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nConnection:"
        f" close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read(-1)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 20"), answer[:200]
    return time.perf_counter() - begin


async def measure(door: Door, watches: int) -> None:
    tls, port, token = door.tls(), door.port, door.token
    begin, opened = time.perf_counter(), []
    for start in range(0, watches, 100):
        opened += await asyncio.gather(*(open_watch(tls, port, token) for _ in range(min(100, watches - start))))
    print(f"{len(opened)} watches opened in {time.perf_counter() - begin:.1f} s")
    spent = sorted([await ask(tls, port, token, "GET", "/api/v1/namespaces") for _ in range(200)])
    print(f"GET meanwhile: p50 {statistics.median(spent) * 1000:.1f} ms, p99 {spent[197] * 1000:.1f} ms")
    body = json.dumps({"metadata": {"name": "seen-by-all", "labels": {"hostile": "test"}}}).encode()
    begin = time.perf_counter()
    await ask(tls, port, token, "POST", "/api/v1/namespaces/default/configmaps", body)
    created = time.perf_counter() - begin
    lines = await asyncio.gather(*(reader.readuntil(b"}}\n") for reader, _ in opened))
    assert all(b"seen-by-all" in line for line in lines)
    print(
        f"one object told to all of them: answered after {created * 1000:.1f} ms, the last watch had it after"
        f" {(time.perf_counter() - begin) * 1000:.0f} ms"
    )
    for _, writer in opened:
        writer.transport.abort()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--watches", type=int, default=5000)
    watches = parser.parse_args().watches
    with EmbeddedCluster(seed=1) as cluster:
        asyncio.run(measure(Door.of(cluster.kubeconfig()), watches))


if __name__ == "__main__":
    main()
