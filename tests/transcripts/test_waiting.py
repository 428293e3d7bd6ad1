"""Recordings whose waits are real: grace periods, slow requests, pauses of preStop hooks.

They are in a folder and a test file of their own, so that a worker of pytest-xdist plays them beside the others
(``--dist loadfile``), and with the package's kubectl only.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .replay import RECORDED, play

_WAITING = sorted((RECORDED / "waiting").glob("*.txt"))


@pytest.mark.parametrize("path", _WAITING, ids=[path.stem for path in _WAITING])
def test_transcript(path: Path, kubeconfig: Path, kubectl: str) -> None:
    found = [
        "\n".join([f"$ {step.command}", *difference])
        for step, difference in play(path, str(kubeconfig), str(Path(kubectl).parent))
        if difference
    ]
    assert not found, "\n".join(found)
