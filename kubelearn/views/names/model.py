"""What a pod's resolver does with a name: each query that it makes, each answer, and the address in the end.

The queries are made with ``dig`` in a pod, one by one and in the resolver's order, so they are those of the cluster's
own DNS.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Table

_HOSTS = "/etc/hosts"
_HEADINGS = ("No.", "Asked", "Answer", "Why")
#: Seconds until ``dig`` gives up on a name server.
_TIMEOUT = 2
#: Status → what it means, where there are no records.
_ANSWERS = {"NXDOMAIN": "NXDOMAIN: no such name", "NOERROR": "NOERROR, but no address"}
_PARTS = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Resolver:
    """How a pod resolves names: ``/etc/resolv.conf`` and ``/etc/hosts``.

    Attributes:
        search: domains that are added to short names, in this order.
        nameserver: address of the name server.
        ndots: a name with at least so many dots is asked for as it is first.
        hosts: name → address, of ``/etc/hosts``.
    """

    search: tuple[str, ...]
    nameserver: str
    ndots: int
    hosts: dict[str, str]

    def candidates(self, name: str) -> list[tuple[str, str]]:
        """Return the full names to ask for, in order, each with the reason."""
        if name.endswith("."):
            return [(name, "ends with a dot: already a full name")]
        searched = [
            (f"{name}.{domain}.", f"search list, domain {number}") for number, domain in enumerate(self.search, 1)
        ]
        dots = name.count(".")
        many = f"{dots} {'dot' if dots == 1 else 'dots'}"
        if dots >= self.ndots:
            return [(f"{name}.", f"{many}, ndots is {self.ndots}: as it is first"), *searched]
        return [*searched, (f"{name}.", f"{many}, ndots is {self.ndots}: as it is last")]


@dataclass(frozen=True)
class Query:
    """One question and its answer.

    Attributes:
        asked: the full name, or ``/etc/hosts``.
        status: the answer's status: ``NOERROR``, ``NXDOMAIN``, ``SERVFAIL``, …; ``timed out``; ``not asked``; ``found``
            and ``not there`` for the file.
        records: the answer's records, as ``A 10.96.0.1``.
        why: why this name is asked at this place.
    """

    asked: str
    status: str
    records: tuple[str, ...]
    why: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses (of version 4) in the answer."""
        return tuple(record.partition(" ")[2] for record in self.records if record.startswith("A "))

    @property
    def answer(self) -> str:
        """The answer in a few words."""
        if self.records:
            return ", ".join(self.records)
        return _ANSWERS.get(self.status, self.status)


@dataclass(frozen=True)
class Lookup:
    """Everything that the resolver did for one name.

    Attributes:
        name: what was asked for.
        namespace: namespace of the pod that asks.
        pod: the pod in which the queries were made.
        queries: in their order; those after the first answer are ``not asked``.
        finished: whether the resolver has asked all that it asks.
    """

    name: str
    namespace: str
    pod: str
    resolver: Resolver
    queries: tuple[Query, ...]
    finished: bool = True

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the name stands for; empty if nobody knows."""
        if _is_address(self.name):
            return (self.name,)
        return next((query.addresses for query in self.queries if query.addresses), ())

    @property
    def full_name(self) -> str:
        """The name that was answered, without its last dot."""
        return next(
            (query.asked.rstrip(".") for query in self.queries if query.addresses and query.asked != _HOSTS), self.name
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a query, in order.

        Each has ``number``, ``asked``, ``status``, ``answer``, ``addresses`` and ``why``.
        """
        return [
            {
                "number": number,
                "asked": query.asked,
                "status": query.status,
                "answer": query.answer,
                "addresses": list(query.addresses),
                "why": query.why,
            }
            for number, query in enumerate(self.queries, 1)
        ]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(_HEADINGS, [(row["number"], row["asked"], row["answer"], row["why"]) for row in self.rows()])

    @property
    def summary(self) -> str:
        """The result in a few sentences."""
        where = f"{self.name!r}, asked from namespace {self.namespace}"
        if _is_address(self.name):
            return f"{where}: an address, so no query is made."
        asked = [query for query in self.queries if query.status != "not asked" and query.asked != _HOSTS]
        number = f"{len(asked)} {'query' if len(asked) == 1 else 'queries'}"
        if not self.finished:
            return f"{where}: {number} so far …"
        if not self.addresses:
            return f"{where}: no address after {number}: {_in_words(asked)}."
        if self.queries[0].addresses:
            return f"{where}: {', '.join(self.addresses)}, from /etc/hosts, without a query."
        failed = f" Before that: {_in_words(asked[:-1])}." if asked[1:] else ""
        return f"{where}: {', '.join(self.addresses)} after {number}, as {self.full_name}.{failed}"

    def __repr__(self) -> str:
        return self.summary


def _in_words(queries: Sequence[Query]) -> str:
    return "; ".join(f"{query.asked} {query.answer.partition(':')[0]}" for query in queries)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def check(name: str) -> str:
    """Return a name without blanks around it.

    Raises:
        ValueError: it cannot be a name in DNS.
    """
    name = name.strip()
    if not _PARTS.fullmatch(name) or len(name) > 253:
        raise ValueError(f"{name!r} is not a name: letters, digits and hyphens, in parts with dots between them")
    return name


def resolver(cluster: Cluster, namespace: str | None = None, client: str = "client") -> Resolver:
    """Return how a pod of a namespace resolves names.

    Args:
        namespace: by default the client's own. The kubelet writes the same file into each pod, but for the pod's
            namespace, so for another namespace it is the client's with that name in it.
        client: a running pod.

    Raises:
        NotRunningError: there is no such pod, or it does not run.
        RuntimeError: it has no ``cat``.
    """
    conf = cluster.exec(client, "cat", "/etc/resolv.conf").check().stdout
    lines = [line.split() for line in conf.splitlines() if line.strip() and not line.startswith(("#", ";"))]
    search = next((words[1:] for words in reversed(lines) if words[0] in ("search", "domain")), [])
    options = [option for words in lines if words[0] == "options" for option in words[1:]]
    ndots = next((int(option[6:]) for option in reversed(options) if re.fullmatch(r"ndots:\d+", option)), 1)
    nameserver = next((words[1] for words in lines if words[0] == "nameserver"), "")
    if namespace and namespace != cluster.namespace:
        search = [_moved(domain, f"{cluster.namespace}.svc.", f"{namespace}.svc.") for domain in search]
        hosts = {"localhost": "127.0.0.1"}
    else:
        hosts = _hosts(cluster.exec(client, "cat", _HOSTS).check().stdout)
    return Resolver(tuple(search), nameserver, ndots, hosts)


def _moved(domain: str, before: str, after: str) -> str:
    return f"{after}{domain.removeprefix(before)}" if domain.startswith(before) else domain


def _hosts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            if ":" not in address:
                found.setdefault(name.lower(), address)
    return found


def stream(cluster: Cluster, name: str, namespace: str | None = None, *, client: str = "client") -> Iterator[Lookup]:
    """Do what the resolver does, and yield all that is known after each step.

    Args:
        cluster: the handle.
        name: the name, as a program would use it.
        namespace: namespace of the pod that asks; by default the handle's.
        client: the pod in which the queries are made; its image has ``dig``, as agnhost's.

    Raises:
        ValueError: not a name.
        NotRunningError: there is no such client pod, or it does not run.
        RuntimeError: the client has no ``dig``.
    """
    name = check(name)
    found = resolver(cluster, namespace, client)
    space = namespace or cluster.namespace
    if _is_address(name):
        yield Lookup(name, space, client, found, ())
        return
    address = found.hosts.get(name.rstrip(".").lower(), "")
    records = (f"A {address}",) if address else ()
    queries = [Query(_HOSTS, "found" if address else "not there", records, "the file comes before DNS")]
    plan = found.candidates(name)
    done = bool(address)
    for place, (asked, why) in enumerate(plan):
        waiting = [Query(other, "not asked", (), reason) for other, reason in plan[place:]]
        yield Lookup(name, space, client, found, (*queries, *waiting), finished=done)
        if done:
            return
        query = ask(cluster, asked, why, client=client)
        queries.append(query)
        done = bool(query.addresses) or query.status == "timed out"
    yield Lookup(name, space, client, found, tuple(queries))


def read(cluster: Cluster, name: str, namespace: str | None = None, *, client: str = "client") -> Lookup:
    """Do what the resolver does with a name, and return all of it (arguments as for :func:`stream`)."""
    *_, last = stream(cluster, name, namespace, client=client)
    return last


def ask(cluster: Cluster, asked: str, why: str = "", *, client: str = "client") -> Query:
    """Ask the cluster's DNS for one full name, without a search list.

    Raises:
        RuntimeError: the client has no ``dig``.
    """
    done = cluster.exec(client, "dig", f"+time={_TIMEOUT}", "+tries=1", asked, "A")
    status = re.search(r"status: ([A-Z]+)", done.stdout)
    if status is None:
        if done.code == 9 or "timed out" in done.stdout:
            return Query(asked, "timed out", (), why)
        raise RuntimeError(f"dig in the pod {client} said: {done.stderr.strip() or done.stdout.strip()}")
    fields = [line.split(None, 4) for line in done.stdout.splitlines() if line and not line.startswith(";")]
    records = tuple(
        f"{line[3]} {line[4]}" for line in fields if len(line) == 5 and line[2] == "IN" and line[3] in ("A", "CNAME")
    )
    return Query(asked, status.group(1), records, why)


def rows(cluster: Cluster, name: str, namespace: str | None = None, *, client: str = "client") -> list[dict[str, Any]]:
    """Return one row a query that the resolver makes (arguments as for :func:`stream`)."""
    return read(cluster, name, namespace, client=client).rows()


def table(cluster: Cluster, name: str, namespace: str | None = None, *, client: str = "client") -> Table:
    """Return the same as a table (arguments as for :func:`stream`)."""
    return read(cluster, name, namespace, client=client).table()
