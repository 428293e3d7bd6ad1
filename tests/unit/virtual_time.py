"""An event loop whose clock jumps: a test of minutes takes milliseconds, and its seconds are exact."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Never waits: when nothing is ready, the time that it would have waited has passed."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        ready = super().select(0)
        if not ready:
            self.now += max(timeout, 0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its ``time()`` starts at 0."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run(work: Coroutine[Any, Any, _Result], limit: float = 3600) -> _Result:
    """Run a coroutine to its end in virtual time.

    Raises:
        TimeoutError: it has not ended after so many virtual seconds.
    """

    async def limited() -> _Result:
        async with asyncio.timeout(limit):
            return await work

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(limited())
