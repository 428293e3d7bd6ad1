"""Running something soon, but not too often (K/pkg/util/async/bounded_frequency_runner.go)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class BoundedFrequencyRunner:
    """Runs a function when asked, at most once an interval, but for short bursts.

    A token bucket: it starts with ``burst`` tokens and gains one per interval.  So after
    a quiet time the first changes take effect at once, and later ones wait for their turn;
    requests that come meanwhile are served by the same run.
    """

    def __init__(
        self,
        function: Callable[[], None],
        min_interval: float,
        burst: int = 2,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Prepare a runner; :meth:`loop` does the work.

        Args:
            function: what to run.
            min_interval: seconds between runs; 0 for no bound.
            burst: how many runs may follow each other at once.
            clock: returns the time in seconds.
        """
        self._function = function
        self._interval = min_interval
        self._burst = burst
        self._clock = clock
        self._requested = asyncio.Event()
        self._tokens = float(burst)
        self._counted = self._last_run = clock()

    def run(self) -> None:
        """Ask for a run as soon as it is allowed."""
        self._requested.set()

    def try_run(self) -> float:
        """Run the function if that is allowed now.

        Returns:
            0 if it ran, otherwise the seconds until it may.
        """
        now = self._clock()
        if self._interval:
            self._tokens = min(self._burst, self._tokens + (now - self._counted) / self._interval)
            self._counted = now
            if self._tokens < 1:
                return max(self._interval - (now - self._last_run), (1 - self._tokens) * self._interval)
            self._tokens -= 1
        self._function()
        self._last_run = self._clock()
        return 0.0

    async def loop(self) -> None:
        """Serve requests until cancelled."""
        while True:
            await self._requested.wait()
            self._requested.clear()
            while delay := self.try_run():
                await asyncio.sleep(delay)
                self._requested.clear()  # the run that follows serves these as well
