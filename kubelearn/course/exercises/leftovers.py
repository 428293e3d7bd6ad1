"""Whether pods are left of what a learner has deleted."""

from __future__ import annotations

from collections.abc import Collection

from kubelearn.target.connection import Cluster

from .core import NotYet
from .probe import Found


def no_orphans(cluster: Cluster, deployments: Collection[str], whose: str) -> None:
    """Raise if a pod of Deployments that are gone still runs in the notebook's namespace.

    Args:
        cluster: the handle.
        deployments: their names, which were their pods' labels ``app`` as well.
        whose: what they belonged to, such as ``the lab's``.

    Raises:
        NotYet: there is one; says which.
    """
    listing: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace).items
    begins = tuple(f"{name}-" for name in deployments)
    for pod in listing:
        name, app = str(pod.metadata.name), (pod.metadata.labels or {}).get("app")
        if pod.metadata.deletion_timestamp or not (app in deployments or name.startswith(begins)):
            continue
        if app not in deployments:
            raise NotYet(f"the pod `{name}` still runs, with the label `app={app}`: it was one of {whose}")
        raise NotYet(f"the Deployments are gone, but their pods are not: `{name}`")
