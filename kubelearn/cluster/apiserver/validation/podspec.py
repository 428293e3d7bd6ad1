"""Rules for pod specs (K/pkg/apis/core/validation ValidatePodSpec)."""

from __future__ import annotations

from typing import Any

from ...meta import Object
from ..errors import Cause, duplicate, invalid_value, not_supported, required
from . import metadata, names

#: Volume sources that this cluster has; see docs/limits.md.
VOLUMES = {"emptyDir", "configMap", "secret", "projected", "downwardAPI"}


def validate(spec: Object, path: str) -> list[Cause]:
    """Return everything that is wrong with a pod spec."""
    causes: list[Cause] = []
    volumes, found = _volumes(spec.get("volumes") or [], f"{path}.volumes")
    causes += found
    containers = spec.get("containers") or []
    if not containers:
        causes.append(required(f"{path}.containers"))
    seen: set[str] = set()
    for part in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(part) or ()):
            causes += _container(container, f"{path}.{part}[{index}]", volumes, seen, part == "initContainers")
    if spec.get("restartPolicy") not in ("Always", "OnFailure", "Never"):
        causes.append(not_supported(f"{path}.restartPolicy", spec.get("restartPolicy", ""), ["Always", "OnFailure", "Never"]))
    if spec.get("dnsPolicy") not in ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"):
        causes.append(not_supported(f"{path}.dnsPolicy", spec.get("dnsPolicy", ""), ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]))
    if spec.get("dnsPolicy") == "None" and not (spec.get("dnsConfig") or {}).get("nameservers"):
        causes.append(required(f"{path}.dnsConfig", f"must provide `dnsConfig` when `dnsPolicy` is None"))
    for key, rule in (("hostname", names.label), ("subdomain", names.label), ("nodeName", names.subdomain), ("serviceAccountName", names.subdomain)):
        value = spec.get(key)
        if value:
            causes += [invalid_value(f"{path}.{key}", value, text) for text in rule(value)]
    causes += metadata.labels(spec.get("nodeSelector"), f"{path}.nodeSelector")
    seconds = spec.get("activeDeadlineSeconds")
    if seconds is not None and not 1 <= seconds < 1 << 31:
        causes.append(invalid_value(f"{path}.activeDeadlineSeconds", seconds, "must be between 1 and 2147483647, inclusive"))
    return causes


def _volumes(volumes: list[Object], path: str) -> tuple[set[str], list[Cause]]:
    known: set[str] = set()
    causes: list[Cause] = []
    for index, volume in enumerate(volumes):
        where, name = f"{path}[{index}]", volume.get("name", "")
        if not name:
            causes.append(required(f"{where}.name"))
        elif name in known:
            causes.append(duplicate(f"{where}.name", name))
        else:
            causes += [invalid_value(f"{where}.name", name, text) for text in names.label(name)]
        if len(volume) > 2:
            causes.append(Cause(f"{where}.{sorted(set(volume) - {'name'})[1]}", "FieldValueForbidden", "Forbidden: may not specify more than 1 volume type"))
        known.add(name)
    return known, causes


def _container(container: Object, path: str, volumes: set[str], seen: set[str], init: bool) -> list[Cause]:
    causes: list[Cause] = []
    name = container.get("name", "")
    if not name:
        causes.append(required(f"{path}.name"))
    else:
        causes += [invalid_value(f"{path}.name", name, text) for text in names.label(name)]
        if name in seen:
            causes.append(duplicate(f"{path}.name", name))
        seen.add(name)
    image = container.get("image", "")
    if not image:
        causes.append(required(f"{path}.image"))
    elif image != image.strip():
        causes.append(invalid_value(f"{path}.image", image, "must not have leading or trailing whitespace"))
    causes += _ports(container.get("ports") or [], f"{path}.ports")
    causes += _env(container.get("env") or [], f"{path}.env")
    mounts: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        where = f"{path}.volumeMounts[{index}]"
        if not mount.get("name"):
            causes.append(required(f"{where}.name"))
        elif mount["name"] not in volumes:
            causes.append(Cause(f"{where}.name", "FieldValueNotFound", f'Not found: "{mount["name"]}"'))
        if not mount.get("mountPath"):
            causes.append(required(f"{where}.mountPath"))
        elif mount["mountPath"] in mounts:
            causes.append(invalid_value(f"{where}.mountPath", mount["mountPath"], "must be unique"))
        mounts.add(mount.get("mountPath", ""))
    if container.get("imagePullPolicy") not in ("Always", "IfNotPresent", "Never"):
        causes.append(not_supported(f"{path}.imagePullPolicy", container.get("imagePullPolicy", ""), ["Always", "IfNotPresent", "Never"]))
    return [*causes, *_hooks(container, path, init)]


def _ports(ports: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    used: set[str] = set()
    for index, port in enumerate(ports):
        where, name, number = f"{path}[{index}]", port.get("name", ""), port.get("containerPort", 0)
        if name:
            causes += [invalid_value(f"{where}.name", name, text) for text in names.port_name(name)]
            if name in used:
                causes.append(duplicate(f"{where}.name", name))
            used.add(name)
        if not number:
            causes.append(required(f"{where}.containerPort"))
        else:
            causes += [invalid_value(f"{where}.containerPort", number, text) for text in names.port_number(number)]
        if port.get("hostPort"):
            causes += [invalid_value(f"{where}.hostPort", port["hostPort"], text) for text in names.port_number(port["hostPort"])]
        if port["protocol"] not in ("TCP", "UDP", "SCTP"):
            causes.append(not_supported(f"{where}.protocol", port["protocol"], ["SCTP", "TCP", "UDP"]))
    return causes


def _env(env: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, variable in enumerate(env):
        where = f"{path}[{index}]"
        if not variable.get("name"):
            causes.append(required(f"{where}.name"))
        else:
            causes += [invalid_value(f"{where}.name", variable["name"], text) for text in names.env_name(variable["name"])]
        if variable.get("valueFrom") is not None:
            if variable.get("value"):
                causes.append(invalid_value(f"{where}.valueFrom", "", "may not be specified when `value` is not empty"))
            elif not variable["valueFrom"]:
                causes.append(invalid_value(f"{where}.valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"))
    return causes


_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")


def _hooks(container: Object, path: str, init: bool) -> list[Cause]:
    causes: list[Cause] = []
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(name)
        if probe is None:
            continue
        causes += _handler(probe, f"{path}.{name}")
        for key in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
            if probe.get(key, 0) < 0:
                causes.append(invalid_value(f"{path}.{name}.{key}", probe[key], "must be greater than or equal to 0"))
        if name != "readinessProbe" and probe.get("successThreshold", 1) != 1:
            causes.append(invalid_value(f"{path}.{name}.successThreshold", probe["successThreshold"], "must be 1"))
    for name, hook in (container.get("lifecycle") or {}).items():
        if isinstance(hook, dict):
            causes += _handler(hook, f"{path}.lifecycle.{name}")
    return causes


def _handler(handler: Object, path: str) -> list[Cause]:
    kinds = [kind for kind in _HANDLERS if handler.get(kind) is not None]
    if not kinds:
        return [required(path, "must specify a handler type")]
    causes = [Cause(f"{path}.{kind}", "FieldValueForbidden", "Forbidden: may not specify more than 1 handler type") for kind in kinds[1:]]
    action: Any = handler[kinds[0]]
    if kinds[0] == "exec" and not action.get("command"):
        causes.append(required(f"{path}.exec.command"))
    if kinds[0] in ("httpGet", "tcpSocket", "grpc"):
        port = action.get("port", 0)
        problems = names.port_number(port) if isinstance(port, int) else names.port_name(port)
        causes += [invalid_value(f"{path}.{kinds[0]}.port", port, text) for text in problems]
    return causes
