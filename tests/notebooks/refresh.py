"""Run notebooks, store their outputs, normalise their metadata.

python -m tests.notebooks.refresh [NOTEBOOK...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

from .normalize import NOTEBOOKS, normalise
from .running import progress_apart, run


def refresh(path: Path) -> None:
    """Execute one notebook in place.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    run(notebook, path.parent)
    normalise(notebook)
    nbformat.write(notebook, path)


def main() -> None:
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(NOTEBOOKS.glob("*.ipynb")):
        print(path.name, flush=True)
        with progress_apart():
            refresh(path)


if __name__ == "__main__":
    main()
