"""Every notebook has the form that readers come to rely on."""

from __future__ import annotations

import copy
import re

import pytest

from kubelearn.exercises import find
from kubelearn.quizzes import names

from .course import COURSE, LESSONS, NOTEBOOKS, notebook, printed
from .normalize import normalise

#: Sections that are not about a subject, so that no objective belongs to them.
FRAME = ("Overview", "Set-up", "Exercises", "Quiz", "Summary")
_KEY = re.compile(r"""kubelearn\.exercise\(["']([^"']+)["']""")
_QUIZ = re.compile(r"""kubelearn\.quiz\(["']([^"']+)["']\)""")

every = pytest.mark.parametrize("name", COURSE)
every_lesson = pytest.mark.parametrize("name", LESSONS)
every_guided = pytest.mark.parametrize("name", COURSE[:-1])


def test_all_notebooks_and_no_others() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == set(COURSE)


@every
def test_one_title_and_it_comes_first(name: str) -> None:
    content = notebook(name)
    assert [heading.level for heading in content.headings].count(1) == 1
    assert content.content.cells[0].source.startswith("# ")


@every_guided
def test_objectives_are_the_sections(name: str) -> None:
    content = notebook(name)
    sections = [heading for heading in content.headings if heading.level == 2 and heading.text not in FRAME]
    overview = content.markdown.partition("\n## Overview\n")[2].partition("\n#")[0]
    objectives = re.findall(r"^\d+\. \[(.+?)\]\(#(.+?)\)", overview, re.MULTILINE)
    assert objectives == [(section.text, section.anchor) for section in sections]


@every_guided
def test_prerequisites_time_and_summary(name: str) -> None:
    markdown = notebook(name).markdown
    assert "| Concepts | Importance | Notes |" in markdown
    assert re.search(r"^\*\*Time to learn\*\*: \d+ minutes", markdown, re.MULTILINE)
    assert re.search(r"^## Summary\n\n(.+\n\n)?\|", markdown, re.MULTILINE)
    assert "### What's next?" in markdown
    assert re.search(r"\(https://kubernetes\.io/docs/.+?\)", markdown)


@every
def test_it_links_to_its_neighbours(name: str) -> None:
    last = [cell.source for cell in notebook(name).content.cells if cell.cell_type == "markdown"][-1]
    place = COURSE.index(name)
    for neighbour in (*COURSE[max(place - 1, 0):place], *COURSE[place + 1:place + 2]):
        assert f"({neighbour}.ipynb)" in last


@every
def test_cells_are_short(name: str) -> None:
    assert {cell.id: len(cell.source.splitlines()) for cell in notebook(name).code_cells if len(cell.source.splitlines()) > 15} == {}


@every
def test_words(name: str) -> None:
    assert (500 if name in COURSE[1:8] else 100) <= notebook(name).words <= 900


@every
def test_metadata_is_normalised(name: str) -> None:
    content = notebook(name).content
    again = copy.deepcopy(content)
    normalise(again)
    assert again == content, "run: python -m tests.notebooks.normalize"


@every
def test_ids_are_words(name: str) -> None:
    ids = [cell.id for cell in notebook(name).content.cells]
    assert len(set(ids)) == len(ids)
    assert [found for found in ids if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", found) or re.fullmatch(r"(?=.*\d)[0-9a-f]{8}", found)] == []


@every
def test_outputs_are_stored_and_name_no_memory_address(name: str) -> None:
    for cell in notebook(name).code_cells:
        assert cell.execution_count, f"{cell.id} was not run: python -m tests.notebooks.refresh"
        assert not re.search(r" at 0x[0-9a-f]+", printed(cell)), cell.id
        assert not any(output.output_type == "error" for output in cell.outputs), cell.id


@every
def test_pictures_have_a_description(name: str) -> None:
    for cell in notebook(name).code_cells:
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata["image/png"]["alt"], cell.id


@every_lesson
def test_three_exercises_and_the_quiz(name: str) -> None:
    assert len(set(_KEY.findall(notebook(name).code))) >= 3
    assert _QUIZ.findall(notebook(name).code) == [name]
    assert name in names()


@every
def test_exercises_belong_to_the_lesson_and_are_stored_untouched(name: str) -> None:
    content = notebook(name)
    keys = _KEY.findall(content.code)
    assert {find(key)[0].name for key in keys} <= {name}
    if name in LESSONS:
        checks = [printed(cell) for cell in content.code_cells if cell.source.strip() == "ex.check()"]
        assert len(checks) >= len(keys)
        assert [text for text in checks if not text.startswith(("**Not attempted.**", "**Not yet.**"))] == []
