"""Which lesson's exercises and ways a test gets."""

from __future__ import annotations

import pytest

from .judging import cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cases(metafunc)
