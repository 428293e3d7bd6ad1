"""The real kubectl, in each supported version, gets the same answers here as from a real cluster."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .replay import RECORDED, parse
from .runner import report
from .versions import RECORDED_WITH, SUPPORTED, WORDING, UnavailableError, find, folder_with

NAMES = sorted(path.stem for path in RECORDED.glob("*.txt"))
#: How often a recording may be played again. In 09 a Deployment is changed four times at once, and which of its old
#: ReplicaSets loses its unready pod depends on whether they were created in one and the same second
#: (ReplicaSetsByCreationTimestamp).
RACES = {"09-changing-things": 3}


def binary(version: str) -> Path:
    """Return a version of kubectl; without one the test is skipped, but fails in CI."""
    try:
        return find(version)
    except UnavailableError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.mark.parametrize("version", SUPPORTED)
@pytest.mark.parametrize("name", NAMES)
def test_transcript(name: str, version: str, kubeconfig: Path) -> None:
    with folder_with(binary(version)) as folder:
        for _ in range(1 + RACES.get(name, 0)):
            found = report(name, str(kubeconfig), version, folder)
            if not found:
                break
    assert not found, "\n".join(found)


def test_exceptions_are_about_recorded_steps_and_differ_from_them() -> None:
    steps = {step.command: tuple(step.output) for name in NAMES for step in parse(RECORDED / f"{name}.txt")[1]}
    for (version, command), words in WORDING.items():
        assert version != RECORDED_WITH
        assert steps[command] != words.output
        assert words.reason
