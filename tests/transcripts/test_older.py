"""Each older kubectl that is supported gets the same answers here, or those that are listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .playing import NAMES, assert_the_same
from .replay import RECORDED, parse
from .versions import RECORDED_WITH, SUPPORTED, WORDING


@pytest.mark.parametrize("version", SUPPORTED[:-1])
@pytest.mark.parametrize("name", NAMES)
def test_transcript(name: str, version: str, kubeconfig: Path) -> None:
    assert_the_same(name, version, kubeconfig)


def test_exceptions_are_about_recorded_steps_and_differ_from_them() -> None:
    steps = {step.command: tuple(step.output) for name in NAMES for step in parse(RECORDED / f"{name}.txt")[1]}
    for (version, command), words in WORDING.items():
        assert version != RECORDED_WITH
        assert steps[command] != words.output
        assert words.reason
