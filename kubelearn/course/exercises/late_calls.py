"""Calls to a pod that is about to stop, as from a node that learns late of it; each with the time at which it began.

A busy machine sends requests later than it should, and tells of them later still. So what counts is when a request did
begin, by the clock of the pod that sent it. What that is by this process's clock is known at most: nobody is told of a
request before it begins. A request of which it is not sure that it began in time says nothing.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution
from kubelearn.views.traffic import check_url, curl

#: How many seconds after a pod's deletion a node may still send requests to it; and after how many of them it has to
#: answer one at least, for the pod to be tried.
NEWS, _ENOUGH = 1.4, 1.1
#: Requests, and seconds between two of them at least; the last ones begin late enough.
_REQUESTS, _PAUSE = 14, 0.1
_BEGINS = "begins"


@dataclass
class Evidence:
    """What requests to a pod say of it that were sent after it had been seen to be deleted.

    Attributes:
        usual: when the pod was asked for, and then seen as usual, for the last time; in seconds of
            :func:`time.monotonic`.
    """

    usual: float
    _begun: dict[int, float] = field(default_factory=dict)
    _said: dict[int, str] = field(default_factory=dict)
    #: What has to be added to the client's clock for this process's, at most.
    _ahead: float = math.inf

    def begins(self, number: int, theirs: float, told: float) -> None:
        """Note that a request begins.

        Args:
            number: the request's.
            theirs: when, in seconds of the client's clock.
            told: when that was read, in seconds of :func:`time.monotonic`.
        """
        self._begun[number] = theirs
        self._ahead = min(self._ahead, told - theirs)

    def says(self, number: int, text: str) -> None:
        """Note an answer, or what curl says instead."""
        self._said[number] = text

    @property
    def lost(self) -> str:
        """What curl said of a request that the pod should have answered; nothing if there is none."""
        return next((text for number in self._due() if curl.failed(text := self._said.get(number, ""))), "")

    @property
    def tried(self) -> bool:
        """Whether the pod answered long enough after its deletion."""
        first = next(iter(self._begun.values()), 0.0)
        return any(
            self._begun[number] - first >= _ENOUGH for number, text in self._said.items() if not curl.failed(text)
        )

    @property
    def is_complete(self) -> bool:
        """Whether further requests would change nothing."""
        return bool(self.lost) or (self.tried and all(number in self._said for number in self._due()))

    def _due(self) -> list[int]:
        """Return the requests that surely began while nodes may still send some."""
        return [number for number, theirs in self._begun.items() if theirs + self._ahead - self.usual <= NEWS]


class LateCalls:
    """Requests to one pod since its deletion has begun."""

    def __init__(self, cluster: Cluster, client: str, url: str, timeout: float, usual: float):
        """Begin to send.

        Args:
            cluster: the handle.
            client: the pod that sends them.
            url: what is asked of the pod itself, which has just been seen to be deleted.
            timeout: seconds after which a request is lost.
            usual: when the pod was asked for, and then seen as usual, for the last time.
        """
        self._evidence = Evidence(usual)
        self._execution = Execution(cluster.core, cluster.namespace, client, _command(url, timeout))
        self._timeout = timeout
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._execution.lines(timeout=60 + self._timeout):
            number, _, text = line.partition(" ")
            if text.startswith(f"{_BEGINS} "):
                self._evidence.begins(int(number), float(text.removeprefix(_BEGINS)), time.monotonic())
            elif number.isdigit():
                self._evidence.says(int(number), text)
            if self._evidence.is_complete:
                break

    def wait(self) -> tuple[str, bool]:
        """Wait until it is clear, or for the last answer.

        Returns:
            What curl said of a request that the pod should have answered, or nothing; and whether the pod was tried
            long enough.
        """
        self._reader.join()
        self._execution.close()
        return curl.kind(self._evidence.lost), self._evidence.tried


def _command(url: str, timeout: float) -> list[str]:
    check_url(url)
    one = f'read -r now rest </proc/uptime; echo "$i {_BEGINS} $now"; echo "$i $(curl -sS -m {timeout:g} {url} 2>&1)" &'
    return ["sh", "-c", f"for i in $(seq {_REQUESTS}); do {one} sleep {_PAUSE:g}; done; wait"]
