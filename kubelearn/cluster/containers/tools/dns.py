"""Tools that ask for names: getent, dig, nslookup."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import NameNotFound, NetworkError

from .options import tool

if TYPE_CHECKING:
    from kubelearn.cluster.coredns import Answer

_TYPES = {"A", "AAAA", "SRV", "PTR", "CNAME", "TXT", "ANY", "NS", "SOA", "MX"}


async def _getent(process: Process) -> int:
    words = process.argv[1:]
    if len(words) < 2 or words[0] not in ("hosts", "ahosts", "ahostsv4"):
        process.complain("Usage: getent hosts NAME...")
        return 1
    status = 0
    for name in words[1:]:
        try:
            host = await process.network.lookup(name)
        except NameNotFound:
            status = 2
            continue
        for address in host.addresses:
            process.print(f"{address:<15} {host.name}" if len(address) > 15 else f"{address:<16}{host.name}")
    return status


async def _dig(process: Process) -> int:
    flags: set[str] = set()
    name, kind, server = ".", "A", None
    words = process.argv[1:]
    while words:
        word = words.pop(0)
        if word.startswith("+"):
            flags.add(word[1:])
        elif word.startswith("@"):
            server = word[1:]
        elif word == "-x" and words:
            name, kind = ".".join(reversed(words.pop(0).split("."))) + ".in-addr.arpa", "PTR"
        elif word == "-t" and words:
            kind = words.pop(0).upper()
        elif word.upper() in _TYPES:
            kind = word.upper()
        elif not word.startswith("-"):
            name = word
        else:
            process.complain(f"Invalid option: {word}")
            return 1
    candidates = process.network.resolv.candidates(name) if "search" in flags else [name]
    protocol = "UDP" if flags.isdisjoint(("tcp", "vc")) else "TCP"
    try:
        answer = await _ask(process, candidates, kind, server, protocol)
    except NetworkError:
        where = server or (process.network.resolv.nameservers or ["127.0.0.1"])[0]
        process.print(f";; communications error to {where}#53: timed out\n;; no servers could be reached")
        return 9
    _show(process, answer, flags, protocol)
    return 0


async def _ask(process: Process, candidates: list[str], kind: str, server: str | None, protocol: str) -> Answer:
    answer = await process.network.query(candidates[0], kind, server=server, protocol=protocol)
    for candidate in candidates[1:]:
        if answer.answers:
            break
        answer = await process.network.query(candidate, kind, server=server, protocol=protocol)
    return answer


def _show(process: Process, answer: Answer, flags: set[str], protocol: str) -> None:
    """Print an answer as dig does, with its ``+short`` and ``+noall +answer``."""
    if "short" in flags:
        for record in answer.answers:
            process.print(record.data)
        return
    everything = "noall" not in flags
    if everything:
        _show_head(process, answer)
    for title, records in (
        ("ANSWER", answer.answers),
        ("AUTHORITY", answer.authority),
        ("ADDITIONAL", answer.additional),
    ):
        if records and (everything or title.lower() in flags):
            if everything:
                process.print(f";; {title} SECTION:")
            for record in records:
                process.print(
                    _columns((0, record.name), (24, str(record.ttl)), (32, "IN"), (40, record.type), (48, record.data))
                )
            if everything:
                process.print("")
    if everything:
        _show_foot(process, answer, protocol)


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
    process.print(f"\n; <<>> DiG 9.18.27 <<>> {' '.join(process.argv[1:])}\n;; global options: +cmd\n;; Got answer:")
    process.print(f";; ->>HEADER<<- opcode: QUERY, status: {answer.rcode}, id: {len(question) * 257 % 65536}")
    process.print(f";; flags: {' '.join(bits)}; {', '.join(f'{name}: {count}' for name, count in counts.items())}")
    process.print("\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232")
    process.print(f";; QUESTION SECTION:\n;{_columns((0, question), (32, 'IN'), (40, answer.question.type))}\n")


def _show_foot(process: Process, answer: Answer, protocol: str) -> None:
    server = answer.server or (process.network.resolv.nameservers or [""])[0]
    size = 28 + len(_question(answer)) + sum(16 + len(record.name) for record in answer.answers)
    process.print(f";; Query time: 0 msec\n;; SERVER: {server}#53({server}) ({protocol})")
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


async def _nslookup(process: Process) -> int:
    words = [word for word in process.argv[1:] if not word.startswith("-")]
    kind = next(
        (word.partition("=")[2].upper() for word in process.argv[1:] if word.startswith(("-type=", "-query="))), "A"
    )
    if not words:
        process.complain("Usage: nslookup [-type=QUERY_TYPE] HOST [DNS_SERVER]")
        return 1
    network = process.network
    server = words[1] if len(words) > 1 else (network.resolv.nameservers or ["127.0.0.1"])[0]
    process.print(f"Server:\t\t{server}\nAddress:\t{server}:53\n")
    status = 0
    try:
        for candidate in network.resolv.candidates(words[0]):
            answer = await network.query(candidate, kind, server=words[1] if len(words) > 1 else None)
            shown = candidate.rstrip(".")
            if answer.rcode != "NOERROR":
                process.print(f"** server can't find {shown}: {answer.rcode}\n")
                status = 1  # busybox says so although another name of the search list may answer
            for record in answer.answers:
                if record.type in ("A", "AAAA"):
                    process.print(f"Name:\t{shown}\nAddress: {record.data}")
                else:
                    process.print(f"{shown}\t{record.type} {record.data}")
            if answer.answers:
                process.print("")
                break
    except NetworkError:
        process.print(";; connection timed out; no servers could be reached\n")
        return 1
    return status


GETENT, DIG, NSLOOKUP = tool(_getent), tool(_dig), tool(_nslookup)
TOOLS: dict[str, Program] = {"nslookup": NSLOOKUP}
NETWORK: dict[str, Program] = {"getent": GETENT, "dig": DIG}
