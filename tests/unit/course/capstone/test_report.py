"""What the report of the capstone makes of the proofs that are kept."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kubelearn.course import passed, proofs
from kubelearn.course.capstone.report import Report, report
from kubelearn.course.capstone.tasks import LESSON
from kubelearn.course.proofs import Proof

KEYS = [exercise.key for exercise in LESSON.exercises]
HERE: Any = SimpleNamespace(closed=False, kubeconfig=Path("/x/here/config"))


@pytest.fixture(autouse=True)
def _own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(tmp_path / "progress.json"))


def prove(
    key: str, at: str = "2026-01-01 10:00:00", handle: str = "here", hints: int = 0, solution: bool = False
) -> None:
    proof = Proof(f"`{key}` is\nso.", at, "kind", "v1.36.3", "kind-kubelearn", "lesson-1", handle, hints, solution)
    passed.note("proofs", key, asdict(proof))


def prove_all(**more: Any) -> Report:
    for key in KEYS:
        prove(key, **more)
    return report(HERE)


def test_nothing_is_proved_yet() -> None:
    found = report(HERE)
    assert not found.complete
    assert repr(found).startswith("Report: 0 of 5 parts proved. Open: the stock, ")
    assert "1. the stock: open. capstone_manifest.check() proves it." in repr(found)


def test_everything_is_proved() -> None:
    found = prove_all()
    assert found.complete
    assert found.markdown().split("\n\n")[:3] == [
        "**Report: 5 of 5 parts proved.**",
        (
            "1. **the stock**: proved at 2026-01-01 10:00:00 UTC, without a hint, "
            "on kind v1.36.3, context `kind-kubelearn`, namespace `lesson-1`."
        ),
        "   Observed: `capstone-manifest` is so.",
    ]


def test_the_last_proof_counts() -> None:
    prove(KEYS[0])
    prove(KEYS[0], "2026-01-02 10:00:00", hints=2)
    assert "proved at 2026-01-02 10:00:00 UTC, with 2 hints, on" in repr(report(HERE))


def test_a_solution_that_was_shown_is_told() -> None:
    prove(KEYS[0], hints=2, solution=True)
    assert "UTC, after a look at a solution, on" in repr(report(HERE))


def test_cleaned_up_too_early_is_open_again() -> None:
    prove_all()
    prove(KEYS[0], "2026-01-01 11:00:00")
    found = report(HERE)
    assert [exercise.key for exercise in found.open] == ["capstone-clean-up"]
    assert "Something else was proved later, so this is open again." in found.markdown()


def test_proofs_of_other_clusters_are_told() -> None:
    assert "another cluster than this notebook's" in prove_all(handle="elsewhere").markdown()
    prove(KEYS[1])
    assert "These proofs are from 2 clusters." in report(HERE).markdown()


@pytest.mark.parametrize("entry", [3, None, {}, {"observation": "x"}, []])
def test_what_another_version_has_noted_is_left_out(entry: object) -> None:
    passed.note("proofs", KEYS[0], entry)
    assert proofs.last() == {}
    assert "0 of 5" in repr(report(HERE))


def test_a_report_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    path = str(tmp_path / "absent" / "report.md")
    assert repr(report(HERE).save(path)) == f"Not saved. {path}: No such file or directory."
