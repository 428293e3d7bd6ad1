"""``dig`` of BIND 9.18 (bind9 bin/dig/dig.c)."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.options import UsageError, tool
from kubelearn.cluster.coredns import Answer, Record
from kubelearn.cluster.network import NameNotFound, NetworkError

from .records import TYPES, first_server, reverse_name, search

_USAGE = """Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options"""
_SECTIONS = ("question", "answer", "authority", "additional")
_SHOWN = frozenset({"cmd", "comments", "stats", *_SECTIONS})
#: What changes nothing here: there is one way to a server, and what it says is not signed.
_WITHOUT_EFFECT = frozenset({"recurse", "edns", "cookie", "defname", "ttlid", "class", "fail", "adflag", "cdflag"})
_NUMBERED = re.compile(r"(time|timeout|tries|retry|ndots)=(\d+)")


@dataclass
class _Command:
    """dig's command line."""

    questions: list[tuple[str, str]] = field(default_factory=list)
    server: str | None = None
    shown: set[str] = field(default_factory=lambda: set(_SHOWN))
    short: bool = False
    searching: bool = False
    protocol: str = "UDP"
    seconds: float = 5
    tries: int = 3


class _InvalidOption(UsageError):
    """An option that dig does not know."""


def _parse(argv: list[str]) -> _Command:
    command, words = _Command(), list(argv)
    name, kind = "", "A"
    while words:
        word = words.pop(0)
        if word.startswith("+"):
            _plus(command, word[1:])
        elif word.startswith("@"):
            command.server = word[1:]
        elif word in ("-x", "-t", "-q", "-p", "-c") and words:
            value = words.pop(0)
            if word == "-x":
                name, kind = reverse_name(value) or value, "PTR"
            elif word == "-t":
                kind = _type(value)
            elif word == "-q":
                name = value
            elif (word, value.upper()) not in (("-p", "53"), ("-c", "IN")):
                raise _InvalidOption(f"{word} {value}")
        elif word.startswith("-"):
            if word not in ("-4", "-u"):
                raise _InvalidOption(word)
        elif word.upper() in TYPES:
            kind = word.upper()
        elif word.upper() != "IN":
            if name:
                command.questions.append((name, kind))
                kind = "A"
            name = word
    command.questions.append((name or ".", kind if name else "NS"))
    return command


def _type(text: str) -> str:
    if text.upper() not in TYPES:
        raise UsageError(f";; Warning, ignoring invalid type {text}")
    return text.upper()


def _plus(command: _Command, text: str) -> None:
    wanted = not text.startswith("no")
    name = text if wanted else text[2:]
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        if numbered[1] in ("time", "timeout"):
            command.seconds = max(float(numbered[2]), 1)
        elif numbered[1] != "ndots":
            command.tries = max(int(numbered[2]) + (numbered[1] == "retry"), 1)
    elif name == "all":
        command.shown = set(_SHOWN) if wanted else set()
    elif name in _SHOWN:
        (command.shown.add if wanted else command.shown.discard)(name)
    elif name == "short":
        command.short = wanted
    elif name == "search":
        command.searching = wanted
    elif name in ("tcp", "vc"):
        command.protocol = "TCP" if wanted else "UDP"
    elif name not in _WITHOUT_EFFECT:
        raise _InvalidOption(f"+{text}")


async def _dig(process: Process) -> int:
    try:
        command = _parse(process.argv[1:])
    except _InvalidOption as error:
        process.complain(f"Invalid option: {error}\n{_USAGE}")
        return 1
    status = 0
    for name, kind in command.questions:
        status = max(status, await _one(process, command, name, kind))
    return status


async def _one(process: Process, command: _Command, name: str, kind: str) -> int:
    candidates = process.network.resolv.candidates(name) if command.searching else [name]
    where = command.server or first_server(process)
    try:
        async with asyncio.timeout(command.seconds * command.tries):
            answer, _ = await search(process.network, candidates, kind, command.server, command.protocol)
    except NameNotFound:
        process.complain(f"dig: couldn't get address for '{where}': not found")
        return 10
    except (NetworkError, TimeoutError) as error:
        refused = isinstance(error, NetworkError) and error.reason == "Connection refused"
        for _ in range(command.tries):
            process.print(f";; communications error to {where}#53: {'connection refused' if refused else 'timed out'}")
        if not command.short:
            _show_command(process, command)
        process.print(";; no servers could be reached")
        return 9
    _show(process, command, answer)
    return 0


def _show(process: Process, command: _Command, answer: Answer) -> None:
    """Print an answer as dig does, with its ``+short`` and ``+noall +answer``."""
    if command.short:
        for record in answer.answers:
            process.print(record.data)
        return
    shown, comments = command.shown, "comments" in command.shown
    _show_command(process, command)
    if comments:
        _show_head(process, answer)
    for title, lines in _sections(answer):
        if lines and title in shown:
            if comments:
                process.print(f";; {title.upper()} SECTION:")
            process.print("\n".join(lines))
            if comments:
                process.print("")
    if "stats" in shown:
        _show_foot(process, command, answer)


def _sections(answer: Answer) -> list[tuple[str, list[str]]]:
    question = f";{_columns((0, _question(answer)), (32, 'IN'), (40, answer.question.type))}"
    records = (answer.answers, answer.authority, answer.additional)
    return list(zip(_SECTIONS, [[question], *(list(map(_line, listed)) for listed in records)], strict=True))


def _line(record: Record) -> str:
    return _columns((0, record.name), (24, str(record.ttl)), (32, "IN"), (40, record.type), (48, record.data))


def _show_command(process: Process, command: _Command) -> None:
    if "cmd" in command.shown:
        process.print(f"\n; <<>> DiG 9.18.27 <<>> {' '.join(process.argv[1:])}")
        if command.server:
            process.print("; (1 server found)")
        process.print(";; global options: +cmd")


def _show_head(process: Process, answer: Answer) -> None:
    question = _question(answer)
    bits = ["qr"]
    if answer.authoritative:
        bits.append("aa")
    bits.append("rd")
    if answer.recursion_available:
        bits.append("ra")
    counts = {
        "QUERY": 1,
        "ANSWER": len(answer.answers),
        "AUTHORITY": len(answer.authority),
        "ADDITIONAL": len(answer.additional) + 1,
    }
    process.print(";; Got answer:")
    process.print(f";; ->>HEADER<<- opcode: QUERY, status: {answer.rcode}, id: {len(question) * 257 % 65536}")
    process.print(f";; flags: {' '.join(bits)}; {', '.join(f'{name}: {count}' for name, count in counts.items())}")
    if not answer.recursion_available:
        process.print(";; WARNING: recursion requested but not available")
    process.print("\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232")


def _show_foot(process: Process, command: _Command, answer: Answer) -> None:
    server = answer.server or first_server(process)
    size = 28 + len(_question(answer)) + sum(16 + len(record.name) for record in answer.answers)
    process.print(f";; Query time: 0 msec\n;; SERVER: {server}#53({command.server or server}) ({command.protocol})")
    process.print(f";; WHEN: {time.strftime('%a %b %d %H:%M:%S UTC %Y', time.gmtime())}")
    process.print(f";; MSG SIZE  rcvd: {size}\n")


def _question(answer: Answer) -> str:
    return answer.question.name.rstrip(".") + "."


def _columns(*cells: tuple[int, str]) -> str:
    """Put texts at columns as BIND does: by tabs, or a blank where it is too late for that."""
    line, column = "", 0
    for start, text in cells:
        if start:
            line += " " if column >= start else "\t" * (-(-(start - column) // 8))
            column = max(column + 1, start)
        line += text
        column += len(text)
    return line


DIG = tool(_dig)
