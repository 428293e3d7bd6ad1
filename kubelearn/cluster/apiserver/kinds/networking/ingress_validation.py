"""Ingresses and their classes.

Source: K/pkg/apis/networking/validation/validation.go, ValidateIngressSpec and validateIngressClassSpec, release 1.36;
the order of the causes is the order there.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required, too_long
from kubelearn.cluster.apiserver.validation import addresses, metadata, names, ports
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, domain_prefixed_path, invalid_each
from kubelearn.cluster.meta import Object, annotations_of

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_SCOPES = ("Cluster", "Namespace")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")
_MAX_CONTROLLER = 250
_NO_ADDRESS = "must be a DNS name, not an IP address"


def ingress(obj: Object, old: Object | None = None) -> list[Cause]:
    """Check an Ingress.

    Args:
        old: what it replaces: what was wrong there may stay so.
    """
    spec = obj["spec"]
    causes = metadata.validate(obj, names.dns1123_subdomain)
    if not spec.get("rules") and spec.get("defaultBackend") is None:
        why = "either `defaultBackend` or `rules` must be specified"
        causes.append(invalid_value("spec", spec.get("rules"), why))
    if spec.get("defaultBackend") is not None:
        causes += _backend(spec["defaultBackend"], "spec.defaultBackend")
    tolerant = old is not None and _has_bad_wildcard_rule(old["spec"])
    for index, rule in enumerate(spec.get("rules") or ()):
        causes += _rule(rule, f"spec.rules[{index}]", tolerant=tolerant)
    tolerant = old is not None and any(_secret(tls, "") for tls in old["spec"].get("tls") or ())
    for index, tls in enumerate(spec.get("tls") or ()):
        causes += _tls(tls, f"spec.tls[{index}]", tolerant=tolerant)
    name = spec.get("ingressClassName")
    if name is not None:
        causes += invalid_each("spec.ingressClassName", name, names.dns1123_subdomain(name))
    return causes


def same_class(obj: Object) -> list[Cause]:
    """Check that the annotation with a new Ingress's class says what the field says."""
    annotation = annotations_of(obj).get(CLASS_ANNOTATION)
    name = obj["spec"].get("ingressClassName")
    if annotation is None or name is None or annotation == name:
        return []
    path = f"annotations.{CLASS_ANNOTATION}"
    return [invalid_value(path, annotation, "must match `ingressClassName` when both are specified")]


def status(found: Object) -> list[Cause]:
    """Check the addresses that an ingress controller has written."""
    causes: list[Cause] = []
    for index, entry in enumerate((found.get("loadBalancer") or {}).get("ingress") or ()):
        path = f"status.loadBalancer.ingress[{index}]"
        ip, host = entry.get("ip") or "", entry.get("hostname") or ""
        if ip:
            causes += addresses.valid_ip(ip, f"{path}.ip")
        if host:
            causes += invalid_each(f"{path}.hostname", host, names.dns1123_subdomain(host))
            if addresses.parse(host) is not None:
                causes.append(invalid_value(f"{path}.hostname", host, _NO_ADDRESS))
    return causes


def _rule(rule: Object, path: str, *, tolerant: bool) -> list[Cause]:
    host, causes = rule.get("host") or "", list[Cause]()
    if host:
        if addresses.parse(host) is not None:
            causes.append(invalid_value(f"{path}.host", host, _NO_ADDRESS))
        causes += _host(host, f"{path}.host")
    if "*" in host and tolerant:
        return causes
    return causes + _http(rule.get("http"), f"{path}.http")


def _host(host: str, path: str) -> list[Cause]:
    rule = names.wildcard_subdomain if "*" in host else names.dns1123_subdomain
    return invalid_each(path, host, rule(host))


def _has_bad_wildcard_rule(spec: Object) -> bool:
    return any("*" in (rule.get("host") or "") and _http(rule.get("http"), "") for rule in spec.get("rules") or ())


def _http(http: Object | None, path: str) -> list[Cause]:
    if http is None:
        return []
    listed = http.get("paths") or ()
    causes = [] if listed else [required(f"{path}.paths")]
    for index, item in enumerate(listed):
        causes += _path(item, f"{path}.paths[{index}]")
    return causes


def _path(item: Object, path: str) -> list[Cause]:
    kind, text, place = item.get("pathType"), item.get("path") or "", f"{path}.path"
    if kind is None:
        return [required(f"{path}.pathType", "pathType must be specified")]
    causes: list[Cause] = []
    if kind not in _PATH_TYPES:
        causes.append(not_supported(f"{path}.pathType", kind, _PATH_TYPES))
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            causes.append(invalid_value(place, text, "must be an absolute path"))
    else:
        if not text.startswith("/"):
            causes.append(invalid_value(place, text, "must be an absolute path"))
        causes += [invalid_value(place, text, f"must not contain '{bad}'") for bad in _BAD_SEQUENCES if bad in text]
        causes += [invalid_value(place, text, f"cannot end with '{bad}'") for bad in _BAD_ENDS if text.endswith(bad)]
    return causes + _backend(item.get("backend") or {}, f"{path}.backend")


def _backend(backend: Object, path: str) -> list[Cause]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [invalid_value(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _reference(resource, f"{path}.resource")
    if service is None:
        return [invalid_value(path, "", "resource or service backend is required")]
    name, port = service.get("name") or "", service.get("port") or {}
    causes = invalid_each(f"{path}.service.name", name, names.dns1123_label(name)) if name else []
    if not name:
        causes.append(required(f"{path}.service.name"))
    if port.get("name") and port.get("number"):
        causes.append(invalid_value(path, "", "cannot set both port name & port number"))
    elif port.get("name"):
        causes += invalid_each(f"{path}.service.port.name", port["name"], names.port_name(port["name"]))
    elif port.get("number"):
        causes += ports.number(port["number"], f"{path}.service.port.number")
    else:
        causes.append(required(path, "port name or number is required"))
    return causes


def _tls(tls: Object, path: str, *, tolerant: bool) -> list[Cause]:
    causes: list[Cause] = []
    for index, host in enumerate(tls.get("hosts") or ()):
        causes += _host(host, f"{path}.hosts[{index}]")
    return causes if tolerant else causes + _secret(tls, path)


def _secret(tls: Object, path: str) -> list[Cause]:
    name = tls.get("secretName") or ""
    return invalid_each(f"{path}.secretName", name, names.dns1123_subdomain(name)) if name else []


def ingress_class(spec: Object) -> list[Cause]:
    """Check an IngressClass's spec."""
    controller = spec.get("controller") or ""
    causes = [too_long("spec.controller", _MAX_CONTROLLER)] if len(controller.encode()) > _MAX_CONTROLLER else []
    causes += domain_prefixed_path("spec.controller", controller)
    parameters = spec.get("parameters")
    return causes if parameters is None else causes + _parameters(parameters, "spec.parameters")


def ingress_class_update(new: Object, old: Object) -> list[Cause]:
    """Check what must not change."""
    if new.get("controller") == old.get("controller"):
        return []
    return [invalid_value("spec.controller", new.get("controller") or "", IMMUTABLE)]


def _parameters(found: Object, path: str) -> list[Cause]:
    causes = _reference(found, path)
    scope, namespace = found.get("scope"), found.get("namespace")
    if scope is None:
        return [*causes, required(f"{path}.scope")]
    if scope not in _SCOPES:
        causes.append(not_supported(f"{path}.scope", scope, _SCOPES))
    elif scope == "Cluster":
        if namespace is not None:
            causes.append(forbidden_field(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'"))
    elif namespace is None:
        causes.append(required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'"))
    else:
        causes += invalid_each(f"{path}.namespace", namespace, names.dns1123_label(namespace))
    return causes


def _reference(found: Object, path: str) -> list[Cause]:
    """Check the reference to another object (validateIngressTypedLocalObjectReference)."""
    group = found.get("apiGroup")
    causes = [] if group is None else invalid_each(f"{path}.apiGroup", group, names.dns1123_subdomain(group))
    for key in ("kind", "name"):
        value = found.get(key) or ""
        if not value:
            causes.append(required(f"{path}.{key}"))
        else:
            causes += invalid_each(f"{path}.{key}", value, names.path_segment(value))
    return causes
