"""nginx in a pod, and a client that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from kubelearn.cluster.containers.process import SIGTERM, Process
from kubelearn.cluster.network import PodNetwork, Response
from tests.unit.cluster.containers.programs import image_process, printed, start
from tests.unit.network_fakes import FakeCluster

CONF = "/etc/nginx/conf.d/default.conf"


@dataclass
class Running:
    """nginx in a pod, and another pod that asks it."""

    process: Process
    client: PodNetwork
    task: asyncio.Task[int]

    async def get(self, target: str, *, port: int = 80, method: str = "GET", **headers: str) -> Response:
        connection = await self.client.connect(self.process.network.ip, port)
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        answer = await connection.request(method, target, given)
        connection.close()
        return answer

    def log(self) -> str:
        return printed(self.process)


@asynccontextmanager
async def nginx(conf: str, cluster: FakeCluster | None = None, **pages: str) -> AsyncIterator[Running]:
    cluster = cluster or FakeCluster()
    process = process_of(cluster, conf, **pages)
    task = start(process)
    await asyncio.sleep(0.1)
    yield Running(process, cluster.attach("client"), task)
    if not task.done():
        process.handlers[SIGTERM]()
    assert await task == 0


def process_of(cluster: FakeCluster, conf: str, **pages: str) -> Process:
    files = {CONF: conf.encode()}
    files |= {f"/usr/share/nginx/html/{name.replace('_', '.')}": text.encode() for name, text in pages.items()}
    words = ("nginx", "-g", "daemon off;")
    return image_process("nginx:1.27.5", cluster.attach("web"), command=words, files=files)
