"""The capstone: every part untouched and solved, by right ways and by wrong ones."""

from __future__ import annotations

from tests.exercises.judging import TestRightWays, TestSolutions, TestWrongWays, pool, solutions, verdicts

__all__ = ["TestRightWays", "TestSolutions", "TestWrongWays", "pool", "solutions", "verdicts"]

LESSON = "08-capstone"
