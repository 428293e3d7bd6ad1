"""What tools that ask for names have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import PodNetwork

if TYPE_CHECKING:
    from kubelearn.cluster.coredns import Answer, Record

#: Types that a question may be of.
TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT", "ANY")
#: How nslookup prints a record of a type, BusyBox' and BIND's alike.
NSLOOKUP_LINES = {
    "CNAME": "{name}\tcanonical name = {data}",
    "MX": "{name}\tmail exchanger = {data}",
    "NS": "{name}\tnameserver = {data}",
    "PTR": "{name}\tname = {data}",
    "SRV": "{name}\tservice = {data}",
    "TXT": "{name}\ttext = {data}",
    "A": "Name:\t{name}\nAddress: {data}",
    "AAAA": "Name:\t{name}\nAddress: {data}",
}
_SOA = ("origin", "mail addr", "serial", "refresh", "retry", "expire", "minimum")


def soa_lines(record: Record) -> str:
    """Return how nslookup prints the record that a zone begins with."""
    values = (text.removesuffix(".") for text in record.data.split())
    lines = (f"\t{title} = {value}" for title, value in zip(_SOA, values, strict=False))
    return "\n".join([record.name.removesuffix("."), *lines])


def columns(*cells: tuple[int, str]) -> str:
    """Put texts at columns as BIND does: by tabs, or a blank where it is too late for that."""
    line, column = "", 0
    for start, text in cells:
        if start:
            line += " " if column >= start else "\t" * (-(-(start - column) // 8))
            column = max(column + 1, start)
        line += text
        column += len(text)
    return line


def question_of(answer: Answer) -> str:
    """Return the name that was asked for, with the dot at its end."""
    return answer.question.name.rstrip(".") + "."


def question_line(answer: Answer) -> str:
    """Return a question as the tools of BIND print it."""
    return f";{columns((0, question_of(answer)), (32, 'IN'), (40, answer.question.type))}"


def first_server(process: Process) -> str:
    """Return the address of the name server that is asked first."""
    return (process.network.resolv.nameservers or ["127.0.0.1"])[0]


def reverse_name(address: str) -> str:
    """Return the name to ask for to learn whose an address is, empty for what is no address."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", address):
        return ""
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


async def search(
    network: PodNetwork, candidates: list[str], kind: str, server: str | None, protocol: str = "UDP"
) -> tuple[Answer, int]:
    """Ask for full names in turn until one exists, as BIND does.

    Returns:
        the last answer, and how many answers came from a server that does not ask others.

    Raises:
        NetworkError: no server answers.
    """
    lonely = 0
    for candidate in candidates:
        answer = await network.query(candidate, kind, server=server, protocol=protocol)
        lonely += not answer.recursion_available
        if answer.rcode != "NXDOMAIN":
            break
    return answer, lonely


def target(record: Record) -> str:
    """Return a record's data without the final dot of a name, as BusyBox shows it."""
    return record.data.removesuffix(".")
