"""The diagnosis of a drill in JupyterLab, with the keyboard alone."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from .conftest import Open
from .lab import PATIENCE
from .test_widgets import violations

expect: Any = pytest.importorskip("playwright.sync_api").expect

#: A diagnosis of two faults, and a cell that says what was committed.
CELLS = (
    "from kubelearn.course.drills.learner.diagnosis import Diagnosis\ncommitted = []",
    'Diagnosis(("crash", "image", "port"), ("crash", "port"), committed.append)',
    "print(committed)",
)
_ASK, _TELL = 1, 2


def cell(page: Any, place: int) -> Any:
    return page.locator(".jp-Notebook .jp-Cell").nth(place)


def commit(page: Any, question: Any, steps: int) -> None:
    """Choose an answer and commit it, without the mouse."""
    question.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(steps):
        page.keyboard.press("ArrowDown")
    expect(question.get_by_role("radio").nth(steps)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(question.get_by_role("status")).to_have_text("Committed. It can be changed until it is checked.")


def test_a_diagnosis_is_committed_with_the_keyboard_and_nothing_tells_which_is_right(notebook: Open) -> None:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{place}") for place, source in enumerate(CELLS)]
    page = notebook(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    questions = cell(page, _ASK).locator("fieldset")
    expect(questions).to_have_count(2, timeout=PATIENCE)
    commit(page, questions.nth(0), 1)
    commit(page, questions.nth(1), 2)
    assert violations(page) == []
    assert "right" not in cell(page, _ASK).locator(".kubelearn-choices").inner_text().lower()
    cell(page, _TELL).focus()
    page.keyboard.press("Control+Enter")
    expect(cell(page, _TELL).locator(".jp-OutputArea-output")).to_contain_text("[['image', 'port']]", timeout=PATIENCE)
