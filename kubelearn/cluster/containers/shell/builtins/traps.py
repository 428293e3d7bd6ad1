"""``trap``: what a script does on a signal, at its end, and after an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import SIGKILL, SIGNAL_NAMES, SIGNALS, is_number, signal_named
from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table
from .signals import listing

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_USAGE = "[-lp] [[arg] signal_spec ...]"
#: What is no signal, and which shells know it.
_EVENTS = {"EXIT": ("ash", "dash", "bash"), "ERR": ("ash", "bash")}
_NOT_HERE = frozenset({"DEBUG", "RETURN"})


@builtin("trap", "", bash="lp", usage=_USAGE, special=True)
async def _trap(shell: ShellState, given: Given) -> int:
    words, like = given.operands, wording.dialect(shell)
    if "l" in given:
        shell.process.print(listing(like))
        return 0
    if "p" in given or not words:
        _list(shell, [_named(shell, word) for word in words] if words else None)
        return 0
    action, *names = words
    if is_number(action) or (not names and _named(shell, action)):
        action, names = "-", words
    elif not names:
        if like == "bash":
            raise Refusal("", usage=True)
        return _unknown(shell, action)
    status = 0
    for word in names:
        name = _named(shell, word)
        if name:
            _set(shell, name, action)
        else:
            status = _unknown(shell, word)
    return status


def _named(shell: ShellState, word: str) -> str:
    """Return what a word names: a signal, or an event; empty for neither.

    Raises:
        Refusal: it is one that this shell does not know.
    """
    like, upper = wording.dialect(shell), word.upper()
    if like == "bash" and upper in _NOT_HERE:
        raise Refusal(f"{word}: not supported in this shell")
    if word == "0":
        return "EXIT"
    if like in _EVENTS.get(upper, ()):
        return upper
    number = signal_named(word) if like != "dash" or not upper.startswith("SIG") else None
    return SIGNAL_NAMES.get(number or 0, "")


def _unknown(shell: ShellState, word: str) -> int:
    told = wording.trouble(wording.dialect(shell), "signal", word)
    if wording.dialect(shell) == "dash":
        shell.process.complain(f"trap: {told}")
    else:
        wording.complain(shell, told, command="trap")
    return 1


def _list(shell: ShellState, wanted: list[str] | None) -> None:
    order = ["EXIT", *SIGNALS, "ERR"]
    for name in sorted(shell.traps, key=order.index):
        if wanted is None or name in wanted:
            shown = f"SIG{name}" if wording.dialect(shell) == "bash" and name in SIGNALS else name
            shell.process.print(f"trap -- {wording.quoted(shell.traps[name])} {shown}")


def _set(shell: ShellState, name: str, action: str) -> None:
    """Set what happens on a signal; ``-`` is what would happen anyhow."""
    handlers, number = shell.process.handlers, SIGNALS.get(name)
    if action == "-":
        shell.traps.pop(name, None)
        if number is not None:
            handlers.pop(number, None)
        return
    shell.traps[name] = action
    if number not in (None, SIGKILL):
        handlers[number] = lambda: shell.signalled(action)


BUILTINS = table(_trap)
