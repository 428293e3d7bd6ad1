"""Asking a program of the learner's something: it may hang, and what it has started may hold its output open."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence


def ask(command: Sequence[str], limit: float, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program that nobody answers, and return what it printed; late, it ends with all that it has started.

    Args:
        command: the program and its arguments; no shell reads them.
        limit: seconds after which it is ended.
        env: environment, the present one by default.

    Raises:
        OSError: it cannot be run.
        subprocess.TimeoutExpired: it did not end in time.
    """
    # In a session of its own, so that its children end with it, and no terminal is there to ask on.
    process = subprocess.Popen(  # noqa: S603 - the caller says who names the program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=None if env is None else dict(env),
        start_new_session=True,
    )
    try:
        out, complaint = process.communicate(timeout=limit)
    except BaseException:
        _end(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, out, complaint)


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and what it has started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    process.wait()
