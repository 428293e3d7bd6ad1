"""From a script to commands: a documented subset of POSIX sh (docs/limits.md)."""

from __future__ import annotations

import functools
import re

from .syntax import AndOr, Case, For, Function, Group, If, Loop, Node, Part, Pipeline, Redirect, Sequence, ShellSyntaxError, Simple, Word

_OPERATORS = ("&&", "||", ";;", "<<-", "<<", ">>", ">&", "<&", "&>", ";", "&", "|", "(", ")", "<", ">")
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_SPECIAL = "?#@*$!0123456789-"
_CLOSERS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", ")", ";;"})
_UNSUPPORTED = {"[[": "[[ ]]", "select": "select", "function": "the keyword function", "coproc": "coproc"}

Token = tuple[str, object]


class _Lexer:
    """Splits a script into operators and words."""

    def __init__(self, text: str):
        self._text, self._at = text, 0
        self._heredocs: list[tuple[Redirect, str, bool, bool]] = []

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while True:
            token = self._next()
            if token is None:
                return found
            found.append(token)

    def pending_heredoc(self, redirect: Redirect, end: str, strip: bool, quoted: bool) -> None:
        self._heredocs.append((redirect, end, strip, quoted))

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
        number = re.compile(r"\d(?=[<>])").match(text, self._at)
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
                    raise ShellSyntaxError("syntax error: unterminated quoted string")
                parts.append(Part("text", text[self._at + 1 : end], True))
                self._at = end + 1
            elif char == '"':
                parts += self._double()
            elif char == "\\":
                if text[self._at + 1 : self._at + 2] != "\n":
                    parts.append(Part("text", text[self._at + 1 : self._at + 2], True))
                self._at += 2
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
    raise ShellSyntaxError("syntax error: unterminated quoted string")


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
    if text[at] == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise ShellSyntaxError("syntax error: EOF in backquote substitution")
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
    raise ShellSyntaxError(f"syntax error: missing '{closing}'")


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[Token]):
        self._tokens, self._at = tokens, 0

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _is(self, *operators: str) -> bool:
        kind, value = self._peek()
        return kind == "op" and value in operators

    def _keyword(self) -> str:
        """Return the reserved word that comes next, empty for anything else."""
        kind, value = self._peek()
        if kind == "op":
            return str(value) if value in _CLOSERS or value == "(" else ""
        if kind == "word" and isinstance(value, tuple) and len(value) == 1 and value[0].kind == "text" and not value[0].quoted:
            return str(value[0].value)
        return ""

    def _unexpected(self) -> ShellSyntaxError:
        kind, value = self._peek()
        if kind == "end":
            return ShellSyntaxError("syntax error: unexpected end of file")
        shown = "newline" if value == "\n" else self._keyword() or value if kind == "op" else self._keyword() or "word"
        return ShellSyntaxError(f'syntax error: unexpected "{shown}"')

    def _expect(self, word: str) -> None:
        if self._keyword() != word and not self._is(word):
            raise self._unexpected()
        self._take()

    def _skip_newlines(self) -> None:
        while self._is("\n"):
            self._take()

    def parse(self) -> Node:
        body = self._list()
        if self._peek()[0] != "end":
            raise self._unexpected()
        return body

    def _list(self) -> Node:
        items: list[tuple[Node, bool]] = []
        while True:
            while self._is("\n", ";") and (self._is("\n") or items):
                self._take()
            if self._peek()[0] == "end" or self._keyword() in _CLOSERS or self._is(";;"):
                return Sequence(items)
            command = self._and_or()
            background = self._is("&")
            items.append((command, background))
            if self._is("&", ";", "\n"):
                self._take()
            elif self._peek()[0] != "end" and self._keyword() not in _CLOSERS:
                raise self._unexpected()

    def _body(self) -> Node:
        body = self._list()
        if not isinstance(body, Sequence) or not body.items:
            raise self._unexpected()
        return body

    def _and_or(self) -> Node:
        first, rest = self._pipeline(), []
        while self._is("&&", "||"):
            operator = str(self._take()[1])
            self._skip_newlines()
            rest.append((operator, self._pipeline()))
        return AndOr(first, rest) if rest else first

    def _pipeline(self) -> Node:
        negated = self._keyword() == "!"
        if negated:
            self._take()
        commands = [self._command()]
        while self._is("|"):
            self._take()
            self._skip_newlines()
            commands.append(self._command())
        return Pipeline(commands, negated) if negated or len(commands) > 1 else commands[0]

    def _command(self) -> Node:
        word = self._keyword()
        if word in _UNSUPPORTED:
            raise ShellSyntaxError(f"{_UNSUPPORTED[word]} is not supported in this shell")
        compound = {"if": self._if, "while": self._loop, "until": self._loop, "for": self._for, "case": self._case, "{": self._group, "(": self._group}
        if word in compound and (word != "(" or self._is("(")):
            node = compound[word]()
            redirects = self._redirects()
            return Group(node, False, redirects) if redirects else node
        return self._simple()

    def _if(self) -> Node:
        branches, otherwise = [], None
        while True:
            self._take()
            condition = self._body()
            self._expect("then")
            branches.append((condition, self._body()))
            if self._keyword() != "elif":
                break
        if self._keyword() == "else":
            self._take()
            otherwise = self._body()
        self._expect("fi")
        return If(branches, otherwise)

    def _do(self) -> Node:
        self._expect("do")
        body = self._body()
        self._expect("done")
        return body

    def _loop(self) -> Node:
        until = self._keyword() == "until"
        self._take()
        condition = self._body()
        return Loop(condition, self._do(), until)

    def _for(self) -> Node:
        self._take()
        name = self._keyword()
        if not _NAME.fullmatch(name):
            raise ShellSyntaxError("syntax error: bad for loop variable")
        self._take()
        self._skip_newlines()
        words: list[Word] | None = None
        if self._keyword() == "in":
            self._take()
            words = []
            while self._peek()[0] == "word":
                words.append(self._take()[1])  # type: ignore[arg-type]
        while self._is(";", "\n"):
            self._take()
        return For(name, words, self._do())

    def _case(self) -> Node:
        self._take()
        kind, word = self._take()
        if kind != "word":
            raise self._unexpected()
        self._skip_newlines()
        self._expect("in")
        self._skip_newlines()
        branches: list[tuple[list[Word], Node]] = []
        while self._keyword() != "esac":
            if self._is("("):
                self._take()
            patterns = [self._take()[1]]
            while self._is("|"):
                self._take()
                patterns.append(self._take()[1])
            self._expect(")")
            branches.append((patterns, self._list()))  # type: ignore[arg-type]
            if self._is(";;"):
                self._take()
            self._skip_newlines()
            if self._peek()[0] == "end":
                raise self._unexpected()
        self._take()
        return Case(word, branches)  # type: ignore[arg-type]

    def _group(self) -> Node:
        subshell = self._is("(")
        self._take()
        body = self._body()
        self._expect(")" if subshell else "}")
        return Group(body, subshell)

    def _redirects(self) -> list[Redirect]:
        found: list[Redirect] = []
        while (redirect := self._redirect()) is not None:
            found.append(redirect)
        return found

    def _redirect(self) -> Redirect | None:
        kind, value = self._peek()
        if kind == "heredoc":
            self._take()
            return Redirect(0, "<<", value)  # type: ignore[arg-type]
        descriptor = value if kind == "fd" else None
        if kind == "fd":
            self._take()
        elif not self._is("<", ">", ">>", ">&", "<&", "&>"):
            return None
        operator = str(self._take()[1])
        if self._peek()[0] == "fd":
            # "2>&1" directly before another redirection
            return Redirect(int(descriptor or 1), operator, (Part("text", str(self._take()[1])),))  # type: ignore[call-overload]
        target_kind, target = self._take()
        if target_kind != "word":
            self._at -= 1
            raise self._unexpected()
        default = 0 if operator.startswith("<") else 1
        return Redirect(default if descriptor is None else int(descriptor), operator, target)  # type: ignore[call-overload,arg-type]

    def _simple(self) -> Node:
        command = Simple()
        while True:
            redirect = self._redirect()
            if redirect is not None:
                command.redirects.append(redirect)
                continue
            kind, value = self._peek()
            if kind != "word":
                break
            word: Word = value  # type: ignore[assignment]
            assigned = _ASSIGNMENT.match(word[0].value) if word and word[0].kind == "text" and not word[0].quoted else None
            if assigned and not command.words:
                rest = word[0].value[assigned.end() :]
                command.assignments.append((assigned.group(1), (*((Part("text", rest),) if rest else ()), *word[1:])))
                self._take()
                continue
            if not command.words and self._keyword() in _CLOSERS:
                raise self._unexpected()
            self._take()
            command.words.append(word)
            if len(command.words) == 1 and self._is("(") and len(word) == 1 and _NAME.fullmatch(word[0].value):
                return self._function(word[0].value)
        if not command.words and not command.assignments and not command.redirects:
            raise self._unexpected()
        return command

    def _function(self, name: str) -> Node:
        self._take()
        self._expect(")")
        self._skip_newlines()
        return Function(name, self._command())


@functools.lru_cache(256)
def parse(script: str) -> Node:
    """Parse a script.

    Raises:
        ShellSyntaxError: it is not a script, or uses what this shell does not have.
    """
    return _Parser(_Lexer(script).tokens()).parse()
