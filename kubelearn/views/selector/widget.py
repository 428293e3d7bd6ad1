"""The selector explorer: edit a selector and labels, and see who is in and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from kubelearn.target.connection import Cluster
from kubelearn.views import selector
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View
from kubelearn.views.objects import Object, Objects, read
from kubelearn.views.pods import parse_labels, selector_text


class SelectorWidget(LiveWidget):
    """Shows which pods a Service selects while its selector and the pods' labels are edited.

    >>> SelectorWidget(cluster, service="hello")  # doctest: +SKIP
    """

    def __init__(self, cluster: Cluster, service: str):
        """Make the widget.

        Raises:
            LookupError: there is no such Service.
            kubernetes.client.ApiException: the API refuses.
        """
        self._service = service
        objects = read(cluster, *selector.KINDS, namespace="")
        controls = self._controls_for(self._selector_in(objects, cluster.namespace))
        self._fill_pods(objects, cluster.namespace)
        self.pod.observe(lambda _: self._fill_labels(self.objects), names="value")
        super().__init__(cluster, f"selector of {service}", controls, selector.KINDS, namespace="")

    def _controls_for(self, text: str) -> list[widgets.Widget]:
        wide = {"width": "430px"}
        self.selector = widgets.Text(
            text,
            description="Selector",
            continuous_update=False,
            layout=wide,
            tooltip=f"Selector of the Service {self._service}, as key=value",
        )
        self.set_selector = widgets.Button(description="Set selector", tooltip="Write the selector into the Service")
        self.pod = widgets.Dropdown(
            description="Pod", layout={"width": "320px"}, tooltip="The pod whose labels are edited"
        )
        self.labels = widgets.Text(
            description="Labels", continuous_update=False, layout=wide, tooltip="Labels of the chosen pod, as key=value"
        )
        self.set_labels = widgets.Button(description="Set labels", tooltip="Write the labels into the pod")
        self.set_selector.on_click(lambda _: self.start(self._write_selector))
        self.set_labels.on_click(lambda _: self.start(self._write_labels))
        rows = [[self.selector, self.set_selector], [self.pod], [self.labels, self.set_labels]]
        return [widgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]

    def view(self) -> View:
        """Return the picture of who is in."""
        try:
            found = selector.build(self.objects, self._service, self.cluster.namespace)
        except LookupError as error:  # it was deleted meanwhile
            return View(None, f"{str(error).capitalize()}.")
        return View(picture_of(lambda width: selector.draw(found, width)), found.summary, found.outcome)

    def changed(self, kind: str, event: str, item: Object) -> None:
        """Take over what was changed elsewhere."""
        if kind == "pods":
            self._fill_pods(self.objects, self.cluster.namespace)
        if kind == "services" and event == "MODIFIED" and self._is_mine(item, self.cluster.namespace):
            self.selector.value = self._selector_in({"services": [item]}, self.cluster.namespace)

    def _is_mine(self, item: Object, namespace: str) -> bool:
        return (item["metadata"]["name"], item["metadata"]["namespace"]) == (self._service, namespace)

    def _selector_in(self, objects: Objects, namespace: str) -> str:
        found = selector.find(objects, self._service, namespace)["spec"].get("selector") or {}
        return selector_text(found) if found else ""

    def _fill_pods(self, objects: Objects, namespace: str) -> None:
        names = tuple(pod["metadata"]["name"] for pod in objects["pods"] if pod["metadata"]["namespace"] == namespace)
        if names != self.pod.options:
            chosen = self.pod.value
            self.pod.options = names
            self.pod.value = chosen if chosen in names else next(iter(names), None)
            self._fill_labels(objects)

    def _labels_in(self, objects: Objects) -> dict[str, str]:
        found = [pod for pod in objects["pods"] if pod["metadata"]["name"] == self.pod.value]
        return dict(found[0]["metadata"].get("labels") or {}) if found else {}

    def _fill_labels(self, objects: Objects) -> None:
        labels = self._labels_in(objects)
        self.labels.value = selector_text(labels) if labels else ""

    def _write_selector(self) -> None:
        before = selector.find(self.objects, self._service, self.cluster.namespace)["spec"].get("selector") or {}
        wanted = parse_labels(self.selector.value)
        body = {"spec": {"selector": _change(before, wanted)}}
        self.cluster.core.patch_namespaced_service(self._service, self.cluster.namespace, body)
        self.say("The selector is set.")

    def _write_labels(self) -> None:
        before, wanted = self._labels_in(self.objects), parse_labels(self.labels.value)
        body = {"metadata": {"labels": _change(before, wanted)}}
        self.cluster.core.patch_namespaced_pod(self.pod.value, self.cluster.namespace, body)
        self.say(f"The labels of {self.pod.value} are set.")


def _change(before: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, Any]:
    """Return the merge patch that replaces a map: keys that go are null."""
    return {**dict.fromkeys(before), **wanted}
