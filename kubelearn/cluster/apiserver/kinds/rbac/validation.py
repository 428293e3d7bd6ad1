"""Roles and bindings (K/pkg/apis/rbac/validation, release 1.36)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.authorization.rbac import GROUP
from kubelearn.cluster.apiserver.errors import Cause, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.validation import metadata, names, selectors
from kubelearn.cluster.apiserver.validation.causes import invalid_each
from kubelearn.cluster.meta import Object

_KINDS = ("ServiceAccount", "User", "Group")


def _is_namespaced(obj: Object) -> bool:
    return obj["kind"] in ("Role", "RoleBinding")


def role(obj: Object) -> list[Cause]:
    """Check a Role or ClusterRole."""
    is_namespaced = _is_namespaced(obj)
    causes = metadata.validate(obj, names.path_segment, namespaced=is_namespaced)
    for index, rule in enumerate(obj.get("rules") or ()):
        causes += _rule(rule, f"rules[{index}]", is_namespaced=is_namespaced)
    aggregation = obj.get("aggregationRule")
    if aggregation is None:
        return causes
    path, found = "aggregationRule.clusterRoleSelectors", aggregation.get("clusterRoleSelectors") or ()
    if not found:
        causes.append(required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"))
    for index, selector in enumerate(found):
        causes += selectors.validate(selector, f"{path}[{index}]")
    return causes


def _rule(rule: Object, path: str, *, is_namespaced: bool) -> list[Cause]:
    causes = []
    if not rule.get("verbs"):
        causes.append(required(f"{path}.verbs", "verbs must contain at least one value"))
    paths = rule.get("nonResourceURLs")
    if paths:
        field = f"{path}.nonResourceURLs"
        if is_namespaced:
            causes.append(invalid_value(field, paths, "namespaced rules cannot apply to non-resource URLs"))
        if any(rule.get(key) for key in ("apiGroups", "resources", "resourceNames")):
            why = "rules cannot apply to both regular resources and non-resource URLs"
            causes.append(invalid_value(field, paths, why))
        return causes
    if not rule.get("apiGroups"):
        causes.append(required(f"{path}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        causes.append(required(f"{path}.resources", "resource rules must supply at least one resource"))
    return causes


def binding(obj: Object) -> list[Cause]:
    """Check a RoleBinding or ClusterRoleBinding."""
    is_namespaced = _is_namespaced(obj)
    causes = metadata.validate(obj, names.path_segment, namespaced=is_namespaced)
    reference = obj["roleRef"]
    group, kind, name = reference["apiGroup"], reference["kind"], reference["name"]
    if group != GROUP:
        causes.append(not_supported("roleRef.apiGroup", group, [GROUP]))
    kinds = ("Role", "ClusterRole") if is_namespaced else ("ClusterRole",)
    if kind not in kinds:
        causes.append(not_supported("roleRef.kind", kind, kinds))
    if name:
        causes += invalid_each("roleRef.name", name, names.path_segment(name))
    else:
        causes.append(required("roleRef.name"))
    for index, subject in enumerate(obj.get("subjects") or ()):
        causes += _subject(subject, f"subjects[{index}]", is_namespaced=is_namespaced)
    return causes


def _subject(subject: Object, path: str, *, is_namespaced: bool) -> list[Cause]:
    kind, name, group = (subject.get(key) or "" for key in ("kind", "name", "apiGroup"))
    causes = [] if name else [required(f"{path}.name")]
    if kind not in _KINDS:
        return [*causes, not_supported(f"{path}.kind", kind, _KINDS)]
    is_account = kind == "ServiceAccount"
    if is_account and name:
        causes += invalid_each(f"{path}.name", name, names.dns1123_subdomain(name))
    wanted = "" if is_account else GROUP
    if group != wanted:
        causes.append(not_supported(f"{path}.apiGroup", group, [wanted]))
    if is_account and not is_namespaced and not subject.get("namespace"):
        causes.append(required(f"{path}.namespace"))
    return causes


def same_role(new: Object, old: Object) -> list[Cause]:
    """Check that a replaced binding still binds the same role."""
    if new["roleRef"] == old["roleRef"]:
        return []
    return [invalid_value("roleRef", as_internal("rbac.v1.RoleRef", new["roleRef"]), "cannot change roleRef")]
