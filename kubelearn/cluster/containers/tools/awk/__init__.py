"""``awk``: programs of patterns and actions."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.commands import run_command
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet
from kubelearn.cluster.streams import Pipe

from .lexer import AwkSyntaxError, unescaped
from .machine import AwkError, Machine
from .program import Exit, NextRecord, Parser, Statement
from .program import Program as AwkProgram
from .values import Input, text

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


class _Output:
    """Where a program prints to: standard output, files, and commands that run when it has ended."""

    def __init__(self, process: Process):
        self._process = process
        self._written: set[str] = set()
        self.piped: dict[str, list[str]] = {}

    def write(self, shown: str, way: str, target: str) -> None:
        """Print a text."""
        if way == "|":
            self.piped.setdefault(target, []).append(shown)
        elif not way or target == "/dev/stdout":
            self._process.stdout.write(shown.encode())
        elif target == "/dev/stderr":
            self._process.stderr.write(shown.encode())
        else:
            append = way == ">>" or target in self._written
            try:
                self._process.files.write(resolve(self._process.cwd, target), shown.encode(), append=append)
            except OSError as error:
                raise UsageError(f"can't open '{target}': {error.strerror}") from None
            self._written.add(target)

    def read(self, name: str) -> list[str] | None:
        """Return the lines of a file, None if it is not there."""
        try:
            return self._process.files.read(resolve(self._process.cwd, name)).decode(errors="replace").splitlines()
        except OSError:
            return None

    async def finish(self) -> None:
        """Run the commands that were printed to."""
        for command, pieces in self.piped.items():
            source = Pipe()
            source.write("".join(pieces).encode())
            source.end()
            await run_command(self._process, ["sh", "-c", command], stdin=source)


@applet("[-F SEP] [-v VAR=VAL] [-f PROGFILE | 'PROGRAM'] [FILE]...", "", "Fvf")
async def _awk(process: Process, given: Given) -> int:
    words, output = list(given.operands), _Output(process)
    sources = [_source(output, name) for name in given.all("f")]
    if not sources:
        if not words:
            raise Misuse
        sources = [words.pop(0)]
    machine = Machine(output.write, output.read)
    if "F" in given:
        machine.set("FS", "\t" if given.get("F") == "t" else unescaped(given.get("F")))
    for word in given.all("v"):
        _assign(machine, word)
    try:
        program = Parser("\n".join(sources), machine).program()
        data, status = await _inputs(process, machine, words) if program.rules or program.end else ([], 0)
        code = _run(program, machine, data)
    except (AwkError, AwkSyntaxError) as error:
        process.complain(f"awk: cmd. line:1: {error}")
        return 1
    except RecursionError:
        process.complain("awk: cmd. line:1: nested too deeply")
        return 1
    finally:
        await process.stdout.drain()
        await output.finish()
    return code or status


def _source(output: _Output, name: str) -> str:
    lines = output.read(name)
    if lines is None:
        raise UsageError(f"can't open '{name}': No such file or directory")
    return "\n".join(lines)


def _assign(machine: Machine, word: str) -> None:
    name, _, value = word.partition("=")
    machine.set(name, Input(unescaped(value)))


async def _inputs(process: Process, machine: Machine, words: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Return what is to be read; ``NAME=VALUE`` among the files is set before all of them."""
    for word in words:
        if _ASSIGNMENT.fullmatch(word):
            _assign(machine, word)
    found, status = await inputs(process, [word for word in words if not _ASSIGNMENT.fullmatch(word)])
    return [(name, data.decode(errors="replace")) for name, data in found], status


def _records(machine: Machine, data: list[tuple[str, str]]) -> Iterator[str]:
    for name, content in data:
        machine.set("FILENAME", name)
        machine.set("FNR", 0.0)
        sign = text(machine.get("RS"))
        if sign == "\n":
            yield from content.splitlines()
        elif not sign:
            yield from (part for part in re.split(r"\n\n+", content.strip("\n")) if part)
        else:
            yield from content.removesuffix("\n").removesuffix(sign).split(sign)


def _run(program: AwkProgram, machine: Machine, data: list[tuple[str, str]]) -> int:
    """Run a program, and return its exit code."""
    code = 0
    try:
        _act(program.begin)
        machine.records = _records(machine, data)
        while program.rules and (record := machine.next_record()) is not None:
            machine.take(record)
            _apply(program, machine)
        if program.end and not program.rules:
            while (record := machine.next_record()) is not None:
                machine.take(record)
    except Exit as end:
        code = end.code
    try:
        _act(program.end)
    except Exit as end:
        code = end.code or code
    return code


def _act(actions: Iterable[Statement]) -> None:
    """Carry out actions; ``next`` ends them, as in BusyBox' awk (POSIX leaves it open)."""
    with contextlib.suppress(NextRecord):
        for action in actions:
            action()


def _apply(program: AwkProgram, machine: Machine) -> None:
    with contextlib.suppress(NextRecord):
        for rule in program.rules:
            if not rule.applies():
                continue
            if rule.action is None:
                machine.write(text(machine.field(0)) + text(machine.get("ORS")), "", "")
            else:
                rule.action()


TOOLS: dict[str, Program] = {"awk": _awk}
