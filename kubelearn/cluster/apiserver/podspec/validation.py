"""PodSpec: everything of a pod but its containers and volumes, which have modules of their own.

Source: K/pkg/apis/core/validation/validation.go, ValidatePodSpec, release 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, duplicate, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.validation import addresses, metadata, names
from kubelearn.cluster.apiserver.validation.causes import invalid_each, unsupported
from kubelearn.cluster.meta import Object

from . import containers, placement, security, volumes

RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_MAX_INT32 = 2**31 - 1


def pod_spec(spec: Object, path: str, *, is_pod: bool = False) -> list[Cause]:
    """Check a PodSpec.

    Args:
        is_pod: it belongs to a Pod, not to a template.
    """
    causes = _containers(spec, path)
    if spec.get("hostNetwork"):
        causes += _host_network(spec, path, is_pod)
    causes += _one_of(spec.get("restartPolicy"), RESTART_POLICIES, f"{path}.restartPolicy")
    causes += _one_of(spec.get("dnsPolicy"), _DNS_POLICIES, f"{path}.dnsPolicy")
    if spec.get("nodeSelector"):
        causes += metadata.labels(spec["nodeSelector"], f"{path}.nodeSelector")
    if spec.get("securityContext") or spec.get("shareProcessNamespace"):
        causes += security.pod(spec, f"{path}.securityContext")
    if spec.get("affinity") is not None:
        causes += placement.affinity(spec["affinity"], f"{path}.affinity")
    if spec.get("dnsConfig") is not None or spec.get("dnsPolicy") == "None":
        causes += _dns_config(spec, f"{path}.dnsConfig")
    causes += _gates(spec, path)
    if spec.get("topologySpreadConstraints"):
        causes += placement.topology_spread(spec["topologySpreadConstraints"], f"{path}.topologySpreadConstraints")
    causes += _names(spec, path)
    if spec.get("tolerations"):
        causes += tolerations(spec["tolerations"], f"{path}.tolerations")
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        causes += _host_alias(alias, f"{path}.hostAliases[{index}]")
    return causes + _priority(spec, path) + _operating_system(spec, path)


def _containers(spec: Object, path: str) -> list[Cause]:
    """Check the volumes, and the containers of all kinds, which mount them."""
    found = spec.get("volumes") or []
    known = {volume.get("name") or "" for volume in found}
    causes = volumes.volumes(found, f"{path}.volumes") if found else []
    causes += containers.containers(spec, known, path)
    if spec.get("initContainers"):
        causes += containers.init_containers(spec, known, path)
    if spec.get("ephemeralContainers"):
        causes += containers.ephemeral_containers(spec, known, path)
    return causes


def _priority(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    name, policy = spec.get("priorityClassName"), spec.get("preemptionPolicy")
    if name:
        causes += invalid_each(f"{path}.priorityClassName", name, names.dns1123_subdomain(name))
    if policy is not None:
        causes += _one_of(policy, ("PreemptLowerPriority", "Never"), f"{path}.preemptionPolicy")
    return causes


def _one_of(value: str | None, choices: tuple[str, ...], path: str) -> list[Cause]:
    if value in choices:
        return []
    return [unsupported(path, value, choices)] if value else [required(path)]


def _operating_system(spec: Object, path: str) -> list[Cause]:
    if spec.get("os") is None:
        return []
    name = spec["os"].get("name") or ""
    if not name:
        return [required(f"{path}.os.name", "cannot be empty")]
    if name not in ("linux", "windows"):
        return [unsupported(f"{path}.os", name, ("linux", "windows"))]
    hosts = ("hostPID", "hostIPC") if name == "windows" else ()
    return [forbidden_field(f"{path}.{key}", "cannot be set for a windows pod") for key in hosts if spec.get(key)]


def _host_network(spec: Object, path: str, is_pod: bool) -> list[Cause]:
    why = "must match `containerPort` when `hostNetwork` is true"
    return [
        invalid_value(f"{path}.containers[{index}].ports[{position}].hostPort", port.get("hostPort") or 0, why)
        for index, container in enumerate(spec.get("containers") or ())
        for position, port in enumerate(container.get("ports") or ())
        if (is_pod or port.get("hostPort")) and port.get("hostPort") != port.get("containerPort")
    ]


def _gates(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        kind = gate.get("conditionType") or ""
        causes += invalid_each(f"{path}.readinessGates[{index}].conditionType", kind, names.qualified_name(kind))
    seen: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates") or ()):
        name = gate.get("name") or ""
        causes += invalid_each(f"{path}.schedulingGates[{index}]", name, names.qualified_name(name))
        if name in seen:
            causes.append(duplicate(f"{path}.schedulingGates[{index}]", name))
        seen.add(name)
    return causes


_NAME_RULES = (
    ("serviceAccountName", names.dns1123_subdomain),
    ("nodeName", names.dns1123_subdomain),
    ("hostname", names.dns1123_label),
    ("subdomain", names.dns1123_label),
)


def _names(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for key, rule in _NAME_RULES:
        name = spec.get(key)
        if name and (problems := rule(name)):
            causes += invalid_each(f"{path}.{key}", name, problems)
        if key == "nodeName":
            deadline = spec.get("activeDeadlineSeconds")
            if deadline is not None and not 1 <= deadline <= _MAX_INT32:
                causes.append(invalid_value(f"{path}.activeDeadlineSeconds", deadline, names.in_range(1, _MAX_INT32)))
    return causes


def _dns_config(spec: Object, path: str) -> list[Cause]:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            return [
                required(f"{path}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
            ]
    config = config or {}
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    causes: list[Cause] = []
    if len(servers) > 3:
        causes.append(invalid_value(f"{path}.nameservers", servers, "must not have more than 3 nameservers"))
    for index, server in enumerate(servers):
        causes += addresses.valid_ip(server, f"{path}.nameservers[{index}]")
    if len(searches) > 32:
        causes.append(invalid_value(f"{path}.searches", searches, "must not have more than 32 search paths"))
    if len(" ".join(searches)) > 2048:
        why = "must not have more than 2048 characters (including spaces) in the search list"
        causes.append(invalid_value(f"{path}.searches", searches, why))
    for index, search in enumerate(searches):
        name = search.removesuffix(".")
        causes += invalid_each(f"{path}.searches[{index}]", name, names.dns1123_subdomain(name))
    causes += [
        required(f"{path}.options[{i}]", "must not be empty")
        for i, option in enumerate(config.get("options") or ())
        if not option.get("name")
    ]
    return causes


def _host_alias(alias: Object, path: str) -> list[Cause]:
    causes = addresses.valid_ip(alias.get("ip") or "", f"{path}.ip")
    for index, name in enumerate(alias.get("hostnames") or ()):
        causes += invalid_each(f"{path}.hostnames[{index}]", name, names.dns1123_subdomain(name))
    return causes


def tolerations(found: list[Object], path: str) -> list[Cause]:
    """Check tolerations of taints."""
    causes: list[Cause] = []
    for index, item in enumerate(found):
        causes += _toleration(item, f"{path}[{index}]")
    return causes


def _toleration(item: Object, path: str) -> list[Cause]:
    key, operator, value, effect = (item.get(part) or "" for part in ("key", "operator", "value", "effect"))
    causes: list[Cause] = []
    if key:
        causes += invalid_each(f"{path}.key", key, names.qualified_name(key))
    elif operator != "Exists":
        why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        causes.append(invalid_value(f"{path}.operator", operator, why))
    if item.get("tolerationSeconds") is not None and effect != "NoExecute":
        causes.append(
            invalid_value(f"{path}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
        )
    if operator in ("Equal", ""):
        if problems := names.label_value(value):
            causes.append(invalid_value(f"{path}.operator", value, ";".join(problems)))
    elif operator == "Exists":
        if value:
            causes.append(invalid_value(f"{path}.operator", value, "value must be empty when `operator` is 'Exists'"))
    else:
        causes.append(unsupported(f"{path}.operator", operator, ("Equal", "Exists")))
    return causes + (taint_effect(effect, f"{path}.effect") if effect else [])


def taint_effect(effect: str, path: str) -> list[Cause]:
    """Check the effect of a taint, which must be given."""
    return _one_of(effect, _EFFECTS, path)


def template(found: Object, path: str) -> list[Cause]:
    """Check a PodTemplateSpec."""
    described: dict[str, Any] = found.get("metadata") or {}
    spec = found.get("spec") or {}
    causes = metadata.labels(described.get("labels") or {}, f"{path}.labels")
    causes += metadata.annotation_map(described.get("annotations") or {}, f"{path}.annotations")
    causes += pod_spec(spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        causes.append(
            forbidden_field(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")
        )
    return causes
