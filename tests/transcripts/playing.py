"""Playing a recording in a test.

Each version of kubectl has a module of its own: they wait most of the time, and modules run side by side.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .replay import RECORDED
from .runner import report
from .versions import UnavailableError, find, folder_with

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


def assert_the_same(name: str, version: str, kubeconfig: Path) -> None:
    """Play a recording with a version of kubectl, and compare each answer."""
    with folder_with(binary(version)) as folder:
        for _ in range(1 + RACES.get(name, 0)):
            found = report(name, str(kubeconfig), version, folder)
            if not found:
                break
    assert not found, "\n".join(found)
