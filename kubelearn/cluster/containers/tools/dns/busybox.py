"""BusyBox' nslookup: two programs of that name, the old one and that of 1.29 and later (busybox networking/nslookup.c).

The new one takes a name with a dot as it is, asks for every ending of a name without, prints each answer, and fails if
one of them is NXDOMAIN.  The old one asks the C library.
"""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Misuse, UsageError, tool
from kubelearn.cluster.coredns import Answer, Record
from kubelearn.cluster.network import ConnectionRefused, NameNotFound, NetworkError

from .records import NSLOOKUP_LINES, TYPES, first_server, reverse_name, target

_USAGE = "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]"
_OPTION = re.compile(r"-{1,2}(type|querytype|debug|port|retry|timeout|q)(?:=(.*))?")
_TIMED_OUT = ";; connection timed out; no servers could be reached\n"
_SOA = ("origin", "mail addr", "serial", "refresh", "retry", "expire", "minimum")


def nslookup_of(version: str) -> Program:
    """Return the nslookup of a BusyBox."""
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) < (1, 29):
        return tool(_old, "[HOST] [SERVER]")
    return tool(_nslookup, _USAGE)


async def _nslookup(process: Process) -> int:
    words = process.argv[1:]
    kinds: list[str] = []
    while words and words[0].startswith("-"):
        _option(words.pop(0), words, kinds)
    if not words:
        raise Misuse
    server = words.pop() if len(words) > 1 else None
    status, is_first = 0, True
    for name, kind in [question for word in words for question in _questions(process, word, kinds)]:
        try:
            answer = await process.network.query(name, kind, server=server)
        except NameNotFound:
            raise UsageError(f"bad address '{server}'") from None
        except NetworkError as error:
            if isinstance(error, ConnectionRefused):
                process.complain("nslookup: read: Connection refused")
            process.print(_TIMED_OUT)
            return 1
        if is_first:
            asked = answer.server or first_server(process)
            process.print(f"Server:\t\t{server or asked}\nAddress:\t{asked}:53\n")
            is_first = False
        status |= _show(process, answer)
    return status


def _option(word: str, words: list[str], kinds: list[str]) -> None:
    found = _OPTION.fullmatch(word)
    if found is None:
        raise Misuse(f"unrecognized option '{word}'")
    name, value = found.groups()
    if name == "debug":
        return
    if value is None:
        if not words:
            raise Misuse(f"option '{word}' requires an argument")
        value = words.pop(0)
    if name in ("type", "querytype", "q"):
        if value.upper() not in TYPES:
            raise UsageError(f'invalid query type "{value}"')
        kinds.append(value.upper())
    elif not value.isdigit():
        raise UsageError(f"invalid number '{value}'")


def _questions(process: Process, word: str, kinds: list[str]) -> list[tuple[str, str]]:
    """Return the names and types to ask for: a name with a dot is full, whatever ``ndots`` says."""
    if not kinds and (reverse := reverse_name(word)):
        return [(reverse, "PTR")]
    search = process.network.resolv.search
    names = [word] if "." in word or not search else [f"{word}.{domain}" for domain in search]
    return [(name, kind) for kind in kinds or ("A", "AAAA") for name in ([word] if kind == "PTR" else names)]


def _show(process: Process, answer: Answer) -> int:
    """Print an answer and the empty line after it; return 1 if it is that there is no such name."""
    if answer.rcode != "NOERROR":
        process.print(f"** server can't find {answer.question.name}: {answer.rcode}\n")
        return 1
    if not answer.authoritative:
        process.print("Non-authoritative answer:")
    for record in answer.answers:
        process.print(_line(record))
    process.print("")
    return 0


def _line(record: Record) -> str:
    name = record.name.removesuffix(".")
    if record.type == "SOA":
        values = (text.removesuffix(".") for text in record.data.split())
        return "\n".join([name, *(f"\t{title} = {value}" for title, value in zip(_SOA, values, strict=False))])
    return NSLOOKUP_LINES.get(record.type, "{name}\t{data}").format(name=name, data=target(record))


async def _old(process: Process) -> int:
    words = process.argv[1:]
    if not 1 <= len(words) <= 2 or words[0].startswith("-"):
        raise Misuse
    server = words[1] if len(words) > 1 else first_server(process)
    process.print(f"Server:    {server}\nAddress 1: {await _with_name(process, server)}\n")
    try:
        addresses = (await process.network.lookup(words[0])).addresses
    except NetworkError:
        raise UsageError(f"can't resolve '{words[0]}'") from None
    process.print(f"Name:      {words[0]}")
    for index, address in enumerate(addresses, 1):
        process.print(f"Address {index}: {await _with_name(process, address)}")
    return 0


async def _with_name(process: Process, address: str) -> str:
    """Return an address with the name that it has, if it has one."""
    try:
        answer = await process.network.query(reverse_name(address), "PTR")
    except NetworkError:
        return address
    return " ".join([address, *(target(record) for record in answer.answers[:1])])
