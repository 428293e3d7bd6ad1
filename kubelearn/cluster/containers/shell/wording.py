"""What different shells say of the same trouble: BusyBox' ash, Debian's dash, and bash."""

from __future__ import annotations

import re
from typing import Protocol

from kubelearn.cluster.containers.process import Process


class Speaker(Protocol):
    """A shell, as far as its complaints need it: what it is called, and where in its script it is."""

    process: Process
    name: str
    line: int
    first_line: int
    options: set[str]


#: Characters that need quotes in a trace.
_QUOTED = re.compile(r"[^-+,./0-9:@A-Z\]^_a-z]")
_CD = {
    "ash": "can't cd to {name}: {why}",
    "bash": "{name}: {why}",
    "dash": "can't cd to {name}",
}
_INPUT = {
    "ash": "can't open {name}: no such file",
    "bash": "{name}: No such file or directory",
    "dash": "cannot open {name}: No such file",
}
_OUTPUT = {
    "ash": "can't create {name}: {why}",
    "bash": "{name}: {why}",
    "dash": "cannot create {name}: {why}",
}
#: What ash says of a folder that is not there, and the others.
_FOLDER = {"ash": "nonexistent directory", "bash": "No such file or directory", "dash": "Directory nonexistent"}
#: What a shell says when a signal has ended a program that it waited for.
_DEATHS = {1: "Hangup", 9: "Killed", 15: "Terminated"}


def dialect(shell: Speaker) -> str:
    """Return which shell one is like: ``bash`` by its name, else that of the image."""
    if shell.process.argv[0].rpartition("/")[2] == "bash":
        return "bash"
    return "ash" if "busybox" in shell.process.programs else "dash"


def complain(shell: Speaker, text: str, *, command: str = "") -> None:
    """Print an error: bash and dash say in which line, ash for commands of its own.

    Args:
        command: which builtin command complains.
    """
    like, line = dialect(shell), shell.line + (dialect(shell) != "ash" and not shell.first_line)
    where = {"ash": f"{command}: line {line}: " * bool(command), "bash": f"line {line}: ", "dash": f"{line}: "}[like]
    own = f"{command}: " if command and like != "ash" else ""
    shell.process.complain(f"{shell.name}: {where}{own}{text}")


def not_found(shell: Speaker, name: str) -> int:
    """Say that there is no such program, or none that may be run, and return the exit code of that."""
    denied = shell.process.denies(name)
    if dialect(shell) == "bash":
        why = "No such file or directory" if "/" in name else "command not found"
        is_dir = "/" in name and shell.process.files.is_dir(name)
        denial = "Is a directory" if is_dir else "Permission denied"
    else:
        why, denial = "not found", "Permission denied"
    complain(shell, f"{name}: {denial if denied else why}")
    return 126 if denied else 127


def died(shell: Speaker, signal: int | None) -> None:
    """Say what has become of a program, if a signal has ended it."""
    if signal in _DEATHS:
        shell.process.complain(_DEATHS[signal])


def trace(shell: Speaker, words: list[str], *, before: str = "") -> None:
    """Say which command comes, where ``set -x`` asks for that; a word with a special character is quoted."""
    if "x" in shell.options:
        shown = " ".join(f"'{word}'" if _QUOTED.search(word) else word for word in words)
        shell.process.complain(f"+ {before}{shown}")


def cd(shell: Speaker, name: str, why: str) -> None:
    """Say that there is no such folder to go to."""
    complain(shell, _CD[dialect(shell)].format(name=name, why=why), command="cd")


def no_input(shell: Speaker, name: str) -> None:
    """Say that a file to read from is not there."""
    complain(shell, _INPUT[dialect(shell)].format(name=name))


def no_output(shell: Speaker, name: str, why: str) -> None:
    """Say why a file cannot be written; without a reason its folder is not there."""
    complain(shell, _OUTPUT[dialect(shell)].format(name=name, why=why or _FOLDER[dialect(shell)]))


def syntax(shell: Speaker, text: str) -> None:
    """Say that a script cannot be read."""
    if dialect(shell) == "dash" and text.startswith("syntax error: "):
        rest = text.removeprefix("syntax error: ")
        text = f"Syntax error: {rest[:1].upper()}{rest[1:]}" if rest.startswith("un") else f"Syntax error: {rest}"
    complain(shell, text)
