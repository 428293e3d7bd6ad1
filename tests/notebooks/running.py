"""Running notebooks as JupyterLab does: with the course's kernel, in their own folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbclient import NotebookClient


def run(notebook: Any, folder: Path, timeout: int = 300) -> None:
    """Run all cells of a notebook, and keep their outputs in it.

    Args:
        notebook: its content.
        folder: where it is kept; that is its working directory.
        timeout: of a cell, in seconds.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=timeout, kernel_name="kubelearn", resources=resources).execute()


@contextmanager
def progress_apart() -> Iterator[None]:
    """Keep what is passed meanwhile in a file that goes, and not in the author's own."""
    with tempfile.TemporaryDirectory(prefix="progress-") as folder:
        os.environ["KUBELEARN_PROGRESS"] = str(Path(folder) / "progress.json")
        yield
