"""What different shells say of the same trouble: BusyBox' ash, Debian's dash, and bash."""

from __future__ import annotations

import re
from typing import Protocol

from kubelearn.cluster.containers.process import Process

from .syntax import ShellSyntaxError


class Speaker(Protocol):
    """A shell, as far as its complaints need it: what it is called, and where in its script it is."""

    process: Process
    name: str
    line: int
    first_line: int
    within: str
    from_command_line: bool
    options: set[str]
    variables: dict[str, str]


#: Characters that need quotes in a trace.
_SPECIAL = {"ash": re.compile(r"[^-+,./0-9:@A-Z\]^_a-z]"), "bash": re.compile(r"[^-+,./0-9:=@A-Z^_a-z%]")}
_TROUBLES = {
    "option": {"ash": "illegal option -{}", "dash": "Illegal option -{}", "bash": "-{}: invalid option"},
    "value": {
        "ash": "no arg for -{} option",
        "dash": "No arg for -{} option",
        "bash": "-{}: option requires an argument",
    },
    "number": {"ash": "Illegal number: {}", "dash": "Illegal number: {}", "bash": "{}: numeric argument required"},
    "name": {"ash": "{}: bad variable name", "dash": "{}: bad variable name", "bash": "`{}': not a valid identifier"},
    "job": {"ash": "{}: no such job", "dash": "No such job: {}", "bash": "{}: no such job"},
    "signal": {
        "ash": "{}: invalid signal specification",
        "dash": "{}: bad trap",
        "bash": "{}: invalid signal specification",
    },
    "closed": {"ash": "{}: is read only", "dash": "{}: is read only", "bash": "{}: readonly variable"},
    "unset": {"ash": "{}: parameter not set", "dash": "{}: parameter not set", "bash": "{}: unbound variable"},
}
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
_DEATHS = {
    1: "Hangup",
    3: "Quit",
    6: "Aborted",
    9: "Killed",
    10: "User defined signal 1",
    12: "User defined signal 2",
    14: "Alarm clock",
    15: "Terminated",
}


def dialect(shell: Speaker) -> str:
    """Return which shell one is like: ``bash`` by its name, else that of the image."""
    if shell.process.argv[0].rpartition("/")[2] == "bash":
        return "bash"
    return "ash" if "busybox" in shell.process.programs else "dash"


def line_of(shell: Speaker) -> int:
    """Return which line runs: ash counts those of ``-c`` from 0."""
    return shell.line + (dialect(shell) != "ash" and not shell.first_line)


def complain(shell: Speaker, text: str, *, command: str = "") -> None:
    """Print an error: bash and dash say in which line, ash for commands of its own.

    Args:
        command: which builtin command complains.
    """
    like, line = dialect(shell), line_of(shell)
    command = command or (shell.within if like != "bash" else "")
    where = {"ash": f"{command}: line {line}: " * bool(command), "bash": f"line {line}: ", "dash": f"{line}: "}[like]
    own = f"{command}: " if command and like != "ash" else ""
    name = shell.within if like == "bash" and "/" in shell.within else shell.name
    shell.process.complain(f"{name}: {where}{own}{text}")


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
        shown = " ".join(_traced(shell, word) for word in words)
        shell.process.complain(f"{shell.variables.get('PS4', '')}{before}{shown}")


def _traced(shell: Speaker, word: str) -> str:
    """Return a word in the quotes that it needs."""
    special = _SPECIAL.get(dialect(shell))
    if special is None or not (special.search(word) or (not word and dialect(shell) == "bash")):
        return word
    return "'" + word.replace("'", "'\\''") + "'" if dialect(shell) == "bash" else quoted(word)


def quoted(text: str) -> str:
    """Return a text in single quotes, as ash and dash write one that holds such a quote itself."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def trouble(like: str, kind: str, what: str) -> str:
    """Return what a shell says of a wrong word of a command's.

    Args:
        kind: ``option``, ``value`` (an option's that is missing), ``number``, ``name``, ``job``, ``signal``,
            ``closed`` (a variable), ``unset``.
    """
    return _TROUBLES[kind][like].format(what)


def cd(shell: Speaker, name: str, why: str) -> None:
    """Say that there is no such folder to go to."""
    complain(shell, _CD[dialect(shell)].format(name=name, why=why), command="cd")


def failure(shell: Speaker) -> int:
    """Return the exit code of a command whose redirections fail."""
    return 2 if dialect(shell) == "dash" else 1


def no_input(shell: Speaker, name: str) -> None:
    """Say that a file to read from is not there."""
    complain(shell, _INPUT[dialect(shell)].format(name=name))


def no_output(shell: Speaker, name: str, why: str) -> None:
    """Say why a file cannot be written; without a reason its folder is not there."""
    complain(shell, _OUTPUT[dialect(shell)].format(name=name, why=why or _FOLDER[dialect(shell)]))


def no_overwriting(shell: Speaker, name: str) -> None:
    """Say that a file is there already, after ``set -C``."""
    if dialect(shell) == "bash":
        complain(shell, f"{name}: cannot overwrite existing file")
    else:
        no_output(shell, name, "File exists")


def syntax(shell: Speaker, error: ShellSyntaxError, script: str = "") -> None:
    """Say that a script cannot be read, or go on."""
    text = str(error)
    if dialect(shell) == "bash" and (error.sign or "unexpected end of file" in text):
        _syntax_of_bash(shell, error, script)
        return
    if dialect(shell) == "dash" and text.startswith("syntax error: "):
        rest = text.removeprefix("syntax error: ")
        found = re.fullmatch(r'unexpected (end of file|newline|redirection|"[^"]*"|word)(.*)', rest)
        rest = f"{found[1]} unexpected{found[2]}" if found else f"{rest[:1].upper()}{rest[1:]}"
        text = rest if rest == "Bad substitution" else f"Syntax error: {rest}"
    complain(shell, text)


def _syntax_of_bash(shell: Speaker, error: ShellSyntaxError, script: str) -> None:
    """Say it in two lines, if a token is where it must not be; else what bash misses at the end."""
    is_open = "unexpected" not in str(error) or "end of file" in str(error)
    line = error.line + 1
    if not error.sign:
        line, told = script.rstrip("\n").count("\n") + 2, "syntax error: unexpected end of file"
    elif is_open:
        told = f"unexpected EOF while looking for matching `{error.sign}'"
    else:
        told = f"syntax error near unexpected token `{error.sign}'"
    name = shell.within if "/" in shell.within else shell.name
    where = "eval: " if shell.within == "eval" else "-c: " if shell.from_command_line and not shell.within else ""
    shell.process.complain(f"{name}: {where}line {line}: {told}")
    if error.sign and not is_open:
        shell.process.complain(f"{name}: {where}line {line}: `{script.splitlines()[error.line]}'")
