"""Which nodes a pod may run on (K/pkg/scheduler/framework/plugins).

Each filter returns why a node is out, in the scheduler's words, or nothing.  Volumes are in :mod:`.volumes`.  Not
emulated: preemption, and the resources of whole cgroups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.podspec import resources
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.controllers.framework.nodes import is_selected, matches, tolerates, untolerated
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import selects

#: Pods on one node at most, when its status does not say (the kubelet's ``maxPods``).
MAX_PODS = 110
_UNSCHEDULABLE_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


@dataclass
class NodeInfo:
    """A node and what runs on it.

    Attributes:
        node: the Node.
        pods: the pods bound to it that have not ended.
    """

    node: Object
    pods: list[Object] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The node's name."""
        return meta.name_of(self.node)


@dataclass
class Nodes:
    """All nodes, and which pods on them keep others away.

    Attributes:
        infos: the nodes.
        guards: pods with required anti-affinity, and their nodes.
    """

    infos: list[NodeInfo]
    guards: list[tuple[NodeInfo, Object]]


@dataclass(frozen=True)
class Misfit:
    """Why a pod cannot run on a node.

    Attributes:
        reasons: in the scheduler's words.
        resolvable: whether evicting other pods could help.
    """

    reasons: tuple[str, ...]
    resolvable: bool = False


def _unschedulable(pod: Object, info: NodeInfo) -> Misfit | None:
    cordoned = (info.node.get("spec") or {}).get("unschedulable")
    if cordoned and not tolerates(pod["spec"].get("tolerations") or (), _UNSCHEDULABLE_TAINT):
        return Misfit(("node(s) were unschedulable",))
    return None


def _tainted(pod: Object, info: NodeInfo) -> Misfit | None:
    taints = untolerated(pod["spec"], info.node, "NoSchedule", "NoExecute")
    if not taints:
        return None
    return Misfit((f"node(s) had untolerated taint {{{taints[0]['key']}: {taints[0].get('value', '')}}}",))


def _unselected(pod: Object, info: NodeInfo) -> Misfit | None:
    fits = is_selected(pod["spec"], info.node)
    return None if fits else Misfit(("node(s) didn't match Pod's node affinity/selector",))


def _host_ports(pod: Object) -> set[tuple[str, int]]:
    containers = pod["spec"].get("containers") or ()
    ports = [port for container in containers for port in container.get("ports") or ()]
    return {(port.get("protocol", "TCP"), port["hostPort"]) for port in ports if port.get("hostPort")}


def _ports_taken(pod: Object, info: NodeInfo) -> Misfit | None:
    wanted = _host_ports(pod)
    if wanted and any(wanted & _host_ports(other) for other in info.pods):
        return Misfit(("node(s) didn't have free ports for the requested pod ports",), resolvable=True)
    return None


def _overcommitted(pod: Object, info: NodeInfo) -> Misfit | None:
    """Pods, CPU and memory (noderesources/fit.go)."""
    allocatable: Mapping[str, str] = (info.node.get("status") or {}).get("allocatable") or {}
    reasons = []
    if len(info.pods) + 1 > int(allocatable.get("pods", MAX_PODS)):
        reasons.append("Too many pods")
    for resource, wanted in requests(pod).items():
        # What a node does not speak of it has none of, if it is no resource of Kubernetes' own.
        if resource not in allocatable and "/" not in resource:
            continue
        used = sum(requests(other).get(resource, 0) for other in info.pods)
        if wanted + used > value_of(allocatable.get(resource, "0")):
            reasons.append(f"Insufficient {resource}")
    return Misfit(tuple(reasons), resolvable=True) if reasons else None


def requests(pod: Object) -> dict[str, Fraction]:
    """Return what a pod's containers request together."""
    return resources.total(pod["spec"], "requests")


#: In the order in which the real scheduler asks; the first that says no decides.
FILTERS: tuple[Callable[[Object, NodeInfo], Misfit | None], ...] = (
    _unschedulable,
    _tainted,
    _unselected,
    _ports_taken,
    _overcommitted,
)


def misfit(
    pod: Object, info: NodeInfo, nodes: Nodes, volumes: Callable[[NodeInfo], Misfit | None] | None = None
) -> Misfit | None:
    """Return why a pod cannot run on a node, or None when it can.

    Args:
        volumes: the filter of its volumes, None for a pod without claims.
    """
    for refuses in FILTERS:
        found = refuses(pod, info)
        if found is not None:
            return found
    found = volumes(info) if volumes is not None else None
    return found or _uneven(pod, info, nodes) or _affinity_broken(pod, info, nodes)


def _uneven(pod: Object, info: NodeInfo, nodes: Nodes) -> Misfit | None:
    """Topology spread constraints that must hold (podtopologyspread/filtering.go); ``minDomains`` is 1."""
    for constraint in pod["spec"].get("topologySpreadConstraints") or ():
        key, selector = constraint["topologyKey"], constraint.get("labelSelector")
        if constraint["whenUnsatisfiable"] != "DoNotSchedule":
            continue
        domain = meta.labels_of(info.node).get(key)
        if domain is None:
            return Misfit(("node(s) didn't match pod topology spread constraints (missing required label)",))
        counts: Counter[str] = Counter()
        for other in nodes.infos:
            where = meta.labels_of(other.node).get(key)
            if where is not None and _unselected(pod, other) is None:
                counts[where] += sum(_is_spread(candidate, pod, selector) for candidate in other.pods)
        joining = selects(selector, meta.labels_of(pod))
        if counts[domain] + joining - min(counts.values(), default=0) > constraint["maxSkew"]:
            return Misfit(("node(s) didn't match pod topology spread constraints",), resolvable=True)
    return None


def _is_spread(candidate: Object, pod: Object, selector: Object | None) -> bool:
    return (
        meta.namespace_of(candidate) == meta.namespace_of(pod)
        and not meta.is_terminating(candidate)
        and selects(selector, meta.labels_of(candidate))
    )


def _affinity_broken(pod: Object, info: NodeInfo, nodes: Nodes) -> Misfit | None:
    """Required pod affinity and anti-affinity (interpodaffinity/filtering.go)."""
    if any(_shares_domain(term, pod, info, nodes.infos) is None for term in terms(pod, "podAffinity")):
        return Misfit(("node(s) didn't match pod affinity rules",))
    if any(_shares_domain(term, pod, info, nodes.infos) for term in terms(pod, "podAntiAffinity")):
        return Misfit(("node(s) didn't match pod anti-affinity rules",), resolvable=True)
    for home, guard in nodes.guards:
        for term in terms(guard, "podAntiAffinity"):
            if _same_domain(info, home, term["topologyKey"]) and _term_selects(term, guard, pod):
                return Misfit(("node(s) didn't satisfy existing pods anti-affinity rules",), resolvable=True)
    return None


def preference(pod: Object, info: NodeInfo, nodes: Nodes) -> int:
    """Return how much a pod prefers a node, by the weights of its preferred affinity and anti-affinity."""
    affinity = pod["spec"].get("affinity") or {}
    wanted = {
        kind: (affinity.get(kind) or {}).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        for kind in ("nodeAffinity", "podAffinity", "podAntiAffinity")
    }
    weight = sum(term["weight"] for term in wanted["nodeAffinity"] if matches(term["preference"], info.node))
    for sign, kind in ((1, "podAffinity"), (-1, "podAntiAffinity")):
        for term in wanted[kind]:
            weight += sign * term["weight"] * _neighbours(term["podAffinityTerm"], pod, info, nodes)
    return int(weight)


def _neighbours(term: Object, pod: Object, info: NodeInfo, nodes: Nodes) -> int:
    """Count a term's pods in the node's domain."""
    near = [other for other in nodes.infos if _same_domain(info, other, term["topologyKey"])]
    return sum(_term_selects(term, pod, candidate) for other in near for candidate in other.pods)


def terms(pod: Object, kind: str) -> list[Object]:
    """Return a pod's required terms of ``podAffinity`` or ``podAntiAffinity``."""
    affinity = (pod["spec"].get("affinity") or {}).get(kind) or {}
    found: list[Object] = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or []
    return found


def _same_domain(one: NodeInfo, other: NodeInfo, key: str) -> bool:
    value = meta.labels_of(one.node).get(key)
    return value is not None and meta.labels_of(other.node).get(key) == value


def _term_selects(term: Object, owner: Object, pod: Object) -> bool:
    namespaces = term.get("namespaces") or [meta.namespace_of(owner)]
    return meta.namespace_of(pod) in namespaces and selects(term.get("labelSelector"), meta.labels_of(pod))


def _shares_domain(term: Object, pod: Object, info: NodeInfo, everything: list[NodeInfo]) -> bool | None:
    """Return whether a term's pods run in the node's domain.

    None when none does but affinity would need one: not for the first pod of a group, which
    matches its own term.
    """
    found = False
    for other in everything:
        for candidate in other.pods:
            if _term_selects(term, pod, candidate):
                found = True
                if _same_domain(info, other, term["topologyKey"]):
                    return True
    first = not found and _term_selects(term, pod, pod) and term["topologyKey"] in meta.labels_of(info.node)
    return False if first else None


def explain_refusal(why: str, count: int) -> str:
    """Return the message of FailedScheduling where no node was asked (a plug-in's PreFilter said no)."""
    return f"0/{count} nodes are available: {why}. not found"


def explain(misfits: list[Misfit], count: int) -> str:
    """Return the message of FailedScheduling (framework/types.go, FitError)."""
    reasons = Counter(reason for found in misfits for reason in found.reasons)
    text = ", ".join(sorted(f"{number} {reason}" for reason, number in reasons.items()))
    helpless = sum(1 for found in misfits if not found.resolvable)
    preemption = {
        "Preemption is not helpful for scheduling": helpless,
        "No preemption victims found for incoming pod": len(misfits) - helpless,
    }
    why = ", ".join(sorted(f"{number} {reason}" for reason, number in preemption.items() if number))
    return f"0/{count} nodes are available: {text}. preemption: 0/{count} nodes are available: {why}."
