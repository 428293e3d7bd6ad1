"""How kube-proxy chose a pod, as far as it can be seen.

The embedded cluster's kube-proxy tells how it chose (``explain``). A real one does not, but lets us read its rules
(``iptables-save``). Their chains are those of K/pkg/proxy/iptables/proxier.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.views.objects import Object

#: Decisions of kube-proxy that are asked for, in case another request came between.
_RECENT = 20
_SYSTEM = "kube-system"
#: Runs a command in the kube-proxy's pod; returns what it printed, or nothing if that was not possible.
_Run = Callable[..., str | None]


@dataclass(frozen=True)
class Call:
    """A connection to a Service.

    Attributes:
        address: where to; the Service's, or a node's.
        answered: address of the pod that answered; empty if that is not known.
    """

    service: Object
    address: str
    port: int
    answered: str


@dataclass(frozen=True)
class Choice:
    """What the rules say about a connection.

    Attributes:
        lines: the rules, one by one.
        source: where they were seen.
        state: as of a step, ``good``, ``broken`` or ``not seen``.
        endpoint: address and port of the pod that was chosen, if they are known.
    """

    lines: tuple[str, ...]
    source: str
    state: str
    endpoint: str = ""


def choose(cluster: Cluster, node: str, source: str, call: Call) -> Choice:
    """Return how the kube-proxy on a node chose a pod.

    Args:
        source: address of the pod that called; empty if any may have.

    Raises:
        kubernetes.client.ApiException: the API refuses, other than by a lack of rights.
    """
    try:
        proxies: Any = cluster.core.list_namespaced_pod(
            _SYSTEM, label_selector="k8s-app=kube-proxy", field_selector=f"spec.nodeName={node}"
        )
    except ApiException as error:
        if error.status != 403:
            raise
        return _unseen(f"the pods in {_SYSTEM} may not be looked at with this account")
    if not proxies.items:
        return _unseen(f"there is no kube-proxy pod on {node}")
    proxy = proxies.items[0].metadata.name
    meta = call.service["metadata"]

    def run(*command: str) -> str | None:
        return _run(cluster, proxy, command)

    options = ("--source", source) if source else ()
    explained = run("explain", "-n", str(_RECENT), "--service", f"{meta['namespace']}/{meta['name']}", *options)
    if explained:
        return _explained(explained, call, node)
    return _saved(run, call, node)


def _unseen(why: str, source: str = "nowhere", lines: Sequence[str] = ()) -> Choice:
    return Choice((*lines, f"not seen: {why}"), source, "not seen")


def _run(cluster: Cluster, pod: str, command: Sequence[str]) -> str | None:
    try:
        done = cluster.exec(pod, *command, namespace=_SYSTEM, timeout=10)
    except (ApiException, RuntimeError, TimeoutError):  # no such program, or not allowed
        return None
    return done.stdout if done.code == 0 else None


def _explained(text: str, call: Call, node: str) -> Choice:
    """Read what ``explain`` printed: the newest decision that fits the answer."""
    destination = f"{call.address}:{call.port}/"
    blocks = [block for block in re.split(r"\n(?=\S)", text) if destination in block.partition("\n")[0]]
    fitting = [block for block in blocks if call.answered and f"DNAT to {call.answered}:" in block] or blocks
    source = f"kube-proxy on {node} (explain)"
    if not fitting:
        return _unseen("kube-proxy does not remember this connection", source)
    lines = tuple(line.strip() for line in fitting[-1].splitlines()[1:])
    target = re.search(r"DNAT to (\S+)", fitting[-1])
    return Choice(lines, source, "good" if target else "broken", target.group(1) if target else "")


def _saved(run: _Run, call: Call, node: str) -> Choice:
    """Read the rules as ``iptables-save`` prints them.

    What was drawn by chance is not in them, but the answer tells.
    """
    rules = run("iptables-save", "-t", "nat")
    source = f"kube-proxy on {node} (iptables-save)"
    if rules is None:
        return _unseen(f"the rules on {node} cannot be read", source)
    chain = _jump(rules, call, r"\S+")
    if not chain:
        refused = _jump(run("iptables-save", "-t", "filter") or "", call, "REJECT|DROP")
        if refused:
            line = f"KUBE-SERVICES: {call.address}:{call.port} has no endpoints -> {refused}"
            return Choice((line,), source, "broken")
        return _unseen("no such rule of iptables; kube-proxy may use nftables or ipvs", source)
    lines = [f"KUBE-SERVICES: {call.address}:{call.port} -> {chain}"]
    endpoint = ""
    for line, destination in _dice(rules, chain, call.answered):
        lines.append(line)
        endpoint = destination if _is_at(destination, call.answered) else ""
    if not endpoint:
        return _unseen("which rule it was; the answer does not tell the pod's name", source, lines)
    return Choice((*lines, f"chosen, as the answer says: {endpoint}"), source, "good", endpoint)


def _jump(rules: str, call: Call, target: str) -> str:
    """Return where the rule about a Service's address and port leads; empty if there is none."""
    rule = rf"^-A KUBE-SERVICES -d {re.escape(call.address)}/32 .*--dport {call.port} -j ({target})"
    found = re.search(rule, rules, re.MULTILINE)
    return found.group(1) if found else ""


def _is_at(destination: str, address: str) -> bool:
    return bool(address) and destination.rpartition(":")[0] == address


def _dice(rules: str, chain: str, answered: str) -> Iterator[tuple[str, str]]:
    """Yield the rules of a Service's chain in words, each with its endpoint.

    There is none after the one that was used, if that is known.
    """
    choices = re.findall(rf"^-A {chain} (?!.*-m recent )(.*)-j (KUBE-SEP-\S+)$", rules, re.MULTILINE)
    for number, (match, target) in enumerate(choices, 1):
        found = re.search(rf"^-A {target} .*--to-destination (\S+)$", rules, re.MULTILINE)
        destination = found.group(1) if found else "?"
        used = _is_at(destination, answered)
        chance = re.search(r"--probability (\S+)", match)
        odds = f"with probability {chance.group(1)}" if chance else "always"
        verdict = f": yes -> {target}" if used else ": no"
        line = f"{chain}: rule {number} of {len(choices)}, {destination}, {odds}"
        yield (line + verdict if answered else line), destination
        if used:
            return
