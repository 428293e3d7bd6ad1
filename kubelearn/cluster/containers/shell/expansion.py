"""From words to arguments: variables, command substitution, splitting, globbing."""

from __future__ import annotations

import fnmatch
import glob
import random
import re
import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.streams import MEMORY

from .lexer import expand_quoted
from .syntax import Part, ShellSyntaxError, Word
from .wording import dialect

if TYPE_CHECKING:
    from .interpreter import Shell

_EXPRESSION = re.compile(r"([A-Za-z_]\w*|[0-9]+|[?#@*$!-])(:?[-=+?]|##?|%%?)?(.*)", re.DOTALL)
_CUT = re.compile(r"([A-Za-z_]\w*|[0-9]+):(?![-=+?])([^:]+)(?::(.+))?")
_CHANGE = re.compile(r"([A-Za-z_]\w*|[0-9]+)(//?)((?:\\.|[^/])+)(?:/(.*))?", re.DOTALL)
_BRACES = re.compile(r"\{((-?\d{1,4})\.\.(-?\d{1,4})|[^{}]*,[^{}]*)\}")
#: Braces multiply: ``{1..9999}{1..9999}`` would be more than this machine can hold.
_MOST_WORDS = 100_000
_MAGIC = re.compile(r"[*?[]")


def split_fields(text: str, separators: str | None, most: int = 0) -> list[str]:
    """Split a text into fields.

    Args:
        separators: ``$IFS``; None if it is not set.
        most: the last of so many fields takes the rest; 0 for all.
    """
    if separators == "":
        return [text]
    if separators is None or not separators.strip():
        return text.split(separators, maxsplit=most - 1 if most else -1)
    if most == 1:
        return [text]
    fields = re.split(f"[{re.escape(separators)}]", text, maxsplit=most - 1 if most else 0)
    return fields[:-1] if not fields[-1] else fields


class Expander:
    """Expands the words of one shell."""

    def __init__(self, shell: Shell):
        self._shell = shell

    async def text(self, word: Word) -> str:
        """Return a word as one string, neither split nor globbed.

        Raises:
            MemoryError: it is longer than a program's memory.
        """
        if len(word) == 1 and word[0].kind == "text":
            return self._tilde(word[0])
        text = "".join([await self._part(part) for part in word])
        if len(text) > MEMORY:
            raise MemoryError
        return text

    async def pattern(self, word: Word) -> str:
        """Return a word as a pattern: what was quoted stands for itself."""
        return "".join(
            [glob.escape(await self._part(part)) if part.quoted else await self._part(part) for part in word]
        )

    async def words(self, words: list[Word]) -> list[str]:
        """Return the arguments that words stand for.

        Raises:
            MemoryError: braces make more of them than a program's memory holds.
        """
        found: list[str] = []
        if dialect(self._shell) == "bash":
            words = list(islice((each for word in words for each in _braces(word)), _MOST_WORDS))
            if len(words) == _MOST_WORDS:
                raise MemoryError
        for word in words:
            if len(word) == 1 and word[0].kind == "text" and (word[0].quoted or not _MAGIC.search(word[0].value)):
                found.append(self._tilde(word[0]))
            else:
                found += await self._split(word)
        return found

    @staticmethod
    def _tilde(part: Part) -> str:
        name, _, _ = part.value.partition("/")
        return "/root" + part.value[len(name) :] if not part.quoted and name in ("~", "~root") else part.value

    async def _split(self, word: Word) -> list[str]:
        """Expand a word; what came out of unquoted expansions is split at white space."""
        fields: list[list[tuple[str, bool]]] = [[]]
        started = False
        for part in word:
            if part.kind == "variable" and part.value == "@" and part.quoted:
                for index, argument in enumerate(self._shell.arguments):
                    if index:
                        fields.append([])
                    fields[-1].append((argument, True))
                    started = True
                continue
            value = await self._part(part)
            if part.quoted or part.kind == "text":
                fields[-1].append((value, part.quoted))
                started = True
                continue
            pieces = self._shell.split(value)
            if value[:1].isspace() and fields[-1] and self._shell.variables.get("IFS") is None:
                fields.append([])
            for index, piece in enumerate(pieces):
                if index:
                    fields.append([])
                fields[-1].append((piece, False))
            if pieces and value[-1:].isspace() and self._shell.variables.get("IFS") is None:
                fields.append([])
        found: list[str] = []
        for field in fields:
            if field or (started and len(fields) == 1):
                found += self._glob(field)
        return found

    def _glob(self, field: list[tuple[str, bool]]) -> list[str]:
        text = "".join(value for value, _ in field)
        if not any(not quoted and _MAGIC.search(value) for value, quoted in field):
            return [text]
        pattern = "".join(glob.escape(value) if quoted else value for value, quoted in field)
        found = ["/" if pattern.startswith("/") else ""]
        parts = [part for part in pattern.split("/") if part]
        for index, part in enumerate(parts):
            found = [path for prefix in found for path in self._matches(prefix, part, last=index == len(parts) - 1)]
        return found or [text]

    def _matches(self, prefix: str, pattern: str, *, last: bool) -> list[str]:
        """Return the paths below a prefix whose next name matches."""
        files, base = self._shell.process.files, resolve(self._shell.process.cwd, prefix or ".")
        if not files.is_dir(base):
            return []
        names = [
            name
            for name in files.listdir(base)
            if fnmatch.fnmatchcase(name, pattern) and name.startswith(".") <= pattern.startswith(".")
        ]
        return [f"{prefix}{name}{'' if last else '/'}" for name in names]

    async def _part(self, part: Part) -> str:
        if part.kind == "text":
            return part.value
        if part.kind == "command":
            assert part.script is not None  # noqa: S101 - the parser fills it in
            return await self._shell.capture(part.script)
        if part.kind == "arithmetic":
            return str(self._shell.arithmetic(await self._inner(part.value)))
        return await self._variable(part.value)

    async def _inner(self, text: str) -> str:
        """Expand a text inside braces or arithmetic."""
        return await self.text(expand_quoted(text)) if "$" in text or "`" in text else text.replace('"', "")

    async def _variable(self, expression: str) -> str:
        if expression.startswith("#") and len(expression) > 1:
            return str(len(self._value(expression[1:]) or ""))
        if (cut := _CUT.fullmatch(expression)) is not None:
            return self._cut(self._value(cut[1]) or "", await self._inner(cut[2]), cut[3])
        if (change := _CHANGE.fullmatch(expression)) is not None:
            pattern, new = await self._inner(change[3]), await self._inner(change[4] or "")
            return _replace(self._value(change[1]) or "", pattern, new, everywhere=len(change[2]) == 2)
        found = _EXPRESSION.fullmatch(expression)
        if found is None or (found.group(3) and not found.group(2)):
            if found is not None and found.group(3).startswith((":", "/", "[")):  # other shells have these
                raise ShellSyntaxError(f"${{{expression}}} is not supported in this shell")
            raise ShellSyntaxError("syntax error: bad substitution")
        name, operator, rest = found.groups()
        value = self._value(name)
        if operator is None:
            if value is None and "u" in self._shell.options and name not in ("@", "*"):
                raise ShellSyntaxError(f"{name}: parameter not set")
            return value or ""
        if operator[0] in "#%":
            return _strip(value or "", await self._inner(rest), operator)
        missing = value is None or (operator.startswith(":") and not value)
        return await self._default(name, operator[-1], value or "", missing, rest)

    def _cut(self, value: str, start: str, length: str | None) -> str:
        """``${V:START:LENGTH}``; what is negative counts from the end."""
        begin = self._shell.arithmetic(start)
        begin = max(len(value) + begin, 0) if begin < 0 else begin
        if length is None:
            return value[begin:]
        size = self._shell.arithmetic(length)
        return value[begin : begin + size] if size >= 0 else value[begin:size]

    async def _default(self, name: str, operator: str, value: str, missing: bool, rest: str) -> str:
        if operator == "+":
            return "" if missing else await self._inner(rest)
        if not missing:
            return value
        text = await self._inner(rest)
        if operator == "?":
            raise ShellSyntaxError(f"{name}: {text or 'parameter not set'}")
        if operator == "=":
            self._shell.assign(name, text)
        return text

    def _value(self, name: str) -> str | None:
        shell = self._shell
        known = shell.variables.get(name)
        if known is not None:
            return known
        special: dict[str, object] = {
            "?": shell.status,
            "#": len(shell.arguments),
            "$": shell.pid,
            "0": shell.zero,
            "-": "".join(sorted(shell.options)),
            "!": shell.last_job or "",
            "RANDOM": random.randrange(32768) if name == "RANDOM" else "",
            "PPID": 0,
            "SECONDS": int(time.monotonic() - shell.begin),
        }
        if name in special:
            return str(special[name])
        if name in ("@", "*"):
            return " ".join(shell.arguments)
        if name.isdigit():
            return shell.arguments[int(name) - 1] if int(name) <= len(shell.arguments) else None
        return shell.variables.get(name)


def _braces(word: Word) -> Iterator[Word]:
    """Yield what bash makes of ``{a,b}`` and ``{1..3}`` in a word."""
    for at, part in enumerate(word):
        found = _BRACES.search(part.value) if part.kind == "text" and not part.quoted else None
        if found is None:
            continue
        if found[2]:
            first, last = int(found[2]), int(found[3])
            choices = [str(n) for n in range(first, last + (1 if last >= first else -1), 1 if last >= first else -1)]
        else:
            choices = found[1].split(",")
        start, end = part.value[: found.start()], part.value[found.end() :]
        for choice in choices:
            yield from _braces((*word[:at], Part("text", f"{start}{choice}{end}"), *word[at + 1 :]))
        return
    yield word


def _replace(value: str, pattern: str, new: str, *, everywhere: bool) -> str:
    """``${V/PATTERN/NEW}``: the longest match of each place, from the left."""
    expression = re.compile(fnmatch.translate(pattern).removesuffix(r"\Z").removesuffix(r"\z"))
    return expression.sub(lambda _: new, value, count=0 if everywhere else 1)


def _strip(value: str, pattern: str, operator: str) -> str:
    """``${V#pattern}`` and ``${V%pattern}``, doubled for the longest match."""
    lengths = range(len(value) + 1)
    if operator[0] == "#":
        order = reversed(lengths) if len(operator) == 2 else lengths
        return next((value[n:] for n in order if fnmatch.fnmatchcase(value[:n], pattern)), value)
    order = lengths if len(operator) == 2 else reversed(lengths)
    return next((value[:n] for n in order if fnmatch.fnmatchcase(value[n:], pattern)), value)
