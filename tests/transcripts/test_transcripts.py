"""The real kubectl gets the same answers here as from a real cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from .replay import RECORDED, parse
from .runner import differences, report
from .versions import HERE, WORDING, find, version_of

#: Played with the other versions, too: a first look around, and most of kubectl's own words.
#: ``python -m tests.transcripts`` plays everything with every version.
_WITH_ALL = ("01-first-service", "03-mistakes")


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.txt")))
def test_transcript(name: str, kubeconfig: Path, kubectl: str) -> None:
    found = report(name, str(kubeconfig), version_of(kubectl))
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
    for name, command in [*HERE, *((name, command) for _, name, command in WORDING)]:
        assert command in [step.command for step in parse(RECORDED / f"{name}.txt")[1]]
