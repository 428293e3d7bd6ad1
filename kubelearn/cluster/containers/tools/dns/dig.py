"""``dig`` of BIND 9.18 (bind9 bin/dig/dig.c)."""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from dataclasses import dataclass, field

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.options import UsageError, tool
from kubelearn.cluster.coredns import Answer, Record
from kubelearn.cluster.network import NameNotFound, NetworkError

from .records import TYPES, columns, first_server, question_line, question_of, reverse_name, search

_USAGE = """Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options"""
_SECTIONS = ("question", "answer", "authority", "additional")
_SHOWN = frozenset({"cmd", "comments", "stats", *_SECTIONS})
#: What changes nothing here: there is one way to a server, and what it says is not signed.
_WITHOUT_EFFECT = re.compile(
    r"aaflag|aaonly|adflag|badcookie|besteffort|cdflag|crypto|defname|edns|expandaaaa|expire|"
    r"fail|idnin|idnout|ignore|keepalive|keepopen|mapped|nsid|onesoa|raflag|rdflag|recurse|"
    r"rrcomments|sit|split|tcflag|unknownformat|zflag"
)
#: What it has, and this one does not.
_MISSING = frozenset({"https", "multiline", "nssearch", "subnet", "tls", "trace", "yaml"})
_SWITCHES = {"ttl": "ttlid", "ttlid": "ttlid", "class": "class", "cl": "class", "cookie": "cookie"}
_NUMBERED = re.compile(r"(time|timeout|tries|retry|ndots|bufsize|bufsiz|edns)=(\d+)")
_VERSION = "9.18.27"


@dataclass
class _Command:
    """dig's command line."""

    questions: list[tuple[str, str]] = field(default_factory=list)
    server: str | None = None
    shown: set[str] = field(default_factory=lambda: set(_SHOWN))
    short: bool = False
    searching: bool = False
    showing: bool = False  # all answers of a search
    identify: bool = False
    signed: bool = False  # whether it asks for signatures, which nobody has
    switches: set[str] = field(default_factory=lambda: {"ttlid", "class", "cookie"})
    protocol: str = "UDP"
    seconds: float = 5
    tries: int = 3


class _InvalidOption(UsageError):
    """An option that dig does not know."""


def _parse(process: Process) -> _Command:
    command, words = _Command(), process.argv[1:]
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
                kind = _type(process, value, kind)
            elif word == "-q":
                name = value
            elif (word, value.upper()) not in (("-p", "53"), ("-c", "IN")):
                raise _InvalidOption(f"{word} {value}")
        elif word.startswith("-"):
            if word not in ("-4", "-u", "-r", "-m"):
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


def _type(process: Process, text: str, otherwise: str) -> str:
    if text.upper() in TYPES:
        return text.upper()
    process.complain(f";; Warning, ignoring invalid type {text}")
    return otherwise


def _plus(command: _Command, text: str) -> None:
    wanted = not text.startswith("no")
    name = text if wanted else text[2:]
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        if numbered[1] in ("time", "timeout"):
            command.seconds = max(float(numbered[2]), 1)
        elif numbered[1] in ("tries", "retry"):
            command.tries = max(int(numbered[2]) + (numbered[1] == "retry"), 1)
    elif name == "all":
        command.shown = set(_SHOWN) if wanted else set()
    elif name in _SHOWN:
        (command.shown.add if wanted else command.shown.discard)(name)
    elif name == "short":
        command.short = wanted
    elif name == "search":
        command.searching = wanted
    elif name == "showsearch":
        command.searching = command.showing = wanted
    elif name == "identify":
        command.identify = wanted
    elif name in ("dnssec", "do"):
        command.signed = wanted
    elif name in _SWITCHES:
        (command.switches.add if wanted else command.switches.discard)(_SWITCHES[name])
    elif name in ("tcp", "vc"):
        command.protocol = "TCP" if wanted else "UDP"
    elif name in _MISSING:
        raise UsageError(f"+{text} is not supported on this cluster")
    elif not _WITHOUT_EFFECT.fullmatch(name):
        raise _InvalidOption(f"+{text}")


async def _dig(process: Process) -> int:
    if process.argv[1:2] == ["-v"]:
        process.complain(f"DiG {_VERSION}")
        return 0
    if process.argv[1:2] == ["-h"]:
        process.print(_USAGE.partition("\n\n")[0])
        return 0
    try:
        command = _parse(process)
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
            for candidate in candidates if command.showing else []:
                answer, _ = await search(process.network, [candidate], kind, command.server, command.protocol)
                if answer.rcode != "NXDOMAIN":
                    break
                _show(process, command, answer)
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
        where = f" from server {answer.server or first_server(process)} in 0 ms." if command.identify else ""
        for record in answer.answers:
            process.print(record.data + where)
        return
    shown, comments = command.shown, "comments" in command.shown
    _show_command(process, command)
    if comments:
        _show_head(process, command, answer)
    for title, lines in _sections(command, answer):
        if lines and title in shown:
            if comments:
                process.print(f";; {title.upper()} SECTION:")
            process.print("\n".join(lines))
            if comments:
                process.print("")
    if "stats" in shown:
        _show_foot(process, command, answer)


def _sections(command: _Command, answer: Answer) -> list[tuple[str, list[str]]]:
    listed = [
        [_line(command, record) for record in records]
        for records in (answer.answers, answer.authority, answer.additional)
    ]
    return list(zip(_SECTIONS, [[question_line(answer)], *listed], strict=True))


def _line(command: _Command, record: Record) -> str:
    parts = [("ttlid", str(record.ttl)), ("class", "IN")]
    shown = [text for switch, text in parts if switch in command.switches]
    cells = [*shown, record.type, record.data]
    return columns((0, record.name), *((24 + 8 * index, cell) for index, cell in enumerate(cells)))


def _show_command(process: Process, command: _Command) -> None:
    if "cmd" in command.shown:
        process.print(f"\n; <<>> DiG {_VERSION} <<>> {' '.join(process.argv[1:])}")
        if command.server:
            process.print("; (1 server found)")
        process.print(";; global options: +cmd")


def _show_head(process: Process, command: _Command, answer: Answer) -> None:
    question = question_of(answer)
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
    process.print(f"\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:{' do' * command.signed}; udp: 1232")
    if "cookie" in command.switches:
        process.print(f"; COOKIE: {zlib.crc32(question.encode()):08x}{zlib.adler32(question.encode()):08x} (echoed)")


def _show_foot(process: Process, command: _Command, answer: Answer) -> None:
    server = answer.server or first_server(process)
    size = (
        28
        + 12 * ("cookie" in command.switches)
        + len(question_of(answer))
        + sum(16 + len(record.name) for record in answer.answers)
    )
    process.print(f";; Query time: 0 msec\n;; SERVER: {server}#53({command.server or server}) ({command.protocol})")
    process.print(f";; WHEN: {time.strftime('%a %b %d %H:%M:%S UTC %Y', time.gmtime())}")
    process.print(f";; MSG SIZE  rcvd: {size}\n")


DIG = tool(_dig)
