"""Simple commands: assignments, redirections, and a builtin, a function or a program with its words."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from . import wording
from .control import Exit, Return
from .parser import parse
from .redirection import Redirection
from .syntax import Node, Simple, final

if TYPE_CHECKING:
    from .interpreter import Shell


async def run(shell: Shell, node: Simple) -> int:
    """Run a simple command and return its exit code."""
    shell.node, shell.line = node, shell.first_line + node.line
    if (other := _without_alias(shell, node)) is not None:
        return await shell.execute(other)
    words = await shell.expander.words(node.words)
    if not words:
        return await _assignments(shell, node)
    wording.trace(shell, words)
    if not node.redirects:
        return await _call(shell, words, node)
    redirection = Redirection(shell)
    try:
        if await redirection.apply(node.redirects):
            return await _call(shell, words, node)
        if shell.is_special(words[0]):
            raise Exit(wording.failure(shell))
        return wording.failure(shell)
    finally:
        redirection.undo(keep=words == ["exec"])


def _without_alias(shell: Shell, node: Simple) -> Node | None:
    """Return what a command means whose first word is an alias; bash minds them at a terminal only."""
    if not shell.aliases or not node.words or len(node.words[0]) != 1:
        return None
    [first] = node.words[0]
    name, alias = first.value, shell.aliases.get(first.value)
    if alias is None or first.quoted or first.kind != "text" or name in node.aliases:
        return None
    if (alias.piece, alias.line) >= (shell.pieces, shell.line):  # it was told after this line was read
        return None
    if wording.dialect(shell) == "bash" and not shell.process.tty:
        return None
    meant = copy.deepcopy(parse(alias.text))
    last = final(meant)
    if not isinstance(last, Simple):
        return meant
    last.line = node.line
    last.words += node.words[1:]
    last.redirects += node.redirects
    last.assignments = node.assignments + last.assignments
    last.aliases = node.aliases | {name}
    return meant


async def _assignments(shell: Shell, node: Simple) -> int:
    """Run a command without words: assignments, and files that are made empty."""
    shell.status = 0
    for name, word in node.assignments:
        shell.assign(name, value := await shell.expander.text(word))
        wording.trace(shell, [value], before=f"{name}=")
    redirection = Redirection(shell)
    try:
        return shell.status if await redirection.apply(node.redirects) else wording.failure(shell)
    finally:
        redirection.undo()


async def _call(shell: Shell, words: list[str], node: Simple) -> int:
    name = words[0]
    special = shell.is_special(name)
    builtin = shell.builtin(name) if special or name not in shell.functions else None
    if builtin is not None and not node.assignments:
        return await builtin(shell, words)
    before = {key: shell.variables.get(key) for key, _ in node.assignments}
    # What follows sees them in its environment; ``export`` alone decides itself what is exported.
    for_now = {key for key, _ in node.assignments} - shell.exported if name != "export" else set()
    shell.exported |= for_now
    try:
        for key, word in node.assignments:
            shell.assign(key, await shell.expander.text(word))
        if builtin is not None:
            return await builtin(shell, words)
        if name in shell.functions:
            return await _call_function(shell, shell.functions[name], words[1:])
        return await shell.spawn(words, shell.environment)
    finally:
        if not special:
            shell.restore(before)
        shell.exported -= for_now


async def _call_function(shell: Shell, body: Node, arguments: list[str]) -> int:
    before, loops = shell.arguments, shell.loops
    shell.arguments = arguments
    shell.locals.append({})
    if wording.dialect(shell) != "ash":
        shell.loops = 0  # a function does not leave the loop of its caller
    try:
        return await shell.execute(body)
    except Return as back:
        return back.code
    finally:
        shell.arguments, shell.loops = before, loops
        shell.restore(shell.locals.pop())
