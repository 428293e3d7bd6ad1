"""The pods of StatefulSets: names, and what they are up to (K/pkg/controller/statefulset/stateful_set_utils.go)."""

from __future__ import annotations

import re

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.pods import from_template, is_available
from kubelearn.cluster.controllers.framework.revisions import HASH
from kubelearn.cluster.meta import Object

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
_split = re.compile("(.*)-([0-9]+)").fullmatch


def first_ordinal(owner: Object) -> int:
    """Return the ordinal of a StatefulSet's first pod."""
    start: int = (owner["spec"].get("ordinals") or {}).get("start", 0)
    return start


def ordinals(owner: Object) -> range:
    """Return the ordinals of the pods that a StatefulSet is to have."""
    first = first_ordinal(owner)
    return range(first, first + owner["spec"]["replicas"])


def ordinal_of(owner: Object, pod: Object) -> int | None:
    """Return a pod's ordinal, None when its name is not one of the set's pods' (isMemberOf)."""
    found = _split(meta.name_of(pod))
    if found is None or found[1] != meta.name_of(owner):
        return None
    return int(found[2])


def revision_of(pod: Object) -> str:
    """Return the name of the revision that a pod was made of."""
    return meta.labels_of(pod).get(HASH, "")


def make(owner: Object, template: Object, revision: str, ordinal: int) -> Object:
    """Return the pod with an ordinal, as a revision has it (newVersionedStatefulSetPod)."""
    name = f"{meta.name_of(owner)}-{ordinal}"
    pod = from_template(template, owner, meta.name_of(owner))
    pod["metadata"]["name"] = name
    labels = pod["metadata"].setdefault("labels", {})
    labels |= identity(name, ordinal)
    labels[HASH] = revision
    pod["spec"]["hostname"] = name
    if owner["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = owner["spec"]["serviceName"]
    return pod


def identity(name: str, ordinal: int) -> dict[str, str]:
    """Return the labels by which each pod is known."""
    return {POD_NAME: name, POD_INDEX: str(ordinal)}


def is_stored(pod: Object) -> bool:
    """Return whether a pod exists, and is not only planned (isCreated)."""
    return meta.phase_of(pod) != ""


def is_up(pod: Object) -> bool:
    """Return whether a pod runs and is ready (isRunningAndReady)."""
    return meta.phase_of(pod) == "Running" and meta.is_ready(pod)


def is_serving(pod: Object, owner: Object) -> bool:
    """Return whether a pod runs and has been ready for long enough (isRunningAndAvailable)."""
    return meta.phase_of(pod) == "Running" and is_available(pod, owner["spec"].get("minReadySeconds", 0))


def is_unavailable(pod: Object, owner: Object) -> bool:
    """Return whether others have to wait for a pod (isUnavailable)."""
    return not is_serving(pod, owner) or meta.is_terminating(pod)
