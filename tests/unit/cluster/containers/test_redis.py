"""redis: what a client gets, and what replicas have."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kubelearn.cluster.containers.process import SIGTERM, Process
from tests.unit.cluster.containers.programs import image_process, printed, start
from tests.unit.network_fakes import FakeCluster
from tests.unit.virtual_time import run


@dataclass
class World:
    """Pods with redis in them."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    clients: int = 0

    def process(self, name: str, *command: str) -> Process:
        return image_process("redis:7.2", self.cluster.attach(name), command=command)

    def server(self, name: str, *options: str) -> tuple[Process, asyncio.Task[int]]:
        process = self.process(name, "redis-server", *options)
        return process, start(process)

    async def cli(self, *words: str) -> tuple[int, str]:
        """Run redis-cli in a pod of its own; return its exit code and all that it printed."""
        self.clients += 1
        process = self.process(f"client-{self.clients}", "redis-cli", *words)
        return await start(process), printed(process)


def test_values_of_every_kind() -> None:
    run(_values_of_every_kind())


async def _values_of_every_kind() -> None:
    world = World()
    server, task = world.server("store")
    await asyncio.sleep(0)
    for command, answer in (
        ("set page home", "OK"),
        ("get page", "home"),
        ("get none", ""),
        ("set page other nx", ""),
        ("incr page", "ERR value is not an integer or out of range\n"),
        ("decrby count 3", "-3"),
        ("lpush tasks a b", "2"),
        ("lrange tasks 0 -1", "b\na"),
        ("get tasks", "WRONGTYPE Operation against a key holding the wrong kind of value\n"),
        ("hset user name ada town paris", "2"),
        ("hgetall user", "name\nada\ntown\nparis"),
        ("sadd tags x y x", "2"),
        ("zadd high 2 b 1 a", "2"),
        ("zrange high 0 -1 withscores", "a\n1\nb\n2"),
        ("type high", "zset"),
        ("ttl page", "-1"),
        ("ttl none", "-2"),
        ("del page none", "1"),
        ("--no-raw lrange tasks 0 -1", '1) "b"\n2) "a"'),
        ("--no-raw get none", "(nil)"),
        ("sort tasks", "ERR unknown command 'sort', with args beginning with: 'tasks' \n"),
        ("get a b", "ERR wrong number of arguments for 'get' command\n"),
    ):
        assert await world.cli("-h", server.network.ip, *command.split()) == (0, answer + "\n"), command
    server.handlers[SIGTERM]()
    assert await task == 0


def test_a_key_ends_at_its_time() -> None:
    run(_a_key_ends_at_its_time())


async def _a_key_ends_at_its_time() -> None:
    world = World()
    server, task = world.server("store")
    await asyncio.sleep(0)
    at = ("-h", server.network.ip)
    assert await world.cli(*at, "set", "short", "1", "px", "1") == (0, "OK\n")
    async with asyncio.timeout(60):
        while (await world.cli(*at, "exists", "short"))[1] != "0\n":
            await asyncio.sleep(0.01)
    assert await world.cli(*at, "expire", "short", "10") == (0, "0\n")
    task.cancel()


def test_a_replica_has_what_its_master_has_and_refuses_writes() -> None:
    run(_a_replica_has_what_its_master_has_and_refuses_writes())


async def _a_replica_has_what_its_master_has_and_refuses_writes() -> None:
    world = World()
    leader, first = world.server("leader")
    await asyncio.sleep(0)
    await world.cli("-h", leader.network.ip, "rpush", "guests", "ada")
    follower, second = world.server("follower", "--replicaof", leader.network.ip, "6379")
    await asyncio.sleep(1)
    at = ("-h", follower.network.ip)
    assert await world.cli(*at, "lrange", "guests", "0", "-1") == (0, "ada\n")
    await world.cli("-h", leader.network.ip, "rpush", "guests", "bob")
    await asyncio.sleep(0.1)
    assert await world.cli(*at, "lrange", "guests", "0", "-1") == (0, "ada\nbob\n")
    refused = "READONLY You can't write against a read only replica.\n\n"
    assert await world.cli(*at, "set", "a", "1") == (0, refused)
    assert "master_link_status:up" in (await world.cli(*at, "info", "replication"))[1]
    assert "connected_slaves:1" in (await world.cli("-h", leader.network.ip, "info", "replication"))[1]
    assert await world.cli(*at, "replicaof", "no", "one") == (0, "OK\n")
    assert await world.cli(*at, "set", "a", "1") == (0, "OK\n")
    first.cancel()
    second.cancel()


def test_a_password_is_asked_for() -> None:
    run(_a_password_is_asked_for())


async def _a_password_is_asked_for() -> None:
    world = World()
    server, task = world.server("store", "--requirepass", "secret")
    await asyncio.sleep(0)
    at = ("-h", server.network.ip)
    assert (await world.cli(*at, "get", "a"))[1] == "NOAUTH Authentication required.\n\n"
    assert (await world.cli(*at, "-a", "secret", "--no-auth-warning", "ping"))[1] == "PONG\n"
    task.cancel()


def test_nobody_there() -> None:
    run(_nobody_there())


async def _nobody_there() -> None:
    world = World()
    assert await world.cli("-h", "nosuch", "ping") == (
        1,
        "Could not connect to Redis at nosuch:6379: Temporary failure in name resolution\n",
    )
    assert await world.cli("ping") == (1, "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n")
