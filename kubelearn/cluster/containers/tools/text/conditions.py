"""``test`` and ``[``: is a condition true?"""

from __future__ import annotations

import re

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import tool

_COMPARE = {"-eq": "__eq__", "-ne": "__ne__", "-lt": "__lt__", "-le": "__le__", "-gt": "__gt__", "-ge": "__ge__"}


async def _test(process: Process) -> int:
    words = process.argv[1:]
    if process.argv[0] == "[":
        if not words or words[-1] != "]":
            process.complain("sh: missing ]")
            return 2
        words = words[:-1]
    try:
        return 0 if _condition(process, words) else 1
    except (ValueError, IndexError) as error:
        process.complain(f"sh: {error}")  # ash has test built in
        return 2


def _condition(process: Process, words: list[str]) -> bool:
    for operator in ("-o", "-a"):
        if operator in words[1:-1]:
            index = words.index(operator, 1)
            left, right = _condition(process, words[:index]), _condition(process, words[index + 1 :])
            return (left or right) if operator == "-o" else (left and right)
    if words[:1] == ["!"]:
        return not _condition(process, words[1:])
    if len(words) == 3:
        first, operator, second = words
        if operator in ("=", "=="):
            return first == second
        if operator == "!=":
            return first != second
        if operator in ("<", ">"):
            return first < second if operator == "<" else first > second
        if operator in _COMPARE:
            for text in (first, second):
                if not re.fullmatch(r"\s*-?\d+\s*", text):
                    raise ValueError(f"{text}: bad number")
            return bool(getattr(int(first), _COMPARE[operator])(int(second)))
        raise ValueError(f"{operator}: unknown operand")
    if len(words) == 2 and words[1] in _COMPARE:
        raise ValueError(f"{words[1]}: argument expected")
    if len(words) == 2:
        return _unary(process, *words)
    if len(words) > 3:
        raise ValueError("too many arguments")
    return bool(words and words[0])


def _unary(process: Process, operator: str, word: str) -> bool:
    path = resolve(process.cwd, word)
    checks = {
        "-n": lambda: bool(word),
        "-z": lambda: not word,
        "-e": lambda: process.files.exists(path),
        "-f": lambda: process.files.is_file(path),
        "-d": lambda: process.files.is_dir(path),
        "-s": lambda: process.files.is_file(path) and bool(process.files.read(path)),
        "-r": lambda: process.files.exists(path),
        "-w": lambda: process.files.exists(path),
        "-x": lambda: process.files.exists(path) and bool(process.files.mode(path) & 0o111),
        "-t": lambda: process.tty,
        "-L": lambda: bool(process.files.link(path)),
        "-h": lambda: bool(process.files.link(path)),
    }
    if operator not in checks:
        raise ValueError(f"{operator if operator.startswith('-') else word}: unknown operand")
    return checks[operator]()


TOOLS: dict[str, Program] = {
    "test": tool(_test),
    "[": tool(_test),
}
