"""A learner's first steps in a real browser: open the start page, run it, and solve an exercise by typing."""

from __future__ import annotations

import re
from typing import Any

import nbformat

from .conftest import AGNHOST, ROOT, Open


def start_page_until_the_learners_turn() -> nbformat.NotebookNode:
    """Return the start page without outputs, and without the cell that does the exercise and what follows it."""
    page = nbformat.read(ROOT / "notebooks" / "00-start-here.ipynb", as_version=4)
    page.cells = page.cells[: next(index for index, cell in enumerate(page.cells) if cell.id == "do")]
    for cell in page.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return page


def type_and_run(page: Any, line: str) -> None:
    page.keyboard.type(line)
    page.keyboard.press("Shift+Enter")  # in the last cell, this opens another one below


def test_a_learner_runs_the_start_page_and_solves_an_exercise(notebook: Open, kubectl: str) -> None:
    page = notebook(start_page_until_the_learners_turn())
    page.get_by_role("heading", name="Start here").wait_for()
    page.get_by_text("<Cluster embedded v1.36 3 nodes Ready>").wait_for()
    page.get_by_text(re.compile("not attempted", re.IGNORECASE)).last.wait_for()
    page.get_by_text(re.compile(r"Hint 1 of \d")).wait_for()

    passed = page.locator(".jp-OutputArea-output").get_by_text(re.compile(r"\bpassed\b", re.IGNORECASE))
    assert passed.count() == 0

    page.locator(".jp-Notebook .jp-Cell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    type_and_run(page, f"!kubectl run first --image={AGNHOST}")
    page.get_by_text("pod/first created").wait_for()
    type_and_run(page, "first_pod.check()")
    passed.last.wait_for()
