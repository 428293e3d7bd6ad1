"""``getopts``: the options of a script or function, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table
from .variables import named

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_USAGE = {"ash": "usage: getopts optstring var [arg]", "dash": "Usage: getopts optstring var [arg...]", "bash": ""}
_UNKNOWN = {"ash": "Illegal option -{1}", "dash": "Illegal option -{1}", "bash": "{0}: illegal option -- {1}"}
_WITHOUT = {
    "ash": "No arg for -{1} option",
    "dash": "No arg for -{1} option",
    "bash": "{0}: option requires an argument -- {1}",
}


@builtin("getopts", None, usage="optstring name [arg ...]")
async def _getopts(shell: ShellState, given: Given) -> int:
    """``getopts LETTERS NAME``: the next option of the arguments."""
    words, like = given.operands, wording.dialect(shell)
    if len(words) < 2:
        raise Refusal(_USAGE[like], usage=True)
    letters, name = words[0], words[1]
    named(shell, name)
    arguments, at = words[2:] or shell.arguments, int(shell.variables.get("OPTIND", "1") or 1)
    within = shell.option_at if shell.option_at[0] == at else (at, 1)
    word = arguments[at - 1] if at <= len(arguments) else ""
    if len(word) < 2 or word[0] != "-" or word == "--":
        shell.assign("OPTIND", str(at + (word == "--")))
        shell.assign(name, "?")
        return 1
    letter, rest = word[within[1]], word[within[1] + 1 :]
    silent = letters.startswith(":")
    found = letter if letter in letters.replace(":", "") else "?"
    shell.variables.pop("OPTARG", None)
    if found != "?" and letters[letters.index(letter) + 1 :][:1] == ":":
        found = _with_value(shell, letter, rest or "".join(arguments[at : at + 1]), silent=silent)
        at += 1 + (not rest)
        rest = ""
    else:
        if found == "?" and silent:
            shell.assign("OPTARG", letter)
        elif found == "?":
            shell.process.complain(_UNKNOWN[like].format(shell.zero, letter))
        at += not rest
    shell.option_at = (at, within[1] + 1) if rest else (at, 1)
    shell.assign("OPTIND", str(at))
    shell.assign(name, found)
    return 0


def _with_value(shell: ShellState, letter: str, value: str, *, silent: bool) -> str:
    """Take the value of an option; return what the option is called then."""
    if value:
        shell.assign("OPTARG", value)
        return letter
    if silent:
        shell.assign("OPTARG", letter)
        return ":"
    shell.process.complain(_WITHOUT[wording.dialect(shell)].format(shell.zero, letter))
    return "?"


BUILTINS = table(_getopts)
