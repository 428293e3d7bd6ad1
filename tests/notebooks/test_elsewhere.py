"""One lesson on a cluster that is reached by its kubeconfig only; ``python -m tests.notebooks.elsewhere`` has all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from .elsewhere import UNLIKE, another_cluster, failures, left_behind, surprises

LESSON = Path(__file__).parent.parent.parent / "notebooks" / "02-services.ipynb"


def test_a_lesson_runs_on_another_cluster_and_leaves_nothing(kubectl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with another_cluster(*UNLIKE, "--pace", "0.5") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert surprises(LESSON) == []
        assert left_behind() == []


def test_a_failing_command_would_be_seen() -> None:
    text = 'service/hello exposed\nError from server (NotFound): pods "early" not found\nerror: unknown flag\nterrors\n'
    cell: Any = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text=text)])
    assert failures(cell) == ['Error from server (NotFound): pods "early" not found', "error: unknown flag"]
