"""The real kubectl gets the same answers here as from a real cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from .replay import RECORDED, parse
from .runner import differences, report
from .versions import WORDING, find, version_of

#: Played with the other versions, too: a first look around, and most of kubectl's own words.
#: ``python -m tests.transcripts`` plays everything with every version.
_WITH_ALL = ("01-first-service", "03-mistakes")
#: How often a recording may be played again. In 09 a Deployment is changed four times at once, and which of its old
#: ReplicaSets loses its unready pod depends on whether they were created in one and the same second
#: (ReplicaSetsByCreationTimestamp).
RACES = {"09-changing-things": 3}


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.txt")))
def test_transcript(name: str, kubeconfig: Path, kubectl: str) -> None:
    for _ in range(1 + RACES.get(name, 0)):
        found = report(name, str(kubeconfig), version_of(kubectl))
        if not found:
            break
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", _WITH_ALL)
@pytest.mark.parametrize("version", ["1.31", "1.33"])
def test_transcript_with_another_kubectl(name: str, version: str, tmp_path: Path) -> None:
    binary = find(version)
    if binary is None:
        pytest.skip(f"there is no kubectl.{version} on the PATH")
    found = differences(name, binary, version, tmp_path)
    assert not found, "\n".join(found)


def test_exceptions_are_about_recorded_steps() -> None:
    for _, name, command in WORDING:
        assert command in [step.command for step in parse(RECORDED / f"{name}.txt")[1]]
