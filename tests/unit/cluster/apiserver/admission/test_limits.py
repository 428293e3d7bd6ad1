"""What a namespace's quotas and limits do to writes; quotas are counted by their controller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from kubelearn.cluster.controllers.resourcequota import ResourceQuotaController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(ResourceQuotaController, ReplicaSetController) as world:
        yield world


def quota(world: World, hard: dict[str, str], name: str = "small", **spec: Any) -> None:
    made = {"metadata": {"name": name}, "spec": {"hard": hard, **spec}}
    world.registry.create("resourcequotas", "course", made)
    world.settle()


def used(world: World, name: str = "small") -> Object:
    found: Object = world.registry.get("resourcequotas", "course", name)["status"]["used"]
    return found


def limit(world: World, **item: Any) -> None:
    made = {"metadata": {"name": "sizes"}, "spec": {"limits": [{"type": "Container", **item}]}}
    world.registry.create("limitranges", "course", made)


def pod(
    world: World, name: str = "p", *, dry_run: bool = False, spec: Object | None = None, **resources: Any
) -> Object:
    container = {"name": "c", "image": "busybox", "resources": resources}
    obj = {"metadata": {"name": name}, "spec": {"containers": [container], **(spec or {})}}
    return world.registry.create("pods", "course", obj, dry_run=dry_run)


def refusal(call: Any) -> str:
    with pytest.raises(errors.ApiError) as caught:
        call()
    assert caught.value.code == 403
    return caught.value.message


async def test_what_is_new_is_counted_at_once(world: World) -> None:
    quota(world, {"pods": "2", "requests.memory": "64Mi"})
    assert used(world) == {"pods": "0", "requests.memory": "0"}
    pod(world, requests={"memory": "16Mi"})
    assert used(world) == {"pods": "1", "requests.memory": "16Mi"}
    pod(world, "dry", dry_run=True, requests={"memory": "16Mi"})
    assert used(world) == {"pods": "1", "requests.memory": "16Mi"}
    assert refusal(lambda: pod(world, "big", requests={"memory": "64Mi"})) == (
        'pods "big" is forbidden: exceeded quota: small, requested: requests.memory=64Mi, used: requests.memory=16Mi, '
        "limited: requests.memory=64Mi"
    )
    pod(world, "second", requests={"memory": "1Mi"})
    assert refusal(lambda: pod(world, "third", requests={"memory": "64Mi"})) == (
        'pods "third" is forbidden: exceeded quota: small, requested: pods=1,requests.memory=64Mi, '
        "used: pods=2,requests.memory=17Mi, limited: pods=2,requests.memory=64Mi"
    )


async def test_what_goes_or_ends_gives_back(world: World) -> None:
    quota(world, {"pods": "2", "count/pods": "5", "count/configmaps": "1"})
    world.registry.create("configmaps", "course", {"metadata": {"name": "a"}})
    pod(world)
    pod(world, "second")
    set_status(world.registry, world.registry.get("pods", "course", "p"), phase="Succeeded")
    world.registry.delete("configmaps", "course", "a")
    world.settle(kubelet=False)
    assert used(world) == {"count/configmaps": "0", "count/pods": "2", "pods": "1"}


async def test_what_a_quota_asks_containers_to_say(world: World) -> None:
    quota(world, {"limits.memory": "1Gi", "requests.cpu": "1"})
    assert refusal(lambda: pod(world, requests={"cpu": "1m"})) == (
        'pods "p" is forbidden: failed quota: small: must specify limits.memory for: c'
    )


async def test_services_are_counted_again_when_they_change(world: World) -> None:
    quota(world, {"services": "2", "services.nodeports": "1"})
    world.service()
    ports = [{"name": name, "port": port} for name, port in (("a", 80), ("b", 81))]
    assert "requested: services.nodeports=2" in refusal(lambda: world.service("two", type="NodePort", ports=ports))
    world.change("services", "web", lambda item: item["spec"].update(type="NodePort"))
    assert used(world) == {"services": "1", "services.nodeports": "1"}
    world.change("services", "web", lambda item: item["spec"].update(type="ClusterIP"))
    world.settle()
    assert used(world) == {"services": "1", "services.nodeports": "0"}


async def test_claims_are_counted_by_class(world: World) -> None:
    quota(world, {"requests.storage": "5Gi", "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1"})

    def claim(name: str, size: str, storage_class: str) -> None:
        resources = {"requests": {"storage": size}}
        spec = {"accessModes": ["ReadWriteOnce"], "resources": resources, "storageClassName": storage_class}
        world.registry.create("persistentvolumeclaims", "course", {"metadata": {"name": name}, "spec": spec})

    claim("a", "1Gi", "gold")
    claim("b", "1Gi", "silver")
    assert "requested: gold.storageclass.storage.k8s.io/persistentvolumeclaims=1" in refusal(
        lambda: claim("c", "1Gi", "gold")
    )
    assert refusal(lambda: claim("d", "4Gi", "silver")).endswith(
        "requested: requests.storage=4Gi, used: requests.storage=2Gi, limited: requests.storage=5Gi"
    )


@pytest.mark.parametrize(
    ("spec", "resources", "counted"),
    [
        ({"scopes": ["BestEffort"]}, {}, "1"),
        ({"scopes": ["NotBestEffort"]}, {}, "0"),
        ({"scopes": ["NotTerminating", "NotBestEffort"]}, {"requests": {"cpu": "1"}}, "1"),
        ({"scopes": ["Terminating"]}, {}, "0"),
        (
            {
                "scopeSelector": {
                    "matchExpressions": [
                        {"scopeName": "PriorityClass", "operator": "In", "values": ["system-node-critical"]}
                    ]
                }
            },
            {},
            "1",
        ),
        (
            {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "DoesNotExist"}]}},
            {},
            "0",
        ),
    ],
)
async def test_scopes(world: World, spec: Object, resources: Object, counted: str) -> None:
    quota(world, {"pods": "5"}, **spec)
    pod(world, spec={"priorityClassName": "system-node-critical"}, **resources)
    assert used(world) == {"pods": counted}


async def test_a_replicaset_says_that_it_may_not_and_goes_on_when_it_may(world: World) -> None:
    quota(world, {"pods": "1"})
    container = {"name": "c", "image": "nginx"}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    world.registry.create("replicasets.apps", "course", {"metadata": {"name": "web"}, "spec": spec})
    world.settle()
    (condition,) = world.registry.get("replicasets.apps", "course", "web")["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("ReplicaFailure", "FailedCreate")
    assert condition["message"].endswith(
        "is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1"
    )


async def test_containers_get_what_they_do_not_set(world: World) -> None:
    limit(world, default={"cpu": "200m", "memory": "64Mi"}, defaultRequest={"cpu": "20m", "memory": "32Mi"})
    made = pod(world, limits={"memory": "128Mi"})
    assert made["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "200m", "memory": "128Mi"},
        "requests": {"cpu": "20m", "memory": "128Mi"},
    }
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container c; cpu limit for container c"
    }
    assert made["status"]["qosClass"] == "Burstable"


@pytest.mark.parametrize(
    ("item", "resources", "problems"),
    [
        ({"min": {"cpu": "1"}, "max": {"cpu": "2"}}, {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}, []),
        (
            {"min": {"memory": "16Mi"}, "max": {"memory": "256Mi"}},
            {"requests": {"memory": "1Mi"}, "limits": {"memory": "512Mi"}},
            [
                "minimum memory usage per Container is 16Mi, but request is 1Mi",
                "maximum memory usage per Container is 256Mi, but limit is 512Mi",
            ],
        ),
        (
            {"type": "Pod", "max": {"cpu": "1"}},
            {"requests": {"cpu": "500m"}},
            ["maximum cpu usage per Pod is 1.  No limit is specified"],
        ),
        (
            {"maxLimitRequestRatio": {"cpu": "2"}},
            {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}},
            ["cpu max limit to request ratio per Container is 2, but provided ratio is 10.000000"],
        ),
    ],
)
async def test_bounds(world: World, item: Object, resources: Object, problems: list[str]) -> None:
    limit(world, **item)
    if not problems:
        assert pod(world, **resources)
        return
    why = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    assert refusal(lambda: pod(world, **resources)) == f'pods "p" is forbidden: {why}'
