"""Normalise the metadata of notebooks.

python -m tests.notebooks.normalize [NOTEBOOK...]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
#: The course's own kernel: in it, kubectl finds no cluster before the set-up cell has run.
KERNELSPEC = {"display_name": "kubelearn", "language": "python", "name": "kubelearn"}
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Drop what changes from run to run and says nothing.

    That is widget state, time stamps, Python's version, what an editor folded, and how printed text was cut.

    Saved widget state makes GitHub refuse a notebook, and cannot react without a kernel anyway.
    Cells that have no id of words get one from their place, so that it can be replaced by a better one.
    """
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": {"name": "python"}})
    taken = {cell.id for cell in notebook.cells}
    for number, cell in enumerate(notebook.cells, 1):
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in ("tags",) if key in cell.metadata})
        if _is_random(cell.id):
            cell.id = next(name for name in _names(number) if name not in taken)
            taken.add(cell.id)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_WIDGET_VIEW, None)


def _joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return outputs with what was printed in one piece, however it came."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _is_random(cell_id: str) -> bool:
    """Say whether Jupyter made up this id: eight hexadecimal digits, or a UUID."""
    return (
        re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?", cell_id) is not None
        and re.search(r"\d", cell_id) is not None
    )


def _names(number: int) -> list[str]:
    return [f"cell-{number}", *(f"cell-{number}-{again}" for again in range(2, 100))]


def main() -> None:
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        normalise(notebook)
        nbformat.write(notebook, path)
        print(path.name)


if __name__ == "__main__":
    main()
