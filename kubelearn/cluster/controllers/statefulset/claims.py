"""Claims of volumes that a StatefulSet makes of its templates, one for each pod.

K/pkg/controller/statefulset/stateful_set_utils.go, updateStorage and updateClaimOwnerRefForSetAndPod.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

CLAIMS = "persistentvolumeclaims"


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


def owners(owner: Object, pod: Object, *, is_condemned: bool) -> list[Object]:
    """Return whose end takes a pod's claims along, by persistentVolumeClaimRetentionPolicy."""
    policy = owner["spec"]["persistentVolumeClaimRetentionPolicy"]
    if is_condemned and policy["whenScaled"] == "Delete":
        return [meta.controller_reference(pod)]
    return [meta.controller_reference(owner)] if policy["whenDeleted"] == "Delete" else []


def with_owners(claim: Object, owner: Object, pod: Object, wanted: list[Object]) -> list[Object] | None:
    """Return a claim's owner references with those of its set and pod as wanted; None when they are so already."""
    found: list[Object] = claim["metadata"].get("ownerReferences") or []
    ours = {owner["metadata"]["uid"], pod["metadata"]["uid"]}
    changed = [*(reference for reference in found if reference["uid"] not in ours), *wanted]
    return None if changed == found else changed
