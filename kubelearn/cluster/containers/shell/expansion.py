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
from kubelearn.cluster.containers.process import is_number
from kubelearn.cluster.streams import MEMORY

from .builtins.settings import flags
from .lexer import expand_quoted
from .syntax import BLANKS, Part, ShellSyntaxError, Word
from .wording import dialect, line_of, trouble

if TYPE_CHECKING:
    from .interpreter import Shell

_EXPRESSION = re.compile(r"([A-Za-z_]\w*|[0-9]+|[?#@*$!-])(:?[-=+?]|##?|%%?)?(.*)", re.DOTALL)
_CUT = re.compile(r"([A-Za-z_]\w*|[0-9]+):(?![-=+?])([^:]+)(?::(.+))?")
_CHANGE = re.compile(r"([A-Za-z_]\w*|[0-9]+)(//?)((?:\\.|[^/])+)(?:/(.*))?", re.DOTALL)
_BRACES = re.compile(r"\{((-?\d{1,4})\.\.(-?\d{1,4})|[^{}]*,[^{}]*)\}")
#: Braces multiply: ``{1..9999}{1..9999}`` would be more than this machine can hold.
_MOST_WORDS = 100_000
#: What makes a word a pattern; a bracket that nothing closes stands for itself, as in ``[ -e file``.
_MAGIC = re.compile(r"[*?]|\[.*\]", re.DOTALL)


class _Fields:
    """The fields of a word, as its parts come (POSIX, Shell Command Language, 2.6.5).

    Each field is made of pieces of text, with whether they stood in quotes.
    """

    def __init__(self, separators: str):
        self._separators = separators
        self._blanks = "".join(char for char in separators if char in BLANKS)
        self._field: list[tuple[str, bool]] | None = None
        self._after_blank = False
        self.done: list[list[tuple[str, bool]]] = []

    def add(self, text: str, *, quoted: bool) -> None:
        """Add what is not split."""
        if self._field is None:
            self._field = []
        self._field.append((text, quoted))
        self._after_blank = False

    def split(self, text: str) -> None:
        """Add what came out of an expansion."""
        begin = 0
        for at, char in enumerate(text):
            if char not in self._separators:
                continue
            if at > begin:
                self.add(text[begin:at], quoted=False)
            begin = at + 1
            if self._field is not None:
                self.end()
                self._after_blank = char in self._blanks
            elif char not in self._blanks:
                if not self._after_blank:  # else it is part of the separator that a blank has begun
                    self.done.append([])
                self._after_blank = False
        if begin < len(text):
            self.add(text[begin:], quoted=False)

    def end(self) -> None:
        """End the field, if there is one."""
        if self._field is not None:
            self.done.append(self._field)
        self._field = None


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
        """Expand a word; what came out of unquoted expansions is split at the characters of ``$IFS``."""
        fields = _Fields(self._shell.variables.get("IFS", BLANKS))
        for part in word:
            if part.kind == "variable" and part.value in ("@", "*") and (part.value == "@" or not part.quoted):
                for index, argument in enumerate(self._shell.arguments):
                    if index:
                        fields.end()
                    if part.quoted:
                        fields.add(argument, quoted=True)
                    else:
                        fields.split(argument)
                continue
            value = await self._part(part)
            if part.quoted or part.kind == "text":
                fields.add(value, quoted=part.quoted)
            else:
                fields.split(value)
        fields.end()
        return [text for field in fields.done for text in self._glob(field)]

    def _glob(self, field: list[tuple[str, bool]]) -> list[str]:
        text = "".join(value for value, _ in field)
        unquoted = "".join(value for value, quoted in field if not quoted)
        if "f" in self._shell.options or not _MAGIC.search(unquoted):
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
        if dialect(self._shell) == "dash" and (_CUT.fullmatch(expression) or _CHANGE.fullmatch(expression)):
            raise ShellSyntaxError("syntax error: bad substitution")
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
            if not value and "u" in self._shell.options and (value is None or name == "!") and name not in ("@", "*"):
                raise self._unset(name)
            return value or ""
        if operator[0] in "#%":
            return _strip(value or "", await self._inner(rest), operator)
        missing = value is None or (operator.startswith(":") and not value)
        return await self._default(name, operator[-1], value or "", missing, rest)

    def _unset(self, name: str) -> ShellSyntaxError:
        """Return the error of a variable without a value, after ``set -u``."""
        like = dialect(self._shell)
        sign = "" if like != "bash" or name.isidentifier() else "$"
        return ShellSyntaxError(trouble(like, "unset", f"{sign}{name}"), 127 if like == "bash" else 2)

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
            like = dialect(self._shell)
            raise ShellSyntaxError(f"{name}: {text or 'parameter not set'}", 127 if like == "bash" else 2)
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
            "-": flags(shell) if name == "-" else "",
            "!": shell.last_job or "",
            "RANDOM": random.randrange(32768) if name == "RANDOM" else "",
            "SECONDS": int(time.monotonic() - shell.begin),
        }
        if name in special:
            return str(special[name])
        if name == "LINENO" and dialect(shell) != "dash":
            return str(line_of(shell))
        if name in ("@", "*"):
            between = shell.variables.get("IFS", " ") if name == "*" else " "
            return between[:1].join(shell.arguments)
        if is_number(name):
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
