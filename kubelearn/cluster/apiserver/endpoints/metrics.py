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
    keys = {(resource.group, resource.plural): resource.key for resource in RESOURCES if "list" in resource.verbs}
    counts = {
        f'{{group="{group}",resource="{plural}"}}': registry.store.count(key)
        for (group, plural), key in sorted(keys.items())
    }
    labels = f'git_version="{meta.VERSION}",major="{build["major"]}",minor="{build["minor"]}"'
    return gauge("apiserver_resource_objects", "Number of stored objects, by resource.", counts) + gauge(
        "kubernetes_build_info", "The version of the API server; the value is always 1.", {f"{{{labels}}}": 1}
    )


def gauge(name: str, about: str, values: dict[str, int]) -> str:
    """Return one metric of kind gauge.

    Args:
        values: labels, in braces or empty → value.
    """
    head = f"# HELP {name} [ALPHA] {about}\n# TYPE {name} gauge\n"
    return head + "".join(f"{name}{labels} {value}\n" for labels, value in values.items())
