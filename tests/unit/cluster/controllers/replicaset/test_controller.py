from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from kubelearn.cluster.controllers.replicaset.scale_down import victims
from kubelearn.cluster.meta import Object
from tests.unit.fakes import REPLICASETS, World, template

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(ReplicaSetController) as world:
        yield world


def replicaset(world: World, replicas: int = 3) -> Object:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template("web")}
    return world.registry.create(REPLICASETS, "course", {"metadata": {"name": "web"}, "spec": spec})


def owner_uid(pod: Object) -> str | None:
    owner = meta.controller_of(pod)
    return owner["uid"] if owner else None


async def test_creates_pods(world: World) -> None:
    made = replicaset(world)
    world.settle()
    pods = world.pods()
    assert len(pods) == 3
    assert all(meta.name_of(pod).startswith("web-") and len(meta.name_of(pod)) == 9 for pod in pods)
    assert pods[0]["metadata"]["generateName"] == "web-"
    assert meta.controller_of(pods[0]) == meta.controller_reference(made)
    assert sorted(world.events("SuccessfulCreate")) == sorted(f"Created pod: {meta.name_of(pod)}" for pod in pods)
    status = world.registry.get(REPLICASETS, "course", "web")["status"]
    assert status == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
        "observedGeneration": 1,
    }


async def test_replaces_a_deleted_pod(world: World) -> None:
    replicaset(world)
    world.settle()
    name = meta.name_of(world.pods()[0])
    world.registry.delete("pods", "course", name)
    world.settle()
    assert len(world.pods()) == 3
    assert name not in map(meta.name_of, world.pods())


async def test_replaces_while_the_old_pod_still_ends(world: World) -> None:
    replicaset(world, 1)
    world.settle()
    world.kubelet.ends = lambda pod: False
    world.registry.delete("pods", "course", meta.name_of(world.pods()[0]))
    world.settle()
    assert sorted(map(meta.is_terminating, world.pods())) == [False, True]


async def test_adopts_an_orphan_that_matches(world: World) -> None:
    world.pod("orphan", labels={"app": "web", "tier": "x"})
    made = replicaset(world, 2)
    world.settle()
    assert len(world.pods()) == 2
    assert owner_uid(world.registry.get("pods", "course", "orphan")) == made["metadata"]["uid"]


async def test_deletes_an_orphan_that_is_too_much(world: World) -> None:
    replicaset(world, 1)
    world.settle()
    world.pod("orphan", ready=None)
    world.settle()
    assert len(world.pods()) == 1


async def test_releases_a_pod_whose_label_goes(world: World) -> None:
    replicaset(world, 2)
    world.settle()
    name = meta.name_of(world.pods()[0])
    world.change("pods", name, lambda pod: pod["metadata"]["labels"].update(app="debug"))
    world.settle()
    released = world.registry.get("pods", "course", name)
    assert meta.controller_of(released) is None
    assert not meta.is_terminating(released)
    assert len(world.pods(app="web")) == 2


async def test_leaves_pods_of_other_owners_alone(world: World) -> None:
    pod = world.pod("taken")
    reference = {"apiVersion": "v1", "kind": "Other", "name": "x", "uid": "1", "controller": True}
    world.change("pods", "taken", lambda item: item["metadata"].update(ownerReferences=[reference]))
    replicaset(world, 1)
    world.settle()
    assert len(world.pods()) == 2
    assert owner_uid(world.registry.get("pods", "course", meta.name_of(pod))) == "1"


async def test_replaces_a_failed_pod(world: World) -> None:
    replicaset(world, 1)
    world.settle()
    name = meta.name_of(world.pods()[0])
    world.registry.modify(
        "pods", "course", name, lambda pod: pod["status"].update(phase="Failed"), subresource="status"
    )
    world.settle()
    assert len([pod for pod in world.pods() if pod["status"]["phase"] == "Running"]) == 1


async def test_shrinks_and_says_so(world: World) -> None:
    replicaset(world, 3)
    world.settle()
    world.change(REPLICASETS, "web", lambda rs: rs["spec"].update(replicas=1))
    world.settle()
    assert len(world.pods()) == 1
    assert len(world.events("SuccessfulDelete")) == 2
    assert world.registry.get(REPLICASETS, "course", "web")["status"]["replicas"] == 1


def pod(
    name: str,
    *,
    node: str = "a",
    phase: str = "Running",
    ready: bool = True,
    cost: int = 0,
    restarts: int = 0,
    created: str = "2026-01-01T00:00:00Z",
) -> Object:
    since = created if ready else "2026-01-01T00:00:00Z"
    return {
        "metadata": {
            "name": name,
            "uid": name,
            "creationTimestamp": created,
            "annotations": {"controller.kubernetes.io/pod-deletion-cost": str(cost)},
        },
        "spec": {"nodeName": node} if node else {},
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": since}],
            "containerStatuses": [{"restartCount": restarts}],
        },
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (pod("b", node=""), pod("a")),
        (pod("b", phase="Pending"), pod("a", phase="Unknown")),
        (pod("b", phase="Unknown"), pod("a")),
        (pod("b", ready=False), pod("a")),
        (pod("b", cost=-1), pod("a")),
        (pod("b", restarts=2), pod("a", restarts=1)),
        (pod("b", created="2026-01-09T00:00:00Z"), pod("a", created="2020-01-01T00:00:00Z")),
    ],
)
async def test_ranking(first: Object, second: Object) -> None:
    assert victims([second, first], [], 1) == [first]
    assert victims([first, second], [], 1) == [first]


async def test_the_more_crowded_node_loses_a_pod() -> None:
    one, two, three = pod("a", node="x"), pod("b", node="y"), pod("c", node="y")
    assert victims([one, two, three], [one, two, three], 1)[0]["spec"]["nodeName"] == "y"
