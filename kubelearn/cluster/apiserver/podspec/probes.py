"""Probes, lifecycle hooks and what they do (exec, httpGet, tcpSocket, grpc, sleep).

Source: K/pkg/apis/core/validation/validation.go, validateProbe and validateHandler, release 1.36.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.validation import names, ports
from kubelearn.cluster.apiserver.validation.causes import invalid_each, not_negative
from kubelearn.cluster.meta import Object

_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def probes(container: Object, path: str) -> list[Cause]:
    """Check the three probes of a container."""
    causes: list[Cause] = []
    for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(kind)
        if probe is None:
            continue
        field = f"{path}.{kind}"
        causes += _probe(probe, field)
        if kind == "readinessProbe":
            if probe.get("terminationGracePeriodSeconds") is not None:
                why = "must not be set for readinessProbes"
                causes.append(
                    invalid_value(f"{field}.terminationGracePeriodSeconds", probe["terminationGracePeriodSeconds"], why)
                )
        elif probe.get("successThreshold") != 1:
            causes.append(invalid_value(f"{field}.successThreshold", probe.get("successThreshold") or 0, "must be 1"))
    return causes


def _probe(probe: Object, path: str) -> list[Cause]:
    causes = handler(probe, None, path) + not_negative(probe, _NUMBERS, path)
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        causes.append(invalid_value(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    return causes


def lifecycle(hooks: Object, grace_period: int | None, path: str) -> list[Cause]:
    """Check postStart and preStop."""
    causes: list[Cause] = []
    for kind in ("postStart", "preStop"):
        if hooks.get(kind) is not None:
            causes += handler(hooks[kind], grace_period, f"{path}.{kind}")
    return causes


def handler(found: Object, grace_period: int | None, path: str) -> list[Cause]:
    """Check that exactly one action is given, and that one."""
    causes: list[Cause] = []
    chosen = [kind for kind in _HANDLERS if found.get(kind) is not None]
    if not chosen:
        return [required(path, "must specify a handler type")]
    for index, kind in enumerate(chosen):
        field = f"{path}.{kind}"
        if index:
            causes.append(forbidden_field(field, "may not specify more than 1 handler type"))
        elif kind == "sleep":
            causes += _sleep(found[kind], grace_period, field)
        else:
            causes += _ACTIONS[kind](found[kind], field)
    return causes


def _exec(action: Object, path: str) -> list[Cause]:
    return [] if action.get("command") else [required(f"{path}.command")]


def _http_get(action: Object, path: str) -> list[Cause]:
    causes = [] if action.get("path") else [required(f"{path}.path")]
    causes += ports.number_or_name(action.get("port"), f"{path}.port")
    if action.get("scheme") not in ("HTTP", "HTTPS"):
        causes.append(not_supported(f"{path}.scheme", action.get("scheme") or "", ("HTTP", "HTTPS")))
    for header in action.get("httpHeaders") or ():
        name = header.get("name") or ""
        causes += invalid_each(f"{path}.httpHeaders", name, names.http_header(name))
    return causes


def _port(action: Object, path: str) -> list[Cause]:
    return ports.number_or_name(action.get("port"), f"{path}.port")


def _sleep(action: Object, grace_period: int | None, path: str) -> list[Cause]:
    seconds = action.get("seconds") or 0
    if grace_period is None or 0 <= seconds <= grace_period:
        return []
    why = f"must be non-negative and less than terminationGracePeriodSeconds ({grace_period})"
    return [invalid_value(path, seconds, why)]


_ACTIONS: dict[str, Callable[[Object, str], list[Cause]]] = {
    "exec": _exec,
    "httpGet": _http_get,
    "tcpSocket": _port,
    "grpc": _port,
}
