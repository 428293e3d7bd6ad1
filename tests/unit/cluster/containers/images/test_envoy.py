"""envoy with a static configuration."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Response
from tests.unit.cluster.containers.programs import printed
from tests.unit.cluster.containers.world import World, get
from tests.unit.virtual_time import run

_CONF = """\
admin: {address: {socket_address: {address: 0.0.0.0, port_value: 9901}}}
static_resources:
  listeners:
  - name: web
    address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: web
          access_log: [{name: a, typed_config: {path: /dev/stdout}}]
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {path: /direct}
                direct_response: {status: 418, body: {inline_string: short}}
              - match: {prefix: /api/}
                route: {cluster: shop, prefix_rewrite: /}
              - match: {prefix: /empty}
                route: {cluster: nobody}
              - match: {prefix: /closed}
                route: {cluster: closed}
          http_filters: [{name: envoy.filters.http.router}]
  clusters:
  - name: shop
    type: STRICT_DNS
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: SHOP, port_value: 8080}}}
  - name: nobody
    type: STRICT_DNS
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: nosuch.example, port_value: 80}}}
  - name: closed
    type: STATIC
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}
"""


async def _envoy(world: World, conf: str) -> Process:
    envoy = world.process("envoyproxy/envoy:v1.31-latest", "envoy")
    envoy.files.write("/etc/envoy/envoy.yaml", conf.encode())
    await world.begin(envoy)
    return envoy


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("/direct", 418, "short"),
        ("/api/x?y=1", 200, "This is v2 running in pod shop\n"),
        ("/nosuch", 404, ""),
        ("/empty", 503, "no healthy upstream"),
        ("/closed", 503, "upstream connect error or disconnect/reset before headers. reset reason: remote connection "),
    ],
)
def test_routes(target: str, status: int, said: str) -> None:
    run(_routes(target, status, said))


async def _routes(target: str, status: int, said: str) -> None:
    world = World()
    shop = await world.start("luksa/kubia:v2", "shop")
    envoy = await _envoy(world, _CONF.replace("SHOP", shop.network.ip))
    answer = await get(world.cluster.attach("client"), envoy, 8080, target)
    assert (answer.status, answer.header(b"server")) == (status, b"envoy")
    assert answer.body.decode().startswith(said)
    assert f'"GET {target} HTTP/1.1" {status}' in printed(envoy)
    for task in world.tasks:
        task.cancel()


def test_admin() -> None:
    run(_admin())


async def _admin() -> None:
    world = World()
    envoy = await _envoy(world, _CONF)
    client = world.cluster.attach("client")
    assert (await get(client, envoy, 9901, "/ready")).body == b"LIVE\n"
    assert (await get(client, envoy, 9901, "/clusters")).body.startswith(b"shop::SHOP:8080::")
    assert (await get(client, envoy, 9901, "/stats")).status == 404
    envoy.handlers[15]()
    assert await world.tasks[0] == 0


def test_kiada_behind_tls() -> None:
    run(_kiada_behind_tls())


async def _kiada_behind_tls() -> None:
    world = World()
    kiada = await world.start("luksa/kiada:0.2", "kiada")
    proxy = world.process("luksa/kiada-ssl-proxy:0.1", "other")
    proxy.network = kiada.network
    await world.begin(proxy)
    connection = await world.cluster.attach("client").connect(kiada.network.ip, 8443)
    connection.start_tls("kiada.example.com", None)
    answer: Response = await connection.request("GET", "/", [(b"host", b"kiada.example.com")])
    assert b'Request processed by "kiada"' in answer.body
    for task in world.tasks:
        task.cancel()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("cluster: shop,", "cluster: shob,", "route: unknown cluster 'shob'"),
        ("stat_prefix: web", "tracing: {}", "kubelearn's envoy does not emulate tracing of a manager"),
        ("http.router", "http.lua", "kubelearn's envoy does not emulate the filter envoy.filters.http.lua"),
        ("type: STATIC", "type: EDS", "kubelearn's envoy does not emulate clusters of the type EDS"),
        (
            "static_resources:",
            "dynamic_resources: {}\nstatic_resources:",
            "does not emulate dynamic_resources of a boot",
        ),
        (
            "0.0.0.0, port_value: 8080",
            "0.0.0.0, port_value: web",
            "Unable to parse JSON as proto (ValueError: ",
        ),
        ("static_resources:", "static_resources: [", "Unable to parse JSON as proto"),
    ],
)
def test_a_configuration_that_cannot_be_used_ends_it(old: str, new: str, why: str) -> None:
    run(_a_configuration_that_cannot_be_used_ends_it(old, new, why))


async def _a_configuration_that_cannot_be_used_ends_it(old: str, new: str, why: str) -> None:
    world = World()
    assert old in _CONF
    envoy = await _envoy(world, _CONF.replace(old, new))
    assert await world.tasks[0] == 1
    assert why in printed(envoy)
