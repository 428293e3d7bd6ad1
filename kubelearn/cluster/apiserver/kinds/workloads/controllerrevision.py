"""ControllerRevisions, the history of StatefulSets and DaemonSets (K/pkg/registry/apps/controllerrevision)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, NOT_NEGATIVE
from kubelearn.cluster.meta import Object


class ControllerRevisionStrategy(Strategy):
    """Rules of ``controllerrevisions.apps``."""

    def default(self, obj: Object) -> None:
        """Write the number, also when it is 0."""
        super().default(obj)
        obj.setdefault("revision", 0)

    def validate(self, obj: Object) -> list[Cause]:
        """Check that there are data and a number that can be."""
        return metadata.validate(obj, names.dns1123_subdomain) + _content(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the data stay."""
        causes = metadata.validate_update(new, old) + _content(new)
        if new.get("data") != old.get("data"):
            causes.append(invalid_value("data", new.get("data"), IMMUTABLE))
        return causes


def _content(obj: Object) -> list[Cause]:
    causes = [required("data", "data is mandatory")] if obj.get("data") is None else []
    if obj["revision"] < 0:
        causes.append(invalid_value("revision", obj["revision"], NOT_NEGATIVE))
    return causes
