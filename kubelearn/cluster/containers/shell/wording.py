"""What different shells say of the same trouble: BusyBox' ash, Debian's dash, and bash."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .state import ShellState

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


def dialect(shell: ShellState) -> str:
    """Return which shell one is like: ``bash`` by its name, else that of the image."""
    if shell.process.argv[0].rpartition("/")[2] == "bash":
        return "bash"
    return "ash" if "busybox" in shell.process.programs else "dash"


def complain(shell: ShellState, text: str, *, command: str = "") -> None:
    """Print an error: bash and dash say in which line, ash for commands of its own.

    Args:
        command: which builtin command complains.
    """
    like, line = dialect(shell), shell.line + (dialect(shell) != "ash" and not shell.first_line)
    where = {"ash": f"{command}: line {line}: " * bool(command), "bash": f"line {line}: ", "dash": f"{line}: "}[like]
    own = f"{command}: " if command and like != "ash" else ""
    shell.process.complain(f"{shell.name}: {where}{own}{text}")


def not_found(shell: ShellState, name: str) -> int:
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


def cd(shell: ShellState, name: str, why: str) -> None:
    """Say that there is no such folder to go to."""
    complain(shell, _CD[dialect(shell)].format(name=name, why=why), command="cd")


def no_input(shell: ShellState, name: str) -> None:
    """Say that a file to read from is not there."""
    complain(shell, _INPUT[dialect(shell)].format(name=name))


def no_output(shell: ShellState, name: str, why: str) -> None:
    """Say why a file cannot be written; without a reason its folder is not there."""
    complain(shell, _OUTPUT[dialect(shell)].format(name=name, why=why or _FOLDER[dialect(shell)]))


def syntax(shell: ShellState, text: str) -> None:
    """Say that a script cannot be read."""
    if dialect(shell) == "dash" and text.startswith("syntax error: "):
        rest = text.removeprefix("syntax error: ")
        text = f"Syntax error: {rest[:1].upper()}{rest[1:]}" if rest.startswith("un") else f"Syntax error: {rest}"
    complain(shell, text)
