"""What was proved: which observation, when, and on which cluster; kept with the learner's progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import yaml
from kubernetes.client import ApiException, VersionApi

from kubelearn.target.connection import Cluster

from . import passed

_SECTION = "proofs"


@dataclass(frozen=True)
class Proof:
    """That an exercise was passed.

    Attributes:
        observation: what its check has seen, as a sentence.
        at: when, in UTC: ``2026-11-28 20:15:00``.
        target: of the cluster: ``embedded``, ``kind`` or ``context=NAME``.
        version: of its server.
        context: its name in the kubeconfig.
        namespace: that of the lesson.
        handle: by which it is known whether it was the same cluster.
        hints: how many were asked for.
        solution: whether a whole solution was shown.
    """

    observation: str
    at: str
    target: str
    version: str
    context: str
    namespace: str
    handle: str
    hints: int
    solution: bool

    @property
    def cluster(self) -> str:
        """The cluster in a few words."""
        return f"{self.target} {self.version}, context `{self.context}`, namespace `{self.namespace}`"


def record(cluster: Cluster, key: str, observation: str, *, hints: int, solution: bool) -> None:
    """Note that an exercise was passed just now.

    Args:
        cluster: the handle on the cluster on which it was.
        key: the exercise's.
        observation: what its check has seen.
        hints: how many were asked for.
        solution: whether a whole solution was shown.
    """
    config: Any = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))
    proof = Proof(
        observation,
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        str(cluster.target),
        _version(cluster),
        config["current-context"],
        cluster.namespace,
        handle(cluster),
        hints,
        solution,
    )
    passed.note(_SECTION, key, asdict(proof))


def last() -> dict[str, Proof]:
    """Return the last proof of each exercise, by its key; what another version has noted otherwise is left out."""
    read = {key: [_proof(entry) for entry in entries] for key, entries in passed.noted(_SECTION).items()}
    return {key: proof for key, proofs in read.items() if proofs and (proof := proofs[-1]) is not None}


def _proof(entry: object) -> Proof | None:
    if not isinstance(entry, Mapping):
        return None
    try:
        return Proof(**entry)
    except TypeError:
        return None


def handle(cluster: Cluster) -> str:
    """Return what no other handle has."""
    return cluster.kubeconfig.parent.name


def _version(cluster: Cluster) -> str:
    """Return the server's version; the proof counts without it."""
    try:
        return str(VersionApi(cluster.api).get_code().git_version)
    except ApiException:
        return "of unknown version"
