"""What a builtin command declares, and what a shell says of any other command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import is_number
from kubelearn.cluster.containers.shell import wording
from kubelearn.cluster.containers.shell.control import Exit

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

#: All shells, by what they are like.
SHELLS = ("ash", "dash", "bash")


class Refusal(Exception):
    """A builtin command cannot do what it is told; the text is what the shell says after the command's name.

    Attributes:
        status: its exit code; None for the usual one, which is 2, or 1 where bash has understood the command line.
        usage: whether bash adds the command's usage.
        plain: whether the text is all that is printed.
    """

    def __init__(self, text: str, status: int | None = None, *, usage: bool = False, plain: bool = False):
        super().__init__(text)
        self.status = status
        self.usage = usage
        self.plain = plain


@dataclass
class Given:
    """A command line, taken apart.

    Attributes:
        options: letter → value, empty for one that takes none; the last one counts.
        operands: what follows the options.
    """

    options: dict[str, str] = field(default_factory=dict)
    operands: list[str] = field(default_factory=list)

    def __contains__(self, letter: str) -> bool:
        return letter in self.options


Run = Callable[["ShellState", Given], Awaitable[int]]


@dataclass(frozen=True)
class Builtin:
    """A builtin command.

    Attributes:
        name: what it is called.
        run: what it does.
        options: shell that has it → its letters there, each followed by a colon if it takes a value (as in
            ``getopts``); None where a dash is a word like any other.
        usage: what bash prints after its name.
        special: whether it is one of POSIX' special builtin utilities, or taken for one: assignments before it last,
            and its errors end the shell; not in bash.
    """

    name: str
    run: Run
    options: Mapping[str, str | None]
    usage: str = ""
    special: bool = False

    async def __call__(self, shell: ShellState, words: list[str], *, can_end: bool = True) -> int:
        """Run it.

        Args:
            words: its name and its arguments.
            can_end: whether an error of a special one ends the shell; not after ``command``.
        """
        like = wording.dialect(shell)
        try:
            letters = self.options[like]
            given = Given(operands=words[1:]) if letters is None else _taken(like, words[1:], letters)
            return await self.run(shell, given)
        except OSError as error:  # of the container's own files: a full disk, or what was opened to be read
            if like != "ash":  # which says nothing
                told = f"{words[0]}: I/O error" if like == "dash" else f"write error: {error.strerror}"
                wording.complain(shell, told, command=words[0])
            return 1
        except Refusal as error:
            if error.plain:
                shell.process.complain(str(error))
            elif str(error):
                wording.complain(shell, str(error), command=words[0])
            if error.usage and like == "bash":
                shell.process.complain(f"{words[0]}: usage: {words[0]} {self.usage}".rstrip())
            usual = 1 if like == "bash" and not error.usage else 2
            status = usual if error.status is None else error.status
            if self.special and can_end and like != "bash":
                raise Exit(status) from None
            return status


def builtin(
    name: str,
    letters: str | None = None,
    *,
    shells: tuple[str, ...] = SHELLS,
    usage: str = "",
    special: bool = False,
    **others: str | None,
) -> Callable[[Run], Builtin]:
    """Make a builtin command of a function.

    Args:
        letters: its options in all shells that are not named.
        shells: where it is there.
        others: shell → its options there.
    """

    def decorate(run: Run) -> Builtin:
        options = {shell: others.get(shell, letters) for shell in shells}
        return Builtin(name, run, options, usage, special)

    return decorate


def table(*found: Builtin) -> dict[str, Builtin]:
    """Return builtin commands by their names."""
    return {each.name: each for each in found}


def _taken(like: str, words: list[str], letters: str) -> Given:
    """Take a command line apart.

    Raises:
        Refusal: an option is not declared, or has no value.
    """
    given, left = Given(), list(words)
    while left and len(left[0]) > 1 and left[0][0] == "-":
        word = left.pop(0)[1:]
        if word == "-":
            break
        while word:
            letter, word = word[0], word[1:]
            if letter == ":" or letter not in letters:
                raise Refusal(wording.trouble(like, "option", letter), usage=True)
            if letters[letters.index(letter) + 1 :][:1] != ":":
                given.options[letter] = ""
            elif word or left:
                given.options[letter], word = word or left.pop(0), ""
            else:
                raise Refusal(wording.trouble(like, "value", letter), usage=True)
    given.operands = left
    return given


def number(shell: ShellState, text: str) -> int:
    """Return a number that is not negative.

    Raises:
        Refusal: it is none.
    """
    if not is_number(text):
        raise Refusal(wording.trouble(wording.dialect(shell), "number", text))
    return int(text)
