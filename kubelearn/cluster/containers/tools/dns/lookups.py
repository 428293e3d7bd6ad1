"""BIND's ``nslookup`` and ``host`` (bind9 bin/dig/nslookup.c, host.c)."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet, tool
from kubelearn.cluster.coredns import Answer, Record
from kubelearn.cluster.network import NameNotFound, NetworkError

from .records import NSLOOKUP_LINES, TYPES, first_server, reverse_name, search

_NSLOOKUP = re.compile(r"-(type|querytype|query|q|ty|class|port|timeout|retry|domain|ndots)=(.*)")
_SWITCHES = re.compile(r"-(no)?(debug|d2|search|vc|recurse|fail)")
_TIMED_OUT = ";; connection timed out; no servers could be reached\n"
_NUMBERS = {"NXDOMAIN": 3, "SERVFAIL": 2, "REFUSED": 5}
_HOST_LINES = {
    "A": "{name} has address {data}",
    "AAAA": "{name} has IPv6 address {data}",
    "CNAME": "{name} is an alias for {data}",
    "MX": "{name} mail is handled by {data}",
    "NS": "{name} name server {data}",
    "PTR": "{name} domain name pointer {data}",
    "TXT": "{name} descriptive text {data}",
}


def _lines(records: tuple[Record, ...], forms: dict[str, str], otherwise: str) -> list[str]:
    return [
        forms.get(record.type, otherwise).format(name=record.name.removesuffix("."), type=record.type, data=record.data)
        for record in records
    ]


async def _nslookup(process: Process) -> int:
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


@applet("[-aTr4] [-t type] [-W time] [-R number] {name} [server]", "aTr4", "tWR", operands=(1, 2))
async def _host(process: Process, given: Given) -> int:
    name, *servers = given.operands
    server = servers[0] if servers else None
    reverse = reverse_name(name)
    kinds = [given.get("t").upper()] if "t" in given else ["A", "AAAA", "MX"]
    if kinds[0] not in TYPES:
        raise Misuse(f"invalid type: {given.get('t')}")
    if "a" in given:
        kinds = ["ANY"]
    candidates = [reverse] if reverse else process.network.resolv.candidates(name)
    try:
        answer, _ = await search(process.network, candidates, "PTR" if reverse else kinds[0], server)
        if server is not None:
            process.print(f"Using domain server:\nName: {server}\nAddress: {answer.server}#53\nAliases: \n")
        if answer.rcode != "NOERROR":
            process.print(f"Host {reverse or name} not found: {_NUMBERS.get(answer.rcode, 1)}({answer.rcode})")
            return 1
        _show_host(process, answer, always="t" in given)
        for kind in [] if reverse else kinds[1:]:
            answer = await process.network.query(f"{answer.canonical_name}.", kind, server=server)
            _show_host(process, answer, always=False)
    except NameNotFound:
        process.print(f"host: couldn't get address for '{server}': not found")
        return 1
    except NetworkError:
        process.print(_TIMED_OUT.rstrip())
        return 1
    return 0


def _show_host(process: Process, answer: Answer, *, always: bool) -> None:
    for line in _lines(answer.answers, _HOST_LINES, "{name} has {type} record {data}"):
        process.print(line)
    if always and not answer.answers:
        process.print(f"{answer.question.name.removesuffix('.')} has no {answer.question.type} record")


TOOLS: dict[str, Program] = {"nslookup": tool(_nslookup), "host": _host}
