"""A stand-in for pytest-kind: its cluster is the one that the environment names.

It is imported where the peer's suite runs, and so needs nothing but Python and pytest.
"""

from __future__ import annotations

from typing import Any


def pytest_addoption(parser: Any) -> None:
    """Take the option of the real one that suites read; there is nothing to keep, and nothing to remove."""
    parser.addoption("--keep-cluster", action="store_true")
