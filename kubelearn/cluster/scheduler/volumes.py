"""The volumes of a pod that is to be scheduled (K/pkg/scheduler/framework/plugins/volumebinding, volumerestrictions).

A claim that is bound decides by where its volume can be reached.  One that waits for its first consumer is bound when
the pod has a node: to a volume that is there, or to one that is made for that node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.controllers.framework.informer import key_of
from kubelearn.cluster.controllers.persistentvolume import matching
from kubelearn.cluster.meta import Object

from .filters import Misfit, NodeInfo

_CONFLICT: Final = Misfit(("node(s) didn't match PersistentVolume's node affinity",))
_NONE_TO_BIND: Final = Misfit(("node(s) didn't find available persistent volumes to bind",))
_MISSING: Final = Misfit(("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",))
_ALONE: Final = Misfit(
    ("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",), resolvable=True
)


@dataclass
class PodVolumes:
    """What a pod's claims ask of its node.

    Attributes:
        refusal: why no node will do, in the scheduler's words; empty if one may.
        bound: claims that have their volume.
        unbound: claims that get one when the node is chosen.
    """

    registry: Registry
    pod: Object
    manager: str
    refusal: str = ""
    bound: list[Object] = field(default_factory=list)
    unbound: list[Object] = field(default_factory=list)

    def __post_init__(self) -> None:
        namespace = meta.namespace_of(self.pod)
        for name, is_own in matching.claims_of(self.pod):
            claim = self.registry.find(CLAIMS, namespace, name)
            self.refusal = _why_unusable(claim, name, is_own=is_own)
            if claim is None or self.refusal:
                return
            (self.bound if matching.is_bound(claim) else self.unbound).append(claim)
        if not all(matching.waits_for_consumer(self.registry, claim) for claim in self.unbound):
            self.refusal = "pod has unbound immediate PersistentVolumeClaims"

    def misfit(self, info: NodeInfo) -> Misfit | None:
        """Return why the pod's volumes cannot be had on a node, None if they can."""
        if any(self._is_taken(claim, info) for claim in self.bound):
            return _ALONE
        for claim in self.bound:
            volume = self.registry.find(VOLUMES, "", claim["spec"]["volumeName"])
            if volume is None:
                return _MISSING
            if not matching.reaches(volume, info.node):
                return _CONFLICT
        return None if self._plan(info.node) is not None else _NONE_TO_BIND

    def _is_taken(self, claim: Object, info: NodeInfo) -> bool:
        if claim["spec"].get("accessModes") != ["ReadWriteOncePod"]:
            return False
        key = "/".join(key_of(claim))
        return any(key in matching.by_claim(other) for other in info.pods)

    def _plan(self, node: Object) -> list[tuple[Object, Object | None]] | None:
        """Return which volume each unbound claim gets on a node, None for one that is made; None if one gets none."""
        found: list[tuple[Object, Object | None]] = []
        taken: set[str] = set()
        for claim in self.unbound:
            selected = matching.annotation(claim, matching.SELECTED_NODE)
            if selected and selected != meta.name_of(node):
                return None
            volume = matching.best(claim, self.registry.list(VOLUMES), node=node, taken=taken)
            if volume is None and not self._is_made(claim, node):
                return None
            if volume is not None:
                taken.add(meta.name_of(volume))
            found.append((claim, volume))
        return found

    def _is_made(self, claim: Object, node: Object) -> bool:
        """Return whether somebody makes volumes of a claim's class for a node (checkVolumeProvisions)."""
        storage_class = matching.class_of(self.registry, claim)
        if storage_class is None or storage_class["provisioner"] == matching.NO_PROVISIONER:
            return False
        terms = storage_class.get("allowedTopologies") or ()
        return not terms or any(_allows(term, meta.labels_of(node)) for term in terms)

    def bind(self, node: Object) -> bool:
        """Have the pod's claims bound on a node; return whether they all are already (BindPodVolumes)."""
        for claim, volume in self._plan(node) or ():
            if volume is not None:
                matching.claim_volume(self.registry, volume, claim, self.manager)
            elif not matching.annotation(claim, matching.SELECTED_NODE):
                self._select(claim, meta.name_of(node))
        return not self.unbound

    def _select(self, claim: Object, node: str) -> None:
        def change(item: Object) -> None:
            item["metadata"].setdefault("annotations", {})[matching.SELECTED_NODE] = node

        self.registry.modify(CLAIMS, *key_of(claim), change, manager=self.manager)


def _why_unusable(claim: Object | None, name: str, *, is_own: bool) -> str:
    if claim is None:
        if is_own:
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
        return f'persistentvolumeclaim "{name}" not found'
    if meta.phase_of(claim) == "Lost":
        volume = claim["spec"].get("volumeName", "")
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"'
    return f'persistentvolumeclaim "{name}" is being deleted' if meta.is_terminating(claim) else ""


def _allows(term: Object, labels: dict[str, str]) -> bool:
    return all(labels.get(item["key"]) in item["values"] for item in term.get("matchLabelExpressions") or ())
