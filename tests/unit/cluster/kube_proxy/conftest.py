"""Fixtures of the tests of kube-proxy."""

from __future__ import annotations

import pytest

from tests.unit.network_fakes import FakeRegistry


@pytest.fixture
def registry() -> FakeRegistry:
    """A registry without Services."""
    return FakeRegistry()
