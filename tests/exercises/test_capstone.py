"""The capstone as a whole: two ways through all of it, each fault that is planted, and what the report says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

import kubelearn
from kubelearn.course.capstone.fault import FAULTS, plant_seeded
from kubelearn.course.capstone.tasks import LESSON
from kubelearn.course.drills import faults
from kubelearn.course.exercises import Kind, Outcome, Session, find
from tests.conftest import keep_kubeconfig

from .bench import begun, shell

OTHER = yaml.safe_load((Path(__file__).parent / "capstone_other.yml").read_text(encoding="utf-8"))
WHOLE = {
    "as the exercises have it": [(exercise.key, exercise.solution) for exercise in LESSON.exercises],
    "in another order, by other means": [(part["exercise"], part["commands"]) for part in OTHER],
}
#: How many clusters at the same time.
_AT_A_TIME = 6


@pytest.fixture(scope="module")
def pool(kubectl: str) -> Iterator[ThreadPoolExecutor]:
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(_AT_A_TIME) as executor:
        keep_kubeconfig(patch)
        yield executor
        executor.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def wholes(pool: ThreadPoolExecutor) -> dict[str, Future[list[Outcome]]]:
    return {name: pool.submit(go, parts) for name, parts in WHOLE.items()}


@pytest.fixture(scope="module")
def cures(pool: ThreadPoolExecutor) -> dict[str, Future[tuple[Outcome, Outcome]]]:
    return {name: pool.submit(diagnose_and_cure, seed) for seed, name in enumerate(FAULTS)}


def go(parts: list[tuple[str, str]]) -> list[Outcome]:
    """Do all parts on one cluster, and return what their checks say."""
    with kubelearn.connect(seed=None) as cluster:
        sessions = {exercise.key: begun(exercise.key, cluster) for exercise in LESSON.exercises}
        outcomes = []
        for key, commands in parts:
            shell(cluster, commands)
            outcomes.append(sessions[key].check())
        return outcomes


def diagnose_and_cure(seed: int) -> tuple[Outcome, Outcome]:
    """Plant a fault, and return what is said of it untouched, and after the exercise's own solution."""
    _, exercise = find("capstone-fault")
    with kubelearn.connect() as cluster:
        session = Session(LESSON, replace(exercise, start=partial(plant_seeded, seed=seed)), cluster)
        untouched = session.check()
        shell(cluster, exercise.solution)
        return untouched, session.check()


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_solution_passes(name: str, wholes: dict[str, Future[list[Outcome]]]) -> None:
    assert [outcome for outcome in wholes[name].result() if not outcome.passed] == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_seen_diagnosed_and_cured(name: str, cures: dict[str, Future[tuple[Outcome, Outcome]]]) -> None:
    untouched, cured = cures[name].result()
    assert untouched.kind is Kind.NOT_ATTEMPTED, untouched
    assert cured.passed, cured
    assert f"the diagnosis {name} was right".lower() in repr(cured).lower()
    assert faults.read(name).diagnosis in cured.reason


def test_after_a_reset_it_is_another_fault(kubectl: str) -> None:
    with kubelearn.connect() as cluster:
        session = begun("capstone-fault", cluster)
        planted = []
        for _ in range(3):
            found = cluster.core.read_namespace("branch").metadata
            assert found
            assert found.annotations
            planted.append(int(found.annotations["kubelearn/seed"]) % len(FAULTS))
            session.reset()
    assert all(one != other for one, other in pairwise(planted))


def test_the_report_says_what_was_proved_when_and_where_and_what_is_open(
    kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBELEARN_PROGRESS", str(tmp_path / "progress.json"))
    with kubelearn.connect() as cluster:
        part = begun("capstone-manifest", cluster)
        part.hint()
        shell(cluster, find("capstone-manifest")[1].solution)
        outcome = part.check()
        report = kubelearn.report(cluster)
        said = report.save(str(tmp_path / "report.md"))
    assert outcome.passed
    assert [exercise.key for exercise in report.open] == [exercise.key for exercise in LESSON.exercises[1:]]
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert report.markdown() in text
    assert "with 1 hint, on embedded v1.36.3, context `kubelearn`, namespace `default`" in text
    assert f"Observed: {outcome.reason}" in text
    assert repr(said) == f"Saved as {tmp_path / 'report.md'}."
