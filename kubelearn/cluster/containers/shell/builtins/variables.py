"""Commands for variables: export, readonly, local, unset, let, declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import is_number
from kubelearn.cluster.containers.shell import wording
from kubelearn.cluster.containers.shell.syntax import ShellSyntaxError, is_name

from .declaring import Given, Refusal, builtin, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState


def named(shell: ShellState, word: str) -> tuple[str, str | None]:
    """Return name and value of ``NAME[=VALUE]``.

    Raises:
        Refusal: that is no name.
    """
    name, equals, value = word.partition("=")
    if not is_name(name):
        like = wording.dialect(shell)
        raise Refusal(wording.trouble(like, "name", word if like == "bash" else name))
    return name, value if equals else None


def _shown(shell: ShellState, command: str, name: str) -> str:
    """Return a variable as a command that makes it again."""
    value = shell.variables.get(name)
    if wording.dialect(shell) != "bash":
        return f"{command} {name}" + ("" if value is None else f"={wording.quoted(value)}")
    flags = "r" * (name in shell.constants) + "x" * (name in shell.exported)
    escaped = re.sub(r'(["$`\\])', r"\\\1", value or "")
    return f"declare -{flags or '-'} {name}" + ("" if value is None else f'="{escaped}"')


@builtin("export", "p", ash="np", bash="fnp", usage="[-fn] [name[=value] ...] or export -p", special=True)
async def _export(shell: ShellState, given: Given) -> int:
    if not given.operands or ("p" in given and wording.dialect(shell) == "dash"):
        return _print(shell, "export", shell.exported)
    for name in _assigned(shell, given.operands):
        (shell.exported.discard if "n" in given else shell.exported.add)(name)
    return 0


@builtin("readonly", "p", bash="aAfp", usage="[-aAf] [name[=value] ...] or readonly -p", special=True)
async def _readonly(shell: ShellState, given: Given) -> int:
    if not given.operands:
        return _print(shell, "readonly", shell.constants)
    for name in _assigned(shell, given.operands):
        shell.constants.add(name)
    return 0


def _print(shell: ShellState, command: str, names: set[str]) -> int:
    for name in sorted(names):
        shell.process.print(_shown(shell, command, name))
    return 0


def _assigned(shell: ShellState, words: list[str]) -> Iterator[str]:
    """Yield the names of ``NAME[=VALUE]…``, each once it has its value.

    Raises:
        Refusal: that is no name, or closed.
    """
    for word in words:
        name, value = named(shell, word)
        if value is not None:
            _assign(shell, name, value)
        yield name


def _assign(shell: ShellState, name: str, value: str) -> None:
    """Give a variable a value.

    Raises:
        Refusal: it is closed.
    """
    try:
        shell.assign(name, value)
    except ShellSyntaxError as error:
        raise Refusal(str(error)) from None


@builtin("local", None, bash="r", usage="[option] name[=value] ...", special=True)
async def _local(shell: ShellState, given: Given) -> int:
    like = wording.dialect(shell)
    if not shell.locals:
        raise Refusal("can only be used in a function" if like == "bash" else "not in a function")
    for word in given.operands:
        name, value = named(shell, word)
        shell.locals[-1].setdefault(name, shell.variables.get(name))
        if value is not None:
            _assign(shell, name, value)
        elif like != "dash":
            shell.variables.pop(name, None)
    return 0


@builtin("declare", "rxipgaAfFnlut", shells=("bash",), usage="[-rx] [name[=value] ...]")
async def _declare(shell: ShellState, given: Given) -> int:
    """``declare [-rx] NAME[=VALUE]…``; in a function the variable is the function's own."""
    beyond = given.options.keys() - {"r", "x", "g", "i", "p"}
    if beyond:
        raise Refusal(f"-{min(beyond)} is not supported in this shell", 2)
    if "p" in given or not given.operands:
        for name in given.operands or sorted(shell.variables):
            if name not in shell.variables:
                raise Refusal(f"{name}: not found")
            shell.process.print(_shown(shell, "declare", name))
        return 0
    for word in given.operands:
        name, value = named(shell, word)
        if shell.locals and "g" not in given:
            shell.locals[-1].setdefault(name, shell.variables.get(name))
        if value is not None:
            _assign(shell, name, str(shell.arithmetic(value)) if "i" in given else value)
        shell.exported |= {name} if "x" in given else set()
        shell.constants |= {name} if "r" in given else set()
    return 0


@builtin("unset", "fv", bash="fvn", usage="[-f] [-v] [-n] [name ...]", special=True)
async def _unset(shell: ShellState, given: Given) -> int:
    like = wording.dialect(shell)
    if like == "bash" and "f" in given and "v" in given:
        raise Refusal("cannot simultaneously unset a function and a variable")
    for name in given.operands:
        if "f" in given:
            shell.functions.pop(name, None)
            continue
        if like != "bash":
            named(shell, name)
        if name in shell.constants:
            closed = f"{name}: cannot unset: readonly variable"
            raise Refusal(closed if like == "bash" else wording.trouble(like, "closed", name))
        known = shell.variables.pop(name, None) is not None or name in shell.exported
        shell.exported.discard(name)
        if like == "bash" and not known and "v" not in given:
            shell.functions.pop(name, None)
    return 0


@builtin("let", shells=("ash", "bash"))
async def _let(shell: ShellState, given: Given) -> int:
    if not given.operands:
        raise Refusal("expression expected")
    value = 0
    for text in given.operands:
        try:
            value = shell.arithmetic(text)
        except ShellSyntaxError as error:
            raise Refusal(str(error)) from None
    return int(not value)


@builtin("shift", special=True)
async def _shift(shell: ShellState, given: Given) -> int:
    like = wording.dialect(shell)
    text = given.operands[0] if given.operands else "1"
    if not is_number(text):
        if like == "bash":
            negative = re.fullmatch(r"-\d+", text)
            raise Refusal(f"{text}: {'shift count out of range' if negative else 'numeric argument required'}")
        raise Refusal(wording.trouble(like, "number", text))
    if int(text) > len(shell.arguments):
        if like == "dash":
            raise Refusal("can't shift that many")
        return 1
    shell.arguments = shell.arguments[int(text) :]
    return 0


_typeset = builtin("typeset", "rxipgaAfFnlut", shells=("bash",), usage="[-rx] name[=value] ...")(_declare.run)
BUILTINS = table(_declare, _export, _let, _local, _readonly, _shift, _typeset, _unset)
