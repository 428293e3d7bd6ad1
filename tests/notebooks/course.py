"""The notebooks of the course as tests see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = ROOT / "notebooks"
#: The course in its order.
COURSE = (
    "00-start-here",
    "01-networking",
    "02-services",
    "03-creating-services",
    "04-discovery",
    "04b-other-names",
    "05-staying-up",
    "06-debugging",
    "07-lab",
    "08-capstone",
    "playground",
)
#: Those that teach one part each; the lab and the capstone are one exercise each.
LESSONS = COURSE[1:8]
START, PLAYGROUND = COURSE[0], COURSE[-1]
#: A table to look things up in is not read from its first word to its last.
LOOKED_UP = {"06-debugging": ("ladder", "ladder-rungs")}

#: How a cell asks for an exercise, and for a quiz.
EXERCISE_CALL = re.compile(r"""kubelearn\.exercise\(["']([^"']+)["']""")
QUIZ_CALL = re.compile(r"""kubelearn\.quiz\(["']([^"']+)["']\)""")

_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_ROW = re.compile(r"^\| \[(?P<title>[^\]]+)\]\((?P<name>[^)]+)\.ipynb\)", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading of a Markdown text."""

    level: int
    text: str

    @property
    def anchor(self) -> str:
        """The fragment that leads to it, in JupyterLab, nbviewer and notebooks on GitHub."""
        return re.sub(r"[`*]", "", self.text).replace(" ", "-")


def headings(markdown: str) -> list[Heading]:
    """Return the headings of a Markdown text; code in it has none."""
    return [Heading(len(marks), text) for marks, text in _HEADING.findall(_FENCE.sub("", markdown))]


def words(markdown: str) -> int:
    """Return how many words a reader reads; addresses of links are not read."""
    return len(re.findall(r"\w[\w'’.-]*", re.sub(r"\]\([^)]*\)|</?\w+>", "", markdown)))


@dataclass(frozen=True)
class Notebook:
    """A notebook, read only."""

    name: str
    content: Any

    @property
    def markdown(self) -> str:
        return "\n\n".join(cell.source for cell in self.content.cells if cell.cell_type == "markdown")

    @property
    def words(self) -> int:
        """How many words of its texts are read from the first to the last."""
        return words(self.markdown) - sum(words(self.cell(cell).source) for cell in LOOKED_UP.get(self.name, ()))

    @property
    def code_cells(self) -> list[Any]:
        return [cell for cell in self.content.cells if cell.cell_type == "code"]

    @property
    def code(self) -> str:
        return "\n".join(cell.source for cell in self.code_cells)

    @property
    def headings(self) -> list[Heading]:
        return headings(self.markdown)

    def cell(self, cell_id: str) -> Any:
        """Return a cell by its id, or nothing."""
        return next((cell for cell in self.content.cells if cell.id == cell_id), None)


@cache
def notebook(name: str) -> Notebook:
    """Read a notebook of the course."""
    return Notebook(name, nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4))


@cache
def titles() -> dict[str, str]:
    """Return by which name notebooks link to each other: that of the table in the first one."""
    return {
        START: "Start here",
        **{row["name"]: row["title"] for row in _ROW.finditer(notebook(START).cell("course").source)},
    }


def closing_line(name: str) -> str:
    """Return the line with which a notebook ends: the one before it, the playground, and the one after it."""
    place = COURSE.index(name)
    middle = START if name == PLAYGROUND else PLAYGROUND
    parts = [f"← {_link(before)}" for before in COURSE[max(place - 1, 0) : place]] + [_link(middle)]
    parts += [f"{_link(after)} →" for after in COURSE[place + 1 : place + 2] if after != middle]
    return " · ".join(parts)


def _link(name: str) -> str:
    return f"[{titles()[name]}]({name}.ipynb)"


def printed(cell: Any) -> str:
    """Return everything that a cell's stored outputs say as text."""
    parts = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        parts.append(output.get("text", "") or data.get("text/markdown", "") or data.get("text/plain", ""))
    return "\n".join(parts)
