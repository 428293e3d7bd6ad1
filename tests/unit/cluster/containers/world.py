"""Pods with the containers of images, and a client that asks them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import PodNetwork, Response
from kubelearn.cluster.streams import Buffer
from tests.unit.cluster.containers.programs import image_process, printed, start
from tests.unit.network_fakes import FakeCluster


@dataclass
class World:
    """Pods, each with one container."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    tasks: list[asyncio.Task[int]] = field(default_factory=list)

    def process(self, reference: str, name: str, *args: str, **env: str) -> Process:
        return image_process(reference, self.cluster.attach(name), *args, env=env)

    async def start(self, reference: str, name: str, *args: str, **env: str) -> Process:
        process = self.process(reference, name, *args, **env)
        await self.begin(process)
        return process

    async def begin(self, process: Process) -> None:
        self.tasks.append(start(process))
        await asyncio.sleep(0.1)

    async def run(self, process: Process, *argv: str) -> tuple[int, str]:
        child = process.child(list(argv), stdout=Buffer(), stderr=Buffer())
        return await start(child), printed(child)


async def get(client: PodNetwork, server: Process, port: int, target: str = "/") -> Response:
    connection = await client.connect(server.network.ip, port)
    answer = await connection.request("GET", target, [(b"host", b"shop"), (b"user-agent", b"test")])
    connection.close()
    return answer
