"""BusyBox' nslookup: two programs of that name, the old one and that of 1.29 and later (busybox networking/nslookup.c).

The new one takes a name with a dot as it is, asks for every ending of a name without, prints each answer, and fails if
one of them is NXDOMAIN.  The old one asks the C library.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Misuse, UsageError, tool
from kubelearn.cluster.coredns import Answer, Record
from kubelearn.cluster.network import ConnectionRefused, NameNotFound, NetworkError

from .records import NSLOOKUP_LINES, TYPES, first_server, reverse_name, soa_lines, target

_USAGE = "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]"
#: Its options, of which a part is enough that belongs to one only.
_OPTIONS = ("type", "querytype", "port", "retry", "debug", "t", "timeout")
#: In which order it asks when there are more types.
_ORDER = ("SOA", "NS", "A", "AAAA", "CNAME", "MX", "TXT", "PTR", "SRV", "ANY")
_TIMED_OUT = ";; connection timed out; no servers could be reached\n"


def nslookup_of(version: str) -> Program:
    """Return the nslookup of a BusyBox."""
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) < (1, 29):
        return tool(_old, "[HOST] [SERVER]")
    return tool(_nslookup, _USAGE)


async def _nslookup(process: Process) -> int:
    words = process.argv[1:]
    kinds: set[str] = set()
    debugging = False
    while words and words[0].startswith("-"):
        debugging |= _option(words.pop(0), kinds)
    if not 1 <= len(words) <= 2:
        raise Misuse
    server = words[1] if len(words) > 1 else None
    status, is_first = 0, True
    for index, (name, kind) in enumerate(_questions(process, words[0], kinds)):
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
        if debugging:
            process.print(f"Query #{index} completed in 0ms:")
        status |= _show(process, answer, debugging=debugging)
    return status


def _option(word: str, kinds: set[str]) -> bool:
    """Take note of an option; return whether it asks for more words."""
    text, _, value = word[1:].partition("=")
    found = [name for name in _OPTIONS if name.startswith(text)]
    if not text or (text not in found and len(found) != 1):
        raise Misuse
    name = text if text in found else found[0]
    if name == "debug":
        return True
    if name in ("type", "querytype"):
        if value.upper() not in TYPES:
            raise UsageError(f'invalid query type "{value}"')
        kinds.add(value.upper())
    elif not value.isdigit():
        raise UsageError(f"invalid number '{value}'")
    return False


def _questions(process: Process, word: str, kinds: set[str]) -> list[tuple[str, str]]:
    """Return the names and types to ask for: a name with a dot is full, whatever ``ndots`` says."""
    if not kinds and (reverse := reverse_name(word)):
        return [(reverse, "PTR")]
    search = process.network.resolv.search
    names = [word] if "." in word or not search else [f"{word}.{domain}" for domain in search]
    asked = [kind for kind in _ORDER if kind in kinds] or ["A", "AAAA"]
    return [(name, kind) for kind in asked for name in ([word] if kind == "PTR" else names)]


def _show(process: Process, answer: Answer, *, debugging: bool) -> int:
    """Print an answer and the empty line after it; return 1 if it is that there is no such name."""
    if answer.rcode != "NOERROR":
        process.print(f"** server can't find {answer.question.name}: {answer.rcode}\n")
        return 1
    if not answer.authoritative:
        process.print("Non-authoritative answer:")
    elif debugging:
        process.print("authoritative answer:")
    for record in answer.answers:
        process.print(_line(record))
    process.print("")
    return 0


def _line(record: Record) -> str:
    if record.type == "SOA":
        return soa_lines(record)
    form = NSLOOKUP_LINES.get(record.type, "{name}\t{data}")
    return form.format(name=record.name.removesuffix("."), data=target(record))


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
