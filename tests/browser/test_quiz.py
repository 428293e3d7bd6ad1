"""Quizzes, exercises and links to sections in JupyterLab, with the keyboard alone where that matters."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from kubelearn.quizzes import read

from .conftest import ROOT, Open
from .lab import PATIENCE

expect: Any = pytest.importorskip("playwright.sync_api").expect


def test_a_quiz_is_answered_with_the_keyboard(notebook: Open) -> None:
    page = notebook(["import kubelearn", 'kubelearn.quiz("02-services")'])
    question = read("02-services")[0]
    radios = page.get_by_role("radio")
    radios.first.wait_for()
    assert radios.count() == sum(len(question.answers) for question in read("02-services"))
    assert page.locator(".jp-OutputArea-output details").count() == 0  # with a kernel there is the widget, not the page
    radios.first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in question.answers[1:]:
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Answer question 1")).to_be_focused()
    page.keyboard.press("Enter")
    status = page.get_by_role("status")
    expect(status.filter(has_text=question.answers[1].feedback)).to_be_visible()
    expect(status.filter(has_text="1 of 5 questions answered right")).to_be_visible()


def test_an_exercise_shows_its_task_and_outcome(notebook: Open, kubectl: str) -> None:
    page = notebook(["import kubelearn\ncluster = kubelearn.connect()\nex = kubelearn.exercise('first-pod', cluster)\nex", "ex.check()", "ex.solution()"])
    expect(page.locator(".jp-RenderedMarkdown strong", has_text="Exercise: run a pod")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".jp-RenderedMarkdown strong", has_text="Not attempted.")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".jp-RenderedMarkdown pre", has_text="kubectl run first --image=")).to_be_visible(timeout=PATIENCE)


def test_the_overview_leads_to_its_sections(notebook: Open) -> None:
    content = nbformat.read(ROOT / "notebooks" / "02-services.ipynb", as_version=4)
    content.cells = [cell for cell in content.cells if cell.cell_type == "markdown"]
    page = notebook(content)
    heading = page.locator("h2", has_text="Other types of Service")
    link = page.get_by_role("link", name="Other types of Service")
    link.scroll_into_view_if_needed()
    expect(heading).not_to_be_in_viewport()
    link.click()
    expect(heading).to_be_in_viewport()
