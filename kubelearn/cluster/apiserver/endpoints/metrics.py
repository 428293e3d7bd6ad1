"""What the API server tells of itself at ``/metrics``, in outline: its version, and how much is stored."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import RESOURCES

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(registry: Registry, build: dict[str, str]) -> str:
    """Return the metrics as Prometheus reads them.

    Args:
        build: what ``/version`` says.
    """
    major, minor, version = build["major"], build["minor"], meta.VERSION
    lines = [
        "# HELP apiserver_resource_objects [ALPHA] Number of stored objects, by resource.",
        "# TYPE apiserver_resource_objects gauge",
    ]
    counted = {(resource.group, resource.plural): resource.key for resource in RESOURCES if "list" in resource.verbs}
    lines += [
        f'apiserver_resource_objects{{group="{group}",resource="{plural}"}} {registry.store.count(key)}'
        for (group, plural), key in sorted(counted.items())
    ]
    lines += [
        "# HELP kubernetes_build_info [ALPHA] The version of the API server; the value is always 1.",
        "# TYPE kubernetes_build_info gauge",
        f'kubernetes_build_info{{git_version="{version}",major="{major}",minor="{minor}"}} 1',
    ]
    return "\n".join(lines) + "\n"
