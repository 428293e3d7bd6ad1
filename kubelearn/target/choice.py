"""Which cluster is meant: ``embedded``, ``kind`` or ``context=NAME``."""

from __future__ import annotations

import os
from dataclasses import dataclass

#: Sets the default target: ``embedded``, ``kind`` or ``context=NAME``.
TARGET_VARIABLE = "KUBELEARN_TARGET"
#: Names the namespace on a cluster that is not the notebook's own, for who may not make one.
NAMESPACE_VARIABLE = "KUBELEARN_NAMESPACE"


@dataclass(frozen=True)
class Target:
    """A kind of cluster and, for a kubeconfig context, its name."""

    kind: str
    context: str = ""

    def __str__(self) -> str:
        return f"context={self.context}" if self.context else self.kind


def parse_target(text: str | None, context: str | None = None) -> Target:
    """Read a target's name; ``None`` takes ``KUBELEARN_TARGET``, and ``embedded`` after that.

    Raises:
        ValueError: a name that is neither ``embedded``, ``kind`` nor ``context=NAME``.
    """
    if context:
        return Target("context", context)
    text = text or os.environ.get(TARGET_VARIABLE) or "embedded"
    if text in ("embedded", "kind"):
        return Target(text)
    if text.startswith("context=") and len(text) > len("context="):
        return Target("context", text.removeprefix("context="))
    raise ValueError(f"unknown target {text!r}: use 'embedded', 'kind' or 'context=NAME'")
