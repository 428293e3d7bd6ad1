"""``sort``: lines in the order of their keys."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from typing import Any

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import read_lines, write_lines
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, busybox_of

_TROUBLE = 2
_LETTERS = "bdfgiMnrV"
_KEY = re.compile(rf"(\d+)(?:\.(\d+))?([{_LETTERS}]*)(?:,(\d+)(?:\.(\d+))?([{_LETTERS}]*))?")
_NUMBERS = {"n": re.compile(r"-?\d+(\.\d+)?"), "g": re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True)
class _Key:
    """The part of a line that is compared (POSIX, sort, ``-k``).

    Attributes:
        separator: of fields, one character; empty for blanks.
        begin: number of its first field, and of the character in it, from 1.
        end: number of its last field, and of the character in it, 0 for all of it; None for the end of the line.
        letters: how it is compared.
    """

    separator: str
    begin: tuple[int, int] = (1, 1)
    end: tuple[int, int] | None = None
    letters: str = ""

    def of(self, line: str) -> Any:
        """Return what is compared of a line."""
        text = self._text(line)
        if set("bgMn") & set(self.letters):
            text = text.lstrip()
        for letter in set("ng") & set(self.letters):
            found = _NUMBERS[letter].match(text)
            return float(found.group()) if found else 0.0 if letter == "n" else -math.inf
        if "M" in self.letters:
            return float(_MONTHS.index(month)) if (month := text[:3].upper()) in _MONTHS else -1.0
        for letter, forgotten in (("d", r"[^A-Za-z0-9 \t]"), ("i", r"[^ -~]")):
            text = re.sub(forgotten, "", text) if letter in self.letters else text
        if "V" in self.letters:
            return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]
        return text.upper() if "f" in self.letters else text

    def _text(self, line: str) -> str:
        if self.begin == (1, 1) and self.end is None:
            return line
        # Without a separator, the blanks before a field are a part of it.
        sign = re.escape(self.separator)
        fields = rf"[^{sign}]*" if sign else r"[ \t]*[^ \t]*"
        spans = [found.span() for found in re.finditer(rf"(?:^|(?<={sign or '.'})){fields}", line)]
        field, character = self.begin
        if field > len(spans):
            return ""
        start, stop = spans[field - 1][0] + character - 1, len(line)
        if self.end is not None and self.end[0] <= len(spans):
            first, last = spans[self.end[0] - 1]
            stop = min(first + self.end[1], last) if self.end[1] else last
        return line[start:stop]


def _keys(options: Given) -> list[_Key]:
    """Return what is compared, the most important first; letters of a key take the place of the options."""
    keys, separator, letters = [], options.get("t"), "".join(letter for letter in _LETTERS if letter in options)
    for text in options.all("k"):
        found = _KEY.fullmatch(text)
        if found is None or found[1] == "0":
            raise UsageError("bad field specification")
        end = (int(found[4]), int(found[5] or 0)) if found[4] else None
        keys.append(_Key(separator, (int(found[1]), int(found[2] or 1)), end, found[3] + (found[6] or "") or letters))
    return keys or [_Key(separator, letters=letters)]


@dataclass(frozen=True)
class _Order:
    """The order of lines.

    Attributes:
        keys: what is compared, the most important first.
        whole: whether lines with the same keys are compared as a whole.
        reverse: whether that comparison is turned round.
    """

    keys: list[_Key]
    whole: bool
    reverse: bool

    def sort(self, lines: list[str]) -> list[str]:
        """Return lines in order."""
        found = sorted(lines, reverse=self.reverse) if self.whole else list(lines)
        for key in reversed(self.keys):
            found.sort(key=key.of, reverse="r" in key.letters)
        return found

    def unique(self, lines: list[str]) -> list[str]:
        """Return the first of all lines that have the same keys."""
        groups = itertools.groupby(lines, lambda line: [key.of(line) for key in self.keys])
        return [next(same) for _, same in groups]


@applet(
    "[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...",
    "nrugMVcszbdfi",
    "kto",
    failure=_TROUBLE,
)
async def _sort(process: Process, options: Given) -> int:
    target, is_busybox = options.get("o"), busybox_of(process) is not None
    if "t" in options and len(options.get("t")) != 1:
        raise UsageError("bad -t parameter" if is_busybox else f"multi-character tab '{options.get('t')}'")
    whole = "s" not in options and (is_busybox or "u" not in options)
    order = _Order(_keys(options), whole, "r" in options)
    end = "\0" if "z" in options else "\n"
    lines, status = await read_lines(process, options.operands, end)
    if "c" in options:
        return _check(process, lines, order)
    ordered = order.sort(lines)
    try:
        write_lines(process, order.unique(ordered) if "u" in options else ordered, target, end)
    except OSError as error:
        what = f"can't open '{target}'" if is_busybox else f"open failed: {target}"
        raise UsageError(f"{what}: {error.strerror}") from None
    return _TROUBLE if status else 0


def _check(process: Process, lines: list[str], order: _Order) -> int:
    for number, pair in enumerate(itertools.pairwise(lines), 1):
        if order.sort(list(pair)) != list(pair):
            disorder = f"sort: -:{number + 1}: disorder: {pair[1]}"
            process.complain(f"Check line {number}" if busybox_of(process) else disorder)
            return 1
    return 0


TOOLS: dict[str, Program] = {"sort": _sort}
