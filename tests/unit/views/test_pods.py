"""What is said about a pod, in one place for all pictures and checks."""

from __future__ import annotations

import pytest
from kubernetes.client import V1Pod, V1PodCondition, V1PodStatus

from kubelearn.views.pods import has_labels, is_ready, matches, parse_labels

from .made import pod


@pytest.mark.parametrize("ready", [True, False])
def test_ready_as_the_api_says_it_and_as_the_client_reads_it(ready: bool) -> None:
    status = "True" if ready else "False"
    conditions = [V1PodCondition(type="PodScheduled", status="True"), V1PodCondition(type="Ready", status=status)]
    assert is_ready(pod("a", "", {}, ready=ready)) is ready
    assert is_ready(V1Pod(status=V1PodStatus(conditions=conditions))) is ready


@pytest.mark.parametrize("found", [{}, {"status": None}, {"status": {}}, V1Pod(), V1Pod(status=V1PodStatus())])
def test_a_pod_without_conditions_is_not_ready(found: object) -> None:
    assert not is_ready(found)


@pytest.mark.parametrize(
    ("labels", "has"), [({"app": "a"}, True), ({"app": "b"}, False), ({"app": "a", "tier": "x"}, False), ({}, True)]
)
def test_labels_and_selectors_differ_in_nothing_but_the_empty_one(labels: dict[str, str], has: bool) -> None:
    found = pod("a", "", {"app": "a", "run": "r"})
    assert has_labels(labels, found) is has
    assert matches(labels, found) is (has and bool(labels))


def test_labels_are_read_and_found() -> None:
    assert has_labels(parse_labels("app=a, run=r"), pod("a", "", {"app": "a", "run": "r"}))


@pytest.mark.parametrize(("text", "found"), [("a=b, c=d", {"a": "b", "c": "d"}), ("", {}), ("a=", {"a": ""})])
def test_selectors_are_read(text: str, found: dict[str, str]) -> None:
    assert parse_labels(text) == found


@pytest.mark.parametrize("text", ["a", "=b"])
def test_other_texts_are_no_selectors(text: str) -> None:
    with pytest.raises(ValueError, match="write key=value"):
        parse_labels(text)
