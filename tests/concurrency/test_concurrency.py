"""A short run of ``python -m tests.concurrency``, and proof that its checks can fail."""

from __future__ import annotations

import pytest

from .run import check_events, run


def test_many_clients() -> None:
    result = run(clients=50, seconds=1, least=500)
    assert result.conflicts > 0, "the clients did not get in each other's way"
    assert result.resumed > 0, "no watch was resumed"


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        ([("ADDED", "a", 1), ("DELETED", "a", 3)], "missed"),
        ([("ADDED", "a", 1), ("MODIFIED", "a", 2), ("MODIFIED", "a", 2), ("DELETED", "a", 3)], "doubled"),
        ([("MODIFIED", "a", 2), ("ADDED", "a", 1), ("DELETED", "a", 3)], "out of order"),
        ([("ADDED", "a", 1), ("MODIFIED", "a", 2), ("DELETED", "a", 3), ("ADDED", "b", 4)], "nobody wrote"),
    ],
)
def test_a_fault_would_be_noticed(seen: list[tuple[str, str, int]], problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        check_events(seen, [("ADDED", "a", 1), ("MODIFIED", "a", 2), ("DELETED", "a", 0)])
