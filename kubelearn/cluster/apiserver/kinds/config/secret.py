"""Secrets (K/pkg/registry/core/secret)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object

from . import validation


class SecretStrategy(Strategy):
    """Rules of ``secrets``: what is given as text is stored as base64."""

    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {"type": lambda obj: obj.get("type", "")}

    def default(self, obj: Object) -> None:
        """Set the type, and put ``stringData`` into ``data``."""
        super().default(obj)
        if not obj.get("type"):
            obj["type"] = "Opaque"
        texts = obj.pop("stringData", None)
        if texts:
            encoded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
            obj["data"] = {**(obj.get("data") or {}), **encoded}

    def validate(self, obj: Object) -> list[Cause]:
        """Check what the type of the Secret asks for, and its size."""
        return validation.secret(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the type stays, and an immutable Secret keeps its data."""
        return validation.secret_update(new, old)
