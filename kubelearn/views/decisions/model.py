"""Why this pod? The decisions about one request, from the name in its URL to the pod that answers.

Each decision is looked up where it is made: the name with ``dig``, the Service in the API, the choice of the pod in the
rules of the kube-proxy on the client's node (see ``rules``), and what NetworkPolicies drop in the API (see ``policy``).
What cannot be seen is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kubelearn.target.connection import Cluster
from kubelearn.views import names, policies
from kubelearn.views.display import Table
from kubelearn.views.objects import Object, Objects
from kubelearn.views.objects import read as read_objects
from kubelearn.views.pods import is_ready
from kubelearn.views.shapes import shorten
from kubelearn.views.traffic import check_url

from .policy import Called, behind, name_servers, rule
from .rules import Call, Choice, choose

_KINDS = ("services", "pods", "nodes", "endpointslices", *policies.KINDS)
_HEADINGS = ("No.", "Decision", "What was decided", "Seen in")
#: Seconds after which the request is given up.
_TIMEOUT = 3


@dataclass(frozen=True)
class Step:
    """One decision.

    Attributes:
        title: what is decided: ``Name``, ``Service``, ``Rule``, ``Pod``, ``Policy`` (where NetworkPolicies isolate a
            pod on the way) or ``Answer``.
        lines: what was decided, and how.
        source: where that can be seen.
        state: ``good``, ``broken``, ``not needed`` or ``not seen``.
    """

    title: str
    lines: tuple[str, ...]
    source: str
    state: str = "good"


@dataclass(frozen=True)
class Trace:
    """The decisions about one request.

    Attributes:
        url: what was called.
        client: the pod that called.
        steps: in their order.
        pod: name of the pod that was chosen; empty if none was, or if it cannot be seen.
    """

    url: str
    client: str
    steps: tuple[Step, ...]
    pod: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each line of each decision.

        Each has ``number`` and ``step`` (the step's title), ``decision``, ``source`` (where it can be seen), and
        ``state`` (the step's).
        """
        return [
            {"number": number, "step": step.title, "decision": line, "source": step.source, "state": step.state}
            for number, step in enumerate(self.steps, 1)
            for line in step.lines
        ]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(_HEADINGS, [(row["number"], row["step"], row["decision"], row["source"]) for row in self.rows()])

    @property
    def outcome(self) -> str:
        """The first step that is broken, or the pod and its answer."""
        broken = next((step for step in self.steps if step.state == "broken"), None)
        if broken is not None:
            return f"{broken.title}: {'; '.join(broken.lines)}."
        return f"{self.pod or 'A pod that cannot be told'} answered {self.steps[-1].lines[0]}."

    @property
    def summary(self) -> str:
        """The decisions in words."""
        return f"One request from {self.client} to {self.url}. " + " ".join(
            f"{step.title}: {'; '.join(step.lines)}." for step in self.steps
        )

    def __repr__(self) -> str:
        return self.summary


def read(cluster: Cluster, url: str, *, client: str = "client") -> Trace:
    """Send one request, and find out why it went where it went.

    Args:
        cluster: the handle.
        url: what to call, as a pod sees it; if it answers with the pod's name, more can be told from the rules of a
            real cluster.
        client: the pod that sends it; its image has ``curl`` and ``dig``, as agnhost's.

    Raises:
        ValueError: not a URL.
        NotRunningError: there is no such client pod, or it does not run.
        RuntimeError: the client has no ``curl`` or no ``dig``.
    """
    host, port = _split(url)
    caller: Any = cluster.core.read_namespaced_pod(client, cluster.namespace)
    lookup = names.read(cluster, host, client=client)
    answer, body = _send(cluster, url, client)
    objects = read_objects(cluster, *_KINDS, namespace="")
    mine = _named(objects["pods"], caller.metadata.namespace, client)
    if not lookup.addresses:
        asked = name_servers(lookup.resolver.nameserver, objects) if _is_unheard(lookup) else []
        return Trace(url, client, (_name(lookup), *_policy(objects, mine, asked), answer))
    address = endpoint = lookup.addresses[0]
    service, step = _service(objects, address, port)
    steps = [_name(lookup), step]
    if service is not None and step.state == "good":
        answered = _address_of(objects["pods"], body)
        choice = _choice(cluster, objects, caller, Call(service, address, port, answered))
        steps.append(Step("Rule", choice.lines, choice.source, choice.state))
        endpoint = choice.endpoint.rpartition(":")[0] or answered
    pod = _pod_at(objects["pods"], endpoint) if endpoint else None
    if endpoint and step.state != "broken":
        steps.append(_pod(pod, endpoint))
    if all(step.state != "broken" for step in steps):
        steps += _policy(objects, mine, _called(service, pod, port, objects), answered=answer.state == "good")
    return Trace(url, client, (*steps, answer), pod["metadata"]["name"] if pod else "")


def _called(service: Object | None, pod: Object | None, port: int, objects: Objects) -> list[Called]:
    """Return the pod that was called, or all that it may have been, each with its own port."""
    if service is None:
        return [(pod, port, "TCP")] if pod is not None else []
    return [entry for entry in behind(service, objects, port) if pod in (None, entry[0])]


def _policy(objects: Objects, caller: Object | None, called: list[Called], *, answered: bool = False) -> list[Step]:
    """Return a step if NetworkPolicies isolate somebody on the way."""
    if caller is None:
        return []
    found = rule(objects, caller, called, answered=answered)
    return [Step("Policy", found.lines, "the API", found.state)] if found.lines else []


def _split(url: str) -> tuple[str, int]:
    check_url(url)
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"not a URL: {url!r}; it should look like http://hello:8081/hostname")
    return parts.hostname, parts.port or 80


def rows(cluster: Cluster, url: str, *, client: str = "client") -> list[dict[str, Any]]:
    """Send one request, and return the decisions about it as rows (arguments as for :func:`read`)."""
    return read(cluster, url, client=client).rows()


def table(cluster: Cluster, url: str, *, client: str = "client") -> Table:
    """Send one request, and return the decisions about it as a table (arguments as for :func:`read`)."""
    return read(cluster, url, client=client).table()


def _is_unheard(lookup: names.Lookup) -> bool:
    return any(query.status == "timed out" for query in lookup.queries)


def _name(lookup: names.Lookup) -> Step:
    name = lookup.name
    if not lookup.queries:
        return Step("Name", (f"{name} is an address: nothing to look up",), "the URL", "not needed")
    source = f"dig in the pod {lookup.pod}"
    if not lookup.addresses:
        line = f"{name}: no such name, also not with the domains of the search list"
        if _is_unheard(lookup):
            line = f"{name}: no answer from the name server {lookup.resolver.nameserver}"
        return Step("Name", (line,), source, "broken")
    lines = [f"{name} is {lookup.full_name}, {', '.join(lookup.addresses)}"]
    if len(lookup.addresses) > 1:
        lines.append(f"several addresses: the client takes one, here {lookup.addresses[0]} is followed")
    return Step("Name", tuple(lines), source)


def _send(cluster: Cluster, url: str, client: str) -> tuple[Step, str]:
    done = cluster.exec(client, "curl", "-sS", "-m", str(_TIMEOUT), "-w", "\n%{http_code}", url)
    source = f"curl in the pod {client}"
    body, _, code = done.stdout.rpartition("\n")
    if done.code:
        said = next(iter(done.stderr.strip().splitlines()), f"curl ended with exit code {done.code}")
        return Step("Answer", (re.sub(r" after \d+ (ms|milliseconds)", "", said),), source, "broken"), ""
    first = next(iter(body.strip().splitlines()), "")
    return Step("Answer", (f"{code}: {shorten(first, 80)}",), source), first


def _service(objects: Objects, address: str, port: int) -> tuple[Object | None, Step]:
    """Return the Service that an address and a port belong to, and what is decided by that."""
    for item in objects["services"]:
        spec = item["spec"]
        if address in (spec.get("clusterIP"), *(spec.get("externalIPs") or ())):
            return item, _port(item, address, port)
    if _pod_at(objects["pods"], address):
        line = f"{address} is a pod's own address: no Service, and so no rule"
        return None, Step("Service", (line,), "the API", "not needed")
    if _node_at(objects["nodes"], address):
        for item in objects["services"]:
            if any(entry.get("nodePort") == port for entry in item["spec"].get("ports") or ()):
                line = f"{address} is a node, and {port} the nodePort of the Service {_full_name(item)}"
                return item, Step("Service", (line,), "the API")
    line = f"{address} belongs to no Service and no pod that can be seen"
    return None, Step("Service", (line,), "the API", "broken")


def _full_name(service: Object) -> str:
    return f"{service['metadata']['namespace']}/{service['metadata']['name']}"


def _port(service: Object, address: str, port: int) -> Step:
    line = f"{address} is the Service {_full_name(service)}"
    ports = [entry["port"] for entry in service["spec"].get("ports") or ()]
    if port in ports:
        return Step("Service", (f"{line}, port {port}",), "the API")
    listed = ", ".join(map(str, ports))
    lost = "no rule is about this port, so the packets get lost"
    return Step("Service", (f"{line}, but that has port {listed}, not {port}", lost), "the API", "broken")


def _choice(cluster: Cluster, objects: Objects, caller: Any, call: Call) -> Choice:
    node = _node_at(objects["nodes"], call.address)
    if node:  # a nodePort is the business of the node with the address, whoever calls
        return choose(cluster, node, "", call)
    return choose(cluster, caller.spec.node_name, caller.status.pod_ip, call)


def _pod(pod: Object | None, address: str) -> Step:
    if pod is None:
        line = f"no running pod has {address} any more: the rule is older than that"
        return Step("Pod", (line,), "the API", "broken")
    name, node = pod["metadata"]["name"], pod["spec"].get("nodeName", "no node")
    where = f"{pod['status']['podIP']} is the pod {name} on {node}"
    if is_ready(pod):
        return Step("Pod", (f"{where}, ready",), "the API")
    return Step("Pod", (f"{where}, not ready",), "the API", "broken")


def _pod_at(pods: Iterable[Object], address: str) -> Object | None:
    """Return the pod with an address; not one that has ended, nor one that shares its node's."""
    return next((pod for pod in pods if _has_address(pod, address)), None)


def _has_address(pod: Object, address: str) -> bool:
    status = pod["status"]
    mine = status.get("podIP") == address and not pod["spec"].get("hostNetwork")
    return bool(mine and status.get("phase") == "Running")


def _node_at(nodes: Iterable[Object], address: str) -> str:
    for node in nodes:
        if any(entry["address"] == address for entry in node["status"].get("addresses") or ()):
            return str(node["metadata"]["name"])
    return ""


def _named(pods: Iterable[Object], namespace: str, name: str) -> Object | None:
    wanted = {"namespace": namespace, "name": name}
    return next((pod for pod in pods if wanted.items() <= pod["metadata"].items()), None)


def _address_of(pods: Iterable[Object], name: str) -> str:
    return next((pod["status"].get("podIP", "") for pod in pods if name and pod["metadata"]["name"] == name), "")
