"""ConfigMaps (K/pkg/registry/core/configmap)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object

from . import validation


class ConfigMapStrategy(Strategy):
    """Rules of ``configmaps``."""

    def validate(self, obj: Object) -> list[Cause]:
        """Check names and size of the data."""
        return validation.configmap(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; an immutable ConfigMap keeps its data."""
        return validation.configmap_update(new, old)
