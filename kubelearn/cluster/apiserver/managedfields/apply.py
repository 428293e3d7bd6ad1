"""Server-side apply: an object as far as its manager cares, merged into the stored one.

The algorithm is that of sigs.k8s.io/structured-merge-diff/merge/update.go (Apply, prune),
with the layers around it of k8s.io/apimachinery/pkg/util/managedfields/internal: who
already managed the object, conflicts in words, the annotation of client-side apply.
"""

from __future__ import annotations

from typing import Any

import orjson

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.resources import BY_KIND
from kubelearn.cluster.meta import Object

from . import shapes
from .comparison import STRIPPED, STRIPPED_METADATA, KeylessItemError, compare
from .field_sets import EMPTY, LEAF, Tree, contains, difference, intersection, members, show, union
from .managed_fields import Entry, ignored, is_entry_of, new_entry, order, record
from .shapes import Shape
from .typed import ensure_named_fields, field_set, merge, problems, remove_items

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
#: The manager whose applies take over from client-side apply.
_KUBECTL = "kubectl"
_BEFORE_FIRST_APPLY = "before-first-apply"

_STRIPPED: Tree = {
    **{f"f:{name}": LEAF for name in STRIPPED},
    "f:metadata": {".": LEAF, **{f"f:{name}": LEAF for name in STRIPPED_METADATA}},
}

#: One field that another manager has with another value: (its entry, the path).
Conflict = tuple[Entry, tuple[str, ...]]


def apply(
    live: Object | None, applied: Object, manager: str, force: bool, api_version: str, kind: str, subresource: str = ""
) -> Object:
    """Return the object that an apply results in, ``metadata.managedFields`` included.

    Args:
        live: the stored object, None when there is none.
        applied: what the manager applies, as it was sent.
        manager: field manager.
        force: take fields from other managers instead of failing.
        api_version: version of the request.
        kind: the Kind.
        subresource: ``status``, …

    Returns:
        A new object, not yet defaulted; equal to ``live`` when nothing changes.

    Raises:
        ApiError: 409 when other managers have applied fields with other values, 400 for an
            applied object that does not have the kind's form.
    """
    shape = shapes.of_kind(api_version, kind)
    _check(applied, shape, api_version, kind)
    try:
        return _apply(live, applied, manager, force, api_version, kind, subresource)
    except KeylessItemError as error:
        raise errors.unexplained(
            f"failed to create typed live object ({_identity(live or applied, api_version, kind)}): {error}"
        ) from None


def _apply(
    live: Object | None, applied: Object, manager: str, force: bool, api_version: str, kind: str, subresource: str
) -> Object:
    shape = shapes.of_kind(api_version, kind)
    stored = live or {"apiVersion": api_version, "kind": kind, "metadata": {}}
    entries: list[Entry] = stored["metadata"].get("managedFields") or []
    if live is not None and not entries:
        entries = _before_first_apply(live, api_version, kind)
    identity = {"manager": manager, "operation": "Apply", "apiVersion": api_version}
    mine = next((entry for entry in entries if is_entry_of(entry, identity, subresource)), None)
    others = [entry for entry in entries if entry is not mine]
    fields = _without_ignored(difference(field_set(applied, shape), _STRIPPED), subresource)
    merged: Object = merge(stored, applied, shape)
    if mine is not None:
        merged = _prune(merged, fields, mine["fieldsV1"], others, shape)
    changed, removed = compare(stored, merged, shape, ignored(subresource))
    conflicts = _conflicts(others, changed)
    if conflicts and not force:
        _check_conflicts(conflicts, live, manager, shape, api_version)
    kept = _lost(others, changed, removed)
    # As in the real server, an apply that changes nothing leaves the time alone.
    unchanged = live is not None and merged == live
    time = (mine or {}).get("time") if unchanged else meta.timestamp()
    if fields:
        kept.append(new_entry(identity, subresource, fields, time))
    return _finished(merged, sorted(kept, key=order), applied, manager)


def _finished(merged: Object, entries: list[Entry], applied: Object, manager: str) -> Object:
    result: Object = meta.thaw({key: value for key, value in merged.items() if value is not None})
    metadata = result.setdefault("metadata", {})
    if entries:
        metadata["managedFields"] = entries
    else:
        metadata.pop("managedFields", None)
    if manager == _KUBECTL and (metadata.get("annotations") or {}).get(LAST_APPLIED):
        metadata["annotations"][LAST_APPLIED] = _last_applied(applied)
    return result


def _check(applied: Object, shape: Shape, api_version: str, kind: str) -> None:
    metadata = applied.get("metadata") or {}
    given = applied.get("apiVersion", api_version)
    if given != api_version:
        raise errors.bad_request(
            f"Incorrect version specified in apply patch. Specified patch version: {given}, expected: {api_version}"
        )
    if isinstance(metadata, dict) and metadata.get("managedFields") is not None:
        raise errors.bad_request("metadata.managedFields must be nil")
    found = problems(applied, shape)
    if found:
        text = found[0] if len(found) == 1 else "\n  ".join(["errors:", *found])
        raise errors.unexplained(
            f"failed to create typed patch object ({_identity(applied, api_version, kind)}): {text}"
        )


def check_identity(applied: Object, api_version: str, kind: str) -> None:
    """Refuse what does not say that it is of the kind.

    Raises:
        ApiError: 400.
    """
    given, shown = applied.get("apiVersion") or "", applied.get("kind") or ""
    if shown != kind or (given != api_version and (given, shown) not in BY_KIND):
        group_version = given if "/" in str(given) else f"/{given}"
        raise errors.bad_request(f"invalid object type: {group_version}, Kind={shown}")


def _identity(applied: Object, api_version: str, kind: str) -> str:
    metadata, (group, _, version) = applied.get("metadata") or {}, api_version.rpartition("/")
    name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}" if isinstance(metadata, dict) else "/"
    return f"{name}; {group}/{version}, Kind={kind}"


def _before_first_apply(live: Object, api_version: str, kind: str) -> list[Entry]:
    """Return the entries of an object that nobody's writes were recorded of: one for all it has."""
    seen = {**live, "metadata": dict(live["metadata"])}
    record(seen, None, _BEFORE_FIRST_APPLY, api_version=api_version, kind=kind)
    entries: list[Entry] = seen["metadata"].get("managedFields") or []
    return entries


def _without_ignored(fields: Tree, subresource: str) -> Tree:
    hidden = {f"f:{name}" for name in ignored(subresource)}
    return {key: node for key, node in fields.items() if key not in hidden}


def _prune(merged: Object, fields: Tree, last: Tree, others: list[Entry], shape: Shape) -> Object:
    """Remove what the manager applied last time and no longer does, unless somebody else has it."""
    managed = fields
    for entry in others:
        managed = union(managed, entry["fieldsV1"])

    def named(tree: Tree) -> Tree:
        return ensure_named_fields(tree, shape)

    def pruned_by(tree: Tree) -> Object:
        left: Object = remove_items(merged, tree, shape) or {}
        return left

    everything, last = named(field_set(merged, shape)), named(last)
    pruned = pruned_by(last)
    # Bring back what somebody still has …
    pruned = pruned_by(difference(everything, union(named(field_set(pruned, shape)), named(managed))))
    # … and what is gone although it was never applied.
    gone = difference(everything, named(field_set(pruned, shape)))
    dropped = intersection(gone, last)
    result: Object = _with_required(pruned_by(dropped) if dropped else merged, shape)
    return result


def _with_required(value: Any, shape: Shape) -> Any:
    """Drop nulls from what was pruned; fields that every object of the type has stay, empty."""
    if isinstance(value, list):
        return [_with_required(item, shape.element) for item in value] if shape.is_list else value
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        if item is not None:
            result[key] = _with_required(item, shape.child(key))
        elif key in shape.always and not shape.child(key).is_list:
            result[key] = {}
    return result


def _conflicts(others: list[Entry], changed: Tree) -> list[Conflict]:
    return [(entry, path) for entry in others for path in members(intersection(entry["fieldsV1"], changed))]


def _lost(others: list[Entry], changed: Tree, removed: Tree) -> list[Entry]:
    """Return the other managers' entries without what this apply took from them."""
    kept = []
    for entry in others:
        fields = difference(difference(entry["fieldsV1"], changed), removed)
        if fields:
            kept.append(entry if fields is entry["fieldsV1"] else {**entry, "fieldsV1": fields})
    return kept


def _check_conflicts(
    conflicts: list[Conflict], live: Object | None, manager: str, shape: Shape, api_version: str
) -> None:
    """Let kubectl take over what its client-side apply set (lastappliedmanager.go); refuse all else.

    Raises:
        ApiError: 409 with a cause for each field.
    """
    if manager == _KUBECTL and live is not None:
        allowed = _set_by_client_side_apply(live, shape, api_version)
        conflicts = [conflict for conflict in conflicts if not contains(allowed, conflict[1])]
    if conflicts:
        raise conflict_error(conflicts)


def _set_by_client_side_apply(live: Object, shape: Shape, api_version: str) -> Tree:
    """Return the fields whose live values are those of the last-applied annotation."""
    text = meta.annotations_of(live).get(LAST_APPLIED)
    try:
        last = orjson.loads(text or "null")
    except orjson.JSONDecodeError:
        return EMPTY
    if not isinstance(last, dict) or last.get("apiVersion") != api_version or problems(last, shape):
        return EMPTY
    changed, removed = compare(last, live, shape)
    return difference(difference(field_set(last, shape), changed), removed)


def _last_applied(applied: Object) -> str:
    metadata = dict(applied.get("metadata") or {})
    if "annotations" in metadata:
        metadata["annotations"] = {
            key: value for key, value in (metadata["annotations"] or {}).items() if key != LAST_APPLIED
        }
    text = orjson.dumps({**applied, "metadata": metadata}, option=orjson.OPT_SORT_KEYS).decode()
    # Go's encoder escapes what HTML would read as markup.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def conflict_error(conflicts: list[Conflict]) -> errors.ApiError:
    """Say who has which fields (conflict.go)."""
    conflicts = sorted(conflicts, key=lambda conflict: _identifier(conflict[0]))
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {_manager(entry)}", "field": show(path)}
        for entry, path in conflicts
    ]
    if len(conflicts) == 1:
        entry, path = conflicts[0]
        return errors.ApiError(
            409,
            "Conflict",
            f"Apply failed with 1 conflict: conflict with {_manager(entry)}: {show(path)}",
            {"causes": causes},
        )
    lines: list[str] = []
    for entry, path in conflicts:
        heading = f"conflicts with {_manager(entry)}:"
        if heading not in lines:
            lines.append(heading)
        lines.append(f"- {show(path)}")
    return errors.ApiError(
        409, "Conflict", f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines), {"causes": causes}
    )


def _identifier(entry: Entry) -> str:
    """Return what the real server sorts managers by: the entry's JSON without fields and time."""
    parts = {key: entry[key] for key in ("manager", "operation", "apiVersion", "subresource") if key in entry}
    if entry["operation"] == "Apply":
        del parts["apiVersion"]
    return orjson.dumps(parts).decode()


def _manager(entry: Entry) -> str:
    text = f'"{entry["manager"]}"'
    if entry.get("subresource"):
        text += f' with subresource "{entry["subresource"]}"'
    return f"{text} using {entry['apiVersion']}" if entry["operation"] == "Update" else text
