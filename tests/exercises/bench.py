"""What the tests of exercises are made of: right ways, cheats and foreseen mistakes, and a shell that goes them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

import kubelearn
from kubelearn.course.exercises import Kind, Outcome, Session, find
from kubelearn.target.environment import inherited

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Way:
    """A way to do an exercise, right or wrong, and what ``check()`` says of it.

    Attributes:
        exercise: its key.
        commands: shell commands; ``$HERE`` is the lessons' namespace.
        name: what is particular about it; of a mistake, that is what is said.
        says: part of the reason that is given for a wrong way (in capitals or not), and for no other wrong way of this
            exercise; ``$HERE`` as well. A right way has none.
        outcome: of a wrong way; ``Not yet`` unless the file says otherwise.
        after: key of an exercise whose solution is carried out before.
    """

    exercise: str
    commands: str
    name: str = ""
    says: str = ""
    outcome: str = Kind.NOT_YET.value
    after: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it does the exercise."""
        return not self.says

    @property
    def whole(self) -> str:
        """All commands, those that come before included."""
        return f"{find(self.after)[1].solution}\n{self.commands}" if self.after else self.commands

    @property
    def lesson(self) -> str:
        """The name of the exercise's lesson."""
        return find(self.exercise)[0].name

    def __str__(self) -> str:
        return f"{self.exercise}: {self.name or self.says[:40]}"


@dataclass(frozen=True)
class Verdict:
    """What a check said of a way.

    Attributes:
        outcome: what it said.
        here: the namespace in which it was gone.
        seconds: how long the check took.
    """

    outcome: Outcome
    here: str
    seconds: float


def mistakes() -> list[Way]:
    """Return the foreseen mistakes of all lessons, from ``mistakes/LESSON.yml``."""
    return _read("mistakes")


def alternatives() -> list[Way]:
    """Return right ways and cheats of all lessons, from ``alternatives/LESSON.yml``."""
    return _read("alternatives")


def _read(folder: str) -> list[Way]:
    return [
        Way(**entry)
        for path in sorted((_FOLDER / folder).glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def fitting(outcome: Outcome, here: str, among: list[Way]) -> list[Way]:
    """Return the wrong ways of which an outcome says what it should say of them."""
    said = repr(outcome).lower()
    return [way for way in among if way.says and way.says.replace("$HERE", here).lower() in said]


def begun(key: str, cluster: kubelearn.Cluster) -> Session:
    """Return an exercise with its situation.

    Raises:
        AssertionError: the situation could not be prepared; with the reason.
    """
    session = kubelearn.exercise(key, cluster)
    said = repr(session)  # now: when the test tells of it, the cluster has ended
    assert "could not be prepared" not in said, said
    return session


def environment(cluster: kubelearn.Cluster) -> dict[str, str]:
    """Return the environment in which kubectl reaches one of several clusters.

    ``HERE`` names the namespace of the lessons there.
    """
    return {
        **inherited(),
        "HERE": cluster.namespace,
        "KUBECONFIG": str(cluster.kubeconfig),
        "KUBECACHEDIR": str(cluster.kubeconfig.parent / "cache"),
    }


def shell(cluster: kubelearn.Cluster, commands: str) -> str:
    """Run commands with bash and the real kubectl, as a ``%%bash`` cell does, and return what they printed.

    Raises:
        AssertionError: a command failed; with its words.
    """
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
        env=environment(cluster),
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout
