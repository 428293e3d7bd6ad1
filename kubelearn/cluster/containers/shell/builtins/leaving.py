"""How a script goes on: exit, return, break, eval, ``.``, exec."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import is_number
from kubelearn.cluster.containers.shell import wording
from kubelearn.cluster.containers.shell.control import Exit, LoopControl, Return
from kubelearn.cluster.containers.shell.parser import parse
from kubelearn.cluster.containers.shell.syntax import ShellSyntaxError

from .declaring import Builtin, Given, Refusal, builtin, number, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState


@builtin(":", None, special=True)
async def _colon(_shell: ShellState, _given: Given) -> int:
    return 0


def _code(shell: ShellState, given: Given) -> int:
    """Return the exit code that ``exit`` and ``return`` leave with: of the last command, if they name none.

    Raises:
        Refusal: it is no number.
    """
    if not given.operands:
        return shell.status
    text = given.operands[0]
    if wording.dialect(shell) != "bash":
        return number(shell, text) & 0xFF
    if not is_number(text.removeprefix("-")):
        raise Refusal(wording.trouble("bash", "number", text), 2)
    if len(given.operands) > 1:
        raise Refusal("too many arguments", 1)
    return int(text) & 0xFF


@builtin("exit", None, special=True)
async def _exit(shell: ShellState, given: Given) -> int:
    try:
        raise Exit(_code(shell, given))
    except Refusal as error:
        if error.status == 1:  # bash stays, if there are too many words
            raise
        wording.complain(shell, str(error), command="exit")
        raise Exit(2) from None


@builtin("return", None, special=True)
async def _return(shell: ShellState, given: Given) -> int:
    if wording.dialect(shell) == "bash" and not shell.locals and not shell.sourcing:
        raise Refusal("can only `return' from a function or sourced script", 2)
    raise Return(_code(shell, given))


async def _leave(shell: ShellState, given: Given, kind: str) -> int:
    like = wording.dialect(shell)
    if not shell.loops:
        if like == "bash":
            wording.complain(shell, "only meaningful in a `for', `while', or `until' loop", command=kind)
        return 0
    text = given.operands[0] if given.operands else "1"
    if like != "bash":
        levels = number(shell, text)
        if not levels:
            raise Refusal(wording.trouble(like, "number", text))
        raise LoopControl(kind, levels)
    if not is_number(text.removeprefix("-")):
        wording.complain(shell, wording.trouble(like, "number", text), command=kind)
        raise Exit(128)
    if int(text) < 1:
        wording.complain(shell, f"{text}: loop count out of range", command=kind)
        shell.status = 1
        raise LoopControl("break", shell.loops)
    raise LoopControl(kind, int(text))


@builtin("break", None, special=True)
async def _break(shell: ShellState, given: Given) -> int:
    return await _leave(shell, given, "break")


@builtin("continue", None, special=True)
async def _continue(shell: ShellState, given: Given) -> int:
    return await _leave(shell, given, "continue")


@builtin("eval", None, bash="", usage="[arg ...]", special=True)
async def _eval(shell: ShellState, given: Given) -> int:
    return await _within(shell, "eval", " ".join(given.operands))


async def _within(shell: ShellState, name: str, script: str) -> int:
    """Run more of a script.

    Args:
        name: what complaints are to name.

    Raises:
        Refusal: it cannot be read; bash goes on then.
    """
    before, shell.within = shell.within, name
    try:
        try:
            node = parse(script)
        except ShellSyntaxError as error:
            wording.syntax(shell, error, script)
            if wording.dialect(shell) != "bash":
                raise Exit(error.status) from None
            raise Refusal("", 2) from None
        return await shell.execute(node)
    finally:
        shell.within = before


@builtin(".", None, bash="", usage="filename [arguments]", special=True)
async def _dot(shell: ShellState, given: Given) -> int:
    like = wording.dialect(shell)
    if not given.operands:
        if like == "bash":
            raise Refusal("filename argument required", usage=True)
        return 2 if like == "ash" else 0
    path = _script(shell, given.operands[0])
    if shell.process.files.is_dir(path):
        if like == "bash":
            raise Refusal(f"{given.operands[0]}: is a directory")
        return 0
    if path == "/dev/null":
        return 0
    if not shell.process.files.is_file(path):
        raise _missing(shell, given.operands[0])
    before, lines = shell.arguments, (shell.first_line, shell.line)
    own = [] if like == "dash" else given.operands[1:]
    shell.arguments, shell.first_line = own or before, 1
    shell.sourcing += 1
    try:
        return await _within(shell, path, shell.process.files.read(path).decode(errors="replace"))
    except Return as back:
        return back.code
    finally:
        shell.sourcing -= 1
        shell.first_line, shell.line = lines
        if own:
            shell.arguments = before


def _script(shell: ShellState, name: str) -> str:
    """Return where a script is: a name without a slash is looked for on the PATH first."""
    process = shell.process
    folders = [] if "/" in name else shell.variables.get("PATH", "").split(":")
    for folder in folders:
        path = posixpath.join(folder, name)
        if process.files.is_file(path):
            return path
    return resolve(process.cwd, name)


def _missing(shell: ShellState, name: str) -> Refusal:
    like = wording.dialect(shell)
    if like == "bash":
        wording.complain(shell, f"{name}: No such file or directory")
        return Refusal("", 1)
    if like == "dash":
        return Refusal(f"cannot open {name}: No such file" if "/" in name else f"{name}: not found")
    return Refusal(f"can't open '{name}': No such file or directory")


_EXEC_USAGE = "[-cl] [-a name] [command [argument ...]] [redirection ...]"


@builtin("exec", "a:", dash=None, bash="cla:", usage=_EXEC_USAGE, special=True)
async def _exec(shell: ShellState, given: Given) -> int:
    words, process = given.operands, shell.process
    if not words:
        return 0
    # The program takes the shell's place, with its signals if it is the container's first process.
    program = process.program(words[0])
    if program is None:
        raise Exit(_cannot_exec(shell, words[0]))
    process.argv = [given.options.get("a", words[0]), *words[1:]]
    process.env = {} if "c" in given else shell.environment
    process.handlers.clear()
    raise Exit(await program(process))


def _cannot_exec(shell: ShellState, name: str) -> int:
    denied, like = shell.process.denies(name), wording.dialect(shell)
    if like == "bash" and "/" in name:
        if not denied:
            wording.complain(shell, f"{name}: No such file or directory")
            return 127
        why = "Is a directory" if shell.process.files.is_dir(name) else "Permission denied"
        wording.complain(shell, f"{name}: {why}")
        wording.complain(shell, f"{name}: cannot execute: {why}", command="exec")
        return 126
    wording.complain(shell, f"{name}: {'Permission denied' if denied else 'not found'}", command="exec")
    return 126 if denied else 127


_source = builtin("source", shells=("ash", "bash"), bash="", usage=_dot.usage, special=True)(_dot.run)
BUILTINS: dict[str, Builtin] = table(_break, _colon, _continue, _dot, _eval, _exec, _exit, _return, _source)
