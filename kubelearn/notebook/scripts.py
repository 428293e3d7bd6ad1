"""``%%bash`` and ``%%sh`` whose commands fail: what they said is all that is shown, and Run All goes on."""

from __future__ import annotations

import contextlib
import functools
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

from . import commands
from .stopping import leaving_nothing

_MAGICS = ("bash", "sh")


class Stopped(KeyboardInterrupt):
    """The learner has stopped a cell; shown as one line, and the cells that wait do not run."""

    def _render_traceback_(self) -> list[str]:  # what IPython shows of an exception
        return ["The cell was stopped."]


def prepare(shell: Any) -> None:
    """Wrap the cell magics of a shell, once."""
    for name in _MAGICS:
        original = shell.find_cell_magic(name)
        if original is not None and not hasattr(original, "fails_kindly"):
            shell.register_magic_function(failing_kindly(original, shell), "cell", name)


def failing_kindly(original: Callable[[str, str], None], shell: Any) -> Callable[[str, str], None]:
    """Return a cell magic that shows no traceback when its commands fail; all of its options stay what they were."""

    @functools.wraps(original)
    def run(line: str, cell: str) -> None:
        if not hasattr(shell, "kernel"):  # in a terminal, the commands have that terminal, and Ctrl-C reaches them
            code, said = _run(original, line, cell)
        else:
            with leaving_nothing() as stopping:
                code, said = _run(original, line, cell) if commands.may_run(cell, waits_for_input=False) else (1, True)
            if stopping.stopped:
                raise Stopped
        shell.user_ns["_exit_code"] = code
        if code and not said and "--err" not in line:
            print(f"The cell ended with exit code {code}.", file=sys.stderr)

    run.fails_kindly = True  # type: ignore[attr-defined]
    return run


def _run(original: Callable[[str, str], None], line: str, cell: str) -> tuple[int, bool]:
    """Run a cell, and return its exit code, and whether it said something about errors."""
    with _heard() as errors:
        try:
            original(line, cell)
        except subprocess.CalledProcessError as error:
            if isinstance(error.__context__, KeyboardInterrupt):
                raise Stopped from None
            return error.returncode, errors.said
        except KeyboardInterrupt:
            raise Stopped from None
    return 0, errors.said


class _Heard:
    """Passes everything on to a stream, and remembers whether something was said.

    Attributes:
        said: whether more than blanks was written.
    """

    def __init__(self, stream: IO[str]):
        self._stream = stream
        self.said = False

    def write(self, text: str) -> int:
        self.said = self.said or bool(text.strip())
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _heard() -> Iterator[_Heard]:
    heard = _Heard(sys.stderr)
    with contextlib.redirect_stderr(heard):
        yield heard
