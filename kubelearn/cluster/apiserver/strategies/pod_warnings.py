"""Warnings about pods that are fine for the API but not what somebody means.

Source: K/pkg/api/pod/warnings.go, release 1.32.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.meta import Object


def hostname(obj: Object, what: str) -> list[str]:
    """Warn of a name with dots, which pods cannot have as hostname.

    Args:
        what: where the name ends up, for example ``the Pod's hostname``.
    """
    problems = names.dns1123_label(obj["metadata"].get("name", ""))
    if not problems:
        return []
    return [f"metadata.name: this is used in {what}, which can result in surprising behavior; a DNS label is recommended: [{' '.join(problems)}]"]


def workload(obj: Object, old: Object | None) -> list[str]:
    """Warn of what the pods of a workload will be like, when it is new or its template has changed."""
    found = hostname(obj, "Pod names and hostnames") if old is None else []
    if old is None or obj["spec"]["template"] != old["spec"]["template"]:
        found += pod_spec(obj["spec"]["template"]["spec"], "spec.template.spec")
    return found


def pod_spec(spec: Object, path: str = "spec") -> list[str]:
    """Warn of environment variables and ports that hide one another."""
    found: list[str] = []
    for where, container in _containers(spec, path):
        found += _variables(container, where)
    return found + _ports(spec, path)


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
            found.append(f'{path}.env[{index}]: hides previous definition of "{name}", which may be dropped when using apply')
        seen.add(name)
    return found


def _ports(spec: Object, path: str) -> list[str]:
    found: list[str] = []
    by_number: dict[tuple[int, str], list[tuple[str, Object]]] = {}
    by_name: dict[str, str] = {}
    for where, container in _containers(spec, path):
        regular = ".containers[" in where or container.get("restartPolicy") == "Always"
        for index, port in enumerate(container.get("ports") or ()):
            here = f"{where}.ports[{index}]"
            others = by_number.setdefault((port.get("containerPort") or 0, port.get("protocol") or ""), [])
            found += [text for other in others if (text := _overlap(here, port, *other))]
            others.append((here, port))
            name = port.get("name")
            if name and regular:
                if name in by_name:
                    first = by_name[name]
                    found.append(f'{here}: duplicate port name "{name}" with {first}, services and probes that select ports by name will use {first}')
                else:
                    by_name[name] = here
    return found


def _overlap(here: str, port: Object, there: str, other: Object) -> str:
    numbers, hosts = (port.get("hostPort") or 0, other.get("hostPort") or 0), (port.get("hostIP") or "", other.get("hostIP") or "")
    if numbers[0] == numbers[1] and hosts[0] == hosts[1]:
        return f"{here}: duplicate port definition with {there}"
    if 0 in numbers:
        return f"{here}: overlapping port definition with {there}"
    if numbers[0] == numbers[1] and "" in hosts:
        return f"{here}: dangerously ambiguous port definition with {there}"
    return ""
