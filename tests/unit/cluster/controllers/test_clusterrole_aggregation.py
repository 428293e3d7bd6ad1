"""ClusterRoles that are put together from others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLES
from kubelearn.cluster.controllers.clusterrole_aggregation import ClusterRoleAggregationController
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.authorization.roles import rule
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(ClusterRoleAggregationController) as world:
        yield world


def _make(world: World, name: str, *rules: Object, **labels: str) -> None:
    world.registry.create(CLUSTER_ROLES, "", {"metadata": {"name": name, "labels": labels}, "rules": list(rules)})
    world.settle()


def _sum(world: World, name: str, *labels: str) -> None:
    selectors = [{"matchLabels": {label: "true"}} for label in labels]
    aggregation = {"clusterRoleSelectors": selectors}
    world.registry.create(CLUSTER_ROLES, "", {"metadata": {"name": name}, "aggregationRule": aggregation})
    world.settle()


def _rules(world: World, name: str) -> list[Object]:
    found: list[Object] = world.registry.get(CLUSTER_ROLES, "", name)["rules"] or []
    return found


async def test_it_has_the_rules_of_all_that_are_selected(world: World) -> None:
    pods, nodes = rule("get", "pods"), rule("get", "nodes")
    _make(world, "b", nodes, pods, one="true")
    _sum(world, "sum", "one", "two")
    _make(world, "a", pods, one="true")
    _make(world, "c", rule("get", "secrets"), three="true")
    assert _rules(world, "sum") == [pods, nodes]  # by the roles' names, each rule once
    _make(world, "d", rule("list", "nodes"), two="true")
    assert _rules(world, "sum") == [pods, nodes, rule("list", "nodes")]


async def test_it_follows_changes(world: World) -> None:
    _make(world, "a", rule("get", "pods"), one="true")
    _sum(world, "sum", "one")
    world.registry.modify(CLUSTER_ROLES, "", "a", lambda obj: obj["metadata"].pop("labels"))
    world.settle()
    assert _rules(world, "sum") == []
    world.registry.modify(CLUSTER_ROLES, "", "sum", lambda obj: obj.update(rules=[rule("*", "*", "*")]))
    world.settle()
    assert _rules(world, "sum") == []  # rules of one's own do not stay


async def test_the_default_roles_are_complete(world: World) -> None:
    bootstrap.default_roles(world.registry)
    before = {name: _rules(world, name) for name in ("admin", "edit", "view")}
    world.settle()
    assert {name: _rules(world, name) for name in before} == before
    _make(
        world,
        "crontabs",
        rule("get", "crontabs", "stable.example.com"),
        **{"rbac.authorization.k8s.io/aggregate-to-view": "true"},
    )
    assert all(rule("get", "crontabs", "stable.example.com") in _rules(world, name) for name in before)
