"""The answers of cluster DNS.

Rules: the specification of Kubernetes DNS 1.1.0 (kubernetes/dns, docs/specification.md) and CoreDNS,
plugin/kubernetes/{parse,kubernetes,handler,reverse}.go and plugin/backend_lookup.go, with the Corefile
of kubeadm: ``pods insecure``, ``ttl 30``, no caching of cluster names, ``loadbalance``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from kubelearn.cluster.meta import CLUSTER_DOMAIN, Object
from kubelearn.cluster.store import ObjectReader
from kubelearn.cluster.well_known import is_ipv4

from .index import Index
from .records import Answer, Question, Record

TTL = 30
VERSION_TTL = 28_800
_REVERSE_ZONES = (".in-addr.arpa", ".ip6.arpa")
#: Longest chain of aliases that is followed.
_MAX_ALIASES = 8
_MAX_CACHED = 4096
#: Top-level domains outside the cluster that exist: about a name there only the Internet could tell.
_PUBLIC = frozenset(("app", "cloud", "com", "dev", "edu", "gov", "info", "int", "mil", "net", "org", "xyz"))


class NoSuchName(Exception):
    """The name does not exist (NXDOMAIN)."""


class Item(NamedTuple):
    """Something that a name stands for (``msg.Service`` of CoreDNS).

    Attributes:
        host: an address, or for ExternalName another name.
        port: port for SRV, -1 if none is declared.
        domain: the name of the thing itself, target of SRV records.
    """

    host: str
    port: int
    domain: str


class Request(NamedTuple):
    """The labels of a name in the cluster's zone (``recordRequest``)."""

    kind: str = ""
    namespace: str = ""
    service: str = ""
    endpoint: str = ""
    protocol: str = ""
    port: str = ""


class Dns(Index):
    """Cluster DNS: the index and the answers made from it.

    Answers are remembered until anything in the cluster changes.
    """

    def __init__(self, registry: ObjectReader, chance: random.Random | None = None):
        """Read the cluster's names; :meth:`run` keeps them current.

        Args:
            registry: the API.
            chance: shuffles addresses.
        """
        self._answers: dict[Question, Answer] = {}
        self._random = chance or random.Random()
        super().__init__(registry)

    def changed(self) -> None:
        """Forget the answers: they may not be true any more."""
        self._answers.clear()

    def answer(self, name: str, rtype: str = "A") -> Answer:
        """Answer one query.

        Args:
            name: full name, with or without final dot, in any case; the search list is the client's business.
            rtype: record type.
        """
        question = Question(name, rtype.upper())
        known = self._answers.get(question)
        if known is None:
            if len(self._answers) >= _MAX_CACHED:
                self._answers.clear()
            known = self._answers[question] = self._make(question)
        if len(known.answers) > 1:
            return replace(known, answers=self._shuffled(known.answers), additional=self._shuffled(known.additional))
        return known

    def _shuffled(self, records: tuple[Record, ...]) -> tuple[Record, ...]:
        """Aliases first, then addresses in any order (plugin ``loadbalance``)."""
        addresses = [record for record in records if record.type in ("A", "AAAA")]
        self._random.shuffle(addresses)
        return (*(record for record in records if record.type not in ("A", "AAAA")), *addresses)

    def _make(self, question: Question) -> Answer:
        name = question.name.removesuffix(".").lower()
        if name.endswith(_REVERSE_ZONES):
            return self._reverse(question, name)
        if name != CLUSTER_DOMAIN and not name.endswith("." + CLUSTER_DOMAIN):
            return _upstream(question, name)
        try:
            records, additional = self._records(question, name)
        except NoSuchName:
            return Answer(question, "NXDOMAIN", authority=(self._soa(),))
        if not records:
            return Answer(question, authority=(self._soa(),))
        return Answer(question, answers=tuple(records), additional=tuple(additional))

    def _soa(self) -> Record:
        data = f"ns.dns.{CLUSTER_DOMAIN}. hostmaster.{CLUSTER_DOMAIN}. {self.modified} 7200 1800 86400 30"
        return Record(f"{CLUSTER_DOMAIN}.", TTL, "SOA", data)

    def _records(self, question: Question, name: str) -> tuple[list[Record], list[Record]]:
        """Return answers and additional records; no answers means that there is no data of this type."""
        owner, rtype = _dotted(question.name), question.type
        if name == CLUSTER_DOMAIN:
            return self._apex(owner, rtype)
        if name == f"dns-version.{CLUSTER_DOMAIN}" and rtype == "TXT":
            return [Record(owner, VERSION_TTL, "TXT", '"1.1.0"')], []
        if name == f"ns.dns.{CLUSTER_DOMAIN}":
            return ([Record(owner, TTL, "A", item.host) for item in self._name_servers()] if rtype == "A" else []), []
        items = self._find(parse(name))
        if rtype == "SRV":
            return _srv(owner, items)
        if rtype == "A":
            return self._addresses(owner, name, items, 0), []
        if rtype == "AAAA":  # the cluster has one family; only an alias can lead further, and then to nothing
            return [record for record in self._addresses(owner, name, items, 0) if record.type == "CNAME"], []
        if rtype == "CNAME":
            return [Record(owner, TTL, "CNAME", _dotted(item.host)) for item in items if not is_ipv4(item.host)], []
        return [], []

    def _apex(self, owner: str, rtype: str) -> tuple[list[Record], list[Record]]:
        if rtype == "SOA":
            return [self._soa()], []
        if rtype == "NS":
            servers = self._name_servers()
            return [Record(owner, TTL, "NS", item.domain) for item in servers], [
                Record(item.domain, TTL, "A", item.host) for item in servers
            ]
        return [], []

    def _name_servers(self) -> list[Item]:
        service = self.service("kube-system", "kube-dns")
        if service is None:
            return []
        return [Item(service["spec"]["clusterIP"], 53, f"kube-dns.kube-system.svc.{CLUSTER_DOMAIN}.")]

    def _addresses(self, owner: str, name: str, items: list[Item], depth: int) -> list[Record]:
        """Make A records; follow aliases as far as the cluster's own names go."""
        found: dict[Record, None] = {}
        for item in items:
            if is_ipv4(item.host):
                found[Record(owner, TTL, "A", item.host)] = None
                continue
            target = item.host.removesuffix(".").lower()
            if target == name or depth >= _MAX_ALIASES:
                continue
            alias = Record(owner, TTL, "CNAME", _dotted(item.host))
            if not target.endswith("." + CLUSTER_DOMAIN):
                found[alias] = None  # the rest would have to come from the Internet
                continue
            try:
                further = self._addresses(_dotted(item.host), target, self._find(parse(target)), depth + 1)
            except NoSuchName:
                continue
            if further:
                found.update(dict.fromkeys((alias, *further)))
        return list(found)

    def _find(self, request: Request) -> list[Item]:
        """Return what a name stands for; nothing if it exists only as a branch of the tree.

        Raises:
            NoSuchName: there is no such name.
        """
        if not request.kind or (not request.namespace):
            return []
        if request.namespace not in self.namespaces:
            raise NoSuchName
        if not request.service:
            return []
        items = list(_pod(request) if request.kind == "pod" else self._service_items(request))
        if not items:
            raise NoSuchName
        return items

    def _service_items(self, request: Request) -> Iterator[Item]:
        service = self.service(request.namespace, request.service)
        if service is None:
            return
        spec, domain = service["spec"], f"{request.service}.{request.namespace}.svc.{CLUSTER_DOMAIN}."
        if spec.get("type") == "ExternalName":
            # A value that is an address is not served: only names are.
            if not request.endpoint and not is_ipv4(spec["externalName"]):
                yield Item(spec["externalName"], 0, domain)
        elif spec.get("clusterIP") == "None" or request.endpoint:
            for endpoint in self.endpoints(request.namespace, request.service):
                is_meant = request.endpoint in ("", endpoint.name.lower())
                if is_meant and _is_port(request, endpoint.port_name, endpoint.protocol):
                    yield Item(endpoint.ip, endpoint.port, f"{endpoint.name}.{domain}")
        else:
            yield from _cluster_ip(request, spec, domain)

    def _reverse(self, question: Question, name: str) -> Answer:
        """Answer a PTR query: the cluster IP of a Service, or the endpoint of Services."""
        if question.type != "PTR" or not name.endswith(".in-addr.arpa"):
            return _upstream(question, name)
        ip = ".".join(reversed(name.removesuffix(".in-addr.arpa").split(".")))
        owner = self.owner_of(ip)
        names = [f"{owner[1]}.{owner[0]}"] if owner else self.endpoint_names(ip)
        if not names:
            return _upstream(question, name)
        records = (Record(_dotted(question.name), TTL, "PTR", f"{found}.svc.{CLUSTER_DOMAIN}.") for found in names)
        return Answer(question, answers=tuple(records))


def parse(name: str) -> Request:
    """Take a lower-case name in the cluster's zone apart (plugin/kubernetes/parse.go).

    Raises:
        NoSuchName: the name has a form that never exists: the label next to the zone is
            neither ``svc`` nor ``pod``, or there are more than two labels before the Service.
    """
    base = name.removesuffix(CLUSTER_DOMAIN).removesuffix(".")
    if base in ("", "svc", "pod"):
        return Request()
    labels = base.split(".")
    if labels[-1] not in ("svc", "pod") or len(labels) > 5:
        raise NoSuchName
    kind, namespace, service, *rest = [*reversed(labels), ""] if len(labels) == 2 else reversed(labels)
    if len(rest) == 2:
        return Request(kind, namespace, service, protocol=rest[0].removeprefix("_"), port=rest[1].removeprefix("_"))
    return Request(kind, namespace, service, endpoint=rest[0] if rest else "")


def _pod(request: Request) -> Iterator[Item]:
    """A pod's name is its address with dashes: ``pods insecure`` does not check that there is such a pod."""
    ip = request.service.replace("-", ".")
    if is_ipv4(ip):
        yield Item(ip, 0, f"{request.service}.{request.namespace}.pod.{CLUSTER_DOMAIN}.")


def _cluster_ip(request: Request, spec: Object, domain: str) -> Iterator[Item]:
    for port in spec.get("ports") or ():
        if _is_port(request, port.get("name", ""), port.get("protocol", "TCP")):
            yield Item(spec["clusterIP"], port["port"], domain)


def _is_port(request: Request, name: str, protocol: str) -> bool:
    return request.port in ("", name.lower()) and request.protocol in ("", protocol.lower())


def _srv(owner: str, items: list[Item]) -> tuple[list[Record], list[Record]]:
    """Make SRV records: equal priority, weights that share 100."""
    items = [item for item in items if is_ipv4(item.host)]
    weight = max(1, 100 // len(items)) if items else 0
    records = {
        Record(owner, TTL, "SRV", f"0 {weight} {item.port} {item.domain}"): None for item in items if item.port != -1
    }
    additional = {Record(item.domain, TTL, "A", item.host): None for item in items if item.port != -1}
    return list(records), list(additional)


def _dotted(name: str) -> str:
    return name if name.endswith(".") else name + "."


def _upstream(question: Question, name: str) -> Answer:
    """Answer for names outside the cluster, which CoreDNS would forward to the node's name server.

    This cluster has no way to the Internet.  That a top-level domain does not exist is
    known without asking, as it is for private addresses (RFC 6303); all else ends in SERVFAIL.
    """
    top = name.rpartition(".")[2]
    might_exist = "." in name and (top in _PUBLIC or len(top) == 2)
    return Answer(question, "SERVFAIL" if might_exist else "NXDOMAIN", authoritative=False, recursion_available=True)
