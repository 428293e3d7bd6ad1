"""A short soak; ``python -m tests.soak`` is the long one."""

from __future__ import annotations

import itertools
from contextlib import closing

import pytest

from .run import soak


@pytest.mark.parametrize("seed", [1, 2])
def test_everything_holds_after_each_action(seed: int) -> None:
    with closing(soak(seed, pace=0.05)) as steps:
        done = list(itertools.islice(steps, 40))
    assert len({step.text.partition(":")[0] for step in done}) > 7  # many kinds of actions were tried
