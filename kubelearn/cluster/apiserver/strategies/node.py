"""Nodes."""

from __future__ import annotations

from ...meta import Object
from .base import Strategy


class NodeStrategy(Strategy):
    """K/pkg/registry/core/node."""

    field_selectors = {"spec.unschedulable": lambda obj: "true" if obj.get("spec", {}).get("unschedulable") else "false"}

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})
