"""The small file beside the notebooks that keeps a learner's progress; several notebooks may write it at the same time.

It has the keys of what was ``passed``, and what was ``noted``: section → key → a list of records, the newest last.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from kubelearn.target.deadline import Deadline

#: How long another notebook that is writing is waited for, in seconds: it takes milliseconds,
#: unless its kernel was stopped.
_TURN = 2.0


class DamagedError(ValueError):
    """The file is there, but holds no progress."""


@dataclass
class Content:
    """What the file holds.

    Attributes:
        passed: keys of exercises and quizzes.
        noted: section → key → records, as JSON has them; only ever added to.
    """

    passed: set[str] = field(default_factory=set)
    noted: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def add(self, more: Content) -> None:
        """Add what came later."""
        self.passed |= more.passed
        for section, keys in more.noted.items():
            for key, records in keys.items():
                self.noted.setdefault(section, {}).setdefault(key, []).extend(records)


def read(path: Path) -> Content:
    """Return what the file holds; nothing if there is none.

    Raises:
        DamagedError: the file holds something else.
        OSError: it cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        passed, noted = content["passed"], content.get("noted", {})
    except FileNotFoundError:
        return Content()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(f"{path} is damaged") from error
    if not (isinstance(passed, list) and all(isinstance(key, str) for key in passed)):
        raise DamagedError(f"{path}: `passed` is not a list of names")
    if not _is_sections(noted):
        raise DamagedError(f"{path}: `noted` has no sections with lists of records")
    return Content(set(passed), noted)


def _is_sections(noted: object) -> bool:
    return isinstance(noted, dict) and all(
        isinstance(keys, dict) and all(isinstance(records, list) for records in keys.values())
        for keys in noted.values()
    )


def add(path: Path, more: Content) -> None:
    """Add to what the file holds. A damaged file is set aside, under a name that says so.

    Raises:
        OSError: the file cannot be read or written; it is as it was.
    """
    with _turn(path.parent):
        try:
            content = read(path)
        except DamagedError:
            path.replace(_aside(path))
            content = Content()
        if more.noted or not more.passed <= content.passed:
            content.add(more)
            _write(path, content)


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


def _write(path: Path, content: Content) -> None:
    """Write the file whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"passed": sorted(content.passed), "noted": content.noted}, file, indent=1)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
