"""The name explorer: type a name and a namespace, see each query of the resolver."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets as widgets
from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.views import names
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View
from kubelearn.views.objects import Object

from .model import Lookup

#: Queries that the picture has room for: /etc/hosts, three search domains, the name as it is.
_ROOM = 5


class NamesWidget(LiveWidget):
    """Looks a name up as a pod does, and again when a Service has changed.

    >>> NamesWidget(cluster, "hello")  # doctest: +SKIP

    Attributes:
        lookup: the latest look-up.
    """

    def __init__(
        self, cluster: Cluster, name: str = "kubernetes", namespace: str | None = None, *, client: str = "client"
    ):
        """Look the name up once, and make the widget (arguments as for :func:`kubelearn.names.stream`)."""
        self._client = client
        space = namespace or cluster.namespace
        self.lookup = names.read(cluster, name, space, client=client)
        self._turn = threading.Lock()
        self._wanted = False
        controls = self._controls_for(name, space, _namespaces(cluster))
        super().__init__(
            cluster, "names", [widgets.HBox(controls, layout={"flex_flow": "row wrap"})], kinds=("services",)
        )

    def _controls_for(self, name: str, space: str, spaces: tuple[str, ...]) -> list[widgets.Widget]:
        self.query = widgets.Text(
            value=name,
            description="Name",
            continuous_update=False,
            layout={"width": "330px", "max_width": "98%"},
            tooltip="Name to look up; Enter looks it up",
        )
        self.space = widgets.Combobox(
            value=space,
            description="Namespace",
            options=spaces,
            continuous_update=False,
            layout={"width": "240px", "max_width": "98%"},
            tooltip="Namespace of the pod that asks",
        )
        self.button = widgets.Button(
            description="Look up",
            icon="search",
            button_style="primary",
            tooltip="Ask the cluster's DNS, as the resolver does",
        )
        self.query.observe(lambda _: self._ask(), names="value")
        self.space.observe(lambda _: self._ask(), names="value")
        self.button.on_click(lambda _: self._ask())
        return [self.query, self.space, self.button]

    def view(self) -> View:
        """Return the queries made so far."""
        lookup = self.lookup
        return View(picture_of(lambda width: names.draw(lookup, _ROOM, width)), lookup.summary)

    def changed(self, kind: str, event: str, item: Object) -> None:  # noqa: ARG002 - whatever has changed
        """Ask again: the change may have made or removed the name."""
        self._ask()

    def look_up(self, name: str, namespace: str | None = None) -> Lookup:
        """Look a name up and wait for the answer, as the button does.

        Raises:
            ValueError: not a name.
        """
        self.query.value, self.space.value = name, namespace or self.space.value
        self._wanted = True
        self._look_up()
        return self.lookup

    def _ask(self) -> None:
        self._wanted = True
        self.start(self._look_up)

    def _look_up(self) -> None:
        with self._turn:
            if not self._wanted:  # somebody who asked later was quicker, with the same values
                return
            self._wanted = False
            name, space = self.query.value, self.space.value.strip() or self.cluster.namespace
            fresh = (name.strip(), space) != (self.lookup.name, self.lookup.namespace)
            for found in names.stream(self.cluster, name, space, client=self._client):
                if fresh or found.finished:  # the same question again: no flicker
                    self.lookup = found
                    self.refresh()
                if self.ended.is_set():
                    return
        self.space.options = _namespaces(self.cluster)
        self.say("")


def _namespaces(cluster: Cluster) -> tuple[str, ...]:
    """Return the namespaces to choose from: the handle's only, where others may not be listed."""
    try:
        found: Any = cluster.core.list_namespace()
    except ApiException as error:
        if error.status != 403:
            raise
        return (cluster.namespace,)
    return tuple(item.metadata.name for item in found.items)
