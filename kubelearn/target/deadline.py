"""A moment until which something has to have happened, however many steps it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Deadline:
    """So many seconds from now.

    Attributes:
        seconds: how many.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; never none at all, since to sockets that would mean not to wait."""
        return max(self._end - time.monotonic(), 0.001)

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self._end

    def run(self, work: Callable[[], Result]) -> Result:
        """Run what the system gives no way to interrupt, such as looking up a name.

        Raises:
            TimeoutError: it did not end in time; its thread is left to end when the system lets it.
        """
        outcome: list[Any] = []
        failure: list[BaseException] = []

        def keep() -> None:
            try:
                outcome.append(work())
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
                failure.append(error)

        thread = threading.Thread(target=keep, name="kubelearn-deadline", daemon=True)
        thread.start()
        thread.join(self.left)
        if failure:
            raise failure[0]
        if not outcome:
            raise TimeoutError(f"no end within {self.seconds:g} s")
        result: Result = outcome[0]
        return result
