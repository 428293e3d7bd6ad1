"""Echo servers, the guestbook, and databases that listen."""

from __future__ import annotations

import asyncio
import json

import pytest

from kubelearn.cluster.network.resolv import hosts_file
from tests.unit.cluster.containers.world import World, get
from tests.unit.virtual_time import run


@pytest.mark.parametrize(
    ("reference", "port", "said"),
    [
        ("gcr.io/google-samples/kubernetes-bootcamp:v1", 8080, "Hello Kubernetes bootcamp! | Running on: one | v=1"),
        ("registry.k8s.io/serve_hostname", 9376, "one"),
        ("registry.k8s.io/echoserver:1.4", 8080, "CLIENT VALUES:\nclient_address=10.244.1.3"),
        ("registry.k8s.io/echoserver:1.10", 8080, "\n\nHostname: one\n"),
        ("traefik/whoami", 80, "Hostname: one\n"),
        ("luksa/kubia", 8080, "You've hit one\n"),
        ("luksa/kiada:0.1", 8080, 'Kiada version 0.1. Request processed by "one". Client IP: ::ffff:10.244.1.3'),
        ("hashicorp/http-echo", 5678, "hello-world\n"),
        ("us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0", 8080, "Hello, world!\nVersion: 2.0.0\n"),
        ("httpd", 80, "<html><body><h1>It works!</h1></body></html>\n"),
        ("nginxinc/nginx-unprivileged", 8080, "<title>Welcome to nginx!</title>"),
        ("registry.k8s.io/nginx-slim:0.8", 80, "<title>Welcome to nginx!</title>"),
    ],
)
def test_who_answers(reference: str, port: int, said: str) -> None:
    run(_who_answers(reference, port, said))


async def _who_answers(reference: str, port: int, said: str) -> None:
    world = World()
    server = await world.start(reference, "one")
    answer = await get(world.cluster.attach("client"), server, port)
    assert said in answer.body.decode()
    world.tasks[0].cancel()


@pytest.mark.parametrize(("reference", "port"), [("ealen/echo-server", 80), ("mendhak/http-https-echo:39", 8080)])
def test_what_was_sent_comes_back_as_json(reference: str, port: int) -> None:
    run(_what_was_sent_comes_back_as_json(reference, port))


async def _what_was_sent_comes_back_as_json(reference: str, port: int) -> None:
    world = World()
    server = await world.start(reference, "one")
    answer = json.loads((await get(world.cluster.attach("client"), server, port, "/path?a=b")).body)
    sent = answer.get("request", answer)
    assert sent["query"] == {"a": "b"}
    assert sent["headers"]["user-agent"] == "test"
    world.tasks[0].cancel()


def test_options_of_http_echo() -> None:
    run(_options_of_http_echo())


async def _options_of_http_echo() -> None:
    world = World()
    server = await world.start("hashicorp/http-echo:1.0", "one", "-text=apple", "-listen=:80")
    assert (await get(world.cluster.attach("client"), server, 80)).body == b"apple\n"
    world.tasks[0].cancel()
    process = world.process("hashicorp/http-echo:1.0", "two", "-nosuch")
    assert await process.programs["http-echo"](process) == 2


def test_what_is_written_through_one_front_end_is_read_through_another() -> None:
    run(_what_is_written_through_one_front_end_is_read_through_another())


async def _what_is_written_through_one_front_end_is_read_through_another() -> None:
    world = World()
    leader = await world.start("redis:7", "leader")
    hosts = [{"ip": leader.network.ip, "hostnames": ["redis-leader"]}]
    follower = world.process("gcr.io/google-samples/gb-redis-follower:v2", "follower")
    follower.network.etc["hosts"] = hosts_file(follower.network.ip, "follower", aliases=hosts).encode()
    world.tasks.append(asyncio.ensure_future(follower.programs["run.sh"](follower)))  # type: ignore[arg-type]
    await asyncio.sleep(1)
    fronts = []
    for name in ("front-a", "front-b"):
        front = await world.start("us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5", name)
        both = [*hosts, {"ip": follower.network.ip, "hostnames": ["redis-follower"]}]
        front.network.etc["hosts"] = hosts_file(front.network.ip, name, aliases=both).encode()
        fronts.append(front)
    client = world.cluster.attach("client")
    written = await get(client, fronts[0], 80, "/guestbook.php?cmd=set&key=messages&value=hi%20all")
    assert json.loads(written.body) == {"message": "Updated"}
    await asyncio.sleep(0.1)
    read = await get(client, fronts[1], 80, "/guestbook.php?cmd=get&key=messages")
    assert json.loads(read.body) == {"data": "hi all"}
    for task in world.tasks:
        task.cancel()


@pytest.mark.parametrize(
    ("reference", "env", "ready", "log"),
    [
        ("mysql:8.4", {"MYSQL_ROOT_PASSWORD": "x"}, ("mysqladmin", "ping"), "ready for connections. Version: '8.4.7'"),
        ("postgres:16", {"POSTGRES_PASSWORD": "x"}, ("pg_isready",), "database system is ready to accept connections"),
    ],
)
def test_a_database_says_when_it_is_ready(
    reference: str, env: dict[str, str], ready: tuple[str, ...], log: str
) -> None:
    run(_a_database_says_when_it_is_ready(reference, env, ready, log))


async def _a_database_says_when_it_is_ready(
    reference: str, env: dict[str, str], ready: tuple[str, ...], log: str
) -> None:
    world = World()
    alone = world.process(reference, "alone")
    assert await alone.programs["docker-entrypoint.sh"](alone) == 1  # no password
    assert (await world.run(alone, *ready))[0] != 0
    server = await world.start(reference, "one", **env)
    assert (await world.run(server, *ready))[0] == 0
    assert log in server.stderr.data.decode()  # type: ignore[attr-defined]
    client = "mysql" if "mysql" in reference else "psql"
    code, said = await world.run(server, client, "-c", "select 1")
    assert code == 1
    assert "queries are not emulated" in said
    world.tasks[0].cancel()


def test_a_client_of_mongo_reaches_the_host_of_its_url() -> None:
    run(_a_client_of_mongo_reaches_the_host_of_its_url())


async def _a_client_of_mongo_reaches_the_host_of_its_url() -> None:
    world = World()
    server = await world.start("mongo:7", "one")
    client = world.process("mongo:7", "client")
    url = f"mongodb://user:secret@{server.network.ip}:27017/shop?tls=false"
    assert await world.run(client, "mongosh", url, "--quiet") == (
        1,
        "mongosh: queries are not emulated on this cluster: the server listens, and says whether it is ready\n",
    )
    code, said = await world.run(client, "mongosh", "mongodb://127.0.0.1/shop")
    assert (code, said) == (1, "mongosh: cannot connect to 127.0.0.1:27017: Connection refused\n")
    world.tasks[0].cancel()
