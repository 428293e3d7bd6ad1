"""Run notebooks, store their outputs, normalise their metadata.

python -m tests.notebooks.refresh [NOTEBOOK...]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from .normalize import NOTEBOOKS, normalise


def refresh(path: Path) -> None:
    """Execute one notebook in place.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="kubelearn", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    normalise(notebook)
    nbformat.write(notebook, path)


def main() -> None:
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(NOTEBOOKS.glob("*.ipynb")):
        print(path.name, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            os.environ["KUBELEARN_PROGRESS"] = os.path.join(folder, "progress.json")  # not the author's own
            refresh(path)


if __name__ == "__main__":
    main()
