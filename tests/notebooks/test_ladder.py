"""The ladder of lesson 06 leads from every symptom to its fault; a robot follows the lesson's tables literally."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import kubelearn
from tests.conftest import keep_kubeconfig

from . import ladder
from .course import notebook

LIVE: list[dict[str, Any]] = ladder.FAULTS["live"]
TOLD: list[dict[str, Any]] = ladder.FAULTS["told"]


@pytest.fixture(scope="module")
def broken(kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[kubelearn.Cluster]:
    """A cluster with all faults that an embedded one can have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBELEARN_PROGRESS", str(tmp_path_factory.mktemp("ladder") / "progress.json"))
        keep_kubeconfig(patch)
        with kubelearn.connect() as cluster:
            ladder.prepare(cluster)
            yield cluster


def _ends(fault: dict[str, Any], ask: ladder.Ask, here: str = "default") -> tuple[str, str]:
    robot = ladder.climber(fault, ask, here)
    named = robot.climb()
    return (robot.path or ["0"])[-1], named


@pytest.mark.parametrize("fault", LIVE, ids=lambda fault: fault["fault"])
def test_a_fault_of_this_cluster_is_found(fault: dict[str, Any], broken: kubelearn.Cluster) -> None:
    assert _ends(fault, ladder.live(broken), broken.namespace) == (str(fault["rung"]), fault["found"])


@pytest.mark.parametrize("fault", TOLD, ids=lambda fault: fault["fault"])
def test_a_fault_that_only_other_clusters_have_is_found(fault: dict[str, Any]) -> None:
    assert _ends(fault, ladder.told(fault)) == (str(fault["rung"]), fault["found"])


def test_every_way_off_the_ladder_is_taken_by_a_fault() -> None:
    found = ladder.read()
    rungs = (found.first, *found.rungs.values())
    ends = {branch.target for rung in rungs for branch in rung.branches if branch.target not in found.rungs}
    assert ends == {fault["found"] for fault in (*LIVE, *TOLD)}


def test_every_rung_is_reached_from_one_below() -> None:
    found = ladder.read()
    steps = {branch.target for rung in (found.first, *found.rungs.values()) for branch in rung.branches}
    assert set(found.rungs) <= steps
    assert list(found.rungs) == [str(number + 1) for number in range(len(found.rungs))]


def test_all_faults_of_the_lesson_are_climbed() -> None:
    called = {fault["url"] for fault in LIVE}
    cells = "\n".join(notebook(ladder.LESSON).cell(name).source for name in ("symptom-calls", "pods-symptom"))
    broken = {"stock", "counter", "window", "door", "absent", "asleep", "shy"}
    assert {name for name in broken if name in cells} == broken
    assert {f"http://{name}" for name in broken} <= called
    cases = {fault["case"] for fault in LIVE if "case" in fault}
    assert cases == {exercise.key for exercise in ladder.find("case-letters")[0].exercises}


def test_a_ladder_that_names_nothing_is_seen() -> None:
    silent = ladder.Ladder(ladder.Rung("kubectl version", (ladder.Branch("exit 6", "1"),)), {})
    with pytest.raises(ladder.LadderError, match="no branch fits"):
        ladder.Climber(
            silent, lambda command: ladder.Answer(7, command), {"NAMESPACE": "default", "HERE": "default"}
        ).climb()
