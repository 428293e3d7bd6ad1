"""Fixtures of the tests of strategies."""

from __future__ import annotations

import pytest

from tests.unit.strategy_fakes import FakeApi


@pytest.fixture
def api() -> FakeApi:
    """A registry that only calls strategies."""
    return FakeApi()
