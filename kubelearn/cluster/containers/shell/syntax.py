"""The words and commands of a shell script, as the parser finds them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: What ``$IFS`` begins with.
BLANKS = " \t\n"
#: Whether a word is a variable's name.
is_name = re.compile(r"[A-Za-z_]\w*", re.ASCII).fullmatch


class ShellSyntaxError(Exception):
    """A script that cannot be read, or go on; the shell prints the text.

    Attributes:
        status: its exit code then.
        sign: what is not expected, or the quote or bracket that is not closed.
        line: where that is, from 0.
    """

    def __init__(self, text: str, status: int = 2, *, sign: str = "", line: int = 0):
        super().__init__(text)
        self.status = status
        self.sign = sign
        self.line = line


@dataclass(frozen=True)
class Part:
    """A piece of a word.

    Attributes:
        kind: ``text``, ``variable``, ``command`` or ``arithmetic``; within ``[[ ]]`` also ``operator``.
        value: the text, the expression inside the braces, or the script.
        quoted: whether it stood in quotes: it is then neither split nor globbed.
    """

    kind: str
    value: str
    quoted: bool = False
    script: Node | None = None


Word = tuple[Part, ...]


def operator(text: str) -> Word:
    """Return the word that stands for an operator between the conditions of ``[[ ]]``."""
    return (Part("operator", text),)


@dataclass
class Redirect:
    """``>file`` and its kin; for a here-document the target is its text."""

    descriptor: int
    operator: str
    target: Word


@dataclass
class Simple:
    """One command: assignments, words and redirections, each of which may be missing.

    Attributes:
        line: where it begins, from 0.
        aliases: those that it has come from, which it does not stand for again.
    """

    assignments: list[tuple[str, Word]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    line: int = 0
    aliases: frozenset[str] = frozenset()


@dataclass
class Pipeline:
    """``a | b``, with ``!`` before it if it is negated."""

    commands: list[Node]
    negated: bool = False


@dataclass
class AndOr:
    """``a && b || c``: the first command, and the operator with which each of the others follows."""

    first: Node
    rest: list[tuple[str, Node]]


@dataclass
class Sequence:
    """Commands in a row; each with whether it runs in the background."""

    items: list[tuple[Node, bool]]


@dataclass
class If:
    """``if … then … elif … then … else … fi``: conditions with their bodies, and the last body."""

    branches: list[tuple[Node, Node]]
    otherwise: Node | None


@dataclass
class Loop:
    """``while … do … done``, or ``until``."""

    condition: Node
    body: Node
    until: bool


@dataclass
class For:
    """``for name in words; do … done``; without words it goes through the arguments."""

    name: str
    words: list[Word] | None
    body: Node


@dataclass
class Case:
    """``case word in pattern|pattern) … esac``."""

    word: Word
    branches: list[tuple[list[Word], Node]]


@dataclass
class Test:
    """``[[ … ]]``: the words between."""

    words: list[Word]


@dataclass
class Group:
    """``{ …; }`` or, in a subshell, ``( … )``."""

    body: Node
    subshell: bool
    redirects: list[Redirect] = field(default_factory=list)


@dataclass
class Function:
    """``name() { … }``."""

    name: str
    body: Node


Node = Simple | Pipeline | AndOr | Sequence | If | Loop | For | Case | Test | Group | Function


def is_condition(command: Node) -> bool:
    """Return whether ``set -e`` lets a command fail."""
    return isinstance(command, AndOr | If | Loop) or (isinstance(command, Pipeline) and command.negated)


def final(command: Node) -> Node:
    """Return the simple command that a script ends with: a shell lets it take its own place."""
    if isinstance(command, Sequence) and command.items and not command.items[-1][1]:
        return final(command.items[-1][0])
    if isinstance(command, AndOr):
        return final(command.rest[-1][1])
    return command
