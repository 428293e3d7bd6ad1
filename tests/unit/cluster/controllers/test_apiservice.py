from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster.apiserver import limits
from kubelearn.cluster.apiserver.kinds.others.apiservice import API_SERVICES
from kubelearn.cluster.controllers.apiservice import APIServiceController
from kubelearn.cluster.meta import Object
from kubelearn.cluster.well_known import SERVICE_NAME, SLICES
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(APIServiceController) as world:
        yield world


def register(world: World, service: Object | None) -> None:
    spec = {"group": "example.com", "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 15}
    whole = {**spec, **({} if service is None else {"service": service})}
    world.registry.create(API_SERVICES, "", {"metadata": {"name": "v1.example.com"}, "spec": whole})
    world.settle()


def available(world: World) -> tuple[str, str, str]:
    [found] = world.registry.get(API_SERVICES, "", "v1.example.com")["status"]["conditions"]
    return found["status"], found["reason"], found["message"]


def endpoint_slice(*, ready: bool) -> Object:
    return {
        "metadata": {"name": "api-1", "labels": {SERVICE_NAME: "api"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.244.1.9"], "conditions": {"ready": ready}}],
        "ports": [{"name": "https", "port": 6443}],
    }


async def test_says_what_keeps_the_api_from_being_served(world: World) -> None:
    register(world, {"namespace": "course", "name": "api", "port": 443})
    assert available(world) == ("False", "ServiceNotFound", 'service/api in "course" is not present')
    service = {"metadata": {"name": "api"}, "spec": {"ports": [{"name": "https", "port": 8443}]}}
    world.registry.create("services", "course", service)
    world.settle()
    assert available(world) == ("False", "ServicePortError", 'service/api in "course" is not listening on port 443')
    world.change("services", "api", lambda item: item["spec"]["ports"][0].update(port=443))
    world.settle()
    why = 'cannot find endpointslices for service/api in "course"'
    assert available(world) == ("False", "EndpointsNotFound", why)
    world.registry.create(SLICES, "course", endpoint_slice(ready=False))
    world.settle()
    why = 'endpointslices for service/api in "course" have no addresses with port name "https"'
    assert available(world) == ("False", "MissingEndpoints", why)
    world.change(SLICES, "api-1", lambda item: item["endpoints"][0]["conditions"].update(ready=True))
    world.settle()
    assert available(world) == ("False", "FailedDiscoveryCheck", limits.field("aggregated APIs"))


async def test_leaves_what_is_served_here_alone(world: World) -> None:
    register(world, None)
    assert available(world)[:2] == ("True", "Local")
