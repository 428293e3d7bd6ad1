"""APIServices (kube-aggregator's pkg/registry/apiservice and pkg/apis/apiregistration)."""

from __future__ import annotations

import base64
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required
from kubelearn.cluster.apiserver.go.values import drop_empty, go_value
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.apiserver.validation import metadata, names, ports
from kubelearn.cluster.apiserver.validation.causes import invalid_each, unsupported
from kubelearn.cluster.meta import Object

API_SERVICES = "apiservices.apiregistration.k8s.io"
#: Field → its highest value.
_PRIORITIES: Final = {"groupPriorityMinimum": 20_000, "versionPriority": 1000}
_UNCHECKED: Final = "spec.insecureSkipTLSVerify"
_STATUSES: Final = ("True", "False", "Unknown")


class APIServiceStrategy(Strategy):
    """Rules of ``apiservices.apiregistration.k8s.io``."""

    has_status = True
    unconditional = False

    def default(self, obj: Object) -> None:
        """Set the port of the Service, and leave out what is empty."""
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "apiregistration.v1.APIServiceSpec")
        for name in _PRIORITIES:
            spec.setdefault(name, 0)
        if spec.get("service") is not None and spec["service"].get("port") is None:
            spec["service"]["port"] = 443

    def prepare_create(self, obj: Object, _context: Context) -> None:
        """Begin the status: what this server would serve itself is available at once."""
        obj["status"] = {}
        if obj["spec"].get("service") is None:
            why = "Local APIServices are always available"
            meta.set_condition(obj, "Available", "True", reason="Local", message=why)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name, which is put together from version and group, and the spec."""
        spec = obj["spec"]
        name = f"{spec.get('version', '')}.{spec.get('group', '')}"

        def is_name(text: str) -> names.Problems:
            problems = names.path_segment(text)
            wrong = f'must be `spec.version+"."+spec.group`: {go_value(name)}'
            return problems or (() if text == name else (wrong,))

        return metadata.validate(obj, is_name, namespaced=False) + _version(spec) + _server(spec)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement as a new object, too."""
        return super().validate_update(new, old) + self.validate(new)

    def validate_subresource(self, _subresource: str, new: Object, _old: Object) -> list[Cause]:
        """Check the conditions of a status."""
        return [
            unsupported(f"status.conditions[{index}].status", condition.get("status"), _STATUSES)
            for index, condition in enumerate(new["status"].get("conditions") or ())
            if condition.get("status") not in _STATUSES
        ]


def _version(spec: Object) -> list[Cause]:
    group, version = spec.get("group", ""), spec.get("version", "")
    causes: list[Cause] = []
    if group:
        causes += invalid_each("spec.group", group, names.dns1123_subdomain(group))
    elif version != "v1":
        causes.append(required("spec.group", "only v1 may have an empty group and it better be legacy kube"))
    causes += invalid_each("spec.version", version, names.dns1035_label(version))
    for name, highest in _PRIORITIES.items():
        if not 0 < spec[name] <= highest:
            causes.append(invalid_value(f"spec.{name}", spec[name], f"must be positive and less than {highest}"))
    return causes


def _server(spec: Object) -> list[Cause]:
    """Check where the API is served; without a Service, by this server."""
    service, is_unchecked = spec.get("service"), spec.get("insecureSkipTLSVerify", False)
    size = len(base64.b64decode(spec.get("caBundle", "")))
    if service is None:
        causes = []
        if size:
            causes.append(invalid_value("spec.caBundle", f"{size} bytes", "local APIServices may not have a caBundle"))
        if is_unchecked:
            causes.append(invalid_value(_UNCHECKED, True, "local APIServices may not have insecureSkipTLSVerify"))
        return causes
    causes = [required(f"spec.service.{name}") for name in ("namespace", "name") if not service.get(name)]
    if ports.number(service["port"], ""):
        why = f"port is not valid: {ports.PORT_RANGE}"
        causes.append(invalid_value("spec.service.port", service["port"], why))
    if is_unchecked and size:
        causes.append(invalid_value(_UNCHECKED, True, "may not be true if caBundle is present"))
    return causes
