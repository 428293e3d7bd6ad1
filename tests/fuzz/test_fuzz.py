"""A short run with the same requests every time; ``python -m tests.fuzz`` is the long one."""

from __future__ import annotations

from .run import run


def test_no_request_upsets_the_api_server() -> None:
    statuses = run(cases=500, seed_number=1)
    assert statuses[200] > 50, f"most requests were refused: {statuses}"
