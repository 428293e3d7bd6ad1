"""From a script to commands: a documented subset of POSIX sh (docs/limits.md)."""

from __future__ import annotations

import functools
import re

from .lexer import Lexer, Token
from .syntax import (
    AndOr,
    Case,
    For,
    Function,
    Group,
    If,
    Loop,
    Node,
    Part,
    Pipeline,
    Redirect,
    Sequence,
    ShellSyntaxError,
    Simple,
    Test,
    Word,
    operator,
)

_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_CLOSERS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", ")", ";;"})
_RESERVED = _CLOSERS | {"if", "for", "while", "until", "case", "in", "{", "!"}
_UNSUPPORTED = frozenset({"select", "coproc"})


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[Token], lines: list[int]):
        self._tokens = tokens
        self._lines = lines
        self._at = 0

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
        if kind != "word" or not isinstance(value, tuple) or len(value) != 1:
            return ""
        part = value[0]
        return str(part.value) if part.kind == "text" and not part.quoted else ""

    def _unexpected(self, expected: str = "") -> ShellSyntaxError:
        kind, value = self._peek()
        wanted = f' (expecting "{expected}")' if expected else ""
        if kind == "end":
            return ShellSyntaxError(f"syntax error: unexpected end of file{wanted}")
        shown = self._shown(kind, value)
        sign = shown.strip('"') if shown not in ("word", "redirection") else self._keyword()
        text, line = f"syntax error: unexpected {shown}{wanted}", self._lines[self._at]
        return ShellSyntaxError(text, sign=sign, line=line)

    def _shown(self, kind: str, value: object) -> str:
        """Return what an error message calls the token that comes next."""
        if value == "\n":
            return "newline"
        if kind == "op":
            return f'"{value}"'
        word = self._keyword()
        if word in _RESERVED:
            return f'"{word}"'
        return "word" if kind == "word" else "redirection"

    def _expect(self, word: str) -> None:
        if self._keyword() != word and not self._is(word):
            raise self._unexpected(word)
        self._take()

    def _skip_newlines(self) -> None:
        while self._is("\n"):
            self._take()

    def parse(self) -> Node:
        """Read the whole script."""
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

    def _body(self, end: str) -> Node:
        """Read commands, up to the word that must follow them."""
        body = self._list()
        if not isinstance(body, Sequence) or not body.items:
            raise self._unexpected(end if self._peek()[0] == "end" else "")
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
            raise ShellSyntaxError(f"{word} is not supported in this shell")
        if word == "function":
            return self._named_function()
        compound = {
            "if": self._if,
            "while": self._loop,
            "until": self._loop,
            "for": self._for,
            "case": self._case,
            "[[": self._test,
            "{": self._group,
            "(": self._group,
        }
        if word in compound and (word != "(" or self._is("(")):
            node = compound[word]()
            redirects = self._redirects()
            return Group(node, False, redirects) if redirects else node
        return self._simple()

    def _if(self) -> Node:
        branches, otherwise = [], None
        while True:
            self._take()
            condition = self._body("then")
            self._expect("then")
            branches.append((condition, self._body("fi")))
            if self._keyword() != "elif":
                break
        if self._keyword() == "else":
            self._take()
            otherwise = self._body("fi")
        self._expect("fi")
        return If(branches, otherwise)

    def _do(self) -> Node:
        self._expect("do")
        body = self._body("done")
        self._expect("done")
        return body

    def _loop(self) -> Node:
        until = self._keyword() == "until"
        self._take()
        condition = self._body("do")
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
        if self._peek()[0] == "end":
            raise self._unexpected()
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
                raise self._unexpected(";;")
        self._take()
        return Case(word, branches)  # type: ignore[arg-type]

    def _test(self) -> Node:
        self._take()
        words: list[Word] = []
        while self._keyword() != "]]":
            kind, value = self._take()
            if kind == "end":
                self._at -= 1
                raise self._unexpected("]]")
            words.append(value if kind == "word" else operator(str(value)))  # type: ignore[arg-type]
        self._take()
        return Test(words)

    def _group(self) -> Node:
        subshell = self._is("(")
        self._take()
        end = ")" if subshell else "}"
        body = self._body(end)
        self._expect(end)
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
        elif not self._is("<<<", "<", ">", ">>", ">&", "<&", "<>", "&>", ">|"):
            return None
        operator = str(self._take()[1])
        if self._peek()[0] == "fd":
            # "2>&1" directly before another redirection
            text = Part("text", str(self._take()[1]))
            return Redirect(int(descriptor or 1), operator, (text,))  # type: ignore[call-overload]
        target_kind, target = self._take()
        if target_kind != "word":
            self._at -= 1
            raise self._unexpected()
        number = 0 if operator.startswith("<") else 1
        if descriptor is not None:
            number = int(descriptor)  # type: ignore[call-overload]
        return Redirect(number, operator, target)  # type: ignore[arg-type]

    def _simple(self) -> Node:
        command = Simple(line=self._lines[self._at] if self._at < len(self._lines) else 0)
        while True:
            redirect = self._redirect()
            if redirect is not None:
                command.redirects.append(redirect)
                continue
            kind, value = self._peek()
            if kind != "word":
                break
            word: Word = value  # type: ignore[assignment]
            assignment = self._assignment(word) if not command.words else None
            if assignment is not None:
                command.assignments.append(assignment)
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

    def _assignment(self, word: Word) -> tuple[str, Word] | None:
        """Return name and value if a word is ``name=value``."""
        if not word or word[0].kind != "text" or word[0].quoted:
            return None
        found = _ASSIGNMENT.match(word[0].value)
        if found is None:
            return None
        rest = word[0].value[found.end() :]
        if self._tokens[self._at + 1 : self._at + 2] == [("op", "(")] and len(word) == 1 and not rest:
            raise ShellSyntaxError("arrays are not supported in this shell")
        first = (Part("text", rest),) if rest else ()
        return found.group(1), (*first, *word[1:])

    def _named_function(self) -> Node:
        """Read what ash and bash have besides POSIX' form: ``function NAME { …; }``, with or without ``()``."""
        self._take()
        name = self._keyword()
        if not _NAME.fullmatch(name):
            raise self._unexpected()
        self._take()
        if self._is("("):
            return self._function(name)
        self._skip_newlines()
        return Function(name, self._command())

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
    lexer = Lexer(script)
    return _Parser(lexer.tokens(), lexer.lines).parse()
