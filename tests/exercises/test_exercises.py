"""What holds of every exercise, and of the ways that its tests go."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kubelearn.course.exercises import Exercise, lessons

from .bench import alternatives, mistakes

EXERCISES = [exercise for lesson in lessons() for exercise in lesson.exercises]
each = pytest.mark.parametrize("of", EXERCISES, ids=lambda of: of.key)


def test_keys_are_unique() -> None:
    assert [key for key, count in Counter(exercise.key for exercise in EXERCISES).items() if count > 1] == []


def test_every_exercise_has_a_foreseen_mistake_and_every_mistake_an_exercise() -> None:
    assert {exercise.key for exercise in EXERCISES} == {mistake.exercise for mistake in mistakes()}


@each
def test_every_exercise_has_three_right_ways_and_two_cheats(of: Exercise) -> None:
    ways = [way for way in alternatives() if way.exercise == of.key]
    right = {way.commands for way in ways if way.is_right}
    assert of.solution not in right
    assert len(right) >= 3
    assert len({way.commands for way in ways if not way.is_right}) >= 2


def test_every_way_has_a_name_or_a_reason_of_its_own() -> None:
    every = Counter(str(way) for way in [*alternatives(), *mistakes()])
    assert [name for name, count in every.items() if count > 1] == []
    assert all(way.name for way in alternatives())


@each
def test_no_reason_is_part_of_another(of: Exercise) -> None:
    wrong = [way for way in [*mistakes(), *alternatives()] if way.exercise == of.key and not way.is_right]
    assert [(a.says, b.says) for a in wrong for b in wrong if a is not b and a.says.lower() in b.says.lower()] == []


def test_every_lesson_has_a_module_that_goes_its_ways() -> None:
    modules = {
        path.stem.removeprefix("test_").replace("_", "-") for path in (Path(__file__).parent / "ways").glob("test_*.py")
    }
    assert modules == {lesson.name for lesson in lessons()}


@each
def test_hints_go_step_by_step(of: Exercise) -> None:
    assert len(set(of.hints)) == len(of.hints) >= 2
    assert of.solution not in of.hints
