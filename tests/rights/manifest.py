"""The manifests of docs/targets.md that give the rights the preflight asks for.

``python -m tests.rights.manifest`` prints them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import yaml

from kubelearn.target.preflight import NEEDED, Right

from .roles import ASKED


def rules(rights: Iterable[Right]) -> list[dict[str, list[str]]]:
    """Return the rules of a role, resources with the same verbs together."""
    verbs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for right in rights:
        resource, _, group = right.resource.partition(".")
        verbs[group, resource].add(right.verb)
    together: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (group, resource), found in sorted(verbs.items()):
        together[group, tuple(sorted(found))].append(resource)
    return [
        {"apiGroups": [group], "resources": resources, "verbs": list(found)}
        for (group, found), resources in together.items()
    ]


def manifest(kind: str, rights: Iterable[Right], **metadata: str) -> str:
    """Return a Role or ClusterRole as YAML."""
    lines = [
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:"
        f" {{{', '.join(f'{key}: {value}' for key, value in metadata.items())}}}\nrules:"
    ]
    lines.extend(
        "- {" + ", ".join(f"{key}: {_flow(values)}" for key, values in rule.items()) + "}" for rule in rules(rights)
    )
    return "\n".join(lines) + "\n"


def _flow(values: list[str]) -> str:
    return "[" + ", ".join(value or '""' for value in values) + "]"


def granted(text: str) -> set[tuple[str, str]]:
    """Return what a role in YAML grants, as verb and resource."""
    role: Any = yaml.safe_load(text)
    return {
        (verb, f"{resource}.{group}" if group else resource)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


ROLE = manifest("Role", NEEDED, name="kubelearn", namespace="NAMESPACE")
CLUSTER_ROLE = manifest("ClusterRole", ASKED, name="kubelearn")


if __name__ == "__main__":
    print(ROLE, CLUSTER_ROLE, sep="---\n")
