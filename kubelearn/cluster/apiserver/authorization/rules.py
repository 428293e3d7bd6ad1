"""Rules of roles: what they allow, and whether some cover others (K/pkg/apis/rbac, K/pkg/registry/rbac/validation)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence

from kubelearn.cluster.meta import Object

from .attributes import Attributes

ALL = "*"
#: The parts of a rule in the order in which messages have them.
_PARTS = (
    ("APIGroups", "apiGroups"),
    ("Resources", "resources"),
    ("NonResourceURLs", "nonResourceURLs"),
    ("ResourceNames", "resourceNames"),
    ("Verbs", "verbs"),
)


def allows(rule: Object, asked: Attributes) -> bool:
    """Return whether a rule allows what is asked for."""
    if not _matches(rule.get("verbs"), asked.verb):
        return False
    if asked.path:
        return any(_covers_path(owned, asked.path) for owned in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames")
    return (
        _matches(rule.get("apiGroups"), asked.group)
        and _matches_resource(rule.get("resources"), asked.what)
        and (not names or asked.name in names)
    )


def _matches(owned: Sequence[str] | None, value: str) -> bool:
    return owned is not None and (ALL in owned or value in owned)


def _matches_resource(owned: Sequence[str] | None, value: str) -> bool:
    """Return whether resources have one among them; ``*/scale`` is that subresource of all."""
    subresource = value.partition("/")[2]
    return _matches(owned, value) or (bool(subresource) and owned is not None and f"{ALL}/{subresource}" in owned)


def _covers_path(owned: str, path: str) -> bool:
    """Return whether a URL of a rule, which may end with an asterisk, covers a path."""
    return owned in (ALL, path) or (owned.endswith(ALL) and path.startswith(owned.rstrip(ALL)))


def missing(owned: Sequence[Object], wanted: Iterable[Object]) -> list[Object]:
    """Return what rules want beyond what is owned, broken down to one verb of one resource each."""
    pieces = [piece for rule in owned for piece in _broken_down(rule)]
    return [
        piece for rule in wanted for piece in _broken_down(rule) if not any(_covers(other, piece) for other in pieces)
    ]


def _broken_down(rule: Object) -> list[Object]:
    groups, resources, verbs = (rule.get(key) or () for key in ("apiGroups", "resources", "verbs"))
    names = [{"resourceNames": [name]} for name in rule.get("resourceNames") or ()] or [{}]
    pieces: list[Object] = [
        {"apiGroups": [group], "resources": [resource], "verbs": [verb], **name}
        for group, resource, verb, name in itertools.product(groups, resources, verbs, names)
    ]
    paths = itertools.product(rule.get("nonResourceURLs") or (), verbs)
    return pieces + [{"nonResourceURLs": [path], "verbs": [verb]} for path, verb in paths]


def _covers(owned: Object, piece: Object) -> bool:
    """Return whether one broken-down rule covers another."""
    if not _matches(owned["verbs"], piece["verbs"][0]):
        return False
    if "nonResourceURLs" in piece:
        return any(_covers_path(mine, piece["nonResourceURLs"][0]) for mine in owned.get("nonResourceURLs") or ())
    names = owned.get("resourceNames")
    return (
        _matches(owned.get("apiGroups"), piece["apiGroups"][0])
        and _matches_resource(owned.get("resources"), piece["resources"][0])
        and (not names or piece.get("resourceNames") == names)
    )


def compact(rules: Iterable[Object]) -> list[Object]:
    """Put the verbs of rules about one and the same resource together (rbac/validation CompactRules)."""
    compacted: list[Object] = []
    simple: dict[tuple[str, ...], Object] = {}
    for rule in rules:
        names, groups, resources = (rule.get(key) or [] for key in ("resourceNames", "apiGroups", "resources"))
        if rule.get("nonResourceURLs") or len(names) > 1 or len(groups) != 1 or len(resources) != 1:
            compacted.append(rule)
            continue
        known = simple.get((groups[0], resources[0], *names))
        if known is None:
            simple[groups[0], resources[0], *names] = {**rule, "verbs": list(rule["verbs"])}
        else:
            known["verbs"] += rule["verbs"]
    return compacted + list(simple.values())


def describe(rule: Object) -> str:
    """Write a rule as ``{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`` (rbac/v1 CompactString)."""
    shown = [f"{label}:{quoted(rule[key])}" for label, key in _PARTS if rule.get(key)]
    return "{" + ", ".join(shown) + "}"


def quoted(items: Iterable[str]) -> str:
    """Write a list of texts as Go's ``%q`` does."""
    return "[" + " ".join(json.dumps(item, ensure_ascii=False) for item in items) + "]"
