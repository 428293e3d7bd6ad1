"""Every exercise: untouched, with each foreseen mistake, and with its own published solution."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

import kubelearn
from kubelearn.course.exercises import Exercise, Kind, Outcome, lessons, probe
from kubelearn.target.connection import TARGET_VARIABLE
from tests.conftest import keep_kubeconfig

from .bench import Mistake, mistakes, shell

EXERCISES = [exercise for lesson in lessons() for exercise in lesson.exercises]
MISTAKES = mistakes()
_AT_A_TIME = 6


@pytest.fixture
def cluster(kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[kubelearn.Cluster]:
    monkeypatch.setenv("KUBELEARN_PROGRESS", str(tmp_path / "progress.json"))
    with kubelearn.connect() as connected:
        yield connected


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.key)
def test_untouched_then_solved_then_reset(exercise: Exercise, cluster: kubelearn.Cluster) -> None:
    session = kubelearn.exercise(exercise.key, cluster)
    untouched = session.check()
    assert untouched.kind in (Kind.NOT_ATTEMPTED, Kind.NOT_YET), untouched
    assert untouched.reason
    shell(cluster, exercise.solution)
    solved = kubelearn.exercise(exercise.key, cluster).check()  # asking for it again takes nothing back
    assert solved.passed, solved
    assert kubelearn.progress().passed == {exercise.key}
    again = session.reset().check()
    assert (again.kind, again.reason) == (untouched.kind, untouched.reason)


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, kubectl: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Mistake, Future[tuple[Outcome, str]]]]:
    """The outcome of each mistake that is to be tested, and in which namespace it was made.

    Most of a check is waiting, so that several go on at a time; but not on one cluster, where their second namespaces
    have the same names.
    """
    wanted = [
        item.callspec.params["mistake"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_mistake"
    ]
    shared = os.environ.get(TARGET_VARIABLE)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1 if shared else _AT_A_TIME) as pool:
        patch.setenv("KUBELEARN_PROGRESS", str(tmp_path_factory.mktemp("mistakes") / "progress.json"))
        keep_kubeconfig(patch)
        if not shared:
            patch.setattr(probe, "PATIENCE", 1.5)  # a mistake stays one; kube-proxy is up to date after a second
        yield {mistake: pool.submit(_make, mistake) for mistake in wanted}
        pool.shutdown(cancel_futures=True)


def _make(mistake: Mistake) -> tuple[Outcome, str]:
    with kubelearn.connect() as cluster:
        session = kubelearn.exercise(mistake.exercise, cluster)
        shell(cluster, mistake.commands)
        return session.check(), cluster.namespace


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_mistake(mistake: Mistake, outcomes: dict[Mistake, Future[tuple[Outcome, str]]]) -> None:
    outcome, here = outcomes[mistake].result()
    assert outcome.kind.value == mistake.outcome, outcome
    said = repr(outcome).lower()
    fitting = [
        other
        for other in MISTAKES
        if other.exercise == mistake.exercise and other.says.replace("$HERE", here).lower() in said
    ]
    assert mistake in fitting, outcome
    assert fitting == [mistake], "two mistakes, one message"


def test_keys_are_unique() -> None:
    assert [key for key, count in Counter(exercise.key for exercise in EXERCISES).items() if count > 1] == []


def test_every_exercise_has_a_foreseen_mistake_and_every_mistake_an_exercise() -> None:
    assert {exercise.key for exercise in EXERCISES} == {mistake.exercise for mistake in MISTAKES}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.key)
def test_hints_go_step_by_step(exercise: Exercise) -> None:
    assert len(set(exercise.hints)) == len(exercise.hints) >= 2
    assert exercise.solution not in exercise.hints
