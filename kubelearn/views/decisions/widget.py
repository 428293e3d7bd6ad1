"""Why this pod? Send one request, see each decision about it."""

from __future__ import annotations

import threading

import ipywidgets as widgets

from kubelearn.target.connection import Cluster
from kubelearn.views import decisions
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View

from .model import Trace

#: Height of a picture of five steps with rules for a few pods, so that the page does not jump.
_HEIGHT = 470


class DecisionsWidget(LiveWidget):
    """Sends a request and shows the chain of decisions from its name to its pod.

    >>> DecisionsWidget(cluster, "http://hello:8081/hostname")  # doctest: +SKIP

    Attributes:
        trace: the decisions about the latest request.
    """

    def __init__(self, cluster: Cluster, url: str, *, client: str = "client"):
        """Send the first request and make the widget (arguments as for :func:`kubelearn.decisions.read`)."""
        self._client = client
        self._turn = threading.Lock()
        self.trace = decisions.read(cluster, url, client=client)
        self.url = widgets.Text(
            value=url,
            description="URL",
            continuous_update=False,
            layout={"width": "440px", "max_width": "98%"},
            tooltip="URL to call, as a pod sees it; Enter sends",
        )
        self.button = widgets.Button(
            description="Send one request",
            icon="paper-plane",
            button_style="primary",
            tooltip="Send one request and explain it",
            layout={"width": "170px"},
        )
        self.url.observe(lambda _: self.start(self._send_once), names="value")
        self.button.on_click(lambda _: self.start(self._send_once))
        super().__init__(
            cluster, "decisions", [widgets.HBox([self.url, self.button], layout={"flex_flow": "row wrap"})]
        )

    def view(self) -> View:
        """Return the decisions about the latest request."""
        trace = self.trace
        return View(picture_of(lambda width: decisions.draw(trace, _HEIGHT, width)), trace.summary, trace.outcome)

    def request(self) -> Trace:
        """Send one request and wait for its answer, as the button does."""
        self._send_once()
        return self.trace

    def _send_once(self) -> None:
        with self._turn:
            self.trace = decisions.read(self.cluster, self.url.value.strip(), client=self._client)
        self.say("")
