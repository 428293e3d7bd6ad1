"""What a rule allows, what rules cover, and how they are written."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.authorization import rules
from kubelearn.cluster.apiserver.authorization.attributes import Attributes
from kubelearn.cluster.meta import Object

from .roles import paths, rule


@pytest.mark.parametrize(
    ("given", "asked", "allowed"),
    [
        (rule("get", "pods"), Attributes("get", "", "pods", name="a"), True),
        (rule("get", "pods"), Attributes("list", "", "pods"), False),
        (rule("get", "pods"), Attributes("get", "apps", "pods"), False),
        (rule("get", "pods"), Attributes("get", "", "pods", "log", name="a"), False),
        (rule("get", "pods/log"), Attributes("get", "", "pods", "log", name="a"), True),
        (rule("get", "*"), Attributes("get", "", "pods", "log", name="a"), True),
        (rule("get", "*/scale", "*"), Attributes("get", "apps", "deployments", "scale", name="a"), True),
        (rule("get", "*/scale", "*"), Attributes("get", "apps", "deployments", name="a"), False),
        (rule("get", "pods", names="a"), Attributes("get", "", "pods", name="a"), True),
        (rule("get", "pods", names="a"), Attributes("get", "", "pods", name="b"), False),
        (rule("get,list", "pods", names="a"), Attributes("list", "", "pods"), False),
        (rule("*", "*", "*"), Attributes("fly", "birds.example.com", "swans"), True),
        (rule("*", "*", "*"), Attributes("get", path="/metrics"), False),
        (paths("get", "/metrics"), Attributes("get", path="/metrics"), True),
        (paths("get", "/api/*"), Attributes("get", path="/api/v1"), True),
        (paths("get", "/api/*"), Attributes("get", path="/apis"), False),
        (paths("*", "*"), Attributes("post", path="/anything"), True),
        (paths("get", "*"), Attributes("get", "", "pods", name="a"), False),
    ],
)
def test_what_a_rule_allows(given: Object, asked: Attributes, allowed: bool) -> None:
    assert rules.allows(given, asked) is allowed


@pytest.mark.parametrize(
    ("owned", "wanted", "lacking"),
    [
        (rule("get,list", "pods"), rule("get", "pods"), ""),
        (rule("get", "pods"), rule("get,list", "pods,services"), "list pods; get services; list services"),
        (rule("*", "*", "*"), rule("get", "pods/log"), ""),
        (rule("get", "*/log"), rule("get", "pods/log"), ""),
        (rule("get", "pods"), rule("get", "pods/log"), "get pods/log"),
        # The right to all covers the right to one, not the other way round.
        (rule("get", "pods"), rule("get", "pods", names="a"), ""),
        (rule("get", "pods", names="a"), rule("get", "pods"), "get pods"),
        (rule("get", "pods", names="a,b"), rule("get", "pods", names="b"), ""),
        (paths("get", "/api/*"), paths("get", "/api/v1"), ""),
        (paths("get", "/api/v1"), paths("get", "/api/*"), "get /api/*"),
        (rule("*", "*", "*"), paths("get", "/metrics"), "get /metrics"),
    ],
)
def test_what_is_missing(owned: Object, wanted: Object, lacking: str) -> None:
    found = rules.missing([owned], [wanted])
    assert "; ".join(f"{one['verbs'][0]} {(one.get('resources') or one['nonResourceURLs'])[0]}" for one in found) == (
        lacking
    )


def test_rules_of_one_resource_become_one() -> None:
    given = [rule("get", "pods"), rule("get", "a,b"), rule("list", "pods"), rule("get", "pods", names="web")]
    assert [rules.describe(one) for one in rules.compact(given)] == [
        '{APIGroups:[""], Resources:["a" "b"], Verbs:["get"]}',
        '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
        '{APIGroups:[""], Resources:["pods"], ResourceNames:["web"], Verbs:["get"]}',
    ]
    assert rules.describe(paths("get", "/x")) == '{NonResourceURLs:["/x"], Verbs:["get"]}'
    assert given[0] == rule("get", "pods")  # what is stored is not touched
