"""``find``: files below a folder that fulfil conditions."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.commands import run_command
from kubelearn.cluster.containers.tools.options import Misuse, UsageError, busybox_of, number, tool
from kubelearn.cluster.containers.tools.troubles import trouble

_USAGE = "[PATH]... [OPTIONS] [ACTIONS]"
_UNITS = {"": 512, "c": 1, "k": 1024, "M": 1024**2}
Condition = Callable[[str, str], bool]


@dataclass
class _Search:
    """What is looked for: one of ``choices`` whose conditions all hold, in a name as shown and its full path."""

    process: Process
    words: list[str]
    choices: list[list[Condition]] = field(default_factory=lambda: [[]])
    most: int = 1_000
    least: int = 0
    action: str = "-print"
    command: list[str] = field(default_factory=list)

    def parse(self) -> None:
        """Read the expression.

        Raises:
            UsageError: it has a word that is not known here.
        """
        negated = False
        while self.words:
            word = self.words.pop(0)
            if word in ("!", "-not"):
                negated = True
                continue
            if word in ("-o", "-or"):
                self.choices.append([])
            elif word in ("-maxdepth", "-mindepth"):
                limit = number(self._value(word))
                self.most, self.least = (limit, self.least) if word == "-maxdepth" else (self.most, limit)
            elif word in ("-print", "-print0", "-delete"):
                self.action = word
            elif word == "-exec":
                self._exec()
            elif word not in ("-a", "-and"):
                condition = self._condition(word)
                self.choices[-1].append(_not(condition) if negated else condition)
            negated = False

    def _value(self, word: str) -> str:
        if not self.words:
            said = f"{word} requires an argument" if busybox_of(self.process) else f"missing argument to `{word}'"
            raise UsageError(said)
        return self.words.pop(0)

    def _exec(self) -> None:
        end = next((at for at, word in enumerate(self.words) if word in (";", "+")), None)
        if end is None:
            raise UsageError("-exec requires an argument")
        self.action = f"-exec{self.words[end]}"
        self.command, self.words = self.words[:end], self.words[end + 1 :]

    def _condition(self, word: str) -> Condition:
        files = self.process.files
        if word == "-empty":
            return lambda _, path: not (files.listdir(path) if files.is_dir(path) else files.read(path))
        if word not in ("-name", "-iname", "-path", "-type", "-size", "-newer"):
            if busybox_of(self.process):
                raise Misuse(f"unrecognized: {word}")
            raise UsageError(f"unknown predicate `{word}'")
        value = self._value(word)
        if word == "-newer":
            return self._newer(value)
        if word == "-type":
            return lambda _, path: {"d": files.is_dir, "f": files.is_file}.get(value, lambda _: False)(path)
        if word == "-size":
            return self._size(value)
        if word == "-path":
            return lambda name, _: fnmatch.fnmatchcase(name, value)
        if word == "-iname":
            return lambda name, _: fnmatch.fnmatchcase(posixpath.basename(name).lower(), value.lower())
        return lambda name, _: fnmatch.fnmatchcase(posixpath.basename(name), value)

    def _newer(self, value: str) -> Condition:
        """All files are as old as the question: none is newer than another."""
        if not self.process.files.exists(resolve(self.process.cwd, value)):
            raise UsageError(trouble(self.process, f"can't stat '{value}'" if busybox_of(self.process) else value))
        return lambda _name, _path: False

    def _size(self, value: str) -> Condition:
        found = re.fullmatch(r"([-+]?)(\d+)([ckM]?)", value)
        if found is None:
            raise UsageError(
                f"invalid number '{value}'" if busybox_of(self.process) else f"invalid -size type `{value}'"
            )
        sign, count, unit = found[1], int(found[2]), _UNITS[found[3]]
        files = self.process.files

        def condition(_name: str, path: str) -> bool:
            size = -(-len(files.read(path)) // unit) if files.is_file(path) else -(-4096 // unit)
            if sign == "+":
                return size > count
            return size < count if sign == "-" else size == count

        return condition

    def matches(self, start: str) -> Iterator[tuple[str, str]]:
        """Yield what is found below a path, as it is shown and with its full path."""
        for name, path, depth in self._walk(start, resolve(self.process.cwd, start), 0):
            if depth >= self.least and any(all(holds(name, path) for holds in choice) for choice in self.choices):
                yield name, path

    def _walk(self, name: str, path: str, depth: int) -> Iterator[tuple[str, str, int]]:
        yield name, path, depth
        if depth < self.most and self.process.files.is_dir(path):
            for entry in self.process.files.listdir(path):
                yield from self._walk(posixpath.join(name, entry), posixpath.join(path, entry), depth + 1)


def _not(condition: Condition) -> Condition:
    return lambda name, path: not condition(name, path)


async def _find(process: Process) -> int:
    words = process.argv[1:]
    starts = []
    while words and not words[0].startswith(("-", "!", "(")):
        starts.append(words.pop(0))
    search = _Search(process, words)
    search.parse()
    status = 0
    found: list[tuple[str, str]] = []
    for start in starts or ["."]:
        if process.files.exists(resolve(process.cwd, start)):
            found += search.matches(start)
        else:
            process.complain(f"find: {trouble(process, start)}")
            status = 1
    return max(status, await _act(process, search, found))


async def _act(process: Process, search: _Search, found: list[tuple[str, str]]) -> int:
    if search.action.startswith("-exec"):
        names = [name for name, _ in found]
        groups = [names] if search.action.endswith("+") else [[name] for name in names]
        for group in filter(None, groups):
            await run_command(process, _filled(search.command, group))
        return 0
    for name, path in reversed(found) if search.action == "-delete" else found:
        if search.action == "-delete":
            (process.files.rmdir if process.files.is_dir(path) else process.files.remove)(path)
        else:
            process.stdout.write(name.encode() + (b"\0" if search.action == "-print0" else b"\n"))
    return 0


def _filled(command: list[str], names: list[str]) -> list[str]:
    return [piece for word in command for piece in (names if word == "{}" else [word.replace("{}", " ".join(names))])]


find = tool(_find, _USAGE)
