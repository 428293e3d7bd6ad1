"""Replacing a DaemonSet's pods when its template has changed (K/pkg/controller/daemon/update.go, rollingUpdate)."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.numbers import scaled
from kubelearn.cluster.controllers.framework.pods import is_available
from kubelearn.cluster.meta import Object

from .placement import ByNode, is_current, should_run


@dataclass
class Changes:
    """What is to be done: pods to delete, and nodes that are to have one more."""

    delete: list[Object] = field(default_factory=list)
    create: list[str] = field(default_factory=list)


def limits(owner: Object, wanted: int) -> tuple[int, int]:
    """Return (surge, unavailable) for a number of nodes, never both zero."""
    rolling = owner["spec"]["updateStrategy"].get("rollingUpdate") or {}
    surge = scaled(rolling.get("maxSurge", 0), wanted, round_up=True)
    unavailable = scaled(rolling.get("maxUnavailable", 1), wanted, round_up=True)
    return surge, unavailable if surge or unavailable or not wanted else 1


def rolling_update(owner: Object, nodes: list[Object], pods: ByNode, revision: str) -> Changes:
    """Return the next changes of a rolling update."""
    wanted = [meta.name_of(node) for node in nodes if should_run(owner, node)[0]]
    surge, unavailable = limits(owner, len(wanted))
    places = {**{name: [] for name in wanted}, **pods}
    staying = {name: [pod for pod in items if not meta.is_terminating(pod)] for name, items in places.items()}
    found = [(name, *by_template(owner, items, revision)) for name, items in staying.items()]
    return _surging(owner, found, surge) if surge else _in_place(owner, found, unavailable)


_Place = tuple[str, list[Object], list[Object]]


def by_template(owner: Object, pods: list[Object], revision: str) -> tuple[list[Object], list[Object]]:
    """Return those of some pods that are of the present template, and those that are not."""
    new = [pod for pod in pods if is_current(owner, pod, revision)]
    return new, [pod for pod in pods if pod not in new]


def _is_up(owner: Object, pod: Object) -> bool:
    return is_available(pod, owner["spec"].get("minReadySeconds", 0))


def _in_place(owner: Object, places: list[_Place], limit: int) -> Changes:
    """Delete old pods first: those that do not serve anyhow, and as many others as may be missing."""
    missing = 0
    useless: list[Object] = []
    candidates: list[Object] = []
    for _, new, old in places:
        if (len(new), len(old)) == (0, 1):
            up = _is_up(owner, old[0])
            missing += not up
            (candidates if up else useless).append(old[0])
        else:
            missing += (len(new), len(old)) != (1, 0) or not _is_up(owner, new[0])
    return Changes(delete=useless + candidates[: max(0, limit - missing)])


def _surging(owner: Object, places: list[_Place], limit: int) -> Changes:
    """Create new pods first, and delete the old one of a node when its new one serves."""
    changes, extra = Changes(), 0
    candidates: list[str] = []
    for name, new, old in places:
        if len(new) > 1 or len(old) > 1:
            extra += 1
        elif old and not new:
            (candidates if _is_up(owner, old[0]) else changes.create).append(name)
        elif old and _is_up(owner, new[0]):
            changes.delete.append(old[0])
        elif old:
            extra += 1
    changes.create += candidates[: max(0, limit - extra)]
    return changes
