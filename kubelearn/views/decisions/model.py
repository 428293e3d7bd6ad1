"""Why this pod? The decisions about one request, from the name in its URL to the pod that answers.

Each decision is looked up where it is made: the name with ``dig``, the Service in the API, and the choice of the pod in the rules of the
kube-proxy on the client's node. The embedded cluster's kube-proxy also tells how it chose (``explain``). A real one does not, but lets us
read its rules (``iptables-save``); what cannot be seen is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.views import names
from kubelearn.views.display import Table
from kubelearn.views.drawing import shorten
from kubelearn.views.objects import Object, read
from kubelearn.views.traffic import check_url

_HEADINGS = ("No.", "Decision", "What was decided", "Seen in")
#: Decisions of kube-proxy that are asked for, in case another request came between.
_RECENT = 20
#: Seconds after which the request is given up.
_TIMEOUT = 3
_SYSTEM = "kube-system"


@dataclass(frozen=True)
class Step:
    """One decision.

    Attributes:
        title: what is decided: ``Name``, ``Service``, ``Rule``, ``Pod`` or ``Answer``.
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
        """Return one row for each line of each decision: its step's number and title, the decision, where it can be seen, and the step's state."""
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


@dataclass(frozen=True)
class _Choice:
    """What the rules say: the trace, and the endpoint if it is known."""

    lines: tuple[str, ...]
    source: str
    state: str
    endpoint: str = ""


def trace(cluster: Cluster, url: str, *, client: str = "client") -> Trace:
    """Send one request, and find out why it went where it went.

    Args:
        cluster: the handle.
        url: what to call, as a pod sees it; if it answers with the pod's name, rules of a real cluster can be read the better.
        client: the pod that sends it; its image has ``curl`` and ``dig``, as agnhost's.

    Raises:
        ValueError: not a URL.
        kubernetes.client.ApiException: there is no such client pod.
        RuntimeError: the client has no ``curl`` or no ``dig``.
    """
    check_url(url)
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"not a URL: {url!r}; it should look like http://hello:8081/hostname")
    port = parts.port or 80
    caller: Any = cluster.core.read_namespaced_pod(client, cluster.namespace)
    lookup = names.look_up(cluster, parts.hostname, client=client)
    answer, body = _send(cluster, url, client)
    steps = [_name(lookup)]
    objects = read(cluster, "services", "pods", "nodes", namespace="")
    if not lookup.addresses:
        return Trace(url, client, (*steps, answer))
    address = lookup.addresses[0]
    service, step = _service(objects, address, port)
    steps.append(step)
    endpoint = address
    if service is not None and step.state == "good":
        node = _node_at(objects["nodes"], address)  # a nodePort is the business of the node with the address
        answered = _address_of(objects["pods"], body)
        choice = _choose(
            cluster,
            node or caller.spec.node_name,
            "" if node else caller.status.pod_ip,
            service,
            address,
            port,
            answered,
        )
        steps.append(Step("Rule", choice.lines, choice.source, choice.state))
        endpoint = choice.endpoint.rpartition(":")[0] or answered
    pod = _pod_at(objects["pods"], endpoint) if endpoint else None
    if endpoint and step.state != "broken":
        steps.append(_pod(pod, endpoint))
    steps.append(answer)
    return Trace(url, client, tuple(steps), pod["metadata"]["name"] if pod else "")


def rows(cluster: Cluster, url: str, *, client: str = "client") -> list[dict[str, Any]]:
    """Send one request, and return the decisions about it as rows (arguments as for :func:`trace`)."""
    return trace(cluster, url, client=client).rows()


# The steps


def _name(lookup: names.Lookup) -> Step:
    if not lookup.queries:
        return Step("Name", (f"{lookup.name} is an address: nothing to look up",), "the URL", "not needed")
    source = f"dig in the pod {lookup.pod}"
    if not lookup.addresses:
        return Step(
            "Name", (f"{lookup.name}: no such name, also not with the domains of the search list",), source, "broken"
        )
    lines = [f"{lookup.name} is {lookup.full_name}, {', '.join(lookup.addresses)}"]
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


def _service(objects: dict[str, list[Object]], address: str, port: int) -> tuple[Object | None, Step]:
    for item in objects["services"]:
        spec, name = item["spec"], f"{item['metadata']['namespace']}/{item['metadata']['name']}"
        if address in (spec.get("clusterIP"), *(spec.get("externalIPs") or ())):
            ports = [entry["port"] for entry in spec.get("ports") or ()]
            if port not in ports:
                listed = ", ".join(map(str, ports))
                return item, Step(
                    "Service",
                    (
                        f"{address} is the Service {name}, but that has port {listed}, not {port}",
                        "no rule is about this port, so the packets get lost",
                    ),
                    "the API",
                    "broken",
                )
            return item, Step("Service", (f"{address} is the Service {name}, port {port}",), "the API")
    pod = _pod_at(objects["pods"], address)
    if pod is not None:
        return None, Step(
            "Service", (f"{address} is a pod's own address: no Service, and so no rule",), "the API", "not needed"
        )
    if _node_at(objects["nodes"], address):
        for item in objects["services"]:
            if any(entry.get("nodePort") == port for entry in item["spec"].get("ports") or ()):
                name = f"{item['metadata']['namespace']}/{item['metadata']['name']}"
                return item, Step(
                    "Service", (f"{address} is a node, and {port} the nodePort of the Service {name}",), "the API"
                )
    return None, Step("Service", (f"{address} belongs to no Service and no pod that can be seen",), "the API", "broken")


def _pod(pod: Object | None, address: str) -> Step:
    if pod is None:
        return Step(
            "Pod", (f"no running pod has {address} any more: the rule is older than that",), "the API", "broken"
        )
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions") or ())
    name, node = pod["metadata"]["name"], pod["spec"].get("nodeName", "no node")
    return Step(
        "Pod",
        (f"{pod['status']['podIP']} is the pod {name} on {node}, {'ready' if ready else 'not ready'}",),
        "the API",
        "good" if ready else "broken",
    )


def _pod_at(pods: Iterable[Object], address: str) -> Object | None:
    """Return the pod with an address; not one that has ended, nor one that shares its node's."""
    return next(
        (
            pod
            for pod in pods
            if pod["status"].get("podIP") == address
            and not pod["spec"].get("hostNetwork")
            and pod["status"].get("phase") == "Running"
        ),
        None,
    )


def _node_at(nodes: Iterable[Object], address: str) -> str:
    return next(
        (
            node["metadata"]["name"]
            for node in nodes
            for entry in node["status"].get("addresses") or ()
            if entry["address"] == address
        ),
        "",
    )


def _address_of(pods: Iterable[Object], name: str) -> str:
    return next((pod["status"].get("podIP", "") for pod in pods if name and pod["metadata"]["name"] == name), "")


# kube-proxy


def _choose(
    cluster: Cluster, node: str, source: str, service: Object, address: str, port: int, answered: str
) -> _Choice:
    try:
        proxies: Any = cluster.core.list_namespaced_pod(
            _SYSTEM, label_selector="k8s-app=kube-proxy", field_selector=f"spec.nodeName={node}"
        )
    except ApiException as error:
        if error.status != 403:
            raise
        return _Choice(
            (f"not seen: the pods in {_SYSTEM} may not be looked at with this account",), "nowhere", "not seen"
        )
    if not proxies.items:
        return _Choice((f"not seen: there is no kube-proxy pod on {node}",), "nowhere", "not seen")
    proxy = proxies.items[0].metadata.name
    name = f"{service['metadata']['namespace']}/{service['metadata']['name']}"

    def run(*command: str) -> str | None:
        return _run(cluster, proxy, command)

    explained = run("explain", "-n", str(_RECENT), "--service", name, *(("--source", source) if source else ()))
    if explained:
        return _explained(explained, f"{address}:{port}/", answered, node)
    return _saved(run, address, port, answered, node)


def _run(cluster: Cluster, pod: str, command: Sequence[str]) -> str | None:
    try:
        done = cluster.exec(pod, *command, namespace=_SYSTEM, timeout=10)
    except (ApiException, RuntimeError, TimeoutError):  # no such program, or not allowed
        return None
    return done.stdout if done.code == 0 else None


def _explained(text: str, destination: str, answered: str, node: str) -> _Choice:
    """Read what ``explain`` printed: the newest decision that fits the answer."""
    blocks = [block for block in re.split(r"\n(?=\S)", text) if destination in block.partition("\n")[0]]
    fitting = [block for block in blocks if answered and f"DNAT to {answered}:" in block] or blocks
    source = f"kube-proxy on {node} (explain)"
    if not fitting:
        return _Choice(("not seen: kube-proxy does not remember this connection",), source, "not seen")
    lines = tuple(line.strip() for line in fitting[-1].splitlines()[1:])
    target = re.search(r"DNAT to (\S+)", fitting[-1])
    return _Choice(lines, source, "good" if target else "broken", target.group(1) if target else "")


def _saved(run: Callable[..., str | None], address: str, port: int, answered: str, node: str) -> _Choice:
    """Read the rules as ``iptables-save`` prints them; what was drawn by chance is not in them, but the answer tells."""
    rules = run("iptables-save", "-t", "nat")
    source = f"kube-proxy on {node} (iptables-save)"
    if rules is None:
        return _Choice((f"not seen: the rules on {node} cannot be read",), source, "not seen")
    entry = re.search(rf"^-A KUBE-SERVICES -d {re.escape(address)}/32 .*--dport {port} -j (\S+)$", rules, re.MULTILINE)
    if entry is None:
        refused = run("iptables-save", "-t", "filter") or ""
        found = re.search(
            rf"^-A KUBE-SERVICES -d {re.escape(address)}/32 .*--dport {port} -j (REJECT|DROP)", refused, re.MULTILINE
        )
        if found is not None:
            return _Choice((f"KUBE-SERVICES: {address}:{port} has no endpoints -> {found.group(1)}",), source, "broken")
        return _Choice(("not seen: no such rule of iptables; kube-proxy may use nftables or ipvs",), source, "not seen")
    chain = entry.group(1)
    lines = [f"KUBE-SERVICES: {address}:{port} -> {chain}"]
    endpoint = ""
    for line, destination in _dice(rules, chain, answered):
        lines.append(line)
        endpoint = destination if answered and destination.rpartition(":")[0] == answered else ""
    if not endpoint:
        return _Choice(
            (*lines, "not seen: which rule it was; the answer does not tell the pod's name"), source, "not seen"
        )
    return _Choice((*lines, f"chosen, as the answer tells: {endpoint}"), source, "good", endpoint)


def _dice(rules: str, chain: str, answered: str) -> Iterator[tuple[str, str]]:
    """Yield the rules of a Service's chain in words, each with its endpoint; none after the one that was used, if that is known."""
    choices = re.findall(rf"^-A {chain} (?!.*-m recent )(.*)-j (KUBE-SEP-\S+)$", rules, re.MULTILINE)
    for number, (match, target) in enumerate(choices, 1):
        found = re.search(rf"^-A {target} .*--to-destination (\S+)$", rules, re.MULTILINE)
        destination = found.group(1) if found else "?"
        used = bool(answered) and destination.rpartition(":")[0] == answered
        chance = re.search(r"--probability (\S+)", match)
        verdict = "" if not answered else f": yes -> {target}" if used else ": no"
        yield (
            (
                f"{chain}: rule {number} of {len(choices)}, {destination},"
                f" {f'with probability {chance.group(1)}' if chance else 'always'}{verdict}"
            ),
            destination,
        )
        if used:
            return


# The picture
