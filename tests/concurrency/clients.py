"""The clients: some write, some watch, and each remembers what the API server told it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from kubelearn.cluster.embedded import EmbeddedCluster
from tests.raw import Door

PATH = "/api/v1/namespaces/default/configmaps"
#: Objects that all clients change; few, so that they get in each other's way.
COUNTERS = 5
#: The last object that is created: whoever sees it has seen everything.
END = "end"

#: (type, name, resourceVersion); a deletion's revision is not in its answer: 0.
Write = tuple[str, str, int]


@dataclass
class Api:
    """How to reach a cluster."""

    door: Door

    @classmethod
    def of(cls, cluster: EmbeddedCluster) -> Api:
        return cls(Door.of(cluster.kubeconfig()))

    def session(self) -> aiohttp.ClientSession:
        headers = {"Authorization": f"Bearer {self.door.token}"}
        return aiohttp.ClientSession(
            self.door.url, headers=headers, connector=aiohttp.TCPConnector(ssl=self.door.tls())
        )


@dataclass
class Writer:
    """Creates and deletes objects of its own, and counts up in shared ones.

    Attributes:
        writes: every write that the API server accepted.
        counted: how often this client has counted up each counter.
        conflicts: how often it came too late.
    """

    api: Api
    number: int
    writes: list[Write] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0

    async def run(self, is_over: Callable[[], bool]) -> None:
        """Write until that is enough."""
        chance = random.Random(self.number)
        mine: list[str] = []
        async with self.api.session() as session:
            while not is_over():
                await self._count(session, f"counter-{chance.randrange(COUNTERS)}", chance.random() < 0.5)
                name = f"own-{self.number}-{len(self.writes)}"
                await self._create(session, name)
                mine.append(name)
                if len(mine) > 3:
                    await self._delete(session, mine.pop(0))

    async def _send(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
    ) -> tuple[int, Any]:
        data = orjson.dumps(body) if body is not None else None
        async with session.request(method, path, data=data, headers={"Content-Type": content_type}) as response:
            return response.status, orjson.loads(await response.read())

    async def _count(self, session: aiohttp.ClientSession, name: str, whole: bool) -> None:
        """Count up: read, add one, write back what was read; the revision guards it."""
        _, obj = await self._send(session, "GET", f"{PATH}/{name}")
        number = str(int(obj["data"]["n"]) + 1)
        if whole:
            obj["data"]["n"] = number
            code, answer = await self._send(session, "PUT", f"{PATH}/{name}", obj)
        else:
            patch = {"metadata": {"resourceVersion": obj["metadata"]["resourceVersion"]}, "data": {"n": number}}
            code, answer = await self._send(session, "PATCH", f"{PATH}/{name}", patch, "application/merge-patch+json")
        if code == 409:
            self.conflicts += 1
            return
        assert code == 200, answer
        self.counted[name] += 1
        self._remember("MODIFIED", answer)

    async def _create(self, session: aiohttp.ClientSession, name: str) -> None:
        code, answer = await self._send(
            session, "POST", PATH, {"metadata": {"name": name, "labels": {"odd": str(self.number % 2)}}}
        )
        assert code == 201, answer
        self._remember("ADDED", answer)

    async def _delete(self, session: aiohttp.ClientSession, name: str) -> None:
        code, answer = await self._send(session, "DELETE", f"{PATH}/{name}")
        assert code == 200, answer
        self.writes.append(("DELETED", name, 0))

    def _remember(self, kind: str, answer: Any) -> None:
        self.writes.append((kind, answer["metadata"]["name"], int(answer["metadata"]["resourceVersion"])))


@dataclass
class Watcher:
    """Watches from a revision until the end; now and then it hangs up and goes on from the last revision it saw.

    Attributes:
        seen: every event.
        resumed: how often it hung up.
    """

    api: Api
    number: int
    revision: int
    selector: str = ""
    seen: list[Write] = field(default_factory=list)
    resumed: int = 0

    async def run(self) -> None:
        """Watch until the end was seen."""
        chance = random.Random(-self.number)
        async with self.api.session() as session:
            while not await self._watch(session, chance.randrange(50, 500) if self.number % 2 else 0):
                self.resumed += 1

    async def _watch(self, session: aiohttp.ClientSession, most: int) -> bool:
        """Watch for a number of events (0: no limit); return whether the end was among them."""
        query = {"watch": "true", "resourceVersion": str(self.revision), "labelSelector": self.selector}
        async with session.get(PATH, params=query, timeout=aiohttp.ClientTimeout(None), read_bufsize=2**20) as response:
            assert response.status == 200, await response.text()
            count = 0
            async for line in response.content:
                event = orjson.loads(line)
                metadata = event["object"]["metadata"]
                assert event["type"] != "ERROR", event
                self.revision = int(metadata["resourceVersion"])
                self.seen.append((event["type"], metadata["name"], self.revision))
                count += 1
                if metadata["name"] == END:
                    return True
                if count == most:
                    response.close()
                    return False
        raise AssertionError("the API server ended a watch")
