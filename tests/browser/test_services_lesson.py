"""The Services lesson in JupyterLab, in a real browser.

It is run up to the widget, the widget is used, and the cluster follows.
"""

from __future__ import annotations

import re

import nbformat

from .conftest import ROOT, Open


def lesson_until_widget() -> nbformat.NotebookNode:
    """Return the lesson without outputs, and without what follows the widget (the end cleans up)."""
    notebook = nbformat.read(ROOT / "notebooks" / "02-services.ipynb", as_version=4)
    last = next(index for index, cell in enumerate(notebook.cells) if cell.id == "widget")
    notebook.cells = notebook.cells[: last + 1]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def test_learner_runs_the_lesson_and_uses_the_widget(notebook: Open, kubectl: str) -> None:
    page = notebook(lesson_until_widget(), name="02-services")
    page.get_by_role("heading", name=re.compile("Services: one address")).wait_for()
    button = page.get_by_role("button", name="Send requests")
    button.wait_for()

    button.click()
    page.get_by_text(re.compile(r"300 of 300 requests were answered by 3 of 3 pods")).last.wait_for()
    assert page.get_by_role("img", name=re.compile("300 of 300 requests")).count() >= 1

    number = page.get_by_role("spinbutton").first
    number.fill("5")
    number.press("Enter")
    page.get_by_text("5 of 5 replicas are ready").wait_for()
