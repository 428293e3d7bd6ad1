"""Every exercise: untouched, with each foreseen mistake, and with its own published solution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import kubelearn
from kubelearn.exercises import Exercise, Kind, lessons, probe

from .bench import Mistake, mistakes, shell

EXERCISES = [exercise for lesson in lessons() for exercise in lesson.exercises]
MISTAKES = mistakes()


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


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_mistake(mistake: Mistake, cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "PATIENCE", 1.5)  # a mistake stays one; kube-proxy is up to date after a second
    session = kubelearn.exercise(mistake.exercise, cluster)
    shell(cluster, mistake.commands)
    outcome = session.check()
    assert outcome.kind.value == mistake.outcome, outcome
    said = repr(outcome).lower()
    assert mistake.says.lower() in said
    others = [other.says for other in MISTAKES if other.exercise == mistake.exercise and other is not mistake]
    assert not [says for says in others if says.lower() in said], "two mistakes, one message"


def test_keys_are_unique() -> None:
    assert [key for key, count in Counter(exercise.key for exercise in EXERCISES).items() if count > 1] == []


def test_every_exercise_has_a_foreseen_mistake_and_every_mistake_an_exercise() -> None:
    assert {exercise.key for exercise in EXERCISES} == {mistake.exercise for mistake in MISTAKES}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.key)
def test_hints_go_step_by_step(exercise: Exercise) -> None:
    assert len(set(exercise.hints)) == len(exercise.hints) >= 2
    assert exercise.solution not in exercise.hints
