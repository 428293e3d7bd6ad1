"""Which container knows which Service by environment variables, and why: only what was there when the container started.

When things happened comes from the API, what a container knows from ``env`` in the container itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kubernetes.client import ApiException

from .display import Picture, Table
from .drawing import WIDTH, Arrow, Bar, Box, Drawing, Text, shorten
from .objects import Object, read
from .target.connection import Cluster

KINDS = ("services", "pods")
_HEADINGS = ("Pod", "Container", "Service", "Knows it", "Why")
#: Containers and Services that a picture shows at most.
_MOST = 8


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
        return "a headless Service gives no variables" if self.address == "None" else "" if self.address else "an ExternalName Service gives no variables"


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
            found += [Knowledge(run.pod, run.container, service.name, *_judge(run, service)) for service in self.services]
            present = {service.variable for service in self.services}
            gone = sorted(key for key in run.variables or () if key.endswith("_SERVICE_HOST") and key not in present and key != variable("kubernetes"))
            found += [Knowledge(run.pod, run.container, _name_of(key), "old address", "the Service was there at its start, and is gone") for key in gone]
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
            parts = [f"{words} {', '.join(names)}" for state, words in _WORDS.items() if (names := [item.service for item in mine if item.knows == state])]
            if parts:
                sentences.append(f"{run.name} {'; '.join(parts)}.")
        return " ".join(sentences)

    def __repr__(self) -> str:
        return self.summary


_WORDS = {"yes": "knows", "no": "does not know", "old address": "has an old address of", "not seen": "could not be asked about"}


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
        return ("yes", "the Service was there when the container started") if same else ("old address", f"{value}: the Service was made anew since")
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
    return all(labels.get(key) == value for key, _, value in (part.partition("=") for part in selector.split(",") if part))


def build(cluster: Cluster, services: Iterable[Object], pods: Iterable[Object], seen: dict[str, dict[str, str] | None] | None = None) -> TimeLine:
    """Make a time line of objects.

    Args:
        seen: container ID → its variables: containers that are not asked again, for theirs never change; grows by those that are asked.
    """
    seen = {} if seen is None else seen
    known = [Known(item["metadata"]["name"], item["metadata"]["creationTimestamp"], item["spec"].get("clusterIP", "")) for item in services]
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


def picture(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> Picture:
    """Draw Services and containers on one axis, and who knows whom (arguments as for :func:`of`)."""
    return draw(of(cluster, namespace=namespace, selector=selector)).picture()


# The picture

_LEFT, _TOP, _ROW, _BAR = 270, 40, 40, 14
#: Least width of a moment's column with its time written above.
_WRITTEN = 56
#: Characters that fit beside the bars.
_CHARACTERS = 46


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
            ((sum(not _has(run, service) for run in runs) if service.name != "kubernetes" else -1, 1, service.name), service) for service in services]
        places += [((number, 2, run.name), run) for number, run in enumerate(runs)]
        found += [subject for _, subject in sorted(places, key=lambda place: place[0])]
    return found


def _has(run: Run, service: Known) -> bool:
    return run.variables is not None and run.variables.get(service.variable) == service.address


def draw(line: TimeLine, rows: int = 0) -> Drawing:
    """Draw Services and containers on one axis; a moment has a column, so that quick and slow ones are equally easy to see.

    Args:
        rows: how many Services and containers to leave room for, so that the page does not jump.
    """
    names = list(dict.fromkeys((run.pod, run.container) for run in line.runs))
    services, shown = line.services[:_MOST], names[:_MOST]
    drawing = Drawing(WIDTH, _TOP + _ROW * max(rows, len(services) + len(shown)) + 34, line.summary)
    order = moments(line)
    step = (WIDTH - _LEFT - 20) / max(len(order), 1)
    columns = {id(subject): _LEFT + step * index for index, subject in enumerate(order)}
    drawing.add(*_axis(order, step))
    places: dict[str, float] = {}
    for number, service in enumerate(services):
        y = _TOP + _ROW * number
        places[service.name] = y + _BAR / 2 + 5
        drawing.add(Text(10, y + 13, f"Service {shorten(service.name, 28)}", 12, bold=True), Text(10, y + 28, service.gives or service.address, 11))
        drawing.add(Bar(columns[id(service)], y + 5, WIDTH - 20 - columns[id(service)], _BAR, "muted" if service.gives else "service"))
    for number, key in enumerate(shown, len(services)):
        _draw_container(drawing, line, key, _TOP + _ROW * number, columns, places)
    left = len(line.services) - len(services) + len(names) - len(shown)
    note = f"{left} more are in the table." if left else "Dashed line: a container starts. It gets variables of each Service that is there by then (dots)."
    drawing.add(Text(10, drawing.height - 10, note, 11))
    return drawing


def _axis(order: Sequence[Known | Run], step: float) -> list[Text]:
    every = max(1, round(_WRITTEN / step + 0.49))
    times = [subject.created if isinstance(subject, Known) else subject.started for subject in order]
    labels = [Text(_LEFT + step * index, 18, time[11:19], 10) for index, time in enumerate(times) if index % every == 0]
    return [Text(10, 18, "Time (UTC; not to scale)", 11), *labels]


def _draw_container(drawing: Drawing, line: TimeLine, key: tuple[str, str], y: float, columns: dict[int, float], places: dict[str, float]) -> None:
    runs = [run for run in line.runs if (run.pod, run.container) == key]
    mine = {item.service: item.knows for item in line.knowledge if (item.pod, item.container) == key}
    drawing.add(Text(10, y + 13, shorten(runs[-1].name, 38), 12, bold=True), Text(10, y + 28, shorten(_in_short(mine), _CHARACTERS), 11))
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        x = columns[id(run)]
        end = columns[id(following)] - 4 if following else min(x + 40, WIDTH - 20) if run.ended else WIDTH - 20
        states = set(mine.values())
        tone = "muted" if run.ended or "not seen" in states else "broken" if "old address" in states else "waiting" if "no" in states else "ready"
        if not run.ended:
            drawing.add(Arrow(x, _TOP, x, y + 5, dashed=True, head=False, width=1))
            drawing.add(*(Box(x - 4, places[name] - 4, 8, 8) for name, knows in mine.items() if knows == "yes" and name in places))
        drawing.add(Bar(x, y + 5, end - x, _BAR, tone))


def _in_short(mine: dict[str, str]) -> str:
    """Return what a container knows, by numbers where names would not fit."""
    words = {"yes": "knows", "no": "not", "old address": "old address of", "not seen": "not seen:"}
    found = {word: names for state, word in words.items() if (names := [name for name, knows in mine.items() if knows == state])}
    text = "; ".join(f"{word} {', '.join(names)}" for word, names in found.items())
    if len(text) > _CHARACTERS:
        text = "; ".join(f"{word} {names[0] if len(names) == 1 and len(names[0]) < 12 else f'{len(names)} of {len(mine)}'}" for word, names in found.items())
    return text or "has ended"
