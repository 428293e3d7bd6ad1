"""Where pods may run: affinity and topology spread.

Source: K/pkg/apis/core/validation/validation.go, validateAffinity and validateTopologySpreadConstraints, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, duplicate, invalid_value, required
from kubelearn.cluster.apiserver.validation import names, selectors
from kubelearn.cluster.apiserver.validation.causes import invalid_each, unsupported
from kubelearn.cluster.meta import Object

_REQUIRED, _PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)


def affinity(found: Object, path: str) -> list[Cause]:
    """Check a pod's affinity to nodes and to other pods."""
    causes: list[Cause] = []
    nodes = found.get("nodeAffinity") or {}
    if nodes.get(_REQUIRED) is not None:
        causes += node_selector(nodes[_REQUIRED], f"{path}.nodeAffinity.{_REQUIRED}.nodeSelectorTerms")
    for index, term in enumerate(nodes.get(_PREFERRED) or ()):
        here = f"{path}.nodeAffinity.{_PREFERRED}[{index}]"
        causes += _weight(term, here) + _node_term(term.get("preference") or {}, f"{here}.preference")
    for kind in ("podAffinity", "podAntiAffinity"):
        pods = found.get(kind) or {}
        for index, term in enumerate(pods.get(_REQUIRED) or ()):
            causes += _pod_term(term, f"{path}.{kind}.{_REQUIRED}[{index}]")
        for index, term in enumerate(pods.get(_PREFERRED) or ()):
            here = f"{path}.{kind}.{_PREFERRED}[{index}]"
            causes += _weight(term, here) + _pod_term(term.get("podAffinityTerm") or {}, f"{here}.podAffinityTerm")
    return causes


def _weight(term: Object, path: str) -> list[Cause]:
    weight = term.get("weight") or 0
    return [] if 1 <= weight <= 100 else [invalid_value(f"{path}.weight", weight, "must be in the range 1-100")]


def node_selector(selector: Object, path: str) -> list[Cause]:
    """Check a selector of nodes: terms of which one has to match."""
    terms = selector.get("nodeSelectorTerms") or ()
    if not terms:
        return [required(path, "must have at least one node selector term")]
    return [cause for index, term in enumerate(terms) for cause in _node_term(term, f"{path}[{index}]")]


def _node_term(term: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        causes += _label_requirement(requirement, f"{path}.matchExpressions[{index}]")
    for index, requirement in enumerate(term.get("matchFields") or ()):
        causes += _field_requirement(requirement, f"{path}.matchFields[{index}]")
    return causes


def _label_requirement(requirement: Object, path: str) -> list[Cause]:
    operator, values, key = (
        requirement.get("operator") or "",
        requirement.get("values") or [],
        requirement.get("key") or "",
    )
    causes: list[Cause] = []
    if operator in selectors.OPERATORS:
        causes += selectors.values_for(operator, values, path)
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            causes.append(required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'"))
    else:
        causes.append(invalid_value(f"{path}.operator", operator, selectors.NOT_AN_OPERATOR))
    return causes + invalid_each(f"{path}.key", key, names.qualified_name(key))


def _field_requirement(requirement: Object, path: str) -> list[Cause]:
    operator, values, key = (
        requirement.get("operator") or "",
        requirement.get("values") or [],
        requirement.get("key") or "",
    )
    causes: list[Cause] = []
    if operator not in ("In", "NotIn"):
        causes.append(invalid_value(f"{path}.operator", operator, selectors.NOT_AN_OPERATOR))
    elif len(values) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        causes.append(required(f"{path}.values", why))
    if key != "metadata.name":
        return [*causes, invalid_value(f"{path}.key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        causes += invalid_each(f"{path}.values[{index}]", value, names.dns1123_subdomain(value))
    return causes


def _pod_term(term: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for kind in ("labelSelector", "namespaceSelector"):
        if term.get(kind) is not None:
            causes += selectors.validate(term[kind], f"{path}.{kind}")
    for namespace in term.get("namespaces") or ():
        causes += invalid_each(f"{path}.namespace", namespace, names.dns1123_label(namespace))
    return (
        causes
        + _topology_key(term, path)
        + invalid_each(
            f"{path}.topologyKey", term.get("topologyKey") or "", names.qualified_name(term.get("topologyKey") or "")
        )
    )


def _topology_key(term: Object, path: str) -> list[Cause]:
    return [] if term.get("topologyKey") else [required(f"{path}.topologyKey", "can not be empty")]


def topology_spread(found: list[Object], path: str) -> list[Cause]:
    """Check how a pod's like are to be spread over nodes."""
    causes: list[Cause] = []
    pairs = [(item.get("topologyKey") or "", item.get("whenUnsatisfiable") or "") for item in found]
    for index, item in enumerate(found):
        here, (key, action) = f"{path}[{index}]", pairs[index]
        if (item.get("maxSkew") or 0) <= 0:
            causes.append(invalid_value(f"{here}.maxSkew", item.get("maxSkew") or 0, "must be greater than zero"))
        causes += _topology_key(item, here)
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            causes.append(unsupported(f"{here}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway")))
        if (key, action) in pairs[index + 1 :]:
            causes.append(duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        causes += _domains(item, action, here)
        for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if item.get(policy) not in (None, "Honor", "Ignore"):
                causes.append(unsupported(f"{here}.{policy}", item[policy], ("Honor", "Ignore")))
        if item.get("labelSelector") is not None:
            causes += selectors.validate(item["labelSelector"], f"{here}.labelSelector")
    return causes


def _domains(item: Object, action: str, path: str) -> list[Cause]:
    least = item.get("minDomains")
    causes: list[Cause] = []
    if least is not None and least <= 0:
        causes.append(invalid_value(f"{path}.minDomains", least, "must be greater than zero"))
    if least is not None and action != "DoNotSchedule":
        why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        causes.append(invalid_value(f"{path}.minDomains", least, why))
    return causes
