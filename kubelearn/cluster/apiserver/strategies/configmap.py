"""ConfigMaps (K/pkg/registry/core/configmap)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.validation import config
from kubelearn.cluster.meta import Object

from .base import Strategy


class ConfigMapStrategy(Strategy):
    """Rules of ``configmaps``."""

    def validate(self, obj: Object) -> list[Cause]:
        return config.configmap(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        return config.configmap_update(new, old)
