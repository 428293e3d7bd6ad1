"""``set``: options, and the arguments of the shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

#: Shell → the names that ``set -o`` has, in its order, with their letters; a dash for those that have none.
NAMES: dict[str, dict[str, str]] = {
    shell: dict(each.split(":") for each in names.split())
    for shell, names in {
        "ash": "errexit:e noglob:f ignoreeof:I monitor:m noexec:n xtrace:x verbose:v noclobber:C allexport:a notify:b "
        "nounset:u errtrace:E vi:- pipefail:-",
        "dash": "errexit:e noglob:f ignoreeof:I interactive:i monitor:m noexec:n stdin:s xtrace:x verbose:v vi:V "
        "emacs:E noclobber:C allexport:a notify:b nounset:u privileged:p nolog:- debug:-",
        "bash": "allexport:a braceexpand:B emacs:- errexit:e errtrace:E functrace:T hashall:h histexpand:H history:- "
        "ignoreeof:- interactive-comments:- keyword:k monitor:m noclobber:C noexec:n noglob:f nolog:- notify:b "
        "nounset:u onecmd:t physical:P pipefail:- posix:- privileged:p verbose:v vi:- xtrace:x",
    }.items()
}
#: What bash begins with.
_ON = {"braceexpand", "hashall", "interactive-comments"}
_USAGE = "[-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]"


def flags(shell: ShellState) -> str:
    """Return ``$-``: the letters of the options that are on, in the shell's order."""
    like = wording.dialect(shell)
    if like == "bash":
        letters = [letter for letter in "abefhkmnptuvxBCEHPT" if letter in shell.options or letter in "hB"]
        return "".join(letters) + "c" * shell.from_command_line
    letters = [letter for letter in NAMES[like].values() if letter in shell.options]
    at = letters.index("x") if "x" in letters else len([each for each in letters if each in "efImn"])
    if like == "ash" and shell.from_command_line:
        letters.insert(at, "c")
    return "".join(reversed(letters))


@builtin("set", usage=_USAGE, special=True)
async def _set(shell: ShellState, given: Given) -> int:
    rest = list(given.operands)
    if not rest:
        for name in sorted(shell.variables):
            shell.process.print(f"{name}={_quoted(shell, shell.variables[name])}")
        return 0
    while rest and len(rest[0]) > 1 and rest[0][0] in "-+" and rest[0] != "--":
        word = rest.pop(0)
        for letter in word[1:]:
            if letter != "o":
                _change(shell, letter, on=word[0] == "-")
            elif rest:
                if not _change_named(shell, rest.pop(0), on=word[0] == "-"):
                    return 1
            else:
                _list(shell, as_commands=word[0] == "+")
    if rest[:1] == ["--"]:
        shell.arguments = rest[1:]
    elif rest[:1] in (["-"], ["+"]):
        shell.options -= {"x", "v"} if rest[0] == "-" else set()
        shell.arguments = rest[1:] or shell.arguments
    elif rest:
        shell.arguments = rest
    return 0


def _quoted(shell: ShellState, value: str) -> str:
    if wording.dialect(shell) == "bash" and re.fullmatch(r"[-\w./:@%+,=]*", value):
        return value
    return wording.quoted(value)


def _change(shell: ShellState, letter: str, *, on: bool) -> None:
    """Turn an option on or off.

    Raises:
        Refusal: there is none of the letter.
    """
    like = wording.dialect(shell)
    letters = set(NAMES[like].values()) - ({"-", "i", "s"} if like != "dash" else {"-"})
    if letter not in letters:
        raise Refusal(wording.trouble(like, "option", letter), usage=True)
    if letter == "m" and like != "bash" and on and not shell.process.tty:
        wording.complain(shell, "can't access tty; job control turned off", command="set")
        return
    (shell.options.add if on else shell.options.discard)(letter)


def _change_named(shell: ShellState, name: str, *, on: bool) -> bool:
    """Turn an option on or off by its name; return False if there is none of it, which has been told."""
    like = wording.dialect(shell)
    if name not in NAMES[like]:
        if like == "dash":
            raise Refusal(f"Illegal option -o {name}")
        text = f"{name}: invalid option name" if like == "bash" else f"illegal option -o {name}"
        wording.complain(shell, text, command="set")
        return False
    letter = NAMES[like][name]
    if letter == "m":
        _change(shell, letter, on=on)
    else:
        (shell.options.add if on else shell.options.discard)(name if letter == "-" else letter)
    return True


def _list(shell: ShellState, *, as_commands: bool) -> None:
    """Print all options: as a table, or as commands that set them again."""
    like = wording.dialect(shell)
    if like == "dash" and not as_commands:
        shell.process.print("Current option settings")
    for name, letter in NAMES[like].items():
        is_on = (name if letter == "-" else letter) in shell.options or (like == "bash" and name in _ON)
        if as_commands:
            shell.process.print(f"set {'-' if is_on else '+'}o {name}")
        else:
            between = "\t" if like == "bash" else " "
            shell.process.print(f"{name:<15}{between}{'on' if is_on else 'off'}")


BUILTINS = table(_set)
