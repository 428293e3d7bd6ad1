"""The environment time line: which container knows which Service, while both come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from kubelearn.target.connection import Cluster
from kubelearn.views import variables
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View
from kubelearn.views.objects import Object
from kubelearn.views.pods import has_labels, parse_labels

#: Services and containers that the picture has room for.
_ROOM = 6


class VariablesWidget(LiveWidget):
    """Follows Services and pods, and asks each container once for its variables.

    >>> VariablesWidget(cluster, selector="app=web")  # doctest: +SKIP
    """

    def __init__(self, cluster: Cluster, *, selector: str = "", service: str = "db"):
        """Make the widget.

        Args:
            cluster: the handle.
            selector: labels of the pods to show, ``app=web``; all pods of the namespace without it.
            service: name in the field for a Service to create.

        Raises:
            ValueError: the selector is not ``key=value,key=value``.
            kubernetes.client.ApiException: the API refuses.
        """
        self._labels = parse_labels(selector)
        self._seen: dict[str, dict[str, str] | None] = {}
        self.service = widgets.Text(
            value=service,
            description="Service",
            layout={"width": "240px", "max_width": "98%"},
            tooltip="Name of the Service to create or delete",
        )
        self.create = self._button("Create Service", "plus", "Create a Service with this name", self._create_service)
        self.delete = self._button("Delete Service", "minus", "Delete the Service with this name", self._delete_service)
        self.pod = widgets.Dropdown(
            options=(), description="Pod", layout={"width": "340px", "max_width": "98%"}, tooltip="Pod to delete"
        )
        self.replace = self._button(
            "Delete pod", "refresh", "Delete this pod; its Deployment, if it has one, makes another", self._delete_pod
        )
        rows = [
            widgets.HBox([self.service, self.create, self.delete], layout={"flex_flow": "row wrap"}),
            widgets.HBox([self.pod, self.replace], layout={"flex_flow": "row wrap"}),
        ]
        super().__init__(cluster, "variables", rows, kinds=variables.KINDS)

    def _button(self, description: str, icon: str, tooltip: str, work: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=description, icon=icon, tooltip=tooltip)
        button.on_click(lambda _: self.start(work))
        return button

    def view(self) -> View:
        """Return who knows what now."""
        objects = self.objects
        pods = [pod for pod in objects["pods"] if has_labels(self._labels, pod)]
        names = tuple(pod["metadata"]["name"] for pod in pods)
        if self.pod.options != names:
            chosen = self.pod.value
            self.pod.options = names
            self.pod.value = chosen if chosen in names else next(iter(names), None)
        line = variables.build(self.cluster, objects["services"], pods, self._seen)
        return View(picture_of(lambda width: variables.draw(line, _ROOM, width)), line.summary, line.outcome)

    def changed(self, kind: str, event: str, item: Object) -> None:
        """Forget the variables of a pod that is gone."""
        if kind == "pods" and event == "DELETED":
            for status in item["status"].get("containerStatuses") or ():
                self._seen.pop(status.get("containerID", ""), None)

    def _create_service(self) -> None:
        name = self.service.value.strip()
        service: Any = {"metadata": {"name": name}, "spec": {"selector": {"app": name}, "ports": [{"port": 80}]}}
        self.cluster.core.create_namespaced_service(self.cluster.namespace, service)
        self.say(f"Created the Service {name}: running containers do not learn of it.")

    def _delete_service(self) -> None:
        name = self.service.value.strip()
        self.cluster.core.delete_namespaced_service(name, self.cluster.namespace)
        self.say(f"Deleted the Service {name}: running containers keep its variables.")

    def _delete_pod(self) -> None:
        name = self.pod.value
        if name:
            self.cluster.core.delete_namespaced_pod(name, self.cluster.namespace)
            self.say(f"Deleted the pod {name}.")
