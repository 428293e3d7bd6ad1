"""The port map: where a request to a URL goes, port by port, and where it breaks."""

from __future__ import annotations

import ipywidgets as widgets

from kubelearn.target.connection import Cluster
from kubelearn.views import ports
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View
from kubelearn.views.objects import Object


class PortsWidget(LiveWidget):
    """Shows the way from a URL to the port that a container listens on; connections are tried from the client.

    >>> PortsWidget(cluster, url="http://hello:8081")  # doctest: +SKIP
    """

    def __init__(self, cluster: Cluster, url: str, client: str = "client"):
        """Make the widget and try the connections (arguments and errors as for :func:`kubelearn.ports.read`)."""
        ports.split(url)
        self._client = client
        self._answers: dict[tuple[str, int], str] = {}
        self._wanted: set[tuple[str, int]] = set()
        self.url = widgets.Text(
            url,
            description="URL",
            continuous_update=False,
            layout={"width": "320px"},
            tooltip="What the client calls: a Service's name and a port",
        )
        self.again = widgets.Button(
            description="Try again", icon="refresh", tooltip="Connect to the pods' ports once more"
        )
        self.url.observe(lambda _: self.start(self._try_new), names="value")
        self.again.on_click(lambda _: self.start(self._try_all))
        super().__init__(
            cluster,
            f"ports of {url}",
            [widgets.HBox([self.url, self.again], layout={"flex_flow": "row wrap"})],
            ports.KINDS,
        )
        self._try_new()

    def view(self) -> View:
        """Return the way as it is known now."""
        try:
            found = ports.build(self.objects, self.url.value, self._answers)
        except ValueError as error:
            return View(None, f"That is {error}.")
        return View(picture_of(lambda width: ports.draw(found, width)), found.summary)

    def changed(self, kind: str, event: str, item: Object) -> None:  # noqa: ARG002 - whatever has changed
        """Try what has not been tried yet."""
        if self._untried():
            self.start(self._try_new)

    def _untried(self) -> set[tuple[str, int]]:
        try:
            pods = ports.build(self.objects, self.url.value).pods
        except ValueError:  # the picture says so
            return set()
        return {end.place for end in pods if end.address and end.port and end.state == "Ready"} - self._wanted

    def _try_all(self) -> None:
        self._answers.clear()
        self._wanted.clear()
        self._try_new()

    def _try_new(self) -> None:
        new = self._untried()
        self._wanted |= new
        for address, port in sorted(new):
            if self.ended.is_set():
                return
            self._answers[address, port] = ports.probe(self.cluster, self._client, address, port)
            self.refresh()
        self._draw()
