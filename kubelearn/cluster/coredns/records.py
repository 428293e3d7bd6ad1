"""DNS questions, records and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

#: Types that a query can name; others are answered as an existing name without data is.
TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT", "ANY")


class Question(NamedTuple):
    """What a client asks: a name, with or without final dot, and a record type."""

    name: str
    type: str = "A"


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record.

    Attributes:
        name: owner with final dot, in the letters of the question.
        ttl: seconds.
        data: in the presentation format of zone files: ``0 100 80 hello.course.svc.cluster.local.``
    """

    name: str
    ttl: int
    type: str
    data: str

    def __str__(self) -> str:
        return f"{self.name}\t{self.ttl}\tIN\t{self.type}\t{self.data}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply.

    Attributes:
        rcode: ``NOERROR``, ``NXDOMAIN``, ``SERVFAIL`` …
        answers, authority, additional: the sections.
        authoritative: flag ``aa``: the name is of the cluster's zone.
        recursion_available: flag ``ra``: the answer came from further up.
        server: address that the question was sent to, filled in by the client.
    """

    question: Question
    rcode: str = "NOERROR"
    answers: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    authoritative: bool = True
    recursion_available: bool = False
    server: str = ""

    def addresses(self) -> list[str]:
        """Return the addresses of the answer, in its order."""
        return [record.data for record in self.answers if record.type in ("A", "AAAA")]

    @property
    def canonical_name(self) -> str:
        """The name that the addresses belong to, after all aliases, without final dot."""
        name = self.question.name
        for record in self.answers:
            if record.type == "CNAME":
                name = record.data
        return name.removesuffix(".")
