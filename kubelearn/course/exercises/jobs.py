"""A pod that runs once: made as such, or by a Job of the same name."""

from __future__ import annotations

from kubelearn.target.connection import Cluster

from .core import NotAttempted
from .probe import Found, pod


def pod_or_job(cluster: Cluster, name: str, namespace: str = "") -> Found:
    """Return a pod, or the one that a Job of that name has made last.

    Raises:
        NotAttempted: there is neither.
    """
    try:
        return pod(cluster, name, namespace)
    except NotAttempted:
        where = namespace or cluster.namespace
        jobs: Found = cluster.core.list_namespaced_pod(where, label_selector=f"job-name={name}")
        if not jobs.items:
            raise
        return max(jobs.items, key=lambda found: found.metadata.creation_timestamp)
