"""Every way to do an exercise, and what its check says: the tests that each lesson's module in ``ways/`` imports.

A module is one lesson's, so that pytest's workers share them. It says which by its constant ``LESSON``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

import kubelearn
from kubelearn.course.exercises import Exercise, Kind, Outcome, lessons, probe
from kubelearn.target.connection import TARGET_VARIABLE
from tests.conftest import keep_kubeconfig

from .bench import Verdict, Way, alternatives, begun, fitting, mistakes, shell

#: How many ways are gone at a time by one worker: most of a check is waiting.
_AT_A_TIME = 6
#: A learner's patience, and that with wrong ways: what is wrong stays so, and kube-proxy is up to date after a second.
PATIENCE, SHORT = probe.PATIENCE, 1.5
#: Where all is right: on a busy machine, pods that start or end take their time, and a learner would check again.
BOUND = 3 * probe.BOUND
_WRONG = [way for way in [*mistakes(), *alternatives()] if not way.is_right]
_RIGHT = [way for way in alternatives() if way.is_right]
#: Argument of a test → what it is called with.
_CASES: dict[str, list[Exercise] | list[Way]] = {
    "exercise": [exercise for lesson in lessons() for exercise in lesson.exercises],
    "right": _RIGHT,
    "wrong": _WRONG,
}


@dataclass(frozen=True)
class Solved:
    """What was said of an exercise before anything was done, after its own solution, and after a reset."""

    untouched: Outcome
    solved: Outcome
    again: Outcome


Verdicts = dict[Way, Future[Verdict]]
Solutions = dict[Exercise, Future[Solved]]


def cases(metafunc: pytest.Metafunc) -> None:
    """Give a test the cases of its module's lesson."""
    lesson = getattr(metafunc.module, "LESSON", "")
    for argument in _CASES.keys() & set(metafunc.fixturenames) if lesson else ():
        own = [case for case in _CASES[argument] if _lesson(case) == lesson]
        metafunc.parametrize(argument, own, ids=[case.key if isinstance(case, Exercise) else str(case) for case in own])


def _lesson(case: Exercise | Way) -> str:
    return case.lesson if isinstance(case, Way) else Way(case.key, "").lesson


@pytest.fixture(scope="class")
def pool(request: pytest.FixtureRequest, kubectl: str) -> Iterator[ThreadPoolExecutor]:
    """Threads in which exercises are done.

    Several at a time; but not on one cluster, where their second namespaces have the same names.
    """
    shared = os.environ.get(TARGET_VARIABLE)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1 if shared else _AT_A_TIME) as executor:
        keep_kubeconfig(patch)
        if request.cls is TestWrongWays and not shared:
            patch.setattr(probe, "PATIENCE", SHORT)
        else:
            patch.setattr(probe, "BOUND", BOUND)
        yield executor
        executor.shutdown(cancel_futures=True)


@pytest.fixture(scope="class")
def solutions(request: pytest.FixtureRequest, pool: ThreadPoolExecutor) -> Solutions:
    """Each exercise of a class of tests, solved."""
    return {exercise: pool.submit(solve, exercise) for exercise in wanted(request, "exercise")}


@pytest.fixture(scope="class")
def verdicts(request: pytest.FixtureRequest, pool: ThreadPoolExecutor) -> Verdicts:
    """The verdict on each way of a class of tests."""
    return {way: pool.submit(judged, way) for way in [*wanted(request, "right"), *wanted(request, "wrong")]}


def wanted(request: pytest.FixtureRequest, argument: str) -> list[Any]:
    """Return what the selected tests of the class are called with."""
    return [
        item.callspec.params[argument]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.cls is request.cls and item.module is request.module
        if argument in item.callspec.params
    ]


def solve(exercise: Exercise) -> Solved:
    """Check an exercise on a cluster of its own untouched, after its own solution, and after a reset."""
    with kubelearn.connect() as cluster:
        session = begun(exercise.key, cluster)
        untouched = session.check()
        shell(cluster, exercise.solution)
        solved = begun(exercise.key, cluster).check()  # asking for it again takes nothing back
        return Solved(untouched, solved, session.reset().check())


def judged(way: Way) -> Verdict:
    """Go a way on a cluster of its own, and return what the check says of it."""
    with kubelearn.connect() as cluster:
        session = begun(way.exercise, cluster)
        shell(cluster, way.whole)
        begin = time.monotonic()
        return Verdict(session.check(), cluster.namespace, time.monotonic() - begin)


class TestSolutions:
    def test_untouched_then_solved_then_reset(self, exercise: Exercise, solutions: Solutions) -> None:
        said = solutions[exercise].result()
        assert said.untouched.kind in (Kind.NOT_ATTEMPTED, Kind.NOT_YET), said
        assert said.untouched.reason
        assert said.solved.passed, said
        assert exercise.key in kubelearn.progress().passed
        assert (said.again.kind, said.again.reason) == (said.untouched.kind, said.untouched.reason)


class TestRightWays:
    def test_right_way_passes(self, right: Way, verdicts: Verdicts) -> None:
        verdict = verdicts[right].result()
        assert verdict.outcome.passed, verdict


class TestWrongWays:
    def test_wrong_way_is_told_its_own_reason(
        self, wrong: Way, verdicts: Verdicts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verdict = verdicts[wrong].result()
        if not fitting(verdict.outcome, verdict.here, [wrong]):  # was the machine too busy for the short patience?
            monkeypatch.setattr(probe, "PATIENCE", PATIENCE)
            verdict = judged(wrong)
        assert verdict.outcome.kind.value == wrong.outcome, verdict
        same = [way for way in _WRONG if way.exercise == wrong.exercise]
        assert fitting(verdict.outcome, verdict.here, same) == [wrong], verdict
