"""Which pods a Service's selector selects, and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.views.objects import Object, Objects, read
from kubelearn.views.pods import matches, selector_text, state, targets

#: What the rows are made from, in all namespaces.
KINDS = ("services", "pods", "endpointslices")


def parse(text: str) -> dict[str, str]:
    """Read ``key=value,key=value``.

    Raises:
        ValueError: a part without ``=``.
    """
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    for key, sign, _ in pairs:
        if not sign or not key:
            raise ValueError(f"write key=value, separated by commas, not {text!r}")
    return {key.strip(): value.strip() for key, _, value in pairs}


def rows(cluster: Cluster, service: str) -> list[dict[str, Any]]:
    """Return a row for each pod of the Service's namespace, and for those of others that its selector would select.

    Each has ``pod``, ``namespace``, ``labels``, ``selected``, ``traffic`` and ``why``.

    Raises:
        LookupError: there is no such Service.
    """
    return table(read(cluster, *KINDS, namespace=""), service, cluster.namespace)


def find(objects: Objects, service: str, namespace: str) -> Object:
    """Return a Service.

    Raises:
        LookupError: there is none.
    """
    for item in objects["services"]:
        if (item["metadata"]["name"], item["metadata"]["namespace"]) == (service, namespace):
            return item
    raise LookupError(f"there is no Service {service!r} in the namespace {namespace!r}")


def table(objects: Objects, service: str, namespace: str) -> list[dict[str, Any]]:
    """Return the rows of objects that were read before (see :func:`rows`)."""
    selector = find(objects, service, namespace)["spec"].get("selector") or {}
    here = {
        **objects,
        "endpointslices": [item for item in objects["endpointslices"] if item["metadata"]["namespace"] == namespace],
    }
    ready = targets(service, here)
    found = []
    for pod in objects["pods"]:
        meta, inside = pod["metadata"], pod["metadata"]["namespace"] == namespace
        if inside or matches(selector, pod):
            traffic = inside and meta["name"] in ready
            found.append(
                {
                    "pod": meta["name"],
                    "namespace": meta["namespace"],
                    "labels": selector_text(meta.get("labels") or {}),
                    "selected": inside and matches(selector, pod),
                    "traffic": traffic,
                    "why": _why(selector, pod, inside, traffic),
                }
            )
    return sorted(found, key=lambda row: (row["namespace"] != namespace, row["namespace"], row["pod"]))


def _why(selector: Mapping[str, str], pod: Object, inside: bool, traffic: bool) -> str:
    if not inside:
        return f"out: in the namespace {pod['metadata']['namespace']}"
    if not selector:
        return "out: the Service has no selector"
    labels = pod["metadata"].get("labels") or {}
    for key, value in selector.items():
        if key not in labels:
            return f"out: has no label {key}"
        if labels[key] != value:
            return f"out: {key} is {labels[key]}, not {value}"
    if traffic:
        return "in, and gets traffic"
    now = state(pod)
    return "in, not in the endpoints yet" if now == "Ready" else f"in, but no traffic: {now}"


def describe(listed: list[dict[str, Any]], service: str, selector: Mapping[str, str]) -> str:
    """Return rows in words."""
    parts = "; ".join(f"{row['pod']}: {row['why']}" for row in listed)
    traffic = sum(row["traffic"] for row in listed)
    return (
        f"Service {service}, selector {selector_text(selector)}: {traffic} of {len(listed)} pods get traffic."
        f" {parts or 'There are no pods'}."
    )
