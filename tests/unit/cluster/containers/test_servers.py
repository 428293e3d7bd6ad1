"""Servers of images that lessons did not make: how they stop, and what they look up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kubelearn.cluster.containers.process import SIGTERM
from kubelearn.cluster.network import ConnectionRefused, ConnectionReset, PodNetwork
from kubelearn.cluster.network.resolv import hosts_file
from tests.unit.cluster.containers.programs import image_process, start
from tests.unit.network_fakes import FakeCluster
from tests.unit.virtual_time import run

_PODINFO = "ghcr.io/stefanprodan/podinfo:6.8.0"
_FRONTEND = "gcr.io/google-samples/hello-frontend:1.0"


class Running:
    """The server of an image, in a pod of its own."""

    def __init__(self, cluster: FakeCluster, reference: str, name: str, **spec: Any):
        self.network: PodNetwork = cluster.attach(name, **spec)
        self.process = image_process(reference, self.network)
        self.task = start(self.process)

    def stop(self) -> None:
        """Do what SIGTERM does."""
        self.process.handlers[SIGTERM]()


async def get(client: PodNetwork, address: str, port: int, path: str) -> tuple[int, bytes]:
    connection = await client.connect(address, port)
    answer = await connection.request("GET", path)
    connection.close()
    return answer.status, answer.body


def test_podinfo_goes_on_for_three_seconds_and_finishes_within_five() -> None:
    run(_podinfo_goes_on_for_three_seconds_and_finishes_within_five())


async def _podinfo_goes_on_for_three_seconds_and_finishes_within_five() -> None:
    cluster = FakeCluster()
    client, server = cluster.attach("client"), Running(cluster, _PODINFO, "stock")
    await asyncio.sleep(0)
    assert (await get(client, server.network.ip, 9898, "/readyz"))[0] == 200
    server.stop()
    assert (await get(client, server.network.ip, 9898, "/readyz"))[0] == 503
    await asyncio.sleep(2.5)
    assert b'"hostname": "stock"' in (await get(client, server.network.ip, 9898, "/"))[1]
    short = asyncio.ensure_future(get(client, server.network.ip, 9898, "/delay/2"))
    long = asyncio.ensure_future(get(client, server.network.ip, 9898, "/delay/3"))
    await asyncio.sleep(1)
    with pytest.raises(ConnectionRefused):
        await client.connect(server.network.ip, 9898)
    assert (await short)[0] == 200
    with pytest.raises(ConnectionReset):
        await long
    assert await server.task == 0


def test_the_front_end_keeps_the_address_that_its_back_end_had_when_it_started() -> None:
    run(_the_front_end_keeps_the_address_that_its_back_end_had_when_it_started())


async def _the_front_end_keeps_the_address_that_its_back_end_had_when_it_started() -> None:
    cluster = FakeCluster()
    (first, asked), (second, _) = cluster.serve("first", port=80), cluster.serve("second", port=80)
    hosts = [{"ip": first.ip, "hostnames": ["hello"]}]
    client, server = cluster.attach("client"), Running(cluster, _FRONTEND, "shop", hostAliases=hosts)
    await asyncio.sleep(0.1)
    assert await get(client, server.network.ip, 80, "/page?of=shop") == (200, b"first")
    assert asked.scopes[-1]["query_string"] == b"of=shop"
    aliases = [{"ip": second.ip, "hostnames": ["hello"]}]
    server.network.etc["hosts"] = hosts_file(server.network.ip, "shop", aliases=aliases).encode()
    assert await get(client, server.network.ip, 80, "/") == (200, b"first")
    server.stop()
    assert await server.task == 0


def test_the_front_end_tells_who_refuses_from_who_is_silent() -> None:
    run(_the_front_end_tells_who_refuses_from_who_is_silent())


async def _the_front_end_tells_who_refuses_from_who_is_silent() -> None:
    cluster = FakeCluster()
    client, idle = cluster.attach("client"), cluster.attach("idle")
    for name, address, status in (("refused", idle.ip, 502), ("silent", "10.244.1.250", 504)):
        hosts = [{"ip": address, "hostnames": ["hello"]}]
        server = Running(cluster, _FRONTEND, name, hostAliases=hosts)
        await asyncio.sleep(0.1)
        assert (await get(client, server.network.ip, 80, "/"))[0] == status
        server.stop()
        assert await server.task == 0


def test_the_front_end_does_not_start_without_its_back_end() -> None:
    run(_the_front_end_does_not_start_without_its_back_end())


async def _the_front_end_does_not_start_without_its_back_end() -> None:
    cluster = FakeCluster()
    server = Running(cluster, _FRONTEND, "shop")
    assert await server.task == 1
    assert b'host not found in upstream "hello"' in server.process.stderr.data  # type: ignore[attr-defined]
