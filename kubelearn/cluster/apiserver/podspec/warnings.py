"""Warnings about pods that are fine for the API but not what somebody means.

Source: K/pkg/api/pod/warnings.go, release 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.meta import Object

from . import sources

#: Labels of nodes that have other names now.
_OLD_LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}


def hostname(obj: Object, what: str) -> list[str]:
    """Warn of a name with dots, which pods cannot have as hostname.

    Args:
        what: where the name ends up, for example ``the Pod's hostname``.
    """
    problems = names.dns1123_label(obj["metadata"].get("name", ""))
    if not problems:
        return []
    return [
        f"metadata.name: this is used in {what}, which can result in surprising behavior; a DNS label is recommended: "
        f"[{' '.join(problems)}]"
    ]


def workload(obj: Object, old: Object | None) -> list[str]:
    """Warn of what the pods of a workload will be like, when it is new or its template has changed."""
    found = hostname(obj, "Pod names and hostnames") if old is None else []
    return found + template(obj, old)


def template(obj: Object, old: Object | None) -> list[str]:
    """Warn of what a template's pods will be like, when it is new or has changed."""
    if old is not None and obj["spec"]["template"] == old["spec"]["template"]:
        return []
    return pod_spec(obj["spec"]["template"]["spec"], "spec.template.spec")


def pod_spec(spec: Object, path: str = "spec") -> list[str]:
    """Warn of environment variables and ports that hide one another, and of what is out of date or ignored."""
    found = [
        f'{path}.nodeSelector[{label}]: deprecated since {since}; use "{instead}" instead'
        for label in sorted(spec.get("nodeSelector") or ())
        for since, instead in [_OLD_LABELS.get(label, ("", ""))]
        if since
    ]
    found += [
        f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'
        for index, secret in enumerate(spec.get("imagePullSecrets") or ())
        if not secret.get("name")
    ]
    for index, volume in enumerate(spec.get("volumes") or ()):
        found += sources.warnings(volume, f"{path}.volumes[{index}]")
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        found.append(
            f"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        )
    for where, container in _containers(spec, path):
        found += _fractions(container, where) + _variables(container, where)
    return found + _ports(spec, path)


def _fractions(container: Object, path: str) -> list[str]:
    resources = container.get("resources") or {}
    return [
        f'{path}.resources.{kind}[memory]: fractional byte value "{amount}" is invalid, must be an integer'
        for kind in ("limits", "requests")
        if (amount := (resources.get(kind) or {}).get("memory")) and value_of(amount).denominator != 1
    ]


def _containers(spec: Object, path: str) -> Iterator[tuple[str, Object]]:
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(kind) or ()):
            yield f"{path}.{kind}[{index}]", container


def _variables(container: Object, path: str) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name = variable.get("name", "")
        # A variable that refers to its own older value is meant to replace it.
        if name in seen and f"$({name})" not in (variable.get("value") or ""):
            found.append(
                f'{path}.env[{index}]: hides previous definition of "{name}", which may be dropped when using apply'
            )
        seen.add(name)
    return found


def _ports(spec: Object, path: str) -> list[str]:
    found: list[str] = []
    by_number: dict[tuple[int, str], list[tuple[str, Object]]] = {}
    for where, container in _containers(spec, path):
        for index, port in enumerate(container.get("ports") or ()):
            here = f"{where}.ports[{index}]"
            others = by_number.setdefault((port.get("containerPort") or 0, port.get("protocol") or ""), [])
            found += [text for other in others if (text := _overlap(here, port, *other))]
            others.append((here, port))
            if port.get("hostIP") and not port.get("hostPort"):
                shown = (
                    f"{{Name:{port.get('name') or ''} HostPort:0 ContainerPort:{port.get('containerPort') or 0} "
                    f"Protocol:{port.get('protocol') or ''} HostIP:{port['hostIP']}}}"
                )
                found.append(f"{here}: hostIP set without hostPort: {shown}")
    return found


def _overlap(here: str, port: Object, there: str, other: Object) -> str:
    numbers, hosts = (
        (port.get("hostPort") or 0, other.get("hostPort") or 0),
        (port.get("hostIP") or "", other.get("hostIP") or ""),
    )
    if numbers[0] == numbers[1] and hosts[0] == hosts[1]:
        return f"{here}: duplicate port definition with {there}"
    if 0 in numbers:
        return f"{here}: overlapping port definition with {there}"
    if numbers[0] == numbers[1] and "" in hosts:
        return f"{here}: dangerously ambiguous port definition with {there}"
    return ""
