"""The real kubectl gets the same answers here as from a real cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from .replay import RECORDED, play

#: Steps whose output depends on what cannot be the same here, and why.
KNOWN = {
    ("09-changing-things", "kubectl get replicaset -o jsonpath='{.items[*].metadata.ownerReferences}{.items[*].spec.replicas}'"):
        "the order of the four ReplicaSets is that of their names, and those end in a hash of Go's print of the template",
}


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.txt")))
def test_transcript(name: str, kubeconfig: Path, kubectl: str) -> None:
    results = list(play(RECORDED / f"{name}.txt", str(kubeconfig)))
    failed = [(step.command, difference) for step, difference in results if difference and (name, step.command) not in KNOWN]
    report = "\n".join(f"$ {command}\n" + "\n".join(difference) for command, difference in failed)
    assert not failed, f"{len(failed)} of {len(results)} steps differ:\n{report}"
