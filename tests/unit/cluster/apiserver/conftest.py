"""Fixtures of the API server's tests."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kubelearn.cluster.apiserver import printers
from tests.unit.cluster.apiserver.rows import NOW


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time stand still, so that ages can be told."""
    monkeypatch.setattr(printers, "time", SimpleNamespace(time=lambda: NOW))
