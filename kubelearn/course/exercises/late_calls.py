"""Calls to a pod that is about to stop, as from a node that learns late of it; each with the time at which it began.

A busy machine sends requests later than it should. So what counts is when a request did begin, and at what time at the
latest the pod's deletion had: a request of which that is not sure says nothing.
"""

from __future__ import annotations

import threading
import time

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution
from kubelearn.views.traffic import check_url, curl

#: How many seconds after a pod's deletion a node may still send requests to it; and after how many of them a request
#: has to begin at least, for the pod to be tried.
_NEWS, _ENOUGH = 1.4, 1.1
#: Requests, and seconds between two of them.
_REQUESTS, _PAUSE = 14, 0.1
_BEGINS = "begins"


class LateCalls:
    """Requests to one pod since its deletion has begun."""

    def __init__(self, cluster: Cluster, client: str, url: str, timeout: float, deleted: tuple[float, float]):
        """Begin to send.

        Args:
            cluster: the handle.
            client: the pod that sends them.
            url: what is asked of the pod itself.
            timeout: seconds after which a request is lost.
            deleted: when the pod was last seen as usual, and when it was first seen to be deleted.
        """
        self._before, self._after = deleted
        self._execution = Execution(cluster.core, cluster.namespace, client, _command(url, timeout))
        self._begun: dict[str, float] = {}
        self._said: dict[str, str] = {}
        self._timeout = timeout
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._execution.lines(timeout=60 + self._timeout):
            number, _, text = line.partition(" ")
            if text == _BEGINS:
                self._begun[number] = time.monotonic()
            elif number.isdigit():
                self._said[number] = text

    def wait(self) -> tuple[str, bool]:
        """Wait for the last answer.

        Returns:
            What curl said of a request that the pod should have answered, or nothing; and whether the pod was tried
            long enough.
        """
        self._reader.join()
        self._execution.close()
        sure = [number for number, at in self._begun.items() if at - self._before <= _NEWS]
        lost = next((text for number in sure if curl.failed(text := self._said.get(number, ""))), "")
        return curl.kind(lost), any(self._begun[number] - self._after >= _ENOUGH for number in sure)


def _command(url: str, timeout: float) -> list[str]:
    check_url(url)
    one = f'echo "$i {_BEGINS}"; echo "$i $(curl -sS -m {timeout:g} {url} 2>&1)" &'
    return ["sh", "-c", f"for i in $(seq {_REQUESTS}); do {one} sleep {_PAUSE:g}; done; wait"]
