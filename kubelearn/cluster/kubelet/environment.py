"""The environment of a container: Services, then the pod's own variables (K/pkg/kubelet/kubelet_pods.go)."""

from __future__ import annotations

import base64
import math
import re
from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.meta import Object

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_REFERENCE = re.compile(r"\$(\$|\(([^()]*)\))")


class ConfigError(Exception):
    """A variable that cannot be had: the container cannot be created."""


def service_variables(registry: Registry, namespace: str, links: bool) -> dict[str, str]:
    """Return the variables of the Services that a new container sees (K/pkg/kubelet/envvars).

    Args:
        namespace: the pod's namespace.
        links: ``enableServiceLinks``; without it only the API server's Service counts.
    """
    api_server = registry.find("services", "default", "kubernetes")
    services = {} if api_server is None else {"kubernetes": api_server}
    for service in registry.list("services", namespace):
        if links or (namespace == "default" and meta.name_of(service) == "kubernetes"):
            services[meta.name_of(service)] = service
    found: dict[str, str] = {}
    for name, service in services.items():
        if service["spec"].get("clusterIP") not in (None, "", "None"):
            found |= variables_of(name, service["spec"]["clusterIP"], service["spec"].get("ports") or [])
    return found


def variables_of(name: str, address: str, ports: list[Object]) -> dict[str, str]:
    """Return the variables of one Service."""
    prefix = name.upper().replace("-", "_")
    found = {f"{prefix}_SERVICE_HOST": address}
    if ports:
        found[f"{prefix}_SERVICE_PORT"] = str(ports[0]["port"])
        found[f"{prefix}_PORT"] = f"{ports[0]['protocol'].lower()}://{address}:{ports[0]['port']}"
    for port in ports:
        if port.get("name"):
            found[f"{prefix}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(port["port"])
        protocol = port["protocol"]
        key = f"{prefix}_PORT_{port['port']}_{protocol}"
        found |= {
            key: f"{protocol.lower()}://{address}:{port['port']}",
            f"{key}_PROTO": protocol.lower(),
            f"{key}_PORT": str(port["port"]),
            f"{key}_ADDR": address,
        }
    return found


def environment(
    registry: Registry, pod: Object, container: Object, hostname: str, image: dict[str, str], address: str, host_ip: str
) -> dict[str, str]:
    """Return everything that a container's first process finds in its environment.

    Raises:
        ConfigError: a ConfigMap, Secret or key that is not there and not optional.
    """
    namespace = meta.namespace_of(pod)
    base = {"PATH": PATH, "HOSTNAME": hostname, "HOME": "/root", **image}
    links = service_variables(registry, namespace, pod["spec"].get("enableServiceLinks", True))
    own: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        own |= _all_of(registry, namespace, source)
    for variable in container.get("env") or ():
        value = variable.get("value", "")
        if variable.get("valueFrom"):
            found = _value_from(registry, pod, container, variable["valueFrom"], address, host_ip)
            if found is None:
                continue
            value = found
        else:
            value = expand(value, {**links, **own})
        own[variable["name"]] = value
    return {**base, **links, **own}


def expand(text: str, variables: dict[str, str]) -> str:
    """Replace ``$(NAME)``; an unknown name stays, ``$$`` is one dollar (third_party/forked/golang/expansion)."""

    def replace(match: re.Match[str]) -> str:
        if match.group(1) == "$":
            return "$"
        return variables.get(match.group(2), match.group(0))

    return _REFERENCE.sub(replace, text)


def stored(registry: Registry, namespace: str, resource: str, name: str, *, optional: bool) -> Object | None:
    """Return a ConfigMap (``configmaps``) or Secret, None if it is optional and not there.

    Raises:
        ConfigError: it is not there and not optional.
    """
    found = registry.find(resource, namespace, name)
    if found is None and not optional:
        raise ConfigError(f'{resource.removesuffix("s")} "{name}" not found')
    return found


def _data(registry: Registry, namespace: str, resource: str, reference: Object) -> dict[str, str] | None:
    optional = bool(reference.get("optional"))
    found = stored(registry, namespace, resource, reference.get("name", ""), optional=optional)
    if found is None:
        return None
    data = found.get("data") or {}
    if resource == "secrets":
        return {key: base64.b64decode(value).decode(errors="replace") for key, value in data.items()}
    return dict(data)


def _all_of(registry: Registry, namespace: str, source: Object) -> dict[str, str]:
    kind = "secrets" if source.get("secretRef") else "configmaps"
    data = _data(registry, namespace, kind, source.get("secretRef") or source.get("configMapRef") or {}) or {}
    return {source.get("prefix", "") + key: value for key, value in data.items()}


def _value_from(
    registry: Registry, pod: Object, container: Object, source: Object, address: str, host_ip: str
) -> str | None:
    if source.get("fieldRef"):
        return field(pod, source["fieldRef"]["fieldPath"], address, host_ip)
    if source.get("resourceFieldRef"):
        return resource(container, source["resourceFieldRef"])
    kind = "secrets" if source.get("secretKeyRef") else "configmaps"
    reference = source.get("secretKeyRef") or source.get("configMapKeyRef") or {}
    data = _data(registry, meta.namespace_of(pod), kind, reference)
    if data is None or reference["key"] not in data:
        if reference.get("optional"):
            return None
        shown = "Secret" if kind == "secrets" else "ConfigMap"
        where = f"{shown} {meta.namespace_of(pod)}/{reference['name']}"
        raise ConfigError(f"couldn't find key {reference['key']} in {where}")
    return data[reference["key"]]


def field(pod: Object, path: str, address: str, host_ip: str) -> str:
    """Return what a fieldRef stands for.

    Raises:
        ConfigError: a path that the downward API does not have.
    """
    known: dict[str, Any] = {
        "metadata.name": meta.name_of(pod),
        "metadata.namespace": meta.namespace_of(pod),
        "metadata.uid": pod["metadata"]["uid"],
        "spec.nodeName": pod["spec"].get("nodeName", ""),
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName", ""),
        "status.podIP": address,
        "status.podIPs": address,
        "status.hostIP": host_ip,
        "status.hostIPs": host_ip,
    }
    if path in known:
        return str(known[path])
    entry = re.fullmatch(r"metadata\.(labels|annotations)(?:\['(.*)'\])?", path)
    if entry is None:
        raise ConfigError(f"unsupported fieldPath: {path}")
    values = pod["metadata"].get(entry.group(1)) or {}
    if entry.group(2) is None:
        return "\n".join(f'{key}="{value}"' for key, value in sorted(values.items()))
    return str(values.get(entry.group(2), ""))


def resource(container: Object, reference: Object) -> str:
    """Return a request or limit in units of a divisor, rounded up; without one, what the node has."""
    part, _, what = reference["resource"].partition(".")
    amounts = (container.get("resources") or {}).get(part) or {}
    amount = value_of(amounts.get(what, {"cpu": "8", "memory": "16Gi"}.get(what, "0")))
    return str(math.ceil(amount / (value_of(reference.get("divisor") or "1") or 1)))
