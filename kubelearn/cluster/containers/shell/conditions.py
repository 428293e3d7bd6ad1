"""``[[ … ]]``: conditions whose words are neither split nor globbed, with patterns, ``&&``, ``||`` and brackets."""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable

from kubelearn.cluster.containers.expressions import ExpressionError, compiled

from .syntax import ShellSyntaxError, Word, operator

Expand = Callable[[Word], Awaitable[str]]


class Condition:
    """Evaluates the words between ``[[`` and ``]]``."""

    def __init__(self, words: list[Word], text: Expand, pattern: Expand, run: Callable[[list[str]], Awaitable[int]]):
        """Prepare to evaluate.

        Args:
            text: makes a word a text.
            pattern: makes a word a pattern.
            run: runs a command, ``test``, and returns its exit code.
        """
        self._words = words
        self._text = text
        self._pattern = pattern
        self._run = run
        self._at = 0

    async def holds(self) -> bool:
        """Return whether the condition is true.

        Raises:
            ShellSyntaxError: it is none.
        """
        found = await self._any(wanted=True)
        if self._at < len(self._words):
            raise ShellSyntaxError("syntax error in conditional expression")
        return found

    def _takes(self, *texts: str) -> bool:
        """Take the next word if it is one of some operators."""
        if self._at == len(self._words):
            return False
        word = self._words[self._at]
        plain = len(word) == 1 and word[0].kind in ("operator", "text") and not word[0].quoted
        if plain and word[0].value in texts and (word[0].kind == "operator" or word[0].value == "!"):
            self._at += 1
            return True
        return False

    async def _any(self, *, wanted: bool) -> bool:
        found = await self._all(wanted=wanted)
        while self._takes("||"):
            found = await self._all(wanted=wanted and not found) or found
        return found

    async def _all(self, *, wanted: bool) -> bool:
        found = await self._one(wanted=wanted)
        while self._takes("&&"):
            found = await self._one(wanted=wanted and found) and found
        return found

    async def _one(self, *, wanted: bool) -> bool:
        if self._takes("!"):
            return not await self._one(wanted=wanted)
        if self._takes("("):
            found = await self._any(wanted=wanted)
            if not self._takes(")"):
                raise ShellSyntaxError("syntax error in conditional expression")
            return found
        begin = self._at
        while self._at < len(self._words) and not self._takes("||", "&&", ")"):
            self._at += 1
        if self._at > begin and self._words[self._at - 1] in (operator("||"), operator("&&"), operator(")")):
            self._at -= 1
        words = self._words[begin : self._at]
        if not words:
            raise ShellSyntaxError("syntax error in conditional expression")
        return await self._primary(words) if wanted else False

    async def _primary(self, words: list[Word]) -> bool:
        if len(words) == 3:
            left, between = await self._text(words[0]), words[1][0].value
            if between in ("=", "==", "!="):
                same = fnmatch.fnmatchcase(left, await self._pattern(words[2]))
                return same != (between == "!=")
            right = await self._text(words[2])
            if between == "=~":
                try:
                    return compiled(right, extended=True).search(left) is not None
                except ExpressionError:
                    raise ShellSyntaxError("syntax error in conditional expression") from None
            if between in ("<", ">"):
                return left < right if between == "<" else left > right
        texts = [await self._text(word) for word in words]
        return await self._run(["test", *texts]) == 0
