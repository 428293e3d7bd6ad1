"""A pod for the time of a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster


@contextmanager
def temporary_pod(
    cluster: Cluster, spec: Mapping[str, Any], namespace: str = "", labels: Mapping[str, str] | None = None
) -> Iterator[Any]:
    """Make a pod, and remove it at the end, whatever happens.

    Args:
        cluster: the handle.
        spec: the pod's, as the API has it.
        namespace: where it is made, the notebook's by default.
        labels: none by default: no Service finds it, and no ReplicaSet takes it.

    Yields:
        The pod as it was made; it may not run yet.
    """
    where = namespace or cluster.namespace
    body: Any = {"metadata": {"generateName": "kubelearn-check-", "labels": labels or {}}, "spec": spec}
    made: Any = cluster.core.create_namespaced_pod(where, body)
    try:
        yield made
    finally:
        try:
            cluster.core.delete_namespaced_pod(made.metadata.name, where, grace_period_seconds=0)
        except ApiException as error:
            if error.status != 404:  # the learner may have deleted all pods
                raise
