"""The faults as files: complete, and each fits all shapes that it names."""

from __future__ import annotations

import re
from random import Random

import pytest
import yaml

from kubelearn.course.drills import rungs
from kubelearn.course.drills.faults import Fault, UnknownFaultError, broken, names, read
from kubelearn.course.drills.judging import PROOFS
from kubelearn.course.drills.learner.ticket import SYMPTOMS
from kubelearn.course.drills.shapes import SHAPES, Names, Route, Situation

_FAULTS = [read(name) for name in names()]
#: What a shell takes for a variable, and no route has.
_UNKNOWN = re.compile(r"\$[a-z]+")


def situation(shape: str) -> Situation:
    return SHAPES[shape](Names(Random(7)))


def placed(fault: Fault) -> list[tuple[Situation, Route]]:
    found = [situation(shape) for shape in fault.shapes or SHAPES]
    return [(each, route) for each in found for route in each.routes]


def test_there_are_enough_of_every_kind() -> None:
    assert len(_FAULTS) >= 26
    assert {fault.level for fault in _FAULTS} == {1, 2, 3}
    assert {fault.symptom for fault in _FAULTS} <= SYMPTOMS.keys()
    assert {fault.rung for fault in _FAULTS} <= rungs.RUNGS.keys()
    assert {proof for fault in _FAULTS for proof in fault.proves} <= PROOFS.keys()


def test_no_symptom_stands_for_one_fault() -> None:
    for symptom in {fault.symptom for fault in _FAULTS}:
        assert len([fault for fault in _FAULTS if fault.symptom == symptom]) > 1, symptom


def test_no_two_have_the_same_diagnosis() -> None:
    assert len({fault.diagnosis for fault in _FAULTS}) == len(_FAULTS)


@pytest.mark.parametrize("fault", _FAULTS, ids=lambda fault: fault.name)
def test_it_has_ways_that_cure_and_ways_that_do_not(fault: Fault) -> None:
    assert len(set(fault.cures)) >= 2
    assert len({wrong.says for wrong in fault.wrong}) >= 1
    assert len({wrong.commands for wrong in fault.wrong}) >= 2
    assert all(wrong.says for wrong in fault.wrong)
    assert fault.see


@pytest.mark.parametrize("fault", _FAULTS, ids=lambda fault: fault.name)
def test_it_changes_each_of_its_shapes(fault: Fault) -> None:
    for found, route in placed(fault):
        before = yaml.safe_dump_all(found.objects)
        changed = broken(found.objects, [fault.on(route)])
        assert yaml.safe_dump_all(found.objects) == before
        assert yaml.safe_dump_all(changed) != before or fault.name == "drain", found.shape


@pytest.mark.parametrize("fault", _FAULTS, ids=lambda fault: fault.name)
def test_all_that_it_names_is_there(fault: Fault) -> None:
    for _, route in placed(fault):
        text = re.sub(r"\$LISTEN", "", fault.on(route).text)
        assert _UNKNOWN.findall(text) == [], route


def test_an_unknown_one_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownFaultError, match="there is no fault 'rust'; there are: affinity, "):
        read("rust")


def test_an_edit_finds_items_by_name_or_place() -> None:
    fault = Fault(
        "one",
        "",
        1,
        "",
        "",
        (),
        edits=(("Deployment/a", {"spec/list/b/x": 1, "spec/list/0/y": None, "spec/new/z": 2}),),
    )
    (found,) = broken(
        [{"kind": "Deployment", "metadata": {"name": "a"}, "spec": {"list": [{"y": 3}, {"name": "b"}]}}], [fault]
    )
    assert found["spec"] == {"list": [{}, {"name": "b", "x": 1}], "new": {"z": 2}}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        pytest.param(("Service/a", {"spec": 1}), "the situation has no Service/a", id="object"),
        pytest.param(("Deployment/a", {"list/c/x": 1}), "none of the items has the name c", id="item"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused(edit: tuple[str, dict[str, int]], said: str) -> None:
    with pytest.raises(LookupError, match=said):
        broken(
            [{"kind": "Deployment", "metadata": {"name": "a"}, "list": [{"name": "b"}]}],
            [Fault("one", "", 1, "", "", (), edits=(edit,))],
        )
