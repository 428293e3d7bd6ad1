"""The kubectl that recorded gets the same answers here as from a real cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from .playing import NAMES, assert_the_same
from .versions import RECORDED_WITH


@pytest.mark.parametrize("name", NAMES)
def test_transcript(name: str, kubeconfig: Path) -> None:
    assert_the_same(name, RECORDED_WITH, kubeconfig)
