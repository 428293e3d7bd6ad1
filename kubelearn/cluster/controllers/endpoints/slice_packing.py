"""How endpoints are spread over EndpointSlices.

K/staging/src/k8s.io/endpointslice/reconciler.go, reconcileByPortMapping.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

#: Endpoints in one slice at most (``--max-endpoints-per-slice``).
SLICE_SIZE = 100
#: (address, node, pod's namespace, pod's name)
Identity = tuple[str, str, str, str]


@dataclass
class Changes:
    """What to do with the slices of one Service: whole slices as they should be."""

    create: list[Object] = field(default_factory=list)
    update: list[Object] = field(default_factory=list)
    delete: list[Object] = field(default_factory=list)

    def extend(self, other: Changes) -> None:
        """Add other changes to these."""
        self.create += other.create
        self.update += other.update
        self.delete += other.delete


def identity(endpoint: Object) -> Identity:
    """Return what makes two endpoints the same one, whatever its conditions (endpointHash)."""
    target = endpoint.get("targetRef") or {}
    return endpoint["addresses"][0], endpoint.get("nodeName", ""), target.get("namespace", ""), target.get("name", "")


def pack(
    existing: list[Object], desired: list[Object], labels: dict[str, str], new_slice: Callable[[], Object]
) -> Changes:
    """Return the changes that bring endpoints into slices of one port set.

    Endpoints stay where they are.  New ones go to slices that change anyway, the fullest first;
    then to the unchanged slice in which they all fit best; else to new slices.  Nothing is ever
    rebalanced.

    Args:
        existing: the slices that have this port set.
        desired: the endpoints.
        labels: the labels that each slice should have.
        new_slice: makes an empty slice.
    """
    missing = {identity(endpoint): endpoint for endpoint in desired}
    changes, unchanged = Changes(), []
    for item in existing:
        present = item.get("endpoints") or []
        kept = [missing.pop(key) for key in map(identity, present) if key in missing]
        if present and not kept:
            changes.delete.append(item)
        elif kept != present or meta.labels_of(item) != labels:
            changes.update.append(_changed(item, kept, labels))
        else:
            unchanged.append(item)
    rest = list(missing.values())
    for item in sorted(changes.update, key=_size, reverse=True):
        _fill(item, rest)
    _place(rest, unchanged, changes, labels, new_slice)
    return changes


def _place(
    rest: list[Object],
    unchanged: list[Object],
    changes: Changes,
    labels: dict[str, str],
    new_slice: Callable[[], Object],
) -> None:
    """Put what is left into the best-fitting unchanged slice, or new ones."""
    while rest:
        fitting = _best_fit(unchanged, len(rest)) if len(rest) < SLICE_SIZE else None
        if fitting is None:
            item = new_slice()
            changes.create.append(item)
        else:
            unchanged.remove(fitting)
            item = _changed(fitting, list(fitting.get("endpoints") or ()), labels)
            changes.update.append(item)
        _fill(item, rest)


def _best_fit(items: list[Object], count: int) -> Object | None:
    """Return the fullest slice that has room for all (getSliceToFill)."""
    fitting = [item for item in items if _size(item) + count <= SLICE_SIZE]
    return max(fitting, key=_size, default=None)


def _size(item: Object) -> int:
    return len(item.get("endpoints") or ())


def _fill(item: Object, rest: list[Object]) -> None:
    room = SLICE_SIZE - _size(item)
    item["endpoints"] = [*(item.get("endpoints") or ()), *rest[:room]]
    del rest[:room]


def _changed(item: Object, endpoints: list[Object], labels: dict[str, str]) -> Object:
    return {**item, "metadata": {**item["metadata"], "labels": labels}, "endpoints": endpoints}
