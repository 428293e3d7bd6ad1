"""Simple commands: assignments, redirections, and a builtin, a function or a program with its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import builtins, wording
from .control import Return
from .redirection import Redirection
from .syntax import Node, Simple

if TYPE_CHECKING:
    from .interpreter import Shell


async def run(shell: Shell, node: Simple) -> int:
    """Run a simple command and return its exit code."""
    shell.node, shell.line = node, shell.first_line + node.line
    words = await shell.expander.words(node.words)
    if not words:
        return await _assignments(shell, node)
    wording.trace(shell, words)
    if not node.redirects:
        return await _call(shell, words, node)
    redirection = Redirection(shell)
    try:
        return await _call(shell, words, node) if await redirection.apply(node.redirects) else 1
    finally:
        redirection.undo(keep=words == ["exec"])


async def _assignments(shell: Shell, node: Simple) -> int:
    """Run a command without words: assignments, and files that are made empty."""
    shell.status = 0
    for name, word in node.assignments:
        shell.assign(name, value := await shell.expander.text(word))
        wording.trace(shell, [value], before=f"{name}=")
    redirection = Redirection(shell)
    try:
        return shell.status if await redirection.apply(node.redirects) else 1
    finally:
        redirection.undo()


async def _call(shell: Shell, words: list[str], node: Simple) -> int:
    name = words[0]
    builtin = builtins.BUILTINS.get(name)
    if builtin is not None and not node.assignments:
        return await builtin(shell, words)
    if builtin is not None or name in shell.functions:
        before = {key: shell.variables.get(key) for key, _ in node.assignments}
        for key, word in node.assignments:
            shell.assign(key, await shell.expander.text(word))
        try:
            if builtin is not None:
                return await builtin(shell, words)
            return await _call_function(shell, shell.functions[name], words[1:])
        finally:
            if name not in builtins.SPECIAL:
                shell.restore(before)
    env = shell.environment
    for key, word in node.assignments:
        env[key] = await shell.expander.text(word)
    return await shell.spawn(words, env)


async def _call_function(shell: Shell, body: Node, arguments: list[str]) -> int:
    before = shell.arguments
    shell.arguments = arguments
    shell.locals.append({})
    try:
        return await shell.execute(body)
    except Return as back:
        return back.code
    finally:
        shell.arguments = before
        shell.restore(shell.locals.pop())
