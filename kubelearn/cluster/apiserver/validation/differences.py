"""What differs between two states, in the manner of go-cmp, whose own format is not meant to be repeated."""

from __future__ import annotations

from kubelearn.cluster.apiserver.go.values import go_value
from kubelearn.cluster.meta import Object


def show(kind: str, new: Object, old: Object) -> str:
    """Show which fields of a struct differ.

    Args:
        kind: its type, ``core.PodSpec``.
        new, old: it as JSON.
    """
    lines = [f"  {kind}{{"]
    for key in sorted(set(new) | set(old)):
        if new.get(key) == old.get(key):
            continue
        name = key[0].upper() + key[1:]
        for sign, value in (("-", old.get(key)), ("+", new.get(key))):
            lines.append(f"{sign} \t{name}: {_shown(value)},")
    return "\n".join([*lines, "  }", ""])


def _shown(value: object) -> str:
    if value is None:
        return "nil"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key[0].upper()}{key[1:]}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(_shown, value)) + "}"
    return go_value(value)
