from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.deployment.controller import DeploymentController
from kubelearn.cluster.controllers.endpoints.endpoints import EndpointsController
from kubelearn.cluster.controllers.endpoints.endpointslice import EndpointSliceController
from kubelearn.cluster.controllers.garbage_collector import GarbageCollector
from kubelearn.cluster.controllers.namespace import NamespaceController
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from kubelearn.cluster.controllers.serviceaccount.accounts import ServiceAccountController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    kinds = (
        DeploymentController,
        ReplicaSetController,
        EndpointsController,
        EndpointSliceController,
        GarbageCollector,
        NamespaceController,
        lambda informers: ServiceAccountController(informers, "PEM"),
    )
    with World(*kinds) as world:
        world.settle()
        yield world


def find(world: World) -> Object | None:
    return world.registry.find("namespaces", "", "course")


def condition(world: World, kind: str) -> tuple[str, str, str]:
    namespace = find(world)
    assert namespace is not None
    found = meta.condition(namespace, kind)
    assert found is not None
    return found["status"], found["reason"], found["message"]


async def test_everything_goes(world: World) -> None:
    world.deployment()
    world.service()
    world.registry.create("configmaps", "course", {"metadata": {"name": "c"}, "data": {}})
    world.settle()
    world.registry.delete("namespaces", "", "course")
    namespace = find(world)
    assert namespace is not None
    assert namespace["status"]["phase"] == "Terminating"
    world.settle()
    assert find(world) is None
    left = [key for key in world.registry.store._objects for _ in world.registry.list(key, "course")]
    assert left == []
    assert world.registry.find("configmaps", "default", "kube-root-ca.crt") is not None


async def test_conditions_while_pods_end(world: World) -> None:
    world.deployment(replicas=2)
    world.settle()
    world.kubelet.ends = lambda pod: False
    world.registry.delete("namespaces", "", "course")
    world.settle()
    assert condition(world, "NamespaceContentRemaining") == (
        "True",
        "SomeResourcesRemain",
        "Some resources are remaining: pods. has 2 resource instances",
    )
    assert condition(world, "NamespaceDeletionContentFailure")[1:] == (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    )
    assert condition(world, "NamespaceDeletionDiscoveryFailure") == (
        "False",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    )
    world.kubelet.ends = lambda pod: True
    world.settle()
    assert find(world) is None


async def test_a_finalizer_holds_the_namespace(world: World) -> None:
    world.registry.create("configmaps", "course", {"metadata": {"name": "held", "finalizers": ["example.com/hold"]}})
    world.registry.delete("namespaces", "", "course")
    world.settle()
    assert condition(world, "NamespaceFinalizersRemaining") == (
        "True",
        "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    )
    world.change("configmaps", "held", lambda item: item["metadata"].pop("finalizers"))
    world.settle()
    assert find(world) is None


async def test_an_empty_namespace_goes_at_once(world: World) -> None:
    world.registry.delete("namespaces", "", "course")
    world.settle()
    assert find(world) is None


async def test_every_namespace_gets_an_account_and_the_ca(world: World) -> None:
    assert world.registry.get("serviceaccounts", "course", "default")["metadata"]["name"] == "default"
    found = world.registry.get("configmaps", "course", "kube-root-ca.crt")
    assert found["data"] == {"ca.crt": "PEM"}
    assert found["metadata"]["annotations"]["kubernetes.io/description"].startswith("Contains a CA bundle")
    world.registry.delete("configmaps", "course", "kube-root-ca.crt")
    world.registry.delete("serviceaccounts", "course", "default")
    world.settle()
    assert world.registry.find("configmaps", "course", "kube-root-ca.crt") is not None
    assert world.registry.find("serviceaccounts", "course", "default") is not None
