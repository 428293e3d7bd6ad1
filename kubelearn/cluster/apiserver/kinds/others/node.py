"""Nodes (K/pkg/registry/core/node)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.meta import Object

from . import validation


class NodeStrategy(Strategy):
    """Rules of ``nodes``: a kubelet registers its node with the status, so creation keeps it."""

    has_status = True
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        "spec.unschedulable": lambda obj: "true" if obj["spec"].get("unschedulable") else "false",
    }

    def default(self, obj: Object) -> None:
        """Drop what Go does not write."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        if spec.get("unschedulable") is False:
            del spec["unschedulable"]
        if not spec.get("taints", True):
            del spec["taints"]

    def prepare_create(self, obj: Object, _context: Context) -> None:
        """Take the status as it comes: the kubelet registers a node with it."""
        obj.setdefault("status", {})

    def validate(self, obj: Object) -> list[Cause]:
        """Check addresses of pods and taints."""
        return validation.node(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the addresses of pods stay."""
        return validation.node_update(new, old)
