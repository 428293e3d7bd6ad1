"""``kubelearn shell``: a shell, in any terminal, in which kubectl reaches a running notebook's cluster."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from kubelearn.target import loopback, programs, sessions, workdir
from kubelearn.target.environment import inherited, kubectls
from kubelearn.target.sessions import Session

from . import shells

#: The current context once the notebook's cluster is gone: there is none of that name, which kubectl says.
ENDED = "the-notebook-of-this-shell-has-ended"
_ENDED_CONFIG = f"apiVersion: v1\nkind: Config\ncurrent-context: {ENDED}\n"
_NONE = (
    "No notebook of yours has a cluster now. Open one (`kubelearn lab`), run its set-up cell, "
    "`cluster = kubelearn.connect()`, and type `kubelearn shell` again."
)
#: Seconds between two looks at whether the notebook's cluster is still there.
_LOOK = 0.5
#: Seconds after which it is said again that the terminal is closed.
_AGAIN = (0.5, 2.0)
_DAY = 86400


def run(which: str, command: Sequence[str]) -> int:
    """Run a shell, or one command, on a notebook's cluster, and return its exit code.

    Args:
        which: name of the notebook, its number in the list, or the kernel's process id; empty for the only one.
        command: the command; empty for the learner's shell.
    """
    found = sessions.running()
    if not found:
        print(_NONE, file=sys.stderr)
        return 1
    fitting = _fitting(found, which)
    if not fitting:
        print(f"No notebook {which!r} has a cluster now. These have one:\n{_list(found, found)}", file=sys.stderr)
        return 2
    session = fitting[0] if len(fitting) == 1 else _ask(found, fitting)
    return 2 if session is None else _run_on(session, command)


def _fitting(found: Sequence[Session], which: str) -> list[Session]:
    """Return the sessions that a name, a number or a process id stands for."""
    if not which:
        return list(found)
    if which.isascii() and which.isdecimal() and str(int(which)) == which:
        number = int(which)
        numbered = found[number - 1 : number] if number else []
        return list(numbered) or [session for session in found if session.pid == number]
    exact = [session for session in found if which in (session.notebook, Path(session.notebook).name, session.name)]
    return exact or [session for session in found if which in session.name]


def _list(found: Sequence[Session], shown: Sequence[Session]) -> str:
    rows = [_row(number, session) for number, session in enumerate(found, 1) if session in shown]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _row(number: int, session: Session) -> tuple[str, ...]:
    since = _since(session.started)
    return str(number), session.name, session.target, session.namespace, since, f"process {session.pid}"


def _since(started: float) -> str:
    form = "since %H:%M" if time.time() - started < _DAY else "since %Y-%m-%d %H:%M"
    return time.strftime(form, time.localtime(started))


def _ask(found: Sequence[Session], fitting: Sequence[Session]) -> Session | None:
    """Let the learner choose; None if nobody is there, or nothing is chosen."""
    print(f"These notebooks have a cluster:\n{_list(found, fitting)}", file=sys.stderr)
    if not sys.stdin.isatty():
        print("Say which: kubelearn shell NUMBER, or the notebook's name.", file=sys.stderr)
        return None
    try:
        answer = input("Which one? Its number: ").strip()
    except (EOFError, KeyboardInterrupt):
        print(file=sys.stderr)
        return None
    chosen = _fitting(found, answer) if answer else []
    if len(chosen) != 1:
        print(f"{answer!r} is none of them.", file=sys.stderr)
        return None
    return chosen[0]


def _run_on(session: Session, command: Sequence[str]) -> int:
    folder = workdir.create()
    try:
        following = _Following(session, folder / "config")
        variables, first = _variables(folder), _programs(session, folder / "bin")
        path = os.pathsep.join(filter(None, (first, os.environ.get("PATH"))))
        environment = {**inherited(), **variables, "PATH": path}
        if command:
            program = shutil.which(command[0], path=path)
            if program is None:
                print(f"kubelearn shell: there is no command {command[0]!r}", file=sys.stderr)
                return 127
            return following.run([program, *command[1:]], environment)
        if not sys.stdin.isatty():
            return following.run(shells.plain(), environment)
        line, more = shells.interactive(folder, variables, first, session.name)
        print(
            f"kubectl is on the cluster of {session.name} ({session.target}), namespace {session.namespace}. "
            "It ends when the notebook's kernel ends; `exit` leaves this shell.",
            flush=True,
        )
        return following.run(line, {**environment, **more})
    finally:
        workdir.remove(folder)


def _variables(folder: Path) -> dict[str, str]:
    """Return what makes kubectl reach the cluster of the kubeconfig in a folder, and nothing else."""
    hosts = loopback.no_proxy(os.environ.get("NO_PROXY") or os.environ.get("no_proxy"))
    return {**kubectls(folder), "NO_PROXY": hosts, "no_proxy": hosts}


def _programs(session: Session, folder: Path) -> str:
    """Return what goes before the PATH, so that `kubelearn` and the notebook's kubectl are the first of their name.

    Args:
        session: the notebook's.
        folder: to be made for a link to kubectl, if it needs one.
    """
    path = os.pathsep.join(filter(None, (session.programs, os.environ.get("PATH"))))
    if not session.kubectl or shutil.which("kubectl", path=path) == session.kubectl:
        return session.programs
    folder.mkdir()
    return os.pathsep.join((programs.alone(session.kubectl, folder), session.programs))


class _Following:
    """Keeps a private copy of the notebook's kubeconfig as long as the notebook has a cluster.

    A copy, because the notebook's own folder goes with its cluster: in the common temporary folder, somebody else
    could make one of that name. Where a kubeconfig is missing, kubectl would try the cluster that it runs in,
    and localhost.
    """

    def __init__(self, session: Session, copy: Path):
        self._pid = session.pid
        self._copy = copy
        self._text = ""
        self._update()

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
        """Run a command to its end, and return its exit code as a shell tells it."""
        running: list[subprocess.Popen[bytes]] = []
        early = _pass_signals_to(running)  # before it runs: a terminal may be closed at any moment
        with subprocess.Popen(command, env=dict(environment)) as process:  # noqa: S603 - the learner's own
            running.append(process)
            for number in early:
                _pass_on(process, number)
            code = self._wait(process)
        return code if code >= 0 else 128 - code

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        """Look at the notebook's cluster till the command has ended; return its exit code.

        Never without an end: a signal that comes just before a wait is handled after it.
        """
        while True:
            try:
                return process.wait(_LOOK)
            except subprocess.TimeoutExpired:
                self._update()

    def _update(self) -> None:
        text = self._notebooks()
        if text != self._text:
            self._text = text
            new = self._copy.with_suffix(".new")
            workdir.write_private(new, text)
            new.replace(self._copy)  # kubectl never reads half of it

    def _notebooks(self) -> str:
        """Return the kubeconfig that is in force in the notebook, also after its set-up cell was run again."""
        session = sessions.of(self._pid)
        if session is None:
            return _ENDED_CONFIG
        try:
            return (session.folder / "config").read_text(encoding="utf-8")
        except OSError:  # it has gone at this moment
            return _ENDED_CONFIG


def _pass_signals_to(running: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Let Ctrl-C, which the terminal sends to all, reach the command only; pass on what ends this process.

    Returns:
        Signals that came before the command was there, to be passed on then: it may run already while it is started,
        and to end here would wait for it.
    """
    early: list[int] = []

    def end(number: int, _frame: object) -> None:
        if running:
            _pass_on(running[0], number)
        else:
            early.append(number)

    signal.signal(signal.SIGINT, _leave_to_command)
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, end)
    return early


def _pass_on(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal; that a terminal is closed, bash misses just before it waits for its next line."""
    process.send_signal(number)
    for pause in _AGAIN if number == getattr(signal, "SIGHUP", None) else ():
        timer = threading.Timer(pause, process.send_signal, (number,))
        timer.daemon = True
        timer.start()


def _leave_to_command(_number: int, _frame: object) -> None:
    """Do nothing, other than to ignore the signal: that, the command would inherit."""
