"""BIND's ``nslookup`` and ``host`` (bind9 bin/dig/nslookup.c, host.c)."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, Misuse, Syntax, UsageError, parse, tool
from kubelearn.cluster.coredns import Answer, Record
from kubelearn.cluster.network import NameNotFound, NetworkError

from .records import (
    NSLOOKUP_LINES,
    TYPES,
    columns,
    first_server,
    question_line,
    question_of,
    reverse_name,
    search,
    soa_lines,
)

_NSLOOKUP = re.compile(r"-(type|querytype|query|q|ty|class|port|timeout|retry|domain|ndots)=(.*)")
_SWITCHES = re.compile(r"-(no)?(debug|d2|search|vc|recurse|fail)")
_TIMED_OUT = ";; connection timed out; no servers could be reached\n"
_NUMBERS = {"NXDOMAIN": 3, "SERVFAIL": 2, "REFUSED": 5}
_HOST_USAGE = """Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]"""
_HOST = Syntax("", "46aACdilnrsTUvVw", "cmNpRtW")
_HOST_LINES = {
    "A": "{name} has address {data}",
    "AAAA": "{name} has IPv6 address {data}",
    "CNAME": "{name} is an alias for {data}",
    "MX": "{name} mail is handled by {data}",
    "NS": "{name} name server {data}",
    "SOA": "{name} has SOA record {data}",
    "PTR": "{name} domain name pointer {data}",
    "TXT": "{name} descriptive text {data}",
}


def _lines(records: tuple[Record, ...], forms: dict[str, str], otherwise: str) -> list[str]:
    return [
        soa_lines(record)
        if record.type == "SOA" and forms is NSLOOKUP_LINES
        else forms.get(record.type, otherwise).format(
            name=record.name.removesuffix("."), type=record.type, data=record.data
        )
        for record in records
    ]


async def _nslookup(process: Process) -> int:
    if process.argv[1:2] in (["-version"], ["-v"]):
        process.print("nslookup 9.18.27")
        return 0
    kind, words = "", []
    for word in process.argv[1:]:
        if not word.startswith("-"):
            words.append(word)
        elif found := _NSLOOKUP.fullmatch(word):
            if found[1] in ("type", "querytype", "query", "q", "ty"):
                kind = found[2].upper()
        elif not _SWITCHES.fullmatch(word):
            process.print(f"*** Invalid option: {word[1:]}")
    if not words:
        raise UsageError("on this cluster it answers one question, 'nslookup NAME [SERVER]', and reads no commands")
    if kind and kind not in TYPES:
        process.print(f"unknown query type: {kind}")
        kind = ""
    server = words[1] if len(words) > 1 else None
    try:
        return await _look_up(process, words[0], kind, server)
    except NameNotFound:
        process.print(f"nslookup: couldn't get address for '{server}': not found")
    except NetworkError:
        process.print(_TIMED_OUT)
    return 1


async def _look_up(process: Process, name: str, kind: str, server: str | None) -> int:
    reverse = "" if kind else reverse_name(name)
    candidates = [reverse] if reverse else process.network.resolv.candidates(name)
    answer, lonely = await search(process.network, candidates, "PTR" if reverse else kind or "A", server)
    for _ in range(lonely):
        process.print(_lonely(process, answer))
    if not reverse:
        asked = answer.server or first_server(process)
        process.print(f"Server:\t\t{server or asked}\nAddress:\t{asked}#53\n")
    shown = answer.question.name.removesuffix(".")
    if answer.rcode != "NOERROR":
        process.print(f"** server can't find {shown}: {answer.rcode}\n")
        return 1
    if not answer.authoritative:
        process.print("Non-authoritative answer:")
    if answer.answers:
        process.print("\n".join(_lines(answer.answers, NSLOOKUP_LINES, "{name}\trdata_{type} = {data}")))
    else:
        process.print(f"*** Can't find {shown}: No answer")
    if not kind and not reverse:  # of a name that exists it asks for the other kind of address, too
        other = await process.network.query(f"{answer.canonical_name}.", "AAAA", server=server)
        if not other.recursion_available:
            process.print(_lonely(process, other))
        if other.answers:
            process.print("\n".join(_lines(other.answers, NSLOOKUP_LINES, "")))
    process.print("")
    return 0


def _lonely(process: Process, answer: Answer) -> str:
    return f";; Got recursion not available from {answer.server or first_server(process)}"


async def _host(process: Process) -> int:
    try:
        given = parse(process.argv[1:], _HOST)
    except Misuse as error:
        process.complain("\n".join([f"host: {error}"] * bool(str(error)) + [_HOST_USAGE]))
        return 1
    if "V" in given:
        process.complain("host 9.18.27")
        return 0
    if not given.operands:
        process.complain(_HOST_USAGE)
        return 1
    if missing := next((letter for letter in "6CilmUp" if letter in given), ""):
        raise UsageError(f"-{missing} is not supported on this cluster")
    server = (*given.operands, "")[1] or None
    try:
        return await _ask_host(process, given, server)
    except NameNotFound:
        process.print(f"host: couldn't get address for '{server}': not found")
    except NetworkError:
        process.print(_TIMED_OUT.rstrip())
    return 1


async def _ask_host(process: Process, given: Given, server: str | None) -> int:
    name = given.operands[0]
    reverse = reverse_name(name)
    kinds = [given.get("t").upper()] if "t" in given else ["A", "AAAA", "MX"]
    if kinds[0] not in TYPES:
        process.complain(f"host: invalid type: {given.get('t')}\n")
        return 2
    if given.any("aA"):
        kinds = ["ANY"]
    candidates = [reverse] if reverse else process.network.resolv.candidates(name)
    verbose = given.any("aAvd")
    for candidate in candidates:
        if verbose:
            process.print(f'Trying "{candidate.removesuffix(".")}"')
        answer, _ = await search(process.network, [candidate], "PTR" if reverse else kinds[0], server)
        if answer.rcode != "NXDOMAIN":
            break
    if server is not None:
        process.print(f"Using domain server:\nName: {server}\nAddress: {answer.server}#53\nAliases: \n")
    if answer.rcode != "NOERROR":
        process.print(f"Host {reverse or name} not found: {_NUMBERS.get(answer.rcode, 1)}({answer.rcode})")
        if verbose:
            _received(process, answer)
        return 1
    _show(process, answer, verbose=verbose, always=len(kinds) == 1)
    for kind in [] if reverse else kinds[1:]:
        if verbose:
            process.print(f'Trying "{answer.canonical_name.removesuffix(".")}"')
        answer = await process.network.query(f"{answer.canonical_name}.", kind, server=server)
        _show(process, answer, verbose=verbose, always=False)
    return 0


def _show(process: Process, answer: Answer, *, verbose: bool, always: bool) -> None:
    if verbose:
        _show_all(process, answer)
        return
    for line in _lines(answer.answers, _HOST_LINES, "{name} has {type} record {data}"):
        process.print(line)
    if always and not answer.answers:
        process.print(f"{answer.question.name.removesuffix('.')} has no {answer.question.type} record")


def _show_all(process: Process, answer: Answer) -> None:
    """Print a whole answer, as with ``-v``."""
    counts = [1, len(answer.answers), len(answer.authority), len(answer.additional)]
    titles = ("QUERY", "ANSWER", "AUTHORITY", "ADDITIONAL")
    flags = " ".join(["qr", *["aa"] * answer.authoritative, "rd", *["ra"] * answer.recursion_available])
    number = len(question_of(answer)) * 257 % 65536
    process.print(f";; ->>HEADER<<- opcode: QUERY, status: {answer.rcode}, id: {number}")
    process.print(f";; flags: {flags}; {', '.join(f'{title}: {n}' for title, n in zip(titles, counts, strict=True))}")
    process.print(f"\n;; QUESTION SECTION:\n{question_line(answer)}\n")
    for title, records in zip(titles[1:], (answer.answers, answer.authority, answer.additional), strict=True):
        if records:
            lines = [
                columns((0, each.name), (24, str(each.ttl)), (32, "IN"), (40, each.type), (48, each.data))
                for each in records
            ]
            process.print("\n".join([f";; {title} SECTION:", *lines, ""]))
    _received(process, answer)


def _received(process: Process, answer: Answer) -> None:
    size = 17 + len(answer.question.name) + sum(16 + len(record.name) for record in answer.answers)
    process.print(f"Received {size} bytes from {answer.server or first_server(process)}#53 in 0 ms")


TOOLS: dict[str, Program] = {"nslookup": tool(_nslookup), "host": tool(_host)}
