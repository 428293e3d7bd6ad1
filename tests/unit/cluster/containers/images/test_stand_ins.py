"""Images whose programs are not emulated: something listens, and says what it is."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.network import grpc
from tests.unit.cluster.containers.programs import printed
from tests.unit.cluster.containers.world import World, get
from tests.unit.virtual_time import run

_BOUTIQUE = "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo"


@pytest.mark.parametrize(
    ("reference", "args", "env", "port"),
    [
        ("weaveworksdemos/carts:0.4.8", (), {}, 80),
        ("weaveworksdemos/catalogue:0.3.5", ("/app", "-port=8081"), {}, 8081),
        (f"{_BOUTIQUE}/frontend:v0.10.6", (), {"PORT": "8000"}, 8000),
        ("prom/node-exporter", ("/bin/node_exporter", "--web.listen-address=0.0.0.0:9200"), {}, 9200),
        ("prom/node-exporter", ("/bin/node_exporter", "--web.listen-address", ":9300"), {}, 9300),
        ("rabbitmq:3-management", (), {}, 15672),
    ],
)
def test_it_listens_where_the_program_would(
    reference: str, args: tuple[str, ...], env: dict[str, str], port: int
) -> None:
    run(_it_listens_where_the_program_would(reference, args, env, port))


async def _it_listens_where_the_program_would(
    reference: str, args: tuple[str, ...], env: dict[str, str], port: int
) -> None:
    world = World()
    server = await world.start(reference, "one", *args, **env)
    said = (await get(world.cluster.attach("client"), server, port, "/carts/1")).body.decode()
    assert said.startswith("kubelearn does not emulate ")
    assert "Hostname: one\nRequest: GET /carts/1 from 10.244." in said
    assert f"on port {port}" in printed(server)
    world.tasks[0].cancel()


def test_the_list_says_which_they_are() -> None:
    said = {name: about for name, _, about in ImageRegistry().table()}
    are_stand_ins = [about.startswith("a stand-in that ") for about in said.values()]
    assert are_stand_ins == sorted(are_stand_ins)  # they come last
    assert said["weaveworksdemos/carts"] == "a stand-in that says so, on 80"
    assert said["dockersamples/examplevotingapp_worker"] == "a stand-in that does nothing"


def test_one_that_listens_nowhere_runs_until_it_is_stopped() -> None:
    run(_one_that_listens_nowhere_runs_until_it_is_stopped())


async def _one_that_listens_nowhere_runs_until_it_is_stopped() -> None:
    world = World()
    worker = await world.start("dockersamples/examplevotingapp_worker", "worker")
    assert "runs a stand-in, which does nothing" in printed(worker)
    assert not world.tasks[0].done()
    worker.handlers[15]()
    assert await world.tasks[0] == 0


def test_its_checks_say_whether_it_listens() -> None:
    run(_its_checks_say_whether_it_listens())


async def _its_checks_say_whether_it_listens() -> None:
    world = World()
    alone = world.process("rabbitmq:4", "alone")
    code, said = await world.run(alone, "rabbitmq-diagnostics", "ping")
    assert (code, said) == (1, "rabbitmq-diagnostics: nothing listens on port 5672: Connection refused\n")
    server = await world.start("rabbitmq:4", "one")
    assert (await world.run(server, "rabbitmqctl", "status"))[0] == 0
    world.tasks[0].cancel()


def test_a_port_that_is_taken_ends_it() -> None:
    run(_a_port_that_is_taken_ends_it())


async def _a_port_that_is_taken_ends_it() -> None:
    world = World()
    first = await world.start("memcached", "one")
    child = first.child(["memcached"])
    assert await child.programs["memcached"](child) == 1
    world.tasks[0].cancel()


def test_by_grpc_it_says_its_health_and_nothing_else() -> None:
    run(_by_grpc_it_says_its_health_and_nothing_else())


async def _by_grpc_it_says_its_health_and_nothing_else() -> None:
    world = World()
    server = await world.start(f"{_BOUTIQUE}/adservice:v0.10.6", "ads")
    client = world.cluster.attach("client")
    connection = await client.connect(server.network.ip, 9555)
    assert await grpc.health(connection, "", "test") == "SERVING"
    assert await grpc.health(connection, "hipstershop.AdService", "test") == "SERVING"
    headers = [(b"content-type", grpc.CONTENT_TYPE)]
    answer = await connection.request("POST", "/hipstershop.AdService/GetAds", headers, grpc.framed(b""))
    assert answer.header(b"grpc-status") == b"12"
    assert b"kubelearn does not emulate" in (answer.header(b"grpc-message") or b"")
    world.tasks[0].cancel()


@pytest.mark.parametrize(
    ("reference", "there"),
    [
        ("gcr.io/google-samples/microservices-demo/cartservice:v0.3.5", True),
        (f"{_BOUTIQUE}/cartservice:0.10.6", False),
        ("wordpress:4.8-apache", True),
        ("wordpress:3.1", False),
        ("traefik:v2.10", True),
        ("traefik:2.10", True),
        ("prom/prometheus:v2.19.2", True),
        ("prom/prometheus:2.19.2", False),
        ("quay.io/prometheus/node-exporter:v1.1.2", True),
        ("in28min/currency-exchange:0.0.1-RELEASE", True),
        ("kiamol/ch04-todo-list", True),
        ("kiamol/ch04-todo-list:v1", False),
        ("luksa/quiz-api:0.2", True),
        ("luksa/quiz-api", False),
        ("envoyproxy/envoy:v1.31-latest", True),
        ("envoyproxy/envoy:v1.31.4", True),
        ("envoyproxy/envoy:v1.31", False),
        ("envoyproxy/envoy", False),
        ("argoproj/rollouts-demo:blue", True),
        ("argoproj/rollouts-demo", False),
    ],
)
def test_tags_that_exist(reference: str, there: bool) -> None:
    assert (ImageRegistry().find(reference) is not None) == there
