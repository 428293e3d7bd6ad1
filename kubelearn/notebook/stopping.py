"""What a cell has started ends when the cell is stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from types import FrameType

import psutil

#: Processes that a cell starts, and theirs, carry this variable: one that has lost its parent is found by it.
_MARK = "KUBELEARN_CELL"
#: Seconds between asking a process to end, telling it to, and ending it; and between looking.
_PATIENCE, _LOOK = 0.3, 0.02


class Stopping:
    """Ends the processes that came after it when the learner stops the cell.

    An interrupt reaches all of a kernel's processes under JupyterLab, but the kernel alone under VS Code. IPython
    passes it on to the shell that it started, not to that shell's commands, and gives up after 0.1 s.

    Attributes:
        stopped: whether the learner has.
    """

    def __init__(self) -> None:
        self.stopped = False
        self.mark = uuid.uuid4().hex
        self._there = {child.pid for child in psutil.Process().children()}
        self._ending: threading.Thread | None = None

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """End the processes; where there is none, and for the second time, an interrupt is what it is everywhere.

        The shell may have ended of the same interrupt already: what it started in the background ignores it.
        """
        if self.stopped:
            raise KeyboardInterrupt
        self.stopped = True
        shells = [child for child in psutil.Process().children() if child.pid not in self._there]
        _signal(shells, signal.SIGTERM)  # before it runs its next command
        others = [process for process in _marked(self.mark) if process not in shells]
        if not (shells or others):
            raise KeyboardInterrupt
        _signal(others, signal.SIGINT)
        self._ending = threading.Thread(target=_end, args=(self.mark,), daemon=True)
        self._ending.start()

    def wait(self) -> None:
        """Wait until what was told to end has ended."""
        if self._ending is not None:
            self._ending.join(4 * _PATIENCE)


@contextlib.contextmanager
def leaving_nothing() -> Iterator[Stopping]:
    """Let an interrupt end the processes that are started inside; whoever waits for them then goes on."""
    stopping = Stopping()
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        yield stopping  # no interrupt arrives here
        return
    before = signal.signal(signal.SIGINT, stopping.stop)
    os.environ[_MARK] = stopping.mark
    try:
        yield stopping
    finally:
        del os.environ[_MARK]
        stopping.wait()
        signal.signal(signal.SIGINT, before)


def _marked(mark: str) -> list[psutil.Process]:
    """Return the processes that a cell has started, whoever is their parent now, that have not ended."""
    return [process for process in psutil.process_iter() if _carries(process, mark)]


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(_MARK) == mark and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess, OSError):
        return False  # it has gone, or is somebody else's


def _signal(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _end(mark: str) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + _PATIENCE
        while (left := _left(mark)) and time.monotonic() < deadline:
            time.sleep(_LOOK)
        _signal(left, number)


def _left(mark: str) -> list[psutil.Process]:
    """Return the marked processes; looks twice, since one that just starts a program has no variables for a moment."""
    found = _marked(mark)
    if not found:
        time.sleep(_LOOK)
        found = _marked(mark)
    return found
