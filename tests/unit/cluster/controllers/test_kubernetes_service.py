"""The Service of the API server comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.controllers.kubernetes_service import KubernetesServiceController
from tests.unit.fakes import SLICES, World

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with World(lambda informers: KubernetesServiceController(informers, "172.18.0.2")) as world:
        bootstrap.kubernetes_service(world.registry, "172.18.0.2")
        world.settle()
        yield world


@pytest.mark.parametrize("resource", ["services", "endpoints", SLICES])
async def test_it_comes_back(world: World, resource: str) -> None:
    before = world.registry.get(resource, "default", "kubernetes")
    world.registry.delete(resource, "default", "kubernetes")
    world.settle()
    after = world.registry.get(resource, "default", "kubernetes")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    if resource == "services":
        assert after["spec"] == before["spec"]
        assert world.registry.find("endpoints", "default", "kubernetes") is not None


async def test_others_stay_deleted(world: World) -> None:
    world.service()
    world.registry.delete("services", "course", "web")
    world.settle()
    assert world.registry.find("services", "course", "web") is None
