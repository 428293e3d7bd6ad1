"""Which pods a Service's selector selects, and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Table
from kubelearn.views.objects import Object, Objects
from kubelearn.views.objects import read as read_objects
from kubelearn.views.pods import matches, selector_text, state, targets

#: What a selection is made from, in all namespaces.
KINDS = ("services", "pods", "endpointslices")
_HEADINGS = ("Pod", "Namespace", "Labels", "Selected", "Traffic", "Why")


@dataclass(frozen=True)
class Candidate:
    """A pod that a selector could select.

    Attributes:
        labels: as kubectl prints them.
        selected: whether it is selected.
        traffic: whether the Service sends it any.
        why: the reason, in a few words.
    """

    pod: str
    namespace: str
    labels: str
    selected: bool
    traffic: bool
    why: str


@dataclass(frozen=True)
class Selection:
    """A Service's selector, and the pods of its namespace; and those of others that it would select.

    Attributes:
        service: the Service's name.
        selector: as in its spec; empty if it has none.
        pods: the Service's namespace first.
    """

    service: str
    selector: dict[str, str]
    pods: tuple[Candidate, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each pod: ``pod``, ``namespace``, ``labels``, ``selected``, ``traffic`` and ``why``."""
        return [vars(pod).copy() for pod in self.pods]

    def table(self) -> Table:
        """Return the rows as a table."""
        words = {True: "yes", False: "no"}
        cells = [
            (pod.pod, pod.namespace, pod.labels, words[pod.selected], words[pod.traffic], pod.why) for pod in self.pods
        ]
        return Table(_HEADINGS, cells)

    @property
    def outcome(self) -> str:
        """How many of the pods get traffic."""
        traffic = sum(pod.traffic for pod in self.pods)
        selector = selector_text(self.selector)
        return f"Service {self.service}, selector {selector}: {traffic} of {len(self.pods)} pods get traffic."

    @property
    def summary(self) -> str:
        """The selection in words."""
        listed = "; ".join(f"{pod.pod}: {pod.why}" for pod in self.pods)
        return f"{self.outcome} {listed or 'There are no pods'}."

    def __repr__(self) -> str:
        return self.summary


def read(cluster: Cluster, service: str) -> Selection:
    """Return what the selector of a Service selects now, in the handle's namespace.

    Raises:
        LookupError: there is no such Service.
        kubernetes.client.ApiException: the API refuses.
    """
    return build(read_objects(cluster, *KINDS, namespace=""), service, cluster.namespace)


def find(objects: Objects, service: str, namespace: str) -> Object:
    """Return a Service.

    Raises:
        LookupError: there is none.
    """
    for item in objects["services"]:
        if (item["metadata"]["name"], item["metadata"]["namespace"]) == (service, namespace):
            return item
    raise LookupError(f"there is no Service {service!r} in the namespace {namespace!r}")


def build(objects: Objects, service: str, namespace: str) -> Selection:
    """Return the selection among objects that were read before (see :func:`read`)."""
    selector = find(objects, service, namespace)["spec"].get("selector") or {}
    slices = [item for item in objects["endpointslices"] if item["metadata"]["namespace"] == namespace]
    ready = targets(service, {**objects, "endpointslices": slices})
    found = []
    for pod in objects["pods"]:
        meta, inside = pod["metadata"], pod["metadata"]["namespace"] == namespace
        selected = matches(selector, pod)
        if inside or selected:
            traffic = inside and meta["name"] in ready
            candidate = Candidate(
                meta["name"],
                meta["namespace"],
                selector_text(meta.get("labels") or {}),
                inside and selected,
                traffic,
                _why(selector, pod, inside, traffic),
            )
            found.append(candidate)
    found.sort(key=lambda each: (each.namespace != namespace, each.namespace, each.pod))
    return Selection(service, dict(selector), tuple(found))


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
        return "in: gets traffic"
    now = state(pod)
    return "in, not in the endpoints yet" if now == "Ready" else f"in, but no traffic: {now}"


def rows(cluster: Cluster, service: str) -> list[dict[str, Any]]:
    """Return the rows of the selection as it is now (arguments and errors as for :func:`read`)."""
    return read(cluster, service).rows()


def table(cluster: Cluster, service: str) -> Table:
    """Return the same as a table (arguments and errors as for :func:`read`)."""
    return read(cluster, service).table()
