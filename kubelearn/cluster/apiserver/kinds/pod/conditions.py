"""Conditions of pods that others than their kubelet set."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object


def disrupt(pod: Object, reason: str, message: str) -> None:
    """Say in the status of a pod, which may be changed, that it is about to be ended, and by whom."""
    seen = pod["metadata"].get("generation", 0)
    meta.set_condition(
        pod, "DisruptionTarget", "True", observedGeneration=seen, lastProbeTime=None, reason=reason, message=message
    )
