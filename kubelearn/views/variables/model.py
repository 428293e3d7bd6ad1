"""Which containers know a Service by its environment variables, and how that came about.

The kubelet gives a container variables of the Services that are there when it starts, and never changes them. The
times are those of the API; what a container knows comes from ``env`` in the container itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Table
from kubelearn.views.objects import Object
from kubelearn.views.objects import read as read_objects
from kubelearn.views.pods import has_labels, parse_labels

#: What a time line is made from.
KINDS = ("services", "pods")
_HOST = "_SERVICE_HOST"
_GONE = "the Service was there at its start; it is gone"
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
    def no_variables(self) -> str:
        """Why it gives no variables; empty if it does."""
        if self.address == "None":
            return "a headless Service gives no variables"
        return "" if self.address else "an ExternalName Service gives no variables"


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
        for run in self.running:
            found += [
                Knowledge(run.pod, run.container, service.name, *_judge(run, service)) for service in self.services
            ]
            found += [Knowledge(run.pod, run.container, name, "old address", _GONE) for name in self._gone(run)]
        return found

    @property
    def running(self) -> list[Run]:
        """The runs that have not ended."""
        return [run for run in self.runs if not run.ended]

    def _gone(self, run: Run) -> list[str]:
        """Return the Services that a container has variables of, and that are not there any more."""
        present = {variable("kubernetes"), *(service.variable for service in self.services)}
        return [_name_of(key) for key in sorted(run.variables or ()) if key.endswith(_HOST) and key not in present]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each pair of a running container and a Service.

        Each has ``pod``, ``container``, ``service``, ``knows`` and ``why``.
        """
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
        for run in self.running:
            mine = [item for item in self.knowledge if (item.pod, item.container) == (run.pod, run.container)]
            parts = [
                f"{words} {', '.join(names)}"
                for state, words in _WORDS.items()
                if (names := [item.service for item in mine if item.knows == state])
            ]
            if parts:
                sentences.append(f"{run.name} {'; '.join(parts)}.")
        return " ".join(sentences)

    @property
    def outcome(self) -> str:
        """How many containers know the Services, in one sentence."""
        if not self.knowledge:
            return self.summary
        found = Counter(self._state_of(run) for run in self.running)
        total = "1 running container" if len(self.running) == 1 else f"{len(self.running)} running containers"
        counts = [f"{found[state]} {words[found[state] > 1]}" for state, words in _COUNTED.items() if found[state]]
        return f"Of {total}, {', '.join(counts)}."

    def _state_of(self, run: Run) -> str:
        """Return what is to be said first of a container; Services without variables do not count."""
        without = {service.name for service in self.services if service.no_variables}
        states = {
            item.knows
            for item in self.knowledge
            if (item.pod, item.container) == (run.pod, run.container)
            and (item.knows, item.service in without) != ("no", True)
        }
        return next((state for state in reversed(_COUNTED) if state in states), "yes")

    def __repr__(self) -> str:
        return self.summary


#: For one container, and for several.
_COUNTED = {
    "yes": ("has the variables of all Services", "have the variables of all Services"),
    "no": ("lacks variables of a Service", "lack variables of a Service"),
    "old address": ("has an old address", "have an old address"),
    "not seen": ("could not be asked", "could not be asked"),
}
_WORDS = {
    "yes": "knows",
    "no": "does not know",
    "old address": "has an old address of",
    "not seen": "could not be asked about",
}


def variable(service: str) -> str:
    """Return the name of the variable with a Service's address: ``MY_DB_SERVICE_HOST`` for ``my-db``."""
    return service.upper().replace("-", "_") + _HOST


def _name_of(key: str) -> str:
    return key.removesuffix(_HOST).lower().replace("_", "-")


def _judge(run: Run, service: Known) -> tuple[str, str]:
    if run.variables is None:
        return "not seen", "env could not be run in it"
    value = run.variables.get(service.variable)
    if value is not None:
        if value == service.address:
            return "yes", "the Service was there when the container started"
        return "old address", f"{value}: the Service was created again since"
    if service.no_variables:
        return "no", service.no_variables
    if not run.links and service.name != "kubernetes":
        return "no", "enableServiceLinks is false"
    return "no", "the Service came after the container's start"


def read(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> TimeLine:
    """Look at all Services and containers of a namespace.

    Args:
        cluster: the handle.
        namespace: by default the handle's.
        selector: labels of the pods that count, ``app=web``; all without it.

    Raises:
        ValueError: the selector is not ``key=value,key=value``.
        kubernetes.client.ApiException: the API refuses.
    """
    labels = parse_labels(selector)
    objects = read_objects(cluster, *KINDS, namespace=namespace)
    return build(cluster, objects["services"], [pod for pod in objects["pods"] if has_labels(labels, pod)])


def build(
    cluster: Cluster,
    services: Iterable[Object],
    pods: Iterable[Object],
    seen: dict[str, dict[str, str] | None] | None = None,
) -> TimeLine:
    """Make a time line of objects.

    Args:
        seen: container ID → its variables: containers that are not asked again, for theirs never change; grows by
            those that are asked.
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
    """Return which container knows which Service, and why (arguments as for :func:`read`)."""
    return read(cluster, namespace=namespace, selector=selector).rows()


def table(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> Table:
    """Return the same as a table (arguments as for :func:`read`)."""
    return read(cluster, namespace=namespace, selector=selector).table()


def moments(line: TimeLine) -> list[Known | Run]:
    """Return the Services as they were made and the containers as they were started, in order.

    The API knows times to the second. Within one second, a Service comes before the containers that know it, and after
    the others; ``kubernetes`` is always the first Service.
    """
    seconds = {*(service.created for service in line.services), *(run.started for run in line.runs)}
    return [subject for second in sorted(seconds) for subject in _within(line, second)]


def _within(line: TimeLine, second: str) -> list[Known | Run]:
    services = [service for service in line.services if service.created == second]
    runs = [run for run in line.runs if run.started == second]
    runs.sort(key=lambda run: (sum(_has(run, service) for service in services), run.name))
    places: list[tuple[tuple[int, int, str], Known | Run]] = []
    for service in services:
        ignorant = -1 if service.name == "kubernetes" else sum(not _has(run, service) for run in runs)
        places.append(((ignorant, 1, service.name), service))
    for number, run in enumerate(runs):
        places.append(((number, 2, run.name), run))
    return [subject for _, subject in sorted(places, key=lambda place: place[0])]


def _has(run: Run, service: Known) -> bool:
    return run.variables is not None and run.variables.get(service.variable) == service.address
