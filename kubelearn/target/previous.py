"""What a set-up cell that runs again finds: the handle of its run before, which ends, and what is lost with it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from kubelearn.notebook.cell import Place

if TYPE_CHECKING:
    from .connection import Cluster

_handles: weakref.WeakKeyDictionary[Cluster, Place] = weakref.WeakKeyDictionary()
#: Seconds that a cluster has to tell what is in it.
_LIMIT = (2.0, 5.0)
#: What a namespace has without anybody's doing.
_BUILT_IN = {("service", "kubernetes")}
_SHOWN = 8


def note(cluster: Cluster, place: Place) -> None:
    """Remember which cell opened a handle."""
    _handles[cluster] = place


def end(place: Place, namespace: str | None = None) -> str:
    """Close the handles that an earlier run of the same cell opened.

    IPython keeps what a cell showed, so without this they would stay open beside the new one.

    Args:
        place: the cell that runs now.
        namespace: the namespace that the next handle is to make; it is waited for until it is gone.

    Returns:
        What has ended, as a sentence; empty if there was nothing.

    Raises:
        TimeoutError: the namespace does not end.
    """
    sentences = []
    for cluster, before in list(_handles.items()):
        if cluster.closed or not place.repeats(before):
            continue
        lost = _contents(cluster)
        if namespace is not None and namespace in cluster.made:
            from . import workspace  # and with it the official client

            workspace.remove_and_wait(cluster.core, namespace)
        cluster.close()
        sentences.append(_sentence(cluster, lost))
    return "\n".join(sentences)


def _sentence(cluster: Cluster, lost: list[str]) -> str:
    what = "cluster" if cluster.target.kind == "embedded" else f"namespace {cluster.namespace}"
    if not lost:
        return f"The {what} of this cell's last run has ended. Nothing of yours was in it. This is a new one."
    listed = ", ".join(lost[:_SHOWN])
    more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    return (
        f"The {what} of this cell's last run has ended, and with it: {listed}{more}. "
        "This is a new one: run the cells again whose work you need."
    )


def _contents(cluster: Cluster) -> list[str]:
    """Return what was made in the lesson's namespace, as ``kind/name``; nothing if the cluster does not say."""
    from kubernetes.client import ApiException
    from urllib3.exceptions import HTTPError

    namespace = cluster.namespace
    lists = {
        "deployment": cluster.apps.list_namespaced_deployment,
        "service": cluster.core.list_namespaced_service,
        "pod": cluster.core.list_namespaced_pod,
    }
    found = []
    try:
        for kind, read in lists.items():
            listed: Any = read(namespace, _request_timeout=_LIMIT)
            found += [(kind, item.metadata.name) for item in listed.items if not item.metadata.owner_references]
    except (ApiException, HTTPError):
        return []  # it has ended already, and there is nobody to ask
    return [f"{kind}/{name}" for kind, name in found if (kind, name) not in _BUILT_IN]
