"""Predictions and old questions in JupyterLab, with the keyboard alone where that matters."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from kubelearn.course.quizzes.due import choose

from .conftest import Open
from .lab import PATIENCE, Lab
from .test_quiz import RING_IS_WHOLE, SIGNS, group, keep, right, wrong
from .test_widgets import violations

expect: Any = pytest.importorskip("playwright.sync_api").expect

#: A notebook with two predictions, each before its cell, and a cell that has nothing to do with them.
MAKE = """from kubelearn.course.choices import Answer, Question
from kubelearn.course.predictions import Prediction
from kubelearn.course.predictions.view import Expectation

def ask(key, cell):
    answers = (
        Answer("An answer from the new pod", "It has the old pod's labels, and *another* address."),
        Answer("Nothing, until `curl` gives up", "Nobody has <that> address any more.", correct=True),
        Answer("An error at once", "An address that nobody has refuses nothing."),
    )
    return Expectation(Prediction(key, "99", cell, Question(f"What does the {key} call get?", answers)))
"""
CELLS = {
    "make": MAKE,
    "predict-first": 'ask("first", "broken")',
    "broken": "print('no answer')",
    "predict-second": 'ask("second", "still-broken")',
    "still-broken": "print('still no answer')",
    "elsewhere": "print('of no importance')",
}
PLACES = {cell_id: place for place, cell_id in enumerate(CELLS)}
BECAUSE = "Nobody has <that> address any more."


def lesson() -> nbformat.NotebookNode:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(source, id=cell_id) for cell_id, source in CELLS.items()]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def cell(page: Any, cell_id: str) -> Any:
    return page.locator(".jp-Notebook .jp-Cell").nth(PLACES[cell_id])


def run(page: Any, cell_id: str) -> None:
    """Select a cell and run it, without editing it."""
    cell(page, cell_id).focus()
    page.keyboard.press("Control+Enter")


def status(page: Any, cell_id: str) -> Any:
    return cell(page, cell_id).locator("fieldset").get_by_role("status")


def ask_again(page: Any, cell_id: str) -> None:
    """Run a prediction's cell: all cells have run once, so that it has told its answer."""
    expect(status(page, cell_id)).to_contain_text("It was:", timeout=PATIENCE)
    run(page, cell_id)
    expect(cell(page, cell_id).get_by_role("radio").first).to_be_enabled(timeout=PATIENCE)


def press_until(page: Any, key: str, reached: Any) -> None:
    """Press a key, a few times if need be, until something has the focus."""
    for _ in range(6):
        page.keyboard.press(key)
        if reached.evaluate("node => node === document.activeElement"):
            return
    expect(reached).to_be_focused()


def test_a_choice_is_made_and_told_with_the_keyboard(notebook: Open) -> None:
    page = notebook(lesson())
    ask_again(page, "predict-first")
    radios = cell(page, "predict-first").get_by_role("radio")
    expect(status(page, "predict-first")).to_have_text("Choose what you expect, then run the next cell.")
    press_until(page, "Tab", radios.first)
    for key, place in (("Space", 0), ("ArrowDown", 1), ("ArrowDown", 2), ("d", 2), ("d", 2), ("ArrowDown", 0)):
        page.keyboard.press(key)
        expect(radios.nth(place)).to_be_checked()
    expect(status(page, "predict-first")).to_have_text("Now run the next cell.")
    assert violations(page) == []
    press_until(page, "Shift+Tab", cell(page, "predict-first"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Enter")
    expect(status(page, "predict-first")).to_have_text(
        "≠ You expected: An answer from the new podIt was: Nothing, until curl gives up"
        f"It has the old pod's labels, and *another* address. {BECAUSE}",
        timeout=PATIENCE,
    )
    expect(radios.first).to_be_checked()
    expect(radios.first).to_be_disabled()
    assert violations(page) == []
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(CELLS))  # `d d` deleted none


def test_nothing_is_given_away_before_the_cell_that_it_speaks_of_has_run(notebook: Open) -> None:
    page = notebook(lesson())
    ask_again(page, "predict-first")
    cell(page, "predict-first").get_by_role("radio").nth(1).check()
    for other in ("elsewhere", "still-broken"):
        before = cell(page, other).locator(".jp-InputPrompt").inner_text()
        run(page, other)
        expect(cell(page, other).locator(".jp-InputPrompt")).not_to_have_text(before)
        expect(cell(page, other).locator(".jp-InputPrompt")).not_to_have_text("[*]:")
    expect(status(page, "predict-first")).to_have_text("Now run the next cell.")
    assert "that" not in cell(page, "predict-first").locator(".kubelearn-choices").inner_html()
    run(page, "broken")
    expect(status(page, "predict-first")).to_contain_text("✓ You expected: Nothing, until curl gives up")


def test_without_a_choice_it_says_what_happened(notebook: Open) -> None:
    page = notebook(lesson())
    for cell_id in ("predict-first", "predict-second"):
        expect(status(page, cell_id)).to_have_text(f"It was: Nothing, until curl gives up{BECAUSE}", timeout=PATIENCE)
        expect(cell(page, cell_id).get_by_role("radio").first).to_be_disabled()


def test_a_choice_survives_another_run_of_its_cell_and_can_still_be_changed(notebook: Open) -> None:
    page = notebook(lesson())
    ask_again(page, "predict-first")
    radios = cell(page, "predict-first").get_by_role("radio")
    radios.nth(2).check()
    expect(status(page, "predict-first")).to_have_text("Now run the next cell.")
    run(page, "broken")
    expect(status(page, "predict-first")).to_contain_text("≠ You expected: An error at once")
    ask_again(page, "predict-first")
    expect(radios.nth(2)).to_be_checked()
    expect(status(page, "predict-first")).to_have_text("Now run the next cell.")
    radios.nth(1).check()
    run(page, "broken")
    expect(status(page, "predict-first")).to_contain_text("✓ You expected: Nothing")


@pytest.mark.parametrize(("dark", "zoom"), [(False, 1), (True, 2)])
def test_signs_rings_and_room(notebook: Open, dark: bool, zoom: float) -> None:
    page = notebook(lesson(), dark=dark, zoom=zoom)
    for cell_id, place, after in (("predict-first", 0, "broken"), ("predict-second", 1, "still-broken")):
        ask_again(page, cell_id)
        radio = cell(page, cell_id).get_by_role("radio").nth(place)
        radio.focus()
        page.keyboard.press("Space")
        assert page.evaluate(RING_IS_WHOLE) == "whole"
        expect(status(page, cell_id)).to_have_text("Now run the next cell.")
        run(page, after)
        expect(status(page, cell_id)).to_contain_text("You expected:")
    assert violations(page) == []
    signs = page.evaluate(SIGNS)
    assert [sign for sign, *_ in signs] == ["≠", "✓"]
    assert all(to_sign >= 4.5 and to_page >= 3 for _, _, to_sign, to_page in signs), signs
    for shown in page.locator(".kubelearn-choices").all():
        assert shown.evaluate("node => node.scrollWidth - node.clientWidth") <= 0  # nothing is scrolled sideways
    cell(page, "predict-first").scroll_into_view_if_needed()
    keep(page, f"prediction-{'dark' if dark else 'light'}-{zoom}")


def test_old_questions_are_answered_with_the_keyboard_and_the_wrong_one_comes_back(notebook: Open, lab: Lab) -> None:
    kept = lab.folder / "recalled.json"
    first, second = choose("04-discovery")[:2]
    page = notebook(
        [
            f"import os; os.environ['KUBELEARN_PROGRESS'] = {str(kept)!r}",
            "import kubelearn; kubelearn.recall('04-discovery')",
        ]
    )
    radios = group(page, 1).get_by_role("radio")
    radios.first.wait_for()
    expect(page.get_by_role("radio")).to_have_count(sum(len(question.answers) for question in choose("04-discovery")))
    page.locator(".jp-Notebook .jp-Cell").nth(1).focus()
    press_until(page, "Tab", radios.first)
    page.keyboard.press("Space")
    for _ in range(right(first)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(group(page, 1).get_by_role("status")).to_contain_text("✓ Right.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(wrong(second)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(group(page, 2).get_by_role("status")).to_contain_text(f"See lesson {second.lesson}.")
    expect(page.get_by_role("status").last).to_have_text("1 of 3 questions answered right.")
    assert violations(page) == []
    keep(page, "recall")
    page.locator(".jp-Notebook .jp-Cell").nth(1).focus()
    page.keyboard.press("Control+Enter")
    question = second.question.replace("`", "")
    expect(group(page, 1).locator("legend")).to_have_text(f"1. {question}", timeout=PATIENCE)
    assert json.loads(kept.read_text())["noted"]["answers"] == {first.key: [True], second.key: [False]}
