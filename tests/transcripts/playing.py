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
        found = report(name, str(kubeconfig), version, folder)
    assert not found, "\n".join(found)
