"""Shell text, taken apart into the commands that a shell would run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

#: Words that stand before a command and are none.
_KEYWORDS = frozenset(
    {
        "if",
        "then",
        "else",
        "elif",
        "do",
        "while",
        "until",
        "time",
        "!",
        "{",
        "}",
        "fi",
        "done",
        "esac",
    }
)
#: Words that begin something which reads the standard input in common, or end it.
_GROUPS = frozenset({"if", "while", "until", "for", "case", "{", "("})
_ENDS = frozenset({"fi", "done", "esac", "}", ")"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_OPERATOR = re.compile(r"&>>|<<<|<<-|&&|\|\||;;|&>|<<|>>|>&|<&|>\||<>|\|&|[;&|<>()\n]")
_PLAIN = re.compile(r"""[^\s\\'"`$;&|<>()]+""")


class UnreadableError(ValueError):
    """The text is no shell text, or none that is understood here."""


@dataclass(frozen=True)
class Command:
    """One simple command.

    Attributes:
        words: its name and arguments; what the shell would compute stands as ``$``.
        variables: what is assigned before it, for it alone.
        input_given: its standard input is a file, a here-document or another command's output.
        output: whether its output goes ``"on"`` to the cell, into a ``"file"``, or through a ``"pipe"``.
        background: the shell does not wait for it.
        reader: the words of the command that reads its output, if there is one.
    """

    words: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    input_given: bool = False
    output: str = "on"
    background: bool = False
    reader: tuple[str, ...] = ()


def commands(text: str) -> list[Command]:
    """Return the commands of a text, those inside ``$(…)`` too, in their order.

    Raises:
        UnreadableError: quotes or brackets have no end.
    """
    reader = _Reader(text)
    found = [command for pieces in _lines(reader.pieces()) for command in _pipeline(pieces)]
    if reader.group_input:
        found = [replace(command, input_given=True) for command in found]
    return [command for inner in reader.inner for command in commands(inner)] + found


@dataclass(frozen=True)
class _Piece:
    """A word or an operator."""

    text: str
    operator: bool = False
    quoted: bool = False


class _Reader:
    """Reads a text once.

    Attributes:
        inner: texts of the command substitutions.
        group_input: the input of a loop or a bracket is redirected: that of its commands is unknown.
    """

    def __init__(self, text: str):
        self._text = text.replace("\\\r\n", "\\\n")
        self._at = 0
        self._documents: list[tuple[str, bool]] = []
        self.inner: list[str] = []
        self.group_input = False

    def pieces(self) -> list[_Piece]:
        """Return all words and operators."""
        found: list[_Piece] = []
        while self._at < len(self._text):
            start = self._text[self._at]
            operator = _OPERATOR.match(self._text, self._at)
            if operator:
                self._at = operator.end()
                found.append(_Piece(operator[0], operator=True))
                self._after(operator[0], found)
            elif start.isspace():
                self._at += 1
            elif self._text.startswith("\\\n", self._at):
                self._at += 2
            elif start == "#":
                self._at = self._end_of_line()
            else:
                found.append(self._word())
            self.group_input |= len(found) > 1 and found[-2].text in ("|", "|&") and found[-1].text in _GROUPS
        return found

    def _after(self, operator: str, found: list[_Piece]) -> None:
        if operator == "\n":
            self._skip_documents()
        elif operator in ("<<", "<<-"):
            self._skip_blanks()
            word = self._word()
            found.append(word)
            self._documents.append((word.text, operator == "<<-"))
        elif operator in ("<", "<<<") and len(found) > 1 and found[-2].text in _ENDS:
            self.group_input = True

    def _skip_blanks(self) -> None:
        while self._text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _skip_documents(self) -> None:
        for delimiter, tabs in self._documents:
            while self._at < len(self._text):
                end = self._end_of_line()
                line = self._text[self._at : end]
                self._at = end + 1
                if (line.lstrip("\t") if tabs else line).rstrip("\r") == delimiter:
                    break
        self._documents = []

    def _word(self) -> _Piece:
        parts: list[str] = []
        quoted = False
        while self._at < len(self._text):
            start = self._text[self._at]
            if start in "'\"":
                quoted = True
                parts.append(self._single() if start == "'" else self._double())
            elif start == "\\":
                parts.append(self._text[self._at + 1 : self._at + 2].replace("\n", ""))
                self._at += 2
            elif start in "$`":
                parts.append(self._computed())
            elif plain := _PLAIN.match(self._text, self._at):
                parts.append(plain[0])
                self._at = plain.end()
            else:
                break
        return _Piece("".join(parts), quoted=quoted)

    def _single(self) -> str:
        end = self._find("'", self._at + 1)
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        return text

    def _double(self) -> str:
        parts: list[str] = []
        self._at += 1
        while self._text[self._at : self._at + 1] != '"':
            start = self._text[self._at : self._at + 1]
            if not start:
                raise UnreadableError("a double quote has no end")
            if start in "$`":
                parts.append(self._computed())
                continue
            skip = start == "\\" and self._text[self._at + 1 : self._at + 2] in tuple('"\\$`')
            parts.append(self._text[self._at + skip : self._at + skip + 1])
            self._at += 1 + skip
        self._at += 1
        return "".join(parts)

    def _computed(self) -> str:
        """Read ``$name``, ``${…}``, ``$(…)`` or a backquoted command; a name keeps its ``$``."""
        if self._text[self._at] == "`":
            end = self._find("`", self._at + 1)
            self.inner.append(self._text[self._at + 1 : end])
            self._at = end + 1
            return "$"
        self._at += 1
        following = self._text[self._at : self._at + 1]
        if following == "(":
            self._at += 1
            begin = self._at
            self._skip_to(")")
            self.inner.append(self._text[begin : self._at - 1])
        elif following == "{":
            self._at = self._find("}", self._at) + 1
        return "$"

    def _skip_to(self, closing: str) -> None:
        """Go behind the bracket that closes the one that was opened, past quotes and other brackets."""
        while self._at < len(self._text):
            start = self._text[self._at]
            if start == closing:
                self._at += 1
                return
            if start == "'":
                self._single()
            elif start == '"':
                self._double_unread()
            elif start == "(":
                self._at += 1
                self._skip_to(")")
            else:
                self._at += 2 if start == "\\" else 1
        raise UnreadableError(f"a {closing!r} is missing")

    def _double_unread(self) -> None:
        """Go past a double-quoted text whose commands are read later, with the text around it."""
        kept = len(self.inner)
        self._double()
        del self.inner[kept:]

    def _find(self, what: str, start: int) -> int:
        found = self._text.find(what, start)
        if found < 0:
            raise UnreadableError(f"a {what!r} is missing")
        return found


def _lines(pieces: list[_Piece]) -> list[tuple[list[list[_Piece]], bool]]:
    """Split at what ends a pipeline; each is its commands, and whether the shell does not wait for it."""
    lines: list[tuple[list[list[_Piece]], bool]] = []
    stages: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece.operator and piece.text in ("|", "|&"):
            stages.append([])
        elif piece.operator and piece.text in (";", ";;", "&", "&&", "||", "\n", "(", ")"):
            lines.append((stages, piece.text == "&"))
            stages = [[]]
        else:
            stages[-1].append(piece)
    lines.append((stages, False))
    return lines


def _pipeline(line: tuple[list[list[_Piece]], bool]) -> list[Command]:
    stages, background = line
    found: list[Command] = []
    for index, stage in enumerate(stages):
        command = _command(stage)
        if index:
            command = replace(command, input_given=True)
        if index + 1 < len(stages):
            command = replace(command, output="pipe", reader=_command(stages[index + 1]).words)
        found.append(replace(command, background=background))
    return [command for command in found if command.words or command.variables]


def _command(pieces: list[_Piece]) -> Command:
    words: list[str] = []
    variables: dict[str, str] = {}
    input_given, output = False, "on"
    left = list(pieces)
    while left:
        piece = left.pop(0)
        if piece.operator:
            input_given |= piece.text in ("<", "<<", "<<-", "<<<", "<>")
            target = left.pop(0).text if left and not left[0].operator else ""
            if piece.text in (">", ">>", ">|", "&>", "&>>") or (piece.text == ">&" and not target.isdigit()):
                output = "file" if words[-1:] != ["2"] else output
            if words[-1:] in (["1"], ["2"], ["0"]):
                words.pop()
        elif not words and not piece.quoted and piece.text in _KEYWORDS:
            continue
        elif not words and (assignment := _ASSIGNMENT.fullmatch(piece.text)):
            variables[assignment[1]] = assignment[2]
        else:
            words.append(piece.text)
    return Command(tuple(words), variables, input_given, output)
