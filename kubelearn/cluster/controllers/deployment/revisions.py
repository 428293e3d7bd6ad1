"""Revisions of Deployments: which ReplicaSet is the new one, numbers and annotations.

K/pkg/controller/deployment/{sync.go,util}.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from .numbers import DESIRED, MAXIMUM, max_surge, wanted

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
HASH = "pod-template-hash"
_HISTORY_LIMIT = 2000
#: Annotations of a Deployment that its ReplicaSets do not get.
_NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        HISTORY,
        DESIRED,
        MAXIMUM,
        "deprecated.deployment.rollback.to",
    }
)


def revision(obj: Object) -> int:
    """Return the revision that an object's annotation gives; 0 without one."""
    return meta.annotated_number(obj, REVISION) or 0


def is_same_template(one: Object, other: Object) -> bool:
    """Return whether two pod templates are equal but for the hash label (EqualIgnoreHash)."""
    return one == other or _hashless(one) == _hashless(other)


def _hashless(template: Object) -> Object:
    metadata = dict(template.get("metadata") or {})
    labels = {key: value for key, value in (metadata.pop("labels", None) or {}).items() if key != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}


def find_new(deployment: Object, sets: Iterable[Object]) -> Object | None:
    """Return the oldest ReplicaSet with the Deployment's template (FindNewReplicaSet)."""
    template = deployment["spec"]["template"]
    return next(
        (item for item in sorted(sets, key=meta.by_age) if is_same_template(item["spec"]["template"], template)), None
    )


def annotate(new: Object, deployment: Object, number: int, *, exists: bool) -> None:
    """Give a ReplicaSet its Deployment's annotations and a revision number, in place (SetNewReplicaSetAnnotations)."""
    annotations: dict[str, str] = new["metadata"].setdefault("annotations", {})
    wanted = meta.annotations_of(deployment)
    annotations.update({key: value for key, value in wanted.items() if key not in _NOT_COPIED})
    before = annotations.get(REVISION)
    if revision(new) < number:
        annotations[REVISION] = str(number)
        if before is not None:
            # A rollback: the numbers that this ReplicaSet had before are kept.
            annotations[HISTORY] = _history(annotations.get(HISTORY, ""), before)
    if not exists:
        annotate_replicas(new, deployment)


def _history(history: str, number: str) -> str:
    numbers = [*(history.split(",") if history else ()), number]
    while len(numbers) > 1 and len(",".join(numbers)) > _HISTORY_LIMIT:
        numbers.pop(0)
    return ",".join(numbers)


def annotate_replicas(item: Object, deployment: Object) -> None:
    """Note what the Deployment wants on a ReplicaSet, in place (SetReplicasAnnotations)."""
    annotations = item["metadata"].setdefault("annotations", {})
    annotations[DESIRED] = str(wanted(deployment))
    annotations[MAXIMUM] = str(wanted(deployment) + max_surge(deployment))


def make(deployment: Object, template_hash: str) -> Object:
    """Return the ReplicaSet for a Deployment's template, with no replicas yet."""
    template = meta.thaw(deployment["spec"]["template"])
    template.setdefault("metadata", {}).setdefault("labels", {})[HASH] = template_hash
    selector = meta.thaw(deployment["spec"]["selector"])
    selector.setdefault("matchLabels", {})[HASH] = template_hash
    spec: Object = {"replicas": 0, "selector": selector, "template": template}
    if deployment["spec"].get("minReadySeconds"):
        spec["minReadySeconds"] = deployment["spec"]["minReadySeconds"]
    return {
        "metadata": {
            "name": f"{meta.name_of(deployment)}-{template_hash}",
            "labels": dict(template["metadata"]["labels"]),
            "ownerReferences": [meta.controller_reference(deployment)],
        },
        "spec": spec,
    }
