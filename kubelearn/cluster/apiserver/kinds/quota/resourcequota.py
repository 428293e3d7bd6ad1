"""ResourceQuotas (K/pkg/registry/core/resourcequota; ValidateResourceQuota of K/pkg/apis/core/validation)."""

from __future__ import annotations

from typing import Final

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.apiserver.podspec.resources import canonical_list
from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, NOT_NEGATIVE, invalid_each
from kubelearn.cluster.apiserver.validation.quantities import decoding, value_of
from kubelearn.cluster.meta import Object

QUOTAS: Final = "resourcequotas"
_COMPUTE: Final = frozenset(
    {
        *("cpu", "memory", "ephemeral-storage"),
        *(f"{kind}.{name}" for kind in ("requests", "limits") for name in ("cpu", "memory", "ephemeral-storage")),
    }
)
_COUNTS: Final = frozenset(
    {
        "pods",
        "services",
        "services.nodeports",
        "services.loadbalancers",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
    }
)
_STANDARD: Final = _COMPUTE | _COUNTS | {"requests.storage"}
_SCOPES: Final = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)
_CONFLICTS: Final = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")


class ResourceQuotaStrategy(Strategy):
    """Rules of ``resourcequotas``."""

    has_status = True

    def default(self, obj: Object) -> None:
        """Write amounts as the server does.

        Raises:
            ApiError: 400, one is none.
        """
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "core.v1.ResourceQuotaSpec")
        with decoding("ResourceQuota"):
            if spec.get("hard"):
                spec["hard"] = canonical_list(spec["hard"])

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return super().validate(obj) + _spec(obj["spec"])

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement: the scopes stay."""
        causes = super().validate_update(new, old) + _spec(new["spec"])
        scopes = new["spec"].get("scopes") or []
        if set(scopes) != set(old["spec"].get("scopes") or ()):
            causes.append(invalid_value("spec.scopes", scopes, IMMUTABLE))
        return causes


def _spec(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    for name, amount in (spec.get("hard") or {}).items():
        causes += _resource(name, f"spec.hard[{name}]") + _amount(name, amount, f"spec.hard[{name}]")
    return causes + _scopes(spec) + _selector(spec.get("scopeSelector"))


def _resource(name: str, path: str) -> list[Cause]:
    if problems := names.qualified_name(name):
        return invalid_each(path, name, problems)
    is_known = name in _STANDARD or name.removeprefix("requests.").startswith("hugepages-")
    return [] if "/" in name or is_known else [invalid_value(path, name, "must be a standard resource for quota")]


def _amount(name: str, amount: str, path: str) -> list[Cause]:
    causes = [invalid_value(path, amount, NOT_NEGATIVE)] if value_of(amount) < 0 else []
    if name in _COUNTS and value_of(amount).denominator != 1:
        causes.append(invalid_value(path, amount, "must be an integer"))
    return causes


def _is_for(scope: str, name: str) -> bool:
    """Return whether a scope may cut a resource (IsResourceQuotaScopeValidForResource)."""
    if scope == "VolumeAttributesClass":
        return name in ("persistentvolumeclaims", "requests.storage")
    return name == "pods" or (scope != "BestEffort" and name in _COMPUTE)


def _scopes(spec: Object) -> list[Cause]:
    scopes, causes = spec.get("scopes") or [], []
    standard = _STANDARD & set(spec.get("hard") or ())
    for scope in scopes:
        if scope not in _SCOPES:
            causes.append(invalid_value("spec.scopes", scopes, "unsupported scope"))
        unfit = sum(not _is_for(scope, name) for name in standard)
        causes += [invalid_value("spec.scopes", scopes, "unsupported scope applied to resource")] * unfit
    if any(pair <= set(scopes) for pair in _CONFLICTS):
        causes.append(invalid_value("spec.scopes", scopes, "conflicting scopes"))
    return causes


def _selector(selector: Object | None) -> list[Cause]:
    causes: list[Cause] = []
    path = "spec.scopeSelector.matchExpressions"
    for expression in (selector or {}).get("matchExpressions") or ():
        scope, operator, values = (expression.get(key) or "" for key in ("scopeName", "operator", "values"))
        if scope not in _SCOPES:
            causes.append(invalid_value(f"{path}.scopeName", scope, "unsupported scope"))
        if operator in ("In", "NotIn") and not values:
            why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            causes.append(required(f"{path}.values", why))
        elif operator in ("Exists", "DoesNotExist") and values:
            why = "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector"
            causes.append(invalid_value(f"{path}.values", values, why))
        elif operator not in _OPERATORS:
            causes.append(invalid_value(f"{path}.operator", operator, "not a valid selector operator"))
    return causes
