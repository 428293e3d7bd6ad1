"""A notebook, made ready to be only read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import nbformat
from nbformat import NotebookNode

from kubelearn.course.exercises import find

from .cells import CellLexer

#: How a cell asks for an exercise.
_EXERCISE = re.compile(r"""kubelearn\.exercise\(["']([^"']+)["']""")
#: What a widget puts into an output for a kernel that runs.
_LIVE = "application/vnd.jupyter.widget-view+json"


def prepared(text: str, relink: Callable[[str], str]) -> str:
    """Return a notebook's file as Sphinx is to read it.

    Args:
        text: the file.
        relink: changes the links of a Markdown text.
    """
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata.setdefault("language_info", {})["pygments_lexer"] = CellLexer.aliases[0]
    notebook.cells = [each for cell in notebook.cells for each in _cells(cell, relink)]
    return str(nbformat.writes(notebook))


def _cells(cell: NotebookNode, relink: Callable[[str], str]) -> Iterator[NotebookNode]:
    """Yield a cell, and what stands below it on the site."""
    if cell.cell_type == "markdown":
        cell.source = relink(cell.source)
    yield cell
    if cell.cell_type != "code":
        return
    for output in cell.outputs:
        output.get("data", {}).pop(_LIVE, None)
    _describe(cell)
    for key in _EXERCISE.findall(cell.source):
        yield nbformat.v4.new_markdown_cell(relink(_folded(find(key)[1].hints)), id=f"hints-{key}")


def _describe(cell: NotebookNode) -> None:
    """Give a cell's picture its alt text, where MyST-NB looks for it."""
    texts = {
        about["alt"]
        for output in cell.outputs
        if "text/html" not in output.get("data", {})  # it is shown rather than a picture, and has one itself
        for about in output.get("metadata", {}).values()
        if isinstance(about, dict) and "alt" in about
    }
    if len(texts) > 1:
        raise ValueError(f"the cell {cell.id} has several pictures: MyST-NB knows one alt text a cell")
    if texts:
        cell.metadata["mystnb"] = {"image": {"alt": texts.pop()}}


def _folded(hints: tuple[str, ...]) -> str:
    """Return hints in Markdown, each folded."""
    return "\n\n".join(
        f"<details class='hint'><summary>Hint {number} of {len(hints)}</summary>\n\n{hint}\n\n</details>"
        for number, hint in enumerate(hints, 1)
    )
