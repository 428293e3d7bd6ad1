"""What a drill is going to be: by level and seed alone, never twice the same, and its texts give nothing away."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.course.drills.faults import names, read
from kubelearn.course.drills.learner.diagnosis import Diagnosis
from kubelearn.course.drills.learner.ticket import ticket
from kubelearn.course.drills.plan import LEVELS, TWO, drawn, of_level, plan
from kubelearn.course.drills.rungs import RUNGS, up_to


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_makes_the_same_drill(level: int) -> None:
    one, other = plan(level, 42), plan(level, 42)
    assert ticket(one) == ticket(other)
    assert (one.situation, one.placed, one.choices) == (other.situation, other.placed, other.choices)


@pytest.mark.parametrize("level", LEVELS)
def test_no_situation_comes_twice(level: int) -> None:
    plans = [plan(level, seed) for seed in range(125)]
    assert len({each.situation.routes for each in plans}) == len(plans)


@pytest.mark.parametrize("level", [level for level in LEVELS if level != TWO])
def test_every_fault_of_a_level_comes(level: int) -> None:
    assert {name for seed in range(300) for name in drawn(level, seed)} == set(of_level(level))


def test_there_are_four_levels() -> None:
    with pytest.raises(ValueError, match="a drill's level is one of 1, 2, 3, 4, not 5"):
        plan(5, 1)


@pytest.mark.parametrize("seed", range(20))
def test_two_faults_are_at_different_applications(seed: int) -> None:
    (one, here), (other, there) = plan(TWO, seed).placed
    assert one.name != other.name
    assert not one.reaches(here) & other.reaches(there)


@pytest.mark.parametrize("level", LEVELS)
def test_a_ticket_tells_the_symptom_only(level: int) -> None:
    for seed in range(50):
        planned = plan(level, seed)
        text = ticket(planned)
        for fault in planned.faults:
            assert fault.diagnosis not in text
            assert f"`{fault.name}`" not in text
            assert not any(command.strip() in text for command in (*fault.see, *fault.cures))


def test_what_a_cluster_does_not_do_no_drill_needs() -> None:
    seed = next(seed for seed in range(1000) if drawn(3, seed) == ("policy",))
    other = plan(3, seed, without="policies")
    assert not any(fault.needs for fault in other.faults)
    assert not set(other.situation.namespaces) & set(plan(3, seed).situation.namespaces)


@pytest.mark.parametrize("level", LEVELS)
def test_choices_have_the_right_ones_and_do_not_tell_which(level: int) -> None:
    planned = plan(level, 3)
    right = [fault.name for fault in planned.faults]
    assert set(right) < set(planned.choices)
    one, other = (_seen(Diagnosis(planned.choices, names, print)) for names in (right, planned.choices[: len(right)]))
    assert one == other
    assert all(f"`{name}`: {read(name).diagnosis}" in one[0] for name in planned.choices)


def _seen(shown: Diagnosis) -> tuple[str, Any, str]:
    """Return all that gets out of a kernel, before another one in the same cell takes its place."""
    return repr(shown), shown.page, shown._repr_mimebundle_()["text/html"]


def test_a_diagnosis_is_committed_when_all_of_it_is_chosen() -> None:
    committed: list[list[str]] = []
    shown = Diagnosis(("crash", "image", "port"), ("crash", "port"), lambda chosen: committed.append(list(chosen)))
    shown.set_state({"chosen": [1, -1], "checked": [True, False]})
    assert committed == []
    shown.set_state({"chosen": [1, 2], "checked": [True, True]})
    assert committed == [["image", "port"]]


def test_hints_climb_to_where_it_shows() -> None:
    assert up_to(["endpoints"]) == ["caller", "name", "port", "endpoints"]
    assert up_to(["update", "port"]) == list(RUNGS)
    assert not any("kubectl" in text for text in RUNGS.values())
    assert {read(name).rung for name in names()} <= RUNGS.keys()
