from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster.controllers.deployment.controller import DeploymentController
from kubelearn.cluster.controllers.hpa import HPAS, HorizontalPodAutoscalerController
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from tests.unit.fakes import DEPLOYMENTS, World

pytestmark = pytest.mark.asyncio
_NO_METRICS = (
    "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource"
    " metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
)


@pytest.fixture
def world() -> Iterator[World]:
    with World(DeploymentController, ReplicaSetController, HorizontalPodAutoscalerController) as world:
        yield world


def autoscale(world: World, least: int, most: int) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
    }
    spec = {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": most, "metrics": [metric]}
    world.registry.create(HPAS, "course", {"metadata": {"name": "web"}, "spec": spec})
    world.settle()


def conditions(world: World) -> dict[str, tuple[str, str, str]]:
    found = world.registry.get(HPAS, "course", "web")["status"]["conditions"]
    return {item["type"]: (item["status"], item["reason"], item["message"]) for item in found}


async def test_says_that_there_are_no_metrics(world: World) -> None:
    world.deployment(replicas=2)
    autoscale(world, 1, 5)
    assert conditions(world) == {
        "AbleToScale": ("True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
        "ScalingActive": (
            "False",
            "FailedGetResourceMetric",
            f"the HPA was unable to compute the replica count: {_NO_METRICS}",
        ),
    }
    assert world.events("FailedGetResourceMetric") == [_NO_METRICS]
    status = world.registry.get(HPAS, "course", "web")["status"]
    assert (status["currentReplicas"], status["desiredReplicas"]) == (2, 0)
    assert world.events("FailedComputeMetricsReplicas") == [
        f"invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: {_NO_METRICS}"
    ]


async def test_keeps_the_target_within_its_bounds(world: World) -> None:
    world.deployment(replicas=1)
    autoscale(world, 3, 5)
    assert world.registry.get(DEPLOYMENTS, "course", "web")["spec"]["replicas"] == 3
    assert world.events("SuccessfulRescale") == [
        "New size: 3; reason: Current number of replicas below Spec.MinReplicas"
    ]
    world.change(DEPLOYMENTS, "web", lambda item: item["spec"].update(replicas=9))
    world.settle()
    assert world.registry.get(DEPLOYMENTS, "course", "web")["spec"]["replicas"] == 5


async def test_a_target_that_does_not_exist(world: World) -> None:
    autoscale(world, 1, 5)
    assert conditions(world) == {
        "AbleToScale": (
            "False",
            "FailedGetScale",
            'the HPA controller was unable to get the target\'s current scale: deployments.apps "web" not found',
        ),
    }
