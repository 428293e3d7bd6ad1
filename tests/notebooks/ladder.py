"""A robot that climbs the ladder of lesson 06: it reads the lesson's tables, and does what they say and nothing else.

``python -m tests.notebooks.ladder`` climbs it for every fault of ``ladder_faults.yml``, and prints a table: the fault,
the rung at which the robot ended, and whether that is the right one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

import kubelearn
from kubelearn.course.exercises import find
from tests.exercises.bench import environment, shell

from .course import notebook

LESSON = "06-debugging"
FAULTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "ladder_faults.yml").read_text(encoding="utf-8"))
#: A ladder with a circle in it is none.
_MOST = 20
_FIRST = re.compile(r"^`(kubectl [^`]+)`", re.MULTILINE)
_ROW = re.compile(r"^\| ([^|\n]+) \| ([^|\n]+) \| ([^|\n]+) \|$", re.MULTILINE)
#: A name in a command that stands for the learner's own.
_PLACE = re.compile(r"\b(?:CLIENT|URL|NAME|NAMESPACE|PORT|PATH|SELECTOR|ENDPOINT|POD|TARGETPORT)\b")
#: A command that asks the client, or names a namespace itself.
_SAYS_WHERE = re.compile(r"\bCLIENT\b| -n | -A\b")


class LadderError(Exception):
    """The tables leave open what to do next."""


@dataclass(frozen=True)
class Answer:
    """What a command said: its exit code, and all that it printed."""

    code: int
    text: str


Ask = Callable[[str], Answer]


@dataclass(frozen=True)
class Branch:
    """What to do if an answer has a sign: a rung's number, or the fault that is found."""

    sign: str
    target: str


@dataclass(frozen=True)
class Rung:
    """A question, and where its answers lead. Without a command it looks once more at the answer before."""

    command: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Ladder:
    """The first call, the branches from its end, and the rungs by their numbers."""

    first: Rung
    rungs: Mapping[str, Rung]


def read() -> Ladder:
    """Read the ladder's two tables from the lesson."""
    codes, rungs = (notebook(LESSON).cell(name).source for name in ("ladder", "ladder-rungs"))
    call = _FIRST.search(codes)
    assert call, "the first call does not stand at the beginning of a line"
    first = Rung(call.group(1), tuple(Branch(end, _target(to)) for end, _, to in _rows(codes)))
    return Ladder(first, {number: Rung(_command(asks), _branches(answers)) for number, asks, answers in _rows(rungs)})


def _rows(markdown: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, row)) for row in _ROW.findall(markdown.partition("\n| ---")[2])]


def _command(asks: str) -> str:
    return asks.strip("`") if asks.startswith("`kubectl ") else ""


def _branches(answers: str) -> tuple[Branch, ...]:
    parts = (part.partition("→") for part in answers.split("; "))
    return tuple(Branch(sign.strip(), _target(to)) for sign, _, to in parts)


def _target(text: str) -> str:
    return text.strip().strip("*")


@dataclass
class Climber:
    """Somebody who has the ladder, a shell and the symptom, and knows nothing else.

    Attributes:
        ladder: the tables.
        ask: runs a command.
        known: what the capital letters stand for, as far as it was seen yet.
        path: the rungs that were asked, in their order.
    """

    ladder: Ladder
    ask: Ask
    known: dict[str, str]
    path: list[str] = field(default_factory=list)

    def climb(self) -> str:
        """Return the fault that the ladder names.

        Raises:
            LadderError: it names none.
        """
        answer = self._first()
        target = self._next(self.ladder.first, answer)
        while target in self.ladder.rungs:
            if len(self.path) == _MOST:
                raise LadderError(f"it goes round in a circle: {self.path}")
            self.path.append(target)
            rung = self.ladder.rungs[target]
            answer = self._answer(rung, answer)
            target = self._next(rung, answer)
        return target

    def _first(self) -> Answer:
        """Call until it fails: behind a Service one pod may work, and another not."""
        for _ in range(_MOST):
            answer = self._answer(self.ladder.first, Answer(0, ""))
            if answer.code:
                break
        return answer

    def _answer(self, rung: Rung, before: Answer) -> Answer:
        if not rung.command:
            return before
        if "ENDPOINT" in rung.command:
            return self._of_endpoints(rung.command)
        answer = self._ask(rung.command)
        if rung.command.startswith("kubectl describe service NAME"):
            self._learn(answer.text)
        return answer

    def _ask(self, command: str) -> Answer:
        asked = _PLACE.sub(lambda place: self._stands_for(place.group()), command)
        if self.known["NAMESPACE"] != self.known["HERE"] and not _SAYS_WHERE.search(command):
            asked = asked.replace("kubectl ", f"kubectl -n {self.known['NAMESPACE']} ", 1)
        return self.ask(asked)

    def _of_endpoints(self, command: str) -> Answer:
        """Ask all endpoints, and go on with one that fails."""
        for endpoint in self.known["ENDPOINTS"].split(","):
            self.known["ENDPOINT"] = endpoint
            self.known["TARGETPORT"] = endpoint.rpartition(":")[2]
            answer = self._ask(command)
            if answer.code:
                break
        return answer

    def _stands_for(self, place: str) -> str:
        if place == "POD" and "POD" not in self.known:
            self.known["POD"] = self._pod()
        if place not in self.known:
            raise LadderError(f"{place} was not seen yet, after {self.path}")
        return self.known[place]

    def _pod(self) -> str:
        """Find the pod of an endpoint by its address."""
        address = self._stands_for("ENDPOINT").rpartition(":")[0]
        listed = self._ask("kubectl get pods -o wide").text
        return next(line.split()[0] for line in listed.splitlines() if address in line.split())

    def _learn(self, description: str) -> None:
        """Keep what ``kubectl describe service`` shows of the URL's port."""
        selector = re.search(r"^Selector: +(\S+)$", description, re.MULTILINE)
        self.known["SELECTOR"] = selector.group(1) if selector else "<none>"
        self.known["ENDPOINTS"] = self._of_port(description)

    def _of_port(self, description: str) -> str:
        for port in re.split(r"^(?=Port:)", description, flags=re.MULTILINE)[1:]:
            if re.match(rf"Port: +\S+ +{self.known['PORT']}/TCP\b", port):
                found = re.search(r"^Endpoints: *(\S*)", port, re.MULTILINE)
                return found.group(1) if found else ""
        return "no such port"

    def _next(self, rung: Rung, answer: Answer) -> str:
        for branch in rung.branches:
            if self._shows(branch.sign, answer):
                return branch.target
        raise LadderError(f"no branch fits after {self.path}: exit {answer.code}, {answer.text!r}")

    def _shows(self, sign: str, answer: Answer) -> bool:
        if sign in ("", "else"):
            return True
        if sign in _OF_ENDPOINTS:
            return _OF_ENDPOINTS[sign](self.known["ENDPOINTS"])
        if sign == "no pods":
            return self.known["SELECTOR"] == "<none>" or "No resources found" in answer.text
        if codes := re.fullmatch(r"exit (\d+)(?: or (\d+))?", sign):
            return str(answer.code) in codes.groups()
        if words := re.fullmatch(r"(no |not )?`(.+)`", sign):
            return (words.group(2) in answer.text) != bool(words.group(1))
        raise LadderError(f"{sign!r} is no sign that one can look for")


_OF_ENDPOINTS: dict[str, Callable[[str], bool]] = {
    "no such port": lambda shown: shown == "no such port",
    "none": lambda shown: shown in ("", "<none>"),
    "without ports": lambda shown: ":" not in shown,
}


def climber(fault: Mapping[str, Any], ask: Ask, here: str = "default") -> Climber:
    """Return somebody who works in a namespace, and knows the fault's symptom: who called which URL."""
    url = urlsplit(fault["url"])
    name, namespace = f"{url.hostname}.".split(".")[:2]
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    query = f"?{url.query}" if url.query else ""
    return Climber(
        read(),
        ask,
        {
            "CLIENT": fault.get("client", "till"),
            "URL": f"'{fault['url']}'",
            "NAME": name,
            "NAMESPACE": namespace or here,
            "HERE": here,
            "PORT": str(port),
            "PATH": f"{url.path.lstrip('/')}{query}",
        },
    )


def live(cluster: kubelearn.Cluster) -> Ask:
    """Return a shell with kubectl that reaches a cluster."""

    def ask(command: str) -> Answer:
        done = subprocess.run(
            ["bash", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
            env=environment(cluster),
        )
        return Answer(done.returncode, done.stdout)

    return ask


def told(fault: Mapping[str, Any]) -> Ask:
    """Return a shell that answers as a real cluster does: what is healthy there, but for this fault."""
    answers = FAULTS["healthy"] | fault["answers"]

    def ask(command: str) -> Answer:
        code, text = answers[command]
        return Answer(code, text)

    return ask


def prepare(cluster: kubelearn.Cluster) -> None:
    """Make all live faults: those of the lesson's own cells, those of its cases, and those of ``ladder_faults.yml``."""
    lesson = notebook(LESSON)
    for cell in ("create", "pods-create", "pods-probe"):
        shell(cluster, lesson.cell(cell).source.removeprefix("%%bash\n"))
    for fault in FAULTS["live"]:
        if "case" in fault:
            find(fault["case"])[1].start(cluster)
        elif "made" in fault:
            shell(cluster, fault["made"])
    shell(cluster, FAULTS["at last"])


def main() -> int:
    """Climb the ladder for every fault, and print where it ended."""
    wrong = 0
    with kubelearn.connect() as cluster:
        prepare(cluster)
        climbs = [(fault, climber(fault, live(cluster), cluster.namespace)) for fault in FAULTS["live"]]
        climbs += [(fault, climber(fault, told(fault))) for fault in FAULTS["told"]]
        for fault, robot in climbs:
            named = robot.climb()
            right = (robot.path[-1:], named) == ([str(fault["rung"])] if fault["rung"] else [], fault["found"])
            wrong += not right
            path = " ".join(robot.path) or "-"
            print(f"{fault['fault']:<60} {path:<22} {named:<36} {'right' if right else 'WRONG'}")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
