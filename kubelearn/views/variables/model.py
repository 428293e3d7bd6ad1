"""Which container knows which Service by environment variables, and why: only what was there when the container started.

When things happened comes from the API, what a container knows from ``env`` in the container itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Table
from kubelearn.views.objects import Object, read

KINDS = ("services", "pods")
_HEADINGS = ("Pod", "Container", "Service", "Knows it", "Why")


@dataclass(frozen=True)
class Knowledge:
    """Whether one container knows one Service.

    Attributes:
        knows: ``yes``, ``no``, ``old address``, or ``not seen`` where ``env`` could not be run.
        why: the rule that made it so.
    """

    pod: str
    container: str
    service: str
    knows: str
    why: str


@dataclass(frozen=True)
class Run:
    """One run of a container, from its start to its end.

    Attributes:
        started: its start, RFC 3339; with a precision of one second, as everywhere in the API.
        ended: its end, empty if it still runs.
        variables: what ``env`` printed; ``None`` where it could not be run, or not any more.
        links: whether the pod wants variables (``enableServiceLinks``).
        alone: whether it is the pod's only container.
    """

    pod: str
    container: str
    started: str
    ended: str
    variables: dict[str, str] | None
    links: bool = True
    alone: bool = True

    @property
    def name(self) -> str:
        """The pod's name, and the container's if the pod has others."""
        return self.pod if self.alone else f"{self.pod}/{self.container}"


@dataclass(frozen=True)
class Known:
    """A Service as containers may know it."""

    name: str
    created: str
    address: str

    @property
    def variable(self) -> str:
        """Name of the variable with the address."""
        return variable(self.name)

    @property
    def gives(self) -> str:
        """Why it gives no variables; empty if it does."""
        return (
            "a headless Service gives no variables"
            if self.address == "None"
            else ""
            if self.address
            else "an ExternalName Service gives no variables"
        )


@dataclass(frozen=True)
class TimeLine:
    """Services and containers of a namespace in time.

    Attributes:
        services: in the order of their names.
        runs: in the order of pods and containers, earlier runs of a restarted container first.
    """

    services: tuple[Known, ...]
    runs: tuple[Run, ...]

    @property
    def knowledge(self) -> list[Knowledge]:
        """Return what each running container knows of each Service, and of those that are gone."""
        found = []
        for run in (run for run in self.runs if not run.ended):
            found += [
                Knowledge(run.pod, run.container, service.name, *_judge(run, service)) for service in self.services
            ]
            present = {service.variable for service in self.services}
            gone = sorted(
                key
                for key in run.variables or ()
                if key.endswith("_SERVICE_HOST") and key not in present and key != variable("kubernetes")
            )
            found += [
                Knowledge(
                    run.pod,
                    run.container,
                    _name_of(key),
                    "old address",
                    "the Service was there at its start, and is gone",
                )
                for key in gone
            ]
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each pair of a running container and a Service: pod, container, service, whether it knows it, and why."""
        return [vars(item).copy() for item in self.knowledge]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(_HEADINGS, [tuple(row.values()) for row in self.rows()])

    @property
    def summary(self) -> str:
        """What each container knows, in a sentence each."""
        if not self.knowledge:
            return "No Service, or no running container yet."
        sentences = []
        for run in (run for run in self.runs if not run.ended):
            mine = [item for item in self.knowledge if (item.pod, item.container) == (run.pod, run.container)]
            parts = [
                f"{words} {', '.join(names)}"
                for state, words in _WORDS.items()
                if (names := [item.service for item in mine if item.knows == state])
            ]
            if parts:
                sentences.append(f"{run.name} {'; '.join(parts)}.")
        return " ".join(sentences)

    def __repr__(self) -> str:
        return self.summary


_WORDS = {
    "yes": "knows",
    "no": "does not know",
    "old address": "has an old address of",
    "not seen": "could not be asked about",
}


def variable(service: str) -> str:
    """Return the name of the variable with a Service's address: ``MY_DB_SERVICE_HOST`` for ``my-db``."""
    return service.upper().replace("-", "_") + "_SERVICE_HOST"


def _name_of(key: str) -> str:
    return key.removesuffix("_SERVICE_HOST").lower().replace("_", "-")


def _judge(run: Run, service: Known) -> tuple[str, str]:
    if run.variables is None:
        return "not seen", "env could not be run in it"
    value = run.variables.get(service.variable)
    if value is not None:
        same = value == service.address
        return (
            ("yes", "the Service was there when the container started")
            if same
            else ("old address", f"{value}: the Service was made anew since")
        )
    if service.gives:
        return "no", service.gives
    if not run.links and service.name != "kubernetes":
        return "no", "enableServiceLinks is false"
    return "no", "the Service came after the container's start"


def of(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> TimeLine:
    """Look at all Services and containers of a namespace.

    Args:
        cluster: the handle.
        namespace: by default the handle's.
        selector: labels of the pods that count, ``app=web``; all without it.

    Raises:
        kubernetes.client.ApiException: the API refuses.
    """
    objects = read(cluster, *KINDS, namespace=namespace)
    return build(cluster, objects["services"], [pod for pod in objects["pods"] if matches(pod, selector)])


def matches(pod: Object, selector: str) -> bool:
    """Return whether a pod has all labels of a selector, ``app=web,tier=front``."""
    labels = pod["metadata"].get("labels") or {}
    return all(
        labels.get(key) == value for key, _, value in (part.partition("=") for part in selector.split(",") if part)
    )


def build(
    cluster: Cluster,
    services: Iterable[Object],
    pods: Iterable[Object],
    seen: dict[str, dict[str, str] | None] | None = None,
) -> TimeLine:
    """Make a time line of objects.

    Args:
        seen: container ID → its variables: containers that are not asked again, for theirs never change; grows by those that are asked.
    """
    seen = {} if seen is None else seen
    known = [
        Known(item["metadata"]["name"], item["metadata"]["creationTimestamp"], item["spec"].get("clusterIP", ""))
        for item in services
    ]
    runs = []
    for pod in pods:
        for status in pod["status"].get("containerStatuses") or ():
            runs += _runs(cluster, pod, status, seen)
    return TimeLine(tuple(sorted(known, key=lambda service: service.name)), tuple(runs))


def _runs(cluster: Cluster, pod: Object, status: Object, seen: dict[str, dict[str, str] | None]) -> list[Run]:
    name, container = pod["metadata"]["name"], status["name"]
    links, alone = pod["spec"].get("enableServiceLinks", True), len(pod["spec"]["containers"]) == 1
    runs = []
    for states in (status.get("lastState") or {}, status.get("state") or {}):
        ended = states.get("terminated")
        if ended and ended.get("startedAt"):
            runs.append(Run(name, container, ended["startedAt"], ended["finishedAt"], None, links, alone))
        elif running := states.get("running"):
            identity = status.get("containerID", "")
            if identity not in seen:
                seen[identity] = _ask(cluster, pod["metadata"]["namespace"], name, container)
            runs.append(Run(name, container, running["startedAt"], "", seen[identity], links, alone))
    return runs


def _ask(cluster: Cluster, namespace: str, pod: str, container: str) -> dict[str, str] | None:
    try:
        done = cluster.exec(pod, "env", container=container, namespace=namespace, timeout=10)
    except (ApiException, RuntimeError, TimeoutError):  # no such program, or the container has just ended
        return None
    return dict(re.findall(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", done.stdout, re.MULTILINE)) if done.code == 0 else None


def rows(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> list[dict[str, Any]]:
    """Return which container knows which Service, and why (arguments as for :func:`of`)."""
    return of(cluster, namespace=namespace, selector=selector).rows()


# The picture


def moments(line: TimeLine) -> list[Known | Run]:
    """Return the Services as they were made and the containers as they were started, in order.

    The API knows times to the second. Within one second, a Service comes before the containers that know it, and after the others; ``kubernetes`` is always the first Service.
    """
    found: list[Known | Run] = []
    for second in sorted({*(service.created for service in line.services), *(run.started for run in line.runs)}):
        services = [service for service in line.services if service.created == second]
        runs = [run for run in line.runs if run.started == second]
        runs.sort(key=lambda run: (sum(_has(run, service) for service in services), run.name))
        places: list[tuple[tuple[int, int, str], Known | Run]] = [
            (
                (sum(not _has(run, service) for run in runs) if service.name != "kubernetes" else -1, 1, service.name),
                service,
            )
            for service in services
        ]
        places += [((number, 2, run.name), run) for number, run in enumerate(runs)]
        found += [subject for _, subject in sorted(places, key=lambda place: place[0])]
    return found


def _has(run: Run, service: Known) -> bool:
    return run.variables is not None and run.variables.get(service.variable) == service.address
