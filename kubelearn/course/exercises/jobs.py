"""A pod that runs once: made as such, or by a Job of the same name, and what its containers wrote."""

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


def log_of(cluster: Cluster, found: Found, *, timestamps: bool = False) -> str:
    """Return what the containers of a pod have written, one after the other."""
    logs: list[str] = [
        cluster.core.read_namespaced_pod_log(
            found.metadata.name, found.metadata.namespace, container=container.name, timestamps=timestamps
        )
        for container in found.spec.containers
    ]
    return "\n".join(log.strip() for log in logs if log.strip())
