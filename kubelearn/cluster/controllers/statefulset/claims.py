"""Claims of volumes that a StatefulSet makes of its templates, one for each pod.

K/pkg/controller/statefulset/stateful_set_utils.go, updateStorage and updateClaimOwnerRefForSetAndPod.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object

from . import pods as members


class Claims:
    """Makes claims, and says whose end takes them along."""

    def __init__(self, registry: Registry, events: EventRecorder):
        self._registry = registry
        self._events = events

    def create(self, owner: Object, pod: Object) -> None:
        """Create the claims of a pod that do not exist yet.

        Raises:
            ApiError: one was refused.
        """
        namespace = meta.namespace_of(owner)
        for claim in of(owner, pod):
            name = meta.name_of(claim)
            if self._registry.find(CLAIMS, namespace, name) is None:
                self._registry.create(CLAIMS, namespace, claim, manager=Controller.manager)
                about = f"Claim {name} Pod {meta.name_of(pod)} in StatefulSet {meta.name_of(owner)}"
                self._events.event(owner, "Normal", "SuccessfulCreate", f"Create {about} success")

    def keep(self, owner: Object, pod: Object) -> None:
        """Give a pod's claims the owner that persistentVolumeClaimRetentionPolicy wants."""
        wanted = _owners(owner, pod)
        ours = {owner["metadata"]["uid"], pod["metadata"]["uid"]}

        def change(claim: Object) -> None:
            found = claim["metadata"].get("ownerReferences") or []
            others = [reference for reference in found if reference["uid"] not in ours]
            claim["metadata"]["ownerReferences"] = [*others, *wanted]

        namespace = meta.namespace_of(owner)
        for claim in of(owner, pod):
            if self._registry.find(CLAIMS, namespace, meta.name_of(claim)) is not None:
                self._registry.modify(CLAIMS, namespace, meta.name_of(claim), change, manager=Controller.manager)


def of(owner: Object, pod: Object) -> list[Object]:
    """Return the claims of one pod, by its name."""
    return [_claim(owner, template, meta.name_of(pod)) for template in owner["spec"].get("volumeClaimTemplates") or ()]


def _claim(owner: Object, template: Object, pod_name: str) -> Object:
    claim: Object = meta.thaw(template)
    claim.pop("status", None)
    described = claim["metadata"]
    described["name"] = f"{meta.name_of(template)}-{pod_name}"
    labels = {**meta.labels_of(template), **(owner["spec"]["selector"].get("matchLabels") or {})}
    if labels:
        described["labels"] = labels
    return claim


def mount(owner: Object, pod: Object) -> None:
    """Give a pod the volumes of its claims, in the place of others with their names."""
    found = [
        {"name": meta.name_of(template), "persistentVolumeClaim": {"claimName": meta.name_of(claim)}}
        for template, claim in zip(owner["spec"].get("volumeClaimTemplates") or (), of(owner, pod), strict=True)
    ]
    if found:
        taken = {volume["name"] for volume in found}
        others = [volume for volume in pod["spec"].get("volumes") or () if volume["name"] not in taken]
        pod["spec"]["volumes"] = [*found, *others]


def _owners(owner: Object, pod: Object) -> list[Object]:
    """Return whose end takes a pod's claims along: the pod's if it is too much, the set's, or nobody's."""
    policy = owner["spec"]["persistentVolumeClaimRetentionPolicy"]
    is_condemned = members.ordinal_of(owner, pod) not in members.ordinals(owner)
    if is_condemned and policy["whenScaled"] == "Delete":
        return [meta.controller_reference(pod)]
    return [meta.controller_reference(owner)] if policy["whenDeleted"] == "Delete" else []
