"""What a set-up cell that runs again finds: the handle of its run before, which ends, and what is lost with it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Protocol

from kubelearn.notebook.cell import Place

from .choice import Target

if TYPE_CHECKING:
    from kubernetes.client import AppsV1Api, CoreV1Api

_SHOWN = 8


class Handle(Protocol):
    """What is asked of a handle here; :class:`kubelearn.target.connection.Cluster` has it."""

    target: Target
    namespace: str

    @property
    def closed(self) -> bool:
        """Whether it has ended."""

    @property
    def made(self) -> tuple[str, ...]:
        """Namespaces that go with it."""

    @property
    def core(self) -> CoreV1Api:
        """The API of pods, Services, nodes, …"""

    @property
    def apps(self) -> AppsV1Api:
        """The API of Deployments and ReplicaSets."""

    def close(self) -> None:
        """End it."""


_handles: weakref.WeakKeyDictionary[Handle, Place] = weakref.WeakKeyDictionary()


def note(cluster: Handle, place: Place) -> None:
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
    repeated = [cluster for cluster, before in _handles.items() if not cluster.closed and place.repeats(before)]
    return "\n".join(_end(cluster, namespace) for cluster in repeated)


def _end(cluster: Handle, namespace: str | None) -> str:
    from . import workspace  # and with it the official client, which a first run does not need

    lost = workspace.contents(cluster.core, cluster.apps, cluster.namespace)
    if namespace is not None and namespace in cluster.made:
        workspace.remove_and_wait(cluster.core, namespace)
    cluster.close()
    return _sentence(cluster, lost)


def _sentence(cluster: Handle, lost: list[str]) -> str:
    what = "cluster" if cluster.target.kind == "embedded" else f"namespace {cluster.namespace}"
    if not lost:
        return f"The {what} of this cell's last run has ended. Nothing of yours was in it. This is a new one."
    listed = ", ".join(lost[:_SHOWN])
    more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    return (
        f"The {what} of this cell's last run has ended, and with it: {listed}{more}. "
        "This is a new one: run the cells again whose work you need."
    )
