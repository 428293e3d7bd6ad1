"""Which nodes are to have a DaemonSet's pod, and what it looks like (K/pkg/controller/daemon/daemon_controller.go)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.workloads.daemonset import GENERATION
from kubelearn.cluster.controllers.framework import nodes
from kubelearn.cluster.controllers.framework.pods import from_template, is_finished
from kubelearn.cluster.controllers.framework.revisions import HASH
from kubelearn.cluster.meta import Object

#: The label of pods that counts templates, as an annotation of their DaemonSet does.
_GENERATION_LABEL = "pod-template-generation"
#: What every pod of a DaemonSet tolerates, in this order: key and effect.
_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
ByNode = dict[str, list[Object]]


def make(owner: Object, node: str, revision: str) -> Object:
    """Return the pod for a node; the scheduler brings it there (CreatePodTemplate)."""
    pod = from_template(owner["spec"]["template"], owner, meta.name_of(owner))
    pod["metadata"].setdefault("labels", {}).update({HASH: revision, _GENERATION_LABEL: _generation(owner)})
    spec = pod["spec"]
    spec["tolerations"] = _tolerations(spec)
    required = spec.setdefault("affinity", {}).setdefault("nodeAffinity", {})
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    required["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    return pod


def _generation(owner: Object) -> str:
    return meta.annotations_of(owner).get(GENERATION, "")


def _tolerations(spec: Object) -> list[Object]:
    """Return a template's tolerations and those of every DaemonSet (AddOrUpdateDaemonPodTolerations)."""
    given: list[Object] = spec.get("tolerations") or []
    keys = _TOLERATED if not spec.get("hostNetwork") else (*_TOLERATED, ("network-unavailable", "NoSchedule"))
    added = [{"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect} for key, effect in keys]
    return [*given, *(item for item in added if item not in given)]


def is_current(owner: Object, pod: Object, revision: str) -> bool:
    """Return whether a pod was made of the present template (IsPodUpdated)."""
    labels = meta.labels_of(pod)
    return labels.get(HASH) == revision or bool(labels.get(_GENERATION_LABEL) == _generation(owner) != "")


def node_of(pod: Object) -> str:
    """Return the node that a pod is on, or is meant for (GetTargetNodeName)."""
    placed: str = pod["spec"].get("nodeName", "")
    if placed:
        return placed
    for term in nodes.required_terms(pod["spec"]) or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In" and len(field["values"]) == 1:
                return str(field["values"][0])
    return ""


def by_node(mine: list[Object]) -> ByNode:
    """Return pods by the node that they are on or meant for; those that have ended and are on their way out are not."""
    found: ByNode = {}
    for pod in sorted(mine, key=_by_age):
        if not (is_finished(pod) and meta.is_terminating(pod)):
            found.setdefault(node_of(pod), []).append(pod)
    return found


def _by_age(pod: Object) -> tuple[bool, tuple[str, str]]:
    """Sort key: those with a node first, then the oldest (podByCreationTimestampAndPhase)."""
    return not pod["spec"].get("nodeName"), meta.by_age(pod)


def should_run(owner: Object, node: Object) -> tuple[bool, bool]:
    """Return whether a node is to have a pod, and whether one that is there may stay (NodeShouldRunDaemonPod)."""
    spec = owner["spec"]["template"]["spec"]
    if spec.get("nodeName") not in (None, "", meta.name_of(node)) or not nodes.is_selected(spec, node):
        return False, False
    tolerant = {"tolerations": _tolerations(spec)}
    stays = not nodes.untolerated(tolerant, node, "NoExecute")
    return stays and not nodes.untolerated(tolerant, node, "NoSchedule"), stays
