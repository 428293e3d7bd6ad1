"""Who manages which fields: ``metadata.managedFields``, kept up on every write.

The rules are those of k8s.io/apimachinery/pkg/util/managedfields/internal: a field that
a write changes belongs to that write's manager from then on; one manager has one entry
per operation, API version and subresource.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from . import shapes
from .comparison import KeylessItemError, compare
from .field_sets import EMPTY, Tree, difference, is_set, union

Entry = dict[str, Any]

#: More entries for updates than this are joined into one (DefaultMaxUpdateManagers).
MAX_UPDATE_MANAGERS = 10
_OLD_UPDATES = "ancient-changes"
#: Subresources that write past the field manager, as the scheduler's binding does.
_UNTRACKED = frozenset({"binding"})
_STATUS, _SPEC, _NOTHING = frozenset({"status"}), frozenset({"spec"}), frozenset[str]()


def record(
    new: Object,
    old: Object | None,
    manager: str,
    operation: str = "Update",
    api_version: str = "v1",
    kind: str = "",
    subresource: str = "",
) -> None:
    """Update ``metadata.managedFields`` of an object that is about to be written, in place.

    Call it after defaulting and before admission and allocation: what the server itself
    adds belongs to nobody, as the real one has it for clusterIP.

    Args:
        new: the object as the client wants it.
        old: the stored object, None for a creation.
        manager: field manager, ``kubectl-create``.
        operation: ``Update``; for ``Apply`` see :func:`kubelearn.cluster.apiserver.managedfields.apply.apply`.
        api_version: the version in which the client wrote.
        kind: the Kind, by default the object's.
        subresource: ``status``, ``scale``, …
    """
    metadata = new["metadata"]
    entries = _current(metadata.pop("managedFields", None), old, subresource)
    if subresource not in _UNTRACKED and (entries or old is None):
        shape = shapes.of_kind(api_version, kind or new["kind"])
        try:
            changed, removed = compare(old or {}, new, shape, ignored(subresource))
        except KeylessItemError:
            changed = removed = EMPTY  # as upstream's UpdateNoErrors: the write counts, who did it is not recorded
        if changed or removed:
            identity = {"manager": manager or "unknown", "operation": operation, "apiVersion": api_version}
            entries = capped(moved(entries, identity, subresource, changed, removed))
    if entries:
        metadata["managedFields"] = entries


def ignored(subresource: str) -> frozenset[str]:
    """Return the fields of the root that a write cannot change (the strategies' GetResetFields)."""
    if not subresource:
        return _STATUS
    return _SPEC if subresource == "status" else _NOTHING


def _current(given: Any, old: Object | None, subresource: str) -> list[Entry]:
    """Return the entries to start from: those the client gives, or else the stored ones."""
    stored: list[Entry] = [] if old is None else old["metadata"].get("managedFields") or []
    if given is None or subresource or given == stored:
        return stored
    if given == [] or given == [{}]:
        return []  # a client's way to reset them
    return given if _is_valid(given) else stored


def _is_valid(entries: Any) -> bool:
    return isinstance(entries, list) and all(
        isinstance(entry, dict)
        and is_set(entry.get("fieldsV1"))
        and isinstance(entry.get("manager"), str)
        and isinstance(entry.get("apiVersion"), str)
        and entry.get("operation") in ("Apply", "Update")
        for entry in entries
    )


def is_entry_of(entry: Entry, identity: Entry, subresource: str) -> bool:
    """Return whether an entry belongs to a manager; appliers keep theirs across API versions."""
    operation = identity["operation"]
    if (entry["manager"], entry["operation"], entry.get("subresource", "")) != (
        identity["manager"],
        operation,
        subresource,
    ):
        return False
    return operation == "Apply" or bool(entry["apiVersion"] == identity["apiVersion"])


def new_entry(identity: Entry, subresource: str, fields: Tree, time: str | None) -> Entry:
    """Return an entry, keys in the order in which Go writes them."""
    entry = {**identity}
    if time:
        entry["time"] = time
    entry["fieldsType"] = "FieldsV1"
    entry["fieldsV1"] = fields
    if subresource:
        entry["subresource"] = subresource
    return entry


def moved(entries: list[Entry], identity: Entry, subresource: str, changed: Tree, removed: Tree) -> list[Entry]:
    """Return entries in which the changed fields belong to one manager, and the removed ones to nobody."""
    result: list[Entry] = []
    mine: Tree = EMPTY
    for entry in entries:
        if is_entry_of(entry, identity, subresource):
            mine = difference(entry["fieldsV1"], removed)
            if changed:
                continue
            fields = mine
        else:
            fields = difference(difference(entry["fieldsV1"], changed), removed)
        if fields:
            result.append(entry if fields is entry["fieldsV1"] else {**entry, "fieldsV1": fields})
    if changed:
        result.append(new_entry(identity, subresource, union(mine, changed), meta.timestamp()))
    result.sort(key=order)
    return result


def order(entry: Entry) -> tuple[str, str, str, str, str]:
    """Sort key of the entries (sortEncodedManagedFields)."""
    return (
        entry["operation"],
        entry.get("time", ""),
        entry["manager"],
        entry["apiVersion"],
        entry.get("subresource", ""),
    )


def capped(entries: list[Entry]) -> list[Entry]:
    """Join the oldest entries for updates when there are too many (capmanagers.go)."""
    updates = [entry for entry in entries if entry["operation"] == "Update"]
    excess = len(updates) - MAX_UPDATE_MANAGERS
    if excess <= 0:
        return entries
    first: dict[str, Entry] = {}
    buckets: dict[str, Entry] = {}
    gone: list[Entry] = []
    for entry in updates:
        if excess <= 0:
            break
        version = entry["apiVersion"]
        if version not in first:
            first[version] = entry
            continue
        if version not in buckets:
            gone.append(first[version])
            buckets[version] = first[version]
        gone.append(entry)
        identity = {"manager": _OLD_UPDATES, "operation": "Update", "apiVersion": version}
        buckets[version] = new_entry(
            identity, "", union(buckets[version]["fieldsV1"], entry["fieldsV1"]), entry.get("time")
        )
        excess -= 1
    kept = [entry for entry in entries if not any(entry is other for other in gone)]
    return sorted([*kept, *buckets.values()], key=order)
