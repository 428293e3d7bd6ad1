"""A copy of a Deployment's pod, for the time of a check: to try on it what the Deployment itself should be spared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kubelearn.target.connection import Cluster

from .probe import deployment
from .temporary import temporary_pod


def pod_spec(cluster: Cluster, name: str) -> dict[str, Any]:
    """Return what the pods of a Deployment are made from, as the API has it."""
    api: Any = cluster.core.api_client
    return dict(api.sanitize_for_serialization(deployment(cluster, name).spec.template)["spec"])


@contextmanager
def copy_of_pod(cluster: Cluster, name: str, changes: Mapping[str, Any]) -> Iterator[str]:
    """Start a copy of a Deployment's pod, without its labels: no Service finds it, and no ReplicaSet takes it.

    Args:
        cluster: the handle.
        name: of the Deployment.
        changes: fields of the pod's ``spec`` that are others in the copy.

    Yields:
        The name of the copy, which may not run yet.
    """
    spec = {**pod_spec(cluster, name), **changes}
    with temporary_pod(cluster, spec) as made:
        yield str(made.metadata.name)
