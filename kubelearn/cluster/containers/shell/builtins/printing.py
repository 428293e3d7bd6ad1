"""What shells print themselves: dash's echo, bash' ``printf -v``, ash's help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import bytes_of, char_of
from kubelearn.cluster.streams import Buffer

from .declaring import Given, builtin, table
from .variables import named

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_HELP = """Built-in commands:
------------------
\t. : [ [[ alias bg break cd chdir command continue echo eval exec
\texit export false fg getopts hash help history jobs kill let
\tlocal printf pwd read readonly return set shift source test times
\ttrap true type ulimit umask unalias unset wait
"""


@builtin("echo", None, shells=("dash",))
async def _echo(shell: ShellState, given: Given) -> int:
    """``echo [-n] WORD…``: dash has no ``-e``, and always minds backslashes."""
    words = given.operands
    end = "" if words[:1] == ["-n"] else "\n"
    text, stop, _ = " ".join(words[1:] if not end else words).partition("\\c")
    told = re.sub(r"\\(?:0([0-7]{0,3})|([abfnrtv\\]))", lambda found: _ESCAPES.get(found[2]) or _octal(found[1]), text)
    shell.process.stdout.write(bytes_of(told + ("" if stop else end)))
    await shell.process.stdout.drain()
    return 0


def _octal(digits: str) -> str:
    return char_of(int(digits or "0", 8) & 0xFF)


@builtin("printf", None, shells=("bash",))
async def _printf(shell: ShellState, given: Given) -> int:
    """``printf [-v NAME] FORMAT…``"""
    words = given.operands
    if words[:1] != ["-v"] or len(words) < 3:
        return await shell.spawn(["printf", *words], shell.environment)
    name, _ = named(shell, words[1])
    buffer = Buffer()
    status = await shell.spawn(["printf", *words[2:]], shell.environment, stdout=buffer)
    shell.assign(name, bytes(buffer.data).decode(errors="replace"))
    return status


@builtin("help", None, shells=("ash",))
async def _help(shell: ShellState, _given: Given) -> int:
    shell.process.stdout.write(_HELP.encode())
    return 0


BUILTINS = table(_echo, _help, _printf)
