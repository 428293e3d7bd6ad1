"""What happened to a pod from its deletion to its end, and meanwhile to its endpoint and to requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kubelearn.views.display import Table
from kubelearn.views.traffic.load import Attempt

_HEADINGS = ("What", "State", "From", "To")
#: The exit code of a process that SIGKILL ended.
_KILLED = 137


@dataclass(frozen=True)
class Span:
    """A time in which something was in one state; seconds since the pod's deletion began."""

    state: str
    start: float
    end: float


@dataclass(frozen=True)
class Recording:
    """A pod's last seconds; all times are seconds since its deletion began.

    Attributes:
        service: a Service that the pod is behind.
        pod: its name.
        grace: its grace period in seconds.
        begin: when the recording began, a moment before the deletion.
        end: when the recording ended.
        gone: when the API had the pod no more; ``None`` if it still had at the end.
        hook: whether it has a preStop hook, which ends before SIGTERM.
        code: the exit code of its container; ``None`` if nobody has told it.
        endpoint: states of its endpoint in the EndpointSlice: ``ready``; then ``serving, terminating``, and
            ``terminating`` when it does not answer its readiness probe any more.
        own: requests to its own address, at the path that its readiness probe asks for.
        nodes: name of a node → requests from there to the Service.
        slow: a request that was in flight when the deletion began: ``answered`` or ``lost``; ``None`` without one, or
            as long as it lasts.
    """

    service: str
    pod: str
    grace: int
    begin: float
    end: float
    gone: float | None
    hook: bool
    code: int | None
    endpoint: tuple[Span, ...]
    own: tuple[Attempt, ...]
    nodes: dict[str, tuple[Attempt, ...]]
    slow: Span | None = None

    @property
    def killed(self) -> bool:
        """Whether its container was ended by SIGKILL."""
        return self.code == _KILLED

    @property
    def last_answer(self) -> float:
        """When it answered for the last time, at its own address."""
        return max((attempt.at for attempt in self.own if not attempt.lost), default=self.begin)

    @property
    def asked_to_stop(self) -> float | None:
        """When SIGTERM came, as far as the server says so: from then on its probe's path has another answer.

        A server that stops at once says nothing: ``None``.
        """
        usual = next((attempt.text for attempt in self.own if not attempt.lost), "")
        answers = (attempt for attempt in self.own if not attempt.lost and attempt.at > 0)
        return next((attempt.at for attempt in answers if attempt.text != usual), None)

    def last_sent(self, node: str) -> float | None:
        """Say when the last request from a node went to the pod, be it answered or lost; ``None`` if none did."""
        sent = [attempt.at for attempt in self.nodes[node] if attempt.lost or attempt.text == self.pod]
        return max(sent, default=None)

    @property
    def rules_followed(self) -> float:
        """When the last node had stopped sending requests to the pod."""
        return max((self.last_sent(node) or 0.0 for node in self.nodes), default=0.0)

    @property
    def phases(self) -> tuple[Span, ...]:
        """The pod's own states: ``ready``, ``preStop hook`` or ``still answers``, ``shuts down``, ``ended``."""
        stop, last = self.asked_to_stop, max(self.last_answer, 0.0)
        leaving = "preStop hook" if self.hook else "still answers"
        gone = self.end if self.gone is None else max(self.gone, last)
        found = [Span("ready", self.begin, 0.0), Span(leaving, 0.0, last if stop is None else stop)]
        if stop is not None:
            found.append(Span("shuts down", stop, last))
        return tuple(span for span in (*found, Span("ended", last, gone)) if span.end > span.start)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each state: ``what`` (pod, endpoint, request, a node), ``state``, ``start``, ``end``."""
        listed = [("pod", span) for span in self.phases] + [("endpoint", span) for span in self.endpoint]
        listed += [
            (node, Span("sends to the pod", self.begin, last))
            for node in self.nodes
            if (last := self.last_sent(node)) is not None
        ]
        if self.slow:
            listed.append(("request in flight", self.slow))
        return [
            {"what": what, "state": span.state, "start": round(span.start, 2), "end": round(span.end, 2)}
            for what, span in listed
        ]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(
            _HEADINGS,
            [(row["what"], row["state"], f"{row['start']:.1f} s", f"{row['end']:.1f} s") for row in self.rows()],
        )

    @property
    def summary(self) -> str:
        """What happened, without times, which differ from run to run."""
        told = [
            f"The last seconds of a pod behind {self.service}:",
            "its endpoint stopped being ready at once."
            if any("terminating" in span.state for span in self.endpoint)
            else "its endpoint was not seen to change.",
            self._rules_text,
        ]
        if self.slow:
            told.append(f"The request in flight was {self.slow.state}.")
        return " ".join((*told, self._end_text))

    @property
    def _rules_text(self) -> str:
        stop = self.last_answer if self.asked_to_stop is None else self.asked_to_stop
        order = "before" if self.rules_followed < stop else "after"
        what = "the server stopped" if self.asked_to_stop is None else "SIGTERM came"
        return f"The last node stopped sending it requests {order} {what}."

    @property
    def _end_text(self) -> str:
        if self.gone is None:
            return "It had not ended when the recording did."
        if self.killed:
            return f"Its grace period of {self.grace} s was over first: SIGKILL ended the server."
        return f"The server ended by itself, within its grace period of {self.grace} s."

    def __repr__(self) -> str:
        return self.summary


def spans(changes: Iterable[tuple[float, str]], end: float) -> tuple[Span, ...]:
    """Join changes of a state: each lasts until the next one, an empty one is none, and equal ones are one."""
    found: list[Span] = []
    last = ("", 0.0)
    for at, state in [*changes, (end, "")]:
        if state != last[0]:
            if last[0]:
                found.append(Span(last[0], last[1], at))
            last = (state, at)
    return tuple(found)


def rows(recording: Recording) -> list[dict[str, Any]]:
    """Return the states of a recording (see :func:`kubelearn.termination.record`)."""
    return recording.rows()


def table(recording: Recording) -> Table:
    """Return the same as a table."""
    return recording.table()
