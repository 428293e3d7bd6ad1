"""A rolling update in time: its pods, and the requests meanwhile to the Service and to one pod's own address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kubelearn.views.display import Table
from kubelearn.views.traffic.load import Attempt

_HEADINGS = ("Pod", "Version", "State", "From", "To")


@dataclass(frozen=True)
class Phase:
    """A time in which a pod's state did not change.

    Attributes:
        version: ``old`` or ``new``: from before the update, or after it.
        state: ``starting`` (not ready yet, or not ready any more), ``ready`` or ``stopping``.
        start: seconds since the recording began.
        end: the same; ``None`` while it lasts.
    """

    pod: str
    version: str
    state: str
    start: float
    end: float | None = None


@dataclass(frozen=True)
class Track:
    """Requests to one address, in the order in which they were sent."""

    name: str
    url: str
    attempts: tuple[Attempt, ...] = ()

    @property
    def lost(self) -> int:
        """Requests without an answer."""
        return sum(attempt.lost for attempt in self.attempts)

    @property
    def outcome(self) -> str:
        """``no request lost``, ``some requests lost`` or ``every request lost``."""
        if not self.attempts:
            return "no request yet"
        if not self.lost:
            return "no request lost"
        return "some requests lost" if self.lost < len(self.attempts) else "every request lost"


@dataclass(frozen=True)
class Recording:
    """What happened during an update.

    Attributes:
        deployment: its name.
        phases: in the order in which they began.
        tracks: requests to the Service, and to the first old pod's own address.
        seconds: how long the recording is so far.
        finished: whether all old pods are gone.
    """

    deployment: str
    phases: tuple[Phase, ...]
    tracks: tuple[Track, ...]
    seconds: float
    finished: bool

    @property
    def pods(self) -> list[str]:
        """Names of the pods, in the order in which they appeared."""
        return list(dict.fromkeys(phase.pod for phase in self.phases))

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a phase: ``pod``, ``version``, ``state``, ``start`` and ``end``.

        Times are seconds since the recording began; the end of what still lasts is ``None``.
        """
        return [vars(_rounded(phase)).copy() for phase in self.phases]

    def request_rows(self) -> list[dict[str, Any]]:
        """Return one row a request: ``to``, ``at`` (when it was sent, in seconds), ``answered`` and ``text``.

        The text is the answer, or curl's message.
        """
        return [
            {"to": track.name, "at": round(attempt.at, 2), "answered": not attempt.lost, "text": attempt.text}
            for track in self.tracks
            for attempt in track.attempts
        ]

    def table(self) -> Table:
        """Return the phases as a table."""
        return Table(_HEADINGS, [_cells(phase) for phase in self.phases])

    @property
    def summary(self) -> str:
        """What happened, without times, which differ from run to run."""
        if not self.phases:
            return f"Rolling update of {self.deployment}: not begun."
        old, new = self._pods_of("old"), self._pods_of("new")
        requests = "".join(f" {track.name}: {track.outcome}." for track in self.tracks)
        return f"Rolling update of {self.deployment}, {self.progress}: {old} old pods, {new} new pods.{requests}"

    @property
    def progress(self) -> str:
        """``not begun``, ``under way`` or ``finished``."""
        if self.finished:
            return "finished"
        return "under way" if self._pods_of("new") else "not begun"

    def _pods_of(self, version: str) -> int:
        return len({phase.pod for phase in self.phases if phase.version == version})

    def __repr__(self) -> str:
        return self.summary


def _rounded(phase: Phase) -> Phase:
    return replace(phase, start=round(phase.start, 2), end=None if phase.end is None else round(phase.end, 2))


def _cells(phase: Phase) -> tuple[str, str, str, str, str]:
    end = "" if phase.end is None else f"{phase.end:.1f} s"
    return phase.pod, phase.version, phase.state, f"{phase.start:.1f} s", end


def rows(recording: Recording) -> list[dict[str, Any]]:
    """Return the phases of a recording's pods (see :func:`kubelearn.rollout.record`)."""
    return recording.rows()


def table(recording: Recording) -> Table:
    """Return the same as a table."""
    return recording.table()
