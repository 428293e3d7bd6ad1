"""``sed``: a script of commands, each on the lines that its addresses name."""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from kubelearn.cluster.containers.expressions import Match
from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet, busybox_of

from .sed_script import Address, Command, Substitution, commands

#: Steps that a script has for a line; after them it is ended, since nothing else runs meanwhile.
_MOST_STEPS = 1_000_000


@dataclass
class _State:
    """What a script works with.

    Attributes:
        lines: what is still to be read.
        last: whether nothing follows the present line.
        out: what is printed.
        after: what is printed when the line is done (``a``).
        active: the ranges that have begun, by command.
        steps: what was done since a line was read.
    """

    lines: list[str]
    number: int = 0
    space: str = ""
    hold: str = ""
    substituted: bool = False
    out: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    active: dict[int, int] = field(default_factory=dict)
    steps: int = 0

    @property
    def last(self) -> bool:
        """Whether nothing follows the present line."""
        return self.number >= len(self.lines)

    def step(self) -> None:
        """Count a command; with a long text it takes long.

        Raises:
            UsageError: there were too many.
        """
        self.steps += 1 + (len(self.space) + len(self.hold)) // 2
        if self.steps > _MOST_STEPS:
            raise UsageError("too many steps for this cluster's sed")

    def read(self) -> str:
        """Return the next line."""
        self.number += 1
        self.steps = 0
        return self.lines[self.number - 1]


class _Quit(Exception):
    def __init__(self, code: int, *, shows: bool):
        super().__init__(code)
        self.code = code
        self.shows = shows


class _Restart(Exception):
    """The end of a cycle without printing; the text is what the next one begins with."""

    def __init__(self, keep: str | None = None):
        super().__init__()
        self.keep = keep


class _Editor:
    """Runs a script over lines."""

    def __init__(self, script: list[Command], *, quiet: bool):
        self._script = script
        self._quiet = quiet
        self._labels = {command.text: at for at, command in enumerate(script) if command.letter == ":"}

    def run(self, lines: list[str]) -> tuple[list[str], int]:
        """Return what is printed of lines, and the exit code."""
        state, code, kept = _State(lines), 0, None
        try:
            while kept is not None or not state.last:
                state.space = state.read() if kept is None else kept
                kept = self._cycle(state)
        except _Quit as end:
            code = end.code
            if end.shows and not self._quiet:
                state.out.append(state.space)
            state.out += state.after
        return state.out, code

    def _cycle(self, state: _State) -> str | None:
        """Run the script on one line; return what the next cycle begins with instead of a line, if anything."""
        state.substituted, state.after = False, []
        try:
            self._commands(state)
        except _Restart as restart:
            state.out += state.after
            return restart.keep
        if not self._quiet:
            state.out.append(state.space)
        state.out += state.after
        return None

    def _commands(self, state: _State) -> None:
        at = 0
        while at < len(self._script):
            command = self._script[at]
            at += 1
            state.step()
            if command.letter == "{" and not self._chosen(command, state):
                at = command.end
            elif command.letter in "bt":
                at = self._jump(command, state, at)
            elif command.letter not in "{}:" and self._chosen(command, state):
                self._do(command, state)

    def _jump(self, command: Command, state: _State, at: int) -> int:
        if not self._chosen(command, state) or (command.letter == "t" and not state.substituted):
            return at
        state.substituted = False
        if not command.text:
            return len(self._script)
        if command.text not in self._labels:
            raise UsageError(f"can't find label for jump to '{command.text}'")
        return self._labels[command.text]

    # Addresses

    def _chosen(self, command: Command, state: _State) -> bool:
        return self._addressed(command, state) != command.inverted

    def _addressed(self, command: Command, state: _State) -> bool:
        if command.first is None:
            return True
        if command.last is None:
            return self._hits(command.first, state)
        key = id(command)
        if key in state.active:
            end = state.active[key]
            if state.number >= end if end else self._hits(command.last, state):
                del state.active[key]
            return not end or state.number <= end or command.last.kind == "more"
        if not self._hits(command.first, state):
            return False
        kind, value = command.last.kind, command.last.number
        if kind == "more":
            value += state.number
        if kind in ("line", "more") and value > state.number:
            state.active[key] = value
        elif kind == "pattern" or (kind == "last" and not state.last):
            state.active[key] = 0
        return True

    @staticmethod
    def _hits(address: Address, state: _State) -> bool:
        if address.kind == "line":
            return state.number == address.number
        if address.kind == "step":
            return state.number >= address.number and (state.number - address.number) % max(address.step, 1) == 0
        if address.kind == "last":
            return state.last
        return address.pattern is not None and address.pattern.search(state.space) is not None

    # Commands

    def _do(self, command: Command, state: _State) -> None:
        if isinstance(command.substitution, Substitution):
            self._substitute(command.substitution, state)
            return
        simple: dict[str, Callable[[], None]] = {
            "p": lambda: state.out.append(state.space),
            "P": lambda: state.out.append(state.space.partition("\n")[0]),
            "=": lambda: state.out.append(str(state.number)),
            "i": lambda: state.out.append(command.text),
            "a": lambda: state.after.append(command.text),
        }
        if command.letter in simple:
            simple[command.letter]()
        elif command.letter in "ghGHxy":
            self._change_spaces(command, state)
        elif command.letter in "nN":
            self._read_on(command.letter, state)
        else:
            self._end(command, state)

    @staticmethod
    def _change_spaces(command: Command, state: _State) -> None:
        letter = command.letter
        if letter == "y":
            state.space = state.space.translate(command.table)
        elif letter == "x":
            state.space, state.hold = state.hold, state.space
        elif letter in "gG":
            state.space = state.hold if letter == "g" else f"{state.space}\n{state.hold}"
        else:
            state.hold = state.space if letter == "h" else f"{state.hold}\n{state.space}"

    def _read_on(self, letter: str, state: _State) -> None:
        if state.last:
            raise _Quit(0, shows=True)
        if letter == "n":
            if not self._quiet:
                state.out.append(state.space)
            state.out, state.after = state.out + state.after, []
            state.space = state.read()
        else:
            state.space = f"{state.space}\n{state.read()}"

    def _end(self, command: Command, state: _State) -> None:
        if command.letter in "qQ":
            raise _Quit(int(command.text or 0), shows=command.letter == "q")
        if command.letter == "c":
            if command.last is None or id(command) not in state.active or command.inverted:
                state.out.append(command.text)
            raise _Restart
        if command.letter == "D" and "\n" in state.space:
            raise _Restart(state.space.partition("\n")[2])
        raise _Restart

    @staticmethod
    def _substitute(command: Substitution, state: _State) -> None:
        count, end = 0, -1

        def replaced(found: Match) -> str:
            nonlocal count, end
            if found.end() == end:  # nothing, where a match has just ended, is no match
                return ""
            end = found.end()
            count += 1
            if count < command.occurrence or (count > command.occurrence and not command.everywhere):
                return str(found.group())
            return command.fill(found)

        changed, _ = command.pattern.subn(replaced, state.space)
        if count >= command.occurrence:
            state.space, state.substituted = changed, True
            if command.prints:
                state.out.append(changed)


@applet(
    "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...",
    "inErsz",
    "ef",
    long={"quiet": "n", "silent": "n", "expression": "e", "regexp-extended": "E", "in-place": "i", "file": "f"},
)
async def _sed(process: Process, options: Given) -> int:
    words, scripts = list(options.operands), options.all("e")
    for name in options.all("f"):
        found, _ = await inputs(process, [name])
        scripts += [data.decode(errors="replace").rstrip("\n") for _, data in found]
    if not scripts:
        if not words:
            raise Misuse
        scripts = [words.pop(0)]
    editor = _Editor(commands("\n".join(scripts), extended=options.any("Er")), quiet="n" in options)
    found, status = await inputs(process, words)
    if status and busybox_of(process) is None:
        status = 2
    if "i" not in options:
        text = b"".join(data for _, data in found).decode(errors="replace")
        lines, code = editor.run(text.splitlines())
        out = "".join(f"{line}\n" for line in lines)
        process.stdout.write((out if text.endswith("\n") or not text else out.removesuffix("\n")).encode())
        return code or status
    for name, data in found if words else []:
        lines, _ = editor.run(data.decode(errors="replace").splitlines())
        path = resolve(process.cwd, name)
        if path in process.files.mounts:  # a new file cannot take its place
            return _busy(process, path, name)
        try:
            process.files.write(path, "".join(f"{line}\n" for line in lines).encode())
        except OSError:
            raise UsageError(f"can't create temp file '{name}XXXXXX': Read-only file system") from None
    return status


def _busy(process: Process, path: str, name: str) -> int:
    reason = os.strerror(errno.EBUSY)
    if busybox_of(process) is None:
        process.complain(f"sed: cannot rename {posixpath.dirname(path)}/sed000000: {reason}")
        return 4
    process.complain(f"sed: can't move '{name}000000' to '{name}': {reason}")
    return 1


TOOLS: dict[str, Program] = {"sed": _sed}
