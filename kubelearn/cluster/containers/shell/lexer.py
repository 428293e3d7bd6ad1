"""From a script to operators and words."""

from __future__ import annotations

import re

from .syntax import Part, ShellSyntaxError, Word

_OPERATORS = tuple("&& || ;; <<< <<- << >> >& <& <> &> >| ; & | ( ) < >".split())  # noqa: SIM905
_NAME = re.compile(r"[A-Za-z_]\w*")
_DESCRIPTOR = re.compile(r"\d(?=[<>])")
_ANSI = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "a": "\a", "b": "\b", "0": "\0"}
_SPECIAL = "?#@*$!0123456789-"

Token = tuple[str, object]


class Lexer:
    """Splits a script into operators and words."""

    def __init__(self, text: str):
        self._text = text
        self._at = 0
        #: The line that each token begins in, counted from 0.
        self.lines: list[int] = []
        self._hidden = 0  # lines of here-documents before

    def tokens(self) -> list[Token]:
        """Return all of them.

        Raises:
            ShellSyntaxError: a quote or bracket is not closed, or the shell does not have something.
        """
        found: list[Token] = []
        while True:
            before, hidden = self._at, self._hidden
            try:
                token = self._next()
            except ShellSyntaxError as error:
                error.line = self._text.count("\n", 0, before) + self._hidden
                raise
            if token is None:
                return found
            self.lines.append((self.lines or [0])[-1] + self._text.count("\n", before, self._at) + hidden)
            self._hidden -= hidden
            found.append(token)

    def _next(self) -> Token | None:
        text = self._text
        while self._at < len(text) and (text[self._at] in " \t" or text.startswith("\\\n", self._at)):
            self._at += 2 if text[self._at] == "\\" else 1
        if self._at >= len(text):
            return None
        if text[self._at] == "#":
            while self._at < len(text) and text[self._at] != "\n":
                self._at += 1
            return self._next()
        if text[self._at] == "\n":
            self._at += 1
            return "op", "\n"
        number = _DESCRIPTOR.match(text, self._at)
        if number:
            self._at = number.end()
            return "fd", int(number.group())
        for operator in _OPERATORS:
            if text.startswith(operator, self._at):
                self._at += len(operator)
                if operator in ("<", ">") and text.startswith("(", self._at):
                    raise ShellSyntaxError("process substitution is not supported in this shell")
                if operator in ("<<", "<<-"):
                    return self._heredoc(operator == "<<-")
                return "op", operator
        return "word", self._word()

    def _heredoc(self, strip: bool) -> Token:
        """Read the delimiter and take the document from the lines that follow this one."""
        while self._text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1
        word = self._word()
        end, quoted = "".join(part.value for part in word), any(part.quoted for part in word)
        start = self._text.find("\n", self._at)
        if start < 0:
            raise ShellSyntaxError("syntax error: unterminated here document")
        lines, position = [], start + 1
        while True:
            stop = self._text.find("\n", position)
            line = self._text[position:] if stop < 0 else self._text[position:stop]
            if (line.lstrip("\t") if strip else line) == end:
                self._text = self._text[:start] + (self._text[stop:] if stop >= 0 else "\n")
                break
            if stop < 0:
                raise ShellSyntaxError("syntax error: unterminated here document")
            lines.append(line.lstrip("\t") if strip else line)
            position = stop + 1
        self._hidden += len(lines) + 1
        body = "".join(line + "\n" for line in lines)
        return "heredoc", (Part("text", body, True),) if quoted else expand_quoted(body)

    def _word(self) -> Word:
        parts: list[Part] = []
        text = self._text
        while self._at < len(text):
            char = text[self._at]
            if char in " \t\n;&|()<>":
                break
            if char == "'":
                end = text.find("'", self._at + 1)
                if end < 0:
                    raise ShellSyntaxError("syntax error: unterminated quoted string", sign="'")
                parts.append(Part("text", text[self._at + 1 : end], True))
                self._at = end + 1
            elif char == '"':
                parts += self._double()
            elif char == "\\":
                if text[self._at + 1 : self._at + 2] != "\n":
                    parts.append(Part("text", text[self._at + 1 : self._at + 2], True))
                self._at += 2
            elif text.startswith("$'", self._at):
                parts.append(self._ansi())
            elif char in "$`":
                part, self._at = _dollar(text, self._at, False)
                parts.append(part)
            else:
                end = self._at
                while end < len(text) and text[end] not in " \t\n;&|()<>'\"\\$`":
                    end += 1
                parts.append(Part("text", text[self._at : end]))
                self._at = end
        return tuple(parts)

    def _ansi(self) -> Part:
        """Read ``$'…'``, in which a backslash begins a character."""
        found = _ANSI.match(self._text, self._at)
        if found is None:
            raise ShellSyntaxError("syntax error: unterminated quoted string", sign="'")
        self._at = found.end()
        return Part("text", _ESCAPE.sub(lambda each: _ESCAPES.get(each[1], each[1]), found[1]), True)

    def _double(self) -> list[Part]:
        self._at += 1
        start = self._at
        text = self._text
        depth_end = _end_of_double(text, start)
        self._at = depth_end + 1
        return list(expand_quoted(text[start:depth_end])) or [Part("text", "", True)]


def _end_of_double(text: str, position: int) -> int:
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text[position] == '"':
            return position
        elif text[position] in "$`":
            position = _dollar(text, position, True)[1]
        else:
            position += 1
    raise ShellSyntaxError("syntax error: unterminated quoted string", sign='"')


def expand_quoted(text: str) -> Word:
    """Return the parts of a text in double quotes, or of a here-document."""
    parts: list[Part] = []
    position, plain = 0, ""
    while position < len(text):
        char = text[position]
        if char == "\\" and text[position + 1 : position + 2] in ("$", "`", '"', "\\", "\n"):
            plain += "" if text[position + 1] == "\n" else text[position + 1]
            position += 2
        elif char in "$`":
            part, position = _dollar(text, position, True)
            if part.kind == "text":
                plain += part.value
            else:
                if plain:
                    parts.append(Part("text", plain, True))
                plain = ""
                parts.append(part)
        else:
            plain += char
            position += 1
    if plain:
        parts.append(Part("text", plain, True))
    return tuple(parts)


def _dollar(text: str, at: int, quoted: bool) -> tuple[Part, int]:
    """Read what starts with ``$`` or a backquote; return it and where it ends."""
    from .parser import parse

    if text[at] == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise ShellSyntaxError("syntax error: EOF in backquote substitution", sign="`")
        script = text[at + 1 : end]
        return Part("command", script, quoted, parse(script)), end + 1
    if text.startswith("$((", at):
        end = _matching(text, at + 1, "(", ")")
        if text[end - 1] == ")":
            return Part("arithmetic", text[at + 3 : end - 1], quoted), end + 1
    if text.startswith("$(", at):
        end = _matching(text, at + 1, "(", ")")
        script = text[at + 2 : end]
        return Part("command", script, quoted, parse(script)), end + 1
    if text.startswith("${", at):
        end = _matching(text, at + 1, "{", "}")
        return Part("variable", text[at + 2 : end], quoted), end + 1
    name = _NAME.match(text, at + 1)
    if name:
        return Part("variable", name.group(), quoted), name.end()
    if text[at + 1 : at + 2] and text[at + 1] in _SPECIAL:
        return Part("variable", text[at + 1], quoted), at + 2
    return Part("text", "$", quoted), at + 1


def _matching(text: str, at: int, opening: str, closing: str) -> int:
    """Return where the bracket at a position is closed; quotes hide brackets."""
    depth, position = 0, at
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 1
        elif char == "'":
            position = text.find("'", position + 1)
            if position < 0:
                break
        elif char == '"':
            position = _end_of_double(text, position + 1)
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if not depth:
                return position
        position += 1
    if closing == ")":
        raise ShellSyntaxError('syntax error: unexpected end of file (expecting ")")', sign=closing)
    raise ShellSyntaxError(f"syntax error: missing '{closing}'", sign=closing)
