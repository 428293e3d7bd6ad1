"""What the tests of exercises are made of: the mistakes that authors foresee, and a shell that makes them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

import kubelearn

_FOLDER = Path(__file__).parent / "mistakes"


@dataclass(frozen=True)
class Mistake:
    """A wrong way to do an exercise, and what the learner is told.

    Attributes:
        exercise: its key.
        commands: shell commands that make the mistake; ``$HERE`` is the lessons' namespace.
        says: part of the reason that ``check()`` gives for it (in capitals or not), and for no other mistake of this
            exercise; ``$HERE`` as well.
        outcome: ``Not yet`` unless the file says otherwise.
    """

    exercise: str
    commands: str
    says: str
    outcome: str = "Not yet"

    def __str__(self) -> str:
        return f"{self.exercise}: {self.says[:40]}"


def mistakes() -> list[Mistake]:
    """Return the mistakes of all lessons, from ``mistakes/LESSON.yml``."""
    return [Mistake(**entry) for path in sorted(_FOLDER.glob("*.yml")) for entry in yaml.safe_load(path.read_text())]


def environment(cluster: kubelearn.Cluster) -> dict[str, str]:
    """Return the environment in which kubectl reaches one of several clusters.

    ``HERE`` names the namespace of the lessons there.
    """
    return {
        **os.environ,
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
