"""PriorityClasses (K/pkg/registry/scheduling/priorityclass, K/pkg/apis/scheduling/validation).

Of admission: what the plug-in Priority says of a second default.
"""

from __future__ import annotations

from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import ClusterScopedStrategy, Context
from kubelearn.cluster.apiserver.podspec.priority import CLASSES, SYSTEM
from kubelearn.cluster.apiserver.validation import metadata
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE
from kubelearn.cluster.meta import Object

_HIGHEST: Final = 1_000_000_000
_POLICIES: Final = ("Never", "PreemptLowerPriority")
_PLURAL, _GROUP = CLASSES.split(".", 1)


class PriorityClassStrategy(ClusterScopedStrategy):
    """Rules of ``priorityclasses.scheduling.k8s.io``."""

    has_generation = True

    def default(self, obj: Object) -> None:
        """Set the policy."""
        super().default(obj)
        drop_empty(obj, "scheduling.v1.PriorityClass")
        obj.setdefault("value", 0)
        if obj.get("preemptionPolicy") is None:
            obj["preemptionPolicy"] = "PreemptLowerPriority"

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Refuse a second default.

        Raises:
            ApiError: 403.
        """
        _check_only_default(obj, context)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:  # noqa: ARG002 - as all strategies
        """Refuse a second default.

        Raises:
            ApiError: 403.
        """
        _check_only_default(new, context)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name, the value and the policy."""
        name, value = meta.name_of(obj), obj["value"]
        causes = super().validate(obj)
        if name.startswith("system-"):
            if problem := _unknown(obj):
                why = "priority class names with 'system-' prefix are reserved for system use only. error: "
                causes.append(forbidden_field("metadata.name", why + problem))
        elif value > _HIGHEST:
            why = f"maximum allowed value of a user defined priority is {_HIGHEST}"
            causes.append(forbidden_field("value", why))
        if obj["preemptionPolicy"] not in _POLICIES:
            causes.append(not_supported("preemptionPolicy", obj["preemptionPolicy"], _POLICIES))
        return causes

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement: value and policy stay."""
        causes = metadata.validate_update(new, old)
        if new["value"] != old["value"]:
            causes.append(forbidden_field("value", "may not be changed in an update."))
        if new["preemptionPolicy"] != old["preemptionPolicy"]:
            causes.append(invalid_value("preemptionPolicy", new["preemptionPolicy"], IMMUTABLE))
        return causes

    def check_delete(self, obj: Object) -> None:
        """Refuse to delete the classes that the cluster needs."""
        if meta.name_of(obj) in SYSTEM:
            why = "this is a system priority class and cannot be deleted"
            raise errors.forbidden(_PLURAL, meta.name_of(obj), why, _GROUP)


def _unknown(obj: Object) -> str:
    """Return why a class is none of the system's (IsKnownSystemPriorityClass); empty if it is."""
    name = meta.name_of(obj)
    if name not in SYSTEM:
        return f"{name} is not a known system priority class"
    if obj["value"] != SYSTEM[name]:
        return f"value of {name} PriorityClass must be {SYSTEM[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if obj.get("globalDefault") else ""


def _check_only_default(obj: Object, context: Context) -> None:
    if not obj.get("globalDefault"):
        return
    for other in context.registry.list(CLASSES):
        if other.get("globalDefault") and meta.name_of(other) != meta.name_of(obj):
            why = f"PriorityClass {meta.name_of(other)} is already marked as default. Only one default can exist"
            raise errors.forbidden(_PLURAL, meta.name_of(obj), why, _GROUP)
