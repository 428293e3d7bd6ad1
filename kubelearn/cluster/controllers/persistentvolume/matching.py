"""Which volume a claim gets, and what both say of each other (K/pkg/controller/volume/persistentvolume/index.go)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.storage import storageclass
from kubelearn.cluster.apiserver.kinds.storage.claim import name_for
from kubelearn.cluster.apiserver.kinds.storage.validation import size_of
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.controllers.framework.nodes import matches
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects
from kubelearn.semantics.labels import selects

BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER: Final = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
#: Annotations of a claim that say who is to make its volume: today's, and that of before.
PROVISIONERS: Final = ("volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner")
NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"


def annotation(obj: Object, key: str) -> str:
    """Return an annotation, empty for none."""
    return meta.annotations_of(obj).get(key, "")


def capacity(volume: Object) -> Fraction:
    """Return a volume's size in bytes."""
    return value_of((volume["spec"].get("capacity") or {}).get("storage", "0"))


def claims_of(pod: Object) -> Iterator[tuple[str, bool]]:
    """Yield the names of a pod's claims, and whether the claim is made for the pod."""
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            yield volume["persistentVolumeClaim"]["claimName"], False
        elif volume.get("ephemeral"):
            yield name_for(pod, volume), True


def by_claim(pod: Object) -> Iterable[str]:
    """Index function: the claims of a pod, with its namespace."""
    return [f"{meta.namespace_of(pod)}/{name}" for name, _ in claims_of(pod)] if pod["spec"].get("volumes") else ()


def class_of(registry: StoredObjects, obj: Object) -> Object | None:
    """Return the class of a claim or a volume, None if there is none."""
    name = storageclass.name_of(obj)
    return registry.find(storageclass.CLASSES, "", name) if name else None


def waits_for_consumer(registry: StoredObjects, claim: Object) -> bool:
    """Return whether a claim's class has it bound when a pod needs it (IsDelayBindingMode)."""
    found = class_of(registry, claim)
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def is_bound(claim: Object) -> bool:
    """Return whether a claim has its volume, and both know it (isPVCBound)."""
    return bool(claim["spec"].get("volumeName")) and bool(annotation(claim, BIND_COMPLETED))


def refers_to(volume: Object, claim: Object) -> bool:
    """Return whether a volume is, or is to be, a claim's (IsVolumeBoundToClaim)."""
    known = volume["spec"].get("claimRef") or {}
    is_named = (known.get("namespace"), known.get("name")) == (meta.namespace_of(claim), meta.name_of(claim))
    return is_named and known.get("uid", "") in ("", claim["metadata"]["uid"])


def reference(claim: Object) -> Object:
    """Return what a volume says of its claim."""
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": meta.namespace_of(claim),
        "name": meta.name_of(claim),
        "uid": claim["metadata"]["uid"],
        "apiVersion": "v1",
        "resourceVersion": claim["metadata"]["resourceVersion"],
    }


def claim_volume(registry: Registry, volume: Object, claim: Object, manager: str) -> Object:
    """Have a volume name its claim; return it as it is then (GetBindVolumeToClaim)."""
    known = volume["spec"].get("claimRef") or {}
    if known.get("uid") == claim["metadata"]["uid"]:
        return volume

    def change(item: Object) -> None:
        if not known:
            item["metadata"].setdefault("annotations", {})[BOUND_BY_CONTROLLER] = "yes"
        item["spec"]["claimRef"] = reference(claim)

    return registry.modify(VOLUMES, "", meta.name_of(volume), change, manager=manager)


def reaches(volume: Object, node: Object) -> bool:
    """Return whether a volume can be used on a node (CheckNodeAffinity)."""
    needed = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return needed is None or any(matches(term, node) for term in needed.get("nodeSelectorTerms") or ())


def best(
    claim: Object,
    volumes: Iterable[Object],
    *,
    node: Object | None = None,
    taken: Collection[str] = (),
    delayed: bool = False,
) -> Object | None:
    """Return the volume that a claim gets: the one that was made for it, else the smallest that fits.

    Args:
        node: where it has to be reached; None where the scheduler has no say.
        taken: names of volumes that other claims get.
        delayed: take only a volume that was made for the claim.
    """
    wanted = claim["spec"].get("accessModes") or ()
    fitting = []
    for volume in volumes:
        if meta.name_of(volume) in taken or not _is_candidate(volume, claim, wanted):
            continue
        if refers_to(volume, claim):
            return volume if node is None or reaches(volume, node) else None
        if not delayed and _is_free(volume, claim) and (node is None or reaches(volume, node)):
            fitting.append(volume)
    # Those with the fewest ways to mount them come first, then the smallest.
    return min(fitting, key=lambda item: (len(item["spec"]["accessModes"]), capacity(item)), default=None)


def _is_candidate(volume: Object, claim: Object, wanted: Collection[str]) -> bool:
    spec = volume["spec"]
    return (
        not meta.is_terminating(volume)
        and spec.get("volumeMode") == claim["spec"].get("volumeMode")
        and capacity(volume) >= size_of(claim)
        and set(wanted) <= set(spec.get("accessModes") or ())
    )


def _is_free(volume: Object, claim: Object) -> bool:
    selector = claim["spec"].get("selector")
    return (
        not volume["spec"].get("claimRef")
        and storageclass.name_of(volume) == storageclass.name_of(claim)
        and (selector is None or selects(selector, meta.labels_of(volume)))
    )


def mismatch(volume: Object, claim: Object) -> str:
    """Return why a claim cannot have the volume that it names, empty if it can (checkVolumeSatisfyClaim)."""
    if meta.is_terminating(volume):
        return "the volume is marked for deletion"
    if capacity(volume) < size_of(claim):
        return "requested PV is too small"
    if storageclass.name_of(volume) != storageclass.name_of(claim):
        return "storageClassName does not match"
    if volume["spec"].get("volumeMode") != claim["spec"].get("volumeMode"):
        return "incompatible volumeMode"
    if not set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ()):
        return "incompatible accessMode"
    return ""
