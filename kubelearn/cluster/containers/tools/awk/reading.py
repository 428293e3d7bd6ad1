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
        """Return the next token, and go on.

        Raises:
            AwkSyntaxError: there is none.
        """
        token = self.peek()
        if token.kind == "end":
            raise AwkSyntaxError("Unexpected token")
        self._at += 1
        return token

    def comes(self, *values: str) -> bool:
        """Say whether the next token is one of some operators or keywords; a text or a pattern may look like one."""
        token = self.peek()
        return token.kind in ("op", "keyword", "newline") and token.value in values

    def accept(self, *values: str) -> str:
        """Take the next token if it is one of some operators or keywords; return it, else nothing."""
        return self.take().value if self.comes(*values) else ""

    def expect(self, value: str) -> None:
        """Take an operator.

        Raises:
            AwkSyntaxError: something else comes.
        """
        if not self.accept(value):
            raise AwkSyntaxError("Unexpected token")

    def skip_lines(self) -> None:
        """Go on at the next line that is not empty."""
        while self.accept("\n"):
            pass
