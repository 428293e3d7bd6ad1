"""What a Deployment's ReplicaSets are called and numbered (K/pkg/controller/deployment/util)."""

from __future__ import annotations

from typing import Any

import orjson

from .. import meta
from ..meta import Object

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED, MOST = "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas"
HASH = "pod-template-hash"
#: Annotations of a Deployment that its ReplicaSets do not get.
_NOT_COPIED = {"kubectl.kubernetes.io/last-applied-configuration", REVISION, HISTORY, DESIRED, MOST, "deprecated.deployment.rollback.to"}
_ALPHABET = "456789bcdf"


def template_hash(template: Object, collisions: int = 0) -> str:
    """Return a short name for a template: FNV-32a, its digits written without vowels.

    Real clusters hash Go's print of the template, so their value differs; its form does not.
    """
    value = 2166136261
    for byte in orjson.dumps([template, collisions] if collisions else template, option=orjson.OPT_SORT_KEYS):
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return "".join(_ALPHABET[int(digit)] for digit in str(value))


def without_hash(template: Object) -> Object:
    """Return a ReplicaSet's template as its Deployment has it."""
    labels = {key: value for key, value in (template["metadata"].get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {**template["metadata"], "labels": labels}}


def revision(obj: Object) -> int:
    text = (obj["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def annotate(replicaset: Object, deployment: Object, number: int, most: int, *, fresh: bool) -> None:
    """Give a ReplicaSet the Deployment's annotations, its revision and what it may grow to, in place."""
    annotations = replicaset["metadata"].setdefault("annotations", {})
    for key, value in (deployment["metadata"].get("annotations") or {}).items():
        if key not in _NOT_COPIED:
            annotations[key] = value
    old = annotations.get(REVISION)
    if old is None or int(old) < number:
        annotations[REVISION] = str(number)
        if old is not None and not fresh:
            history = annotations.get(HISTORY)
            annotations[HISTORY] = f"{history},{old}" if history else old
    annotations[DESIRED], annotations[MOST] = str(deployment["spec"]["replicas"]), str(most)


def resolve(value: Any, replicas: int, *, up: bool) -> int:
    """Return what a number or a percentage of the replicas is; surges round up, the rest down."""
    if isinstance(value, int):
        return value
    percent = int(value.rstrip("%"))
    return -(-replicas * percent // 100) if up else replicas * percent // 100


def limits(deployment: Object) -> tuple[int, int]:
    """Return (maxSurge, maxUnavailable) as numbers of pods."""
    spec = deployment["spec"]
    if spec["strategy"]["type"] != "RollingUpdate":
        return 0, 0
    rolling, replicas = spec["strategy"]["rollingUpdate"], spec["replicas"]
    surge, unavailable = resolve(rolling["maxSurge"], replicas, up=True), resolve(rolling["maxUnavailable"], replicas, up=False)
    return surge, 1 if surge == 0 and unavailable == 0 else min(unavailable, replicas) if replicas else unavailable


def by_age(replicasets: list[Object]) -> list[Object]:
    return sorted(replicasets, key=lambda rs: (rs["metadata"]["creationTimestamp"], revision(rs), meta.name_of(rs)))
