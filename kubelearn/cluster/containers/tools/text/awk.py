"""``awk``, as far as one prints fields of some lines with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import read_lines
from kubelearn.cluster.containers.tools.options import Given, applet

_VALUE = r"(?:\$\d+|\$NF|NF|NR|\d+|\"[^\"]*\")"
_PIECE = re.compile(r"\$\w+|\"[^\"]*\"|\w+")
_ITEM = re.compile(r"(?:\"[^\"]*\"|[^,\"])+")
_ITEMS = re.compile(rf"(?:{_VALUE}\s*)+")
_RULE = re.compile(
    r"\s*(?P<when>BEGIN|END|(?:(?!\{).)*?)\s*(?:\{\s*(?P<do>(?:print(?P<items>\s*[^;}]*)?;?)?)\s*\})?\s*(?:;|$|(?<=\}))"
)
_MATCH = re.compile(rf"(?:(?P<left>{_VALUE})\s*(?P<no>!?)~\s*)?(?P<not>!?)/(?P<pattern>(?:\\.|[^/])*)/")
_COMPARE = re.compile(rf"(?P<left>{_VALUE})\s*(?P<operator>==|!=|>=|<=|>|<)\s*(?P<right>{_VALUE})")
_REFUSAL = "awk: only 'PATTERN {print $N, ...}' is supported in this shell"


@dataclass
class _Line:
    """A line, with its number and its fields."""

    text: str
    number: int
    fields: list[str]

    def value(self, item: str) -> str:
        """Return what ``$2``, ``NF`` or a constant is."""
        if item == "NF":
            return str(len(self.fields))
        if item == "NR":
            return str(self.number)
        if not item.startswith("$"):
            return item.strip('"').replace("\\t", "\t").replace("\\n", "\n")
        at = len(self.fields) if item == "$NF" else int(item[1:])
        if at == 0:
            return self.text
        return self.fields[at - 1] if at <= len(self.fields) else ""

    def holds(self, condition: str) -> bool:
        """Return whether a pattern is true of the line."""
        if not condition:
            return True
        if (found := _MATCH.fullmatch(condition)) is not None:
            hit = re.search(found["pattern"].replace("\\/", "/"), self.value(found["left"] or "$0")) is not None
            return hit != bool(found["no"] or found["not"])
        compared = _COMPARE.fullmatch(condition)
        if compared is None:
            return self.value(condition) not in ("", "0")
        left, right = self.value(compared["left"]), self.value(compared["right"])
        pair: tuple[float, float] | tuple[str, str] = (left, right)
        if all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in (left, right)):
            pair = (float(left), float(right))
        return {
            "==": pair[0] == pair[1],
            "!=": pair[0] != pair[1],
            ">": pair[0] > pair[1],  # type: ignore[operator]
            "<": pair[0] < pair[1],  # type: ignore[operator]
            ">=": pair[0] >= pair[1],  # type: ignore[operator]
            "<=": pair[0] <= pair[1],  # type: ignore[operator]
        }[compared["operator"]]


def _rules(program: str) -> list[tuple[str, list[str]]] | None:
    """Return patterns, and what is printed where they hold; None for a program that is not understood."""
    rules, rest = [], program.strip()
    while rest:
        found = _RULE.match(rest)
        if found is None or not found.end():
            return None
        when, items = found["when"].strip(), (found["items"] or "").strip()
        known = when in ("", "BEGIN", "END") or any(
            each.fullmatch(when) for each in (_MATCH, _COMPARE, re.compile(_VALUE))
        )
        listed = [item.strip() for item in _ITEM.findall(items)]
        if not known or not all(_ITEMS.fullmatch(item) for item in listed):
            return None
        if found["do"] is not None and not found["do"]:
            return None
        rules.append((when, listed))
        rest = rest[found.end() :].strip()
    return rules


@applet("[-F SEP] 'PROGRAM' [FILE]...", "", "F", operands=(1, None))
async def _awk(process: Process, given: Given) -> int:
    rules = _rules(given.operands[0])
    if not rules:
        process.complain(_REFUSAL)
        return 2
    _print(process, [rule for rule in rules if rule[0] == "BEGIN"], _Line("", 0, []))
    lines, status = await read_lines(process, given.operands[1:])
    separator = given.get("F").replace("\\t", "\t")
    line = _Line("", 0, [])
    for number, text in enumerate(lines, 1):
        line = _Line(text, number, text.split(separator) if separator.strip(" ") else text.split())
        _print(process, [rule for rule in rules if rule[0] not in ("BEGIN", "END") and line.holds(rule[0])], line)
    _print(process, [rule for rule in rules if rule[0] == "END"], line)
    return status


def _print(process: Process, rules: list[tuple[str, list[str]]], line: _Line) -> None:
    for _, items in rules:
        parts = ["".join(line.value(piece) for piece in _PIECE.findall(item)) for item in items]
        process.print(" ".join(parts) if items else line.text)


TOOLS: dict[str, Program] = {"awk": _awk}
