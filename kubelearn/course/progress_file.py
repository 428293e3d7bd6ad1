"""The small file beside the notebooks that keeps what was passed; several notebooks may write it at the same time."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Set
from itertools import count
from pathlib import Path

from kubelearn.target.deadline import Deadline

#: How long another notebook that is writing is waited for, in seconds: it takes milliseconds,
#: unless its kernel was stopped.
_TURN = 2.0


class DamagedError(ValueError):
    """The file is there, but holds no progress."""


def read(path: Path) -> set[str]:
    """Return what was passed; nothing if there is no file.

    Raises:
        DamagedError: the file holds something else.
        OSError: it cannot be read.
    """
    try:
        passed = json.loads(path.read_text(encoding="utf-8"))["passed"]
    except FileNotFoundError:
        return set()
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise DamagedError(f"{path} is damaged") from error
    if not (isinstance(passed, list) and all(isinstance(key, str) for key in passed)):
        raise DamagedError(f"{path}: `passed` is not a list of names")
    return set(passed)


def add(path: Path, keys: Set[str]) -> None:
    """Add to what was passed. A damaged file is set aside, under a name that says so.

    Raises:
        OSError: the file cannot be read or written; it is as it was.
    """
    with _turn(path.parent):
        try:
            passed = read(path)
        except DamagedError:
            path.replace(_aside(path))
            passed = set()
        if not keys <= passed:
            _write(path, passed | keys)


def _aside(path: Path) -> Path:
    names = (path.with_suffix(f".broken{number or ''}.json") for number in count())
    return next(name for name in names if not name.exists())


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Keep other notebooks from writing in a folder meanwhile; what cannot be locked is written all the same.

    The folder is locked, and not a file of its own, so that nothing is left behind. Windows locks no folders.
    """
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # no such folder, or one that only may be written
                descriptor = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                _lock(descriptor)
        yield


def _lock(descriptor: int) -> None:
    """Lock a folder until it is closed, if nobody else has it for long.

    Raises:
        OSError: its file system has no locks.
    """
    import fcntl

    deadline = Deadline(_TURN)
    while not deadline.passed:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.01)


def _write(path: Path, passed: Set[str]) -> None:
    """Write the file whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"passed": sorted(passed)}, file, indent=1)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
