"""Containers, init containers and ephemeral containers.

Source: K/pkg/apis/core/validation/validation.go, validateContainers and its kin, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, duplicate, forbidden_field, not_supported, required
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.validation import names, ports, quantities
from kubelearn.cluster.apiserver.validation.causes import invalid_each, not_found, unsupported
from kubelearn.cluster.meta import Object

from . import environment, probes, security, volumes

_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_INIT_ONLY = "may not be set for init containers without restartPolicy=Always"
#: What is for containers that serve something.
_LASTING = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "volumeDevices",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)
_NOT_EPHEMERAL = "cannot be set for an Ephemeral Container"


def containers(spec: Object, known: set[str], path: str) -> list[Cause]:
    """Check a pod's regular containers.

    Args:
        spec: the PodSpec.
        known: names of the pod's volumes.
        path: field path of the PodSpec.
    """
    listed = spec.get("containers")
    if not listed:
        return [required(f"{path}.containers")]
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, container in enumerate(listed):
        here = f"{path}.containers[{index}]"
        causes += _common(container, known, here)
        name = container.get("name") or ""
        if name in seen:
            causes.append(duplicate(f"{here}.name", name))
        seen.add(name)
        if container.get("lifecycle") is not None:
            causes += probes.lifecycle(
                container["lifecycle"], spec.get("terminationGracePeriodSeconds"), f"{here}.lifecycle"
            )
        causes += probes.probes(container, here)
        if container.get("restartPolicy") is not None:
            causes.append(forbidden_field(f"{here}.restartPolicy", "may not be set for non-init containers"))
    return causes + _host_ports(listed, f"{path}.containers")


def init_containers(spec: Object, known: set[str], path: str) -> list[Cause]:
    """Check a pod's init containers, sidecars included."""
    causes: list[Cause] = []
    seen = {container.get("name") or "" for container in spec.get("containers") or ()}
    for index, container in enumerate(spec.get("initContainers") or ()):
        here = f"{path}.initContainers[{index}]"
        causes += _common(container, known, here)
        policy = container.get("restartPolicy")
        if policy is not None and policy != "Always":
            causes.append(not_supported(f"{here}.restartPolicy", policy, ["Always"]))
        name = container.get("name") or ""
        if name in seen:
            causes.append(duplicate(f"{here}.name", name))
        elif name:
            seen.add(name)
        causes += _host_ports([container], f"{path}.initContainers")
        if policy == "Always":
            if container.get("lifecycle") is not None:
                causes += probes.lifecycle(
                    container["lifecycle"], spec.get("terminationGracePeriodSeconds"), f"{here}.lifecycle"
                )
            causes += probes.probes(container, here)
        else:
            for key in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
                if container.get(key) is not None:
                    causes.append(forbidden_field(f"{here}.{key}", _INIT_ONLY))
    return causes


def ephemeral_containers(spec: Object, known: set[str], path: str) -> list[Cause]:
    """Check a pod's ephemeral containers."""
    causes: list[Cause] = []
    others = {container.get("name") for kind in ("containers", "initContainers") for container in spec.get(kind) or ()}
    seen = set(others)
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        here = f"{path}.ephemeralContainers[{index}]"
        causes += _common(container, known, here)
        name, target = container.get("name"), container.get("targetContainerName")
        if name in seen:
            causes.append(duplicate(f"{here}.name", name))
        seen.add(name)
        if target and target not in others:
            causes.append(not_found(f"{here}.targetContainerName", target))
        kept = types.kept("core.v1.Container") - {"resources"}  # those that count even when they are empty
        for key in _LASTING:
            if container.get(key) or (key in kept and container.get(key) is not None):
                causes.append(forbidden_field(f"{here}.{key}", _NOT_EPHEMERAL))
        for position, mount in enumerate(container.get("volumeMounts") or ()):
            mounted = f"{here}.volumeMounts[{position}]"
            for key in ("subPath", "subPathExpr"):
                if mount.get(key):
                    causes.append(forbidden_field(f"{mounted}.{key}", _NOT_EPHEMERAL))
    return causes


def _common(container: Object, known: set[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    name = container.get("name")
    if not name:
        causes.append(required(f"{path}.name"))
    elif problems := names.dns1123_label(name):
        causes += invalid_each(f"{path}.name", name, problems)
    if not container.get("image"):
        causes.append(required(f"{path}.image"))
    if (policy := container.get("terminationMessagePolicy")) not in _MESSAGE_POLICIES:
        causes.append(unsupported(f"{path}.terminationMessagePolicy", policy, _MESSAGE_POLICIES))
    if found := container.get("ports"):
        causes += _container_ports(found, f"{path}.ports")
    if container.get("env") or container.get("envFrom"):
        causes += environment.variables(container, path)
    if container.get("volumeMounts") or container.get("volumeDevices"):
        causes += volumes.mounts(container, known, path)
    if (policy := container.get("imagePullPolicy")) not in _PULL_POLICIES:
        causes.append(unsupported(f"{path}.imagePullPolicy", policy, _PULL_POLICIES))
    if found := container.get("resources"):
        causes += quantities.container_resources(found, f"{path}.resources")
    if found := container.get("securityContext"):
        causes += security.container(found, f"{path}.securityContext")
    return causes


def _container_ports(found: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, port in enumerate(found):
        here = f"{path}[{index}]"
        if name := port.get("name"):
            if problems := names.port_name(name):
                causes += invalid_each(f"{here}.name", name, problems)
            elif name in seen:
                causes.append(duplicate(f"{here}.name", name))
            else:
                seen.add(name)
        if number := port.get("containerPort"):
            causes += ports.number(number, f"{here}.containerPort")
        else:
            causes.append(required(f"{here}.containerPort"))
        if number := port.get("hostPort"):
            causes += ports.number(number, f"{here}.hostPort")
        causes += ports.protocol(port.get("protocol"), f"{here}.protocol")
    return causes


def _host_ports(listed: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, container in enumerate(listed):
        for position, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            key = f"{port.get('protocol', '')}/{port.get('hostIP') or ''}/{port['hostPort']}"
            if key in seen:
                causes.append(duplicate(f"{path}[{index}].ports[{position}].hostPort", key))
            seen.add(key)
    return causes
