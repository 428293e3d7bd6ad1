"""``getopts``: the options of a script or function, one after the other."""

from __future__ import annotations

from typing import Protocol

from . import wording


class _Shell(wording.Speaker, Protocol):
    arguments: list[str]
    variables: dict[str, str]
    option_at: tuple[int, int]

    def assign(self, name: str, value: str) -> None:
        """Set a variable."""


async def getopts(shell: _Shell, words: list[str]) -> int:
    """``getopts LETTERS NAME``: the next option of the arguments."""
    if len(words) < 3:
        wording.complain(shell, "usage: getopts optstring var [arg ...]", command="getopts")
        return 2
    letters, name = words[1], words[2]
    arguments, at = words[3:] or shell.arguments, int(shell.variables.get("OPTIND", "1") or 1)
    within = shell.option_at if shell.option_at[0] == at else (at, 1)
    word = arguments[at - 1] if at <= len(arguments) else ""
    if len(word) < 2 or word[0] != "-" or word == "--":
        shell.assign("OPTIND", str(at + (word == "--")))
        shell.assign(name, "?")
        return 1
    letter, rest = word[within[1]], word[within[1] + 1 :]
    found = letter if letter in letters.replace(":", "") else "?"
    if found == "?":
        shell.variables.pop("OPTARG", None)
    if found == "?" and not letters.startswith(":"):
        shell.process.complain(f"Illegal option -{letter}")
    if found != "?" and letters[letters.index(letter) + 1 :][:1] == ":":
        value = rest or (arguments[at] if at < len(arguments) else "")
        at += 1 + (not rest)
        shell.assign("OPTARG", value)
        rest = ""
    elif not rest:
        at += 1
    shell.option_at = (at, within[1] + 1) if rest else (at, 1)
    shell.assign("OPTIND", str(at))
    shell.assign(name, found)
    return 0
