"""Reading tokens, one after the other."""

from __future__ import annotations

from .lexer import AwkSyntaxError, Token


class Reader:
    """The tokens of a program, and how far they have been read."""

    def __init__(self, tokens: list[Token]):
        self._tokens = tokens
        self._at = 0

    def peek(self) -> Token:
        """Return the next token."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """Return the next token, and go on."""
        token = self._tokens[self._at]
        self._at += 1
        return token

    def accept(self, *values: str) -> str:
        """Take the next token if it is one of some operators or keywords; return it, else nothing."""
        token = self.peek()
        if token.kind in ("op", "keyword", "newline") and token.value in values:
            self._at += 1
            return token.value
        return ""

    def expect(self, value: str) -> None:
        """Take an operator.

        Raises:
            AwkSyntaxError: something else comes.
        """
        if not self.accept(value):
            raise AwkSyntaxError("Unexpected end of string" if self.peek().kind == "end" else "Unexpected token")

    def skip_lines(self) -> None:
        """Go on at the next line that is not empty."""
        while self.accept("\n"):
            pass
