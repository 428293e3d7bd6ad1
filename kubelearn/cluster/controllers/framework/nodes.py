"""Which nodes a pod may be on, by its own words: node selector, node affinity, tolerations.

K/staging/src/k8s.io/component-helpers/scheduling/corev1.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import satisfies

#: What of a node's description decides which pods may be on it.
PLACING = (("metadata", "labels"), ("spec", "taints"), ("spec", "unschedulable"))


def taints_of(node: Object) -> list[Object]:
    """Return a node's taints."""
    return (node.get("spec") or {}).get("taints") or []


def differs(node: Object, previous: Object, parts: Iterable[tuple[str, str]]) -> bool:
    """Return whether a node is described otherwise than before, in one of some parts such as ``spec``, ``taints``."""
    return any((node.get(part) or {}).get(key) != (previous.get(part) or {}).get(key) for part, key in parts)


def tolerates(tolerations: Iterable[Object], taint: Object) -> bool:
    """Return whether one of the tolerations tolerates a taint (v1helper.TolerationsTolerateTaint)."""
    return any(_tolerates(toleration, taint) for toleration in tolerations)


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists":
        return True
    return bool(toleration.get("key") == taint["key"] and toleration.get("value", "") == taint.get("value", ""))


def untolerated(spec: Object, node: Object, *effects: str) -> list[Object]:
    """Return those of a node's taints with certain effects that a PodSpec does not tolerate."""
    tolerations = spec.get("tolerations") or ()
    return [taint for taint in taints_of(node) if taint["effect"] in effects and not tolerates(tolerations, taint)]


def is_selected(spec: Object, node: Object) -> bool:
    """Return whether a PodSpec's node selector and required node affinity match a node (GetRequiredNodeAffinity)."""
    selector = spec.get("nodeSelector") or {}
    if not selector.items() <= meta.labels_of(node).items():
        return False
    terms = required_terms(spec)
    return terms is None or any(matches(term, node) for term in terms)


def required_terms(spec: Object) -> list[Object] | None:
    """Return the terms of the node affinity that must hold, None without one."""
    affinity = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    )
    return None if affinity is None else affinity.get("nodeSelectorTerms") or []


def matches(term: Object, node: Object) -> bool:
    """Return whether a node matches one term of node affinity; an empty term matches none."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    labels, named = meta.labels_of(node), {"metadata.name": meta.name_of(node)}
    return all(satisfies(item, labels) for item in expressions) and all(satisfies(item, named) for item in fields)
