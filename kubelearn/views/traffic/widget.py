"""The traffic widget: scale a Deployment, send requests to its Service, watch who answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from kubelearn.target.connection import Cluster
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.slider import Slider
from kubelearn.views.live.widget import LiveWidget, View
from kubelearn.views.objects import Object
from kubelearn.views.pods import matches, state, targets

from . import requests
from .diagram import Rows, bars, table
from .requests import Traffic

#: How long scaling may take before the widget says that it did not happen, in seconds.
_PATIENCE = 120
#: How long a steady rate lasts if nobody stops it, in seconds.
_STEADY = 60
#: What the button says that starts and ends it; a name that changes tells its state to those who do not see it.
_START, _STOP = "Start steady rate", "Stop sending"
#: What is followed.
_KINDS = ("services", "pods", "endpointslices")
_SMALL = {"width": "150px"}
_MIDDLE = {"width": "170px"}
_AUTO = {"width": "auto"}


class TrafficWidget(LiveWidget):
    """Scales a Deployment and shows how requests to its Service spread over the pods.

    >>> TrafficWidget(cluster, deployment="hello", service="hello", port=8081)  # doctest: +SKIP

    Attributes:
        traffic: the counts of the latest requests.
    """

    def __init__(
        self,
        cluster: Cluster,
        deployment: str,
        service: str,
        port: int,
        *,
        path: str = "hostname",
        client: str = "client",
        most: int = 10,
    ):
        """Make the widget.

        Args:
            cluster: the handle.
            deployment: what the slider scales.
            service: what the button calls.
            port: the Service's port.
            path: path that answers with the pod's name.
            client: the pod that sends the requests.
            most: the slider's greatest number of replicas.

        Raises:
            kubernetes.client.ApiException: there is no such Deployment or Service.
        """
        self._deployment = deployment
        self._service = service
        self._client = client
        self._most = most
        self._url = f"http://{service}:{port}/{path}"
        self.traffic = Traffic()
        self._rows = Rows()
        self._moved = threading.Condition()
        self._busy = threading.Lock()
        self._stop = threading.Event()
        super().__init__(cluster, f"traffic to {service}", self._controls_for(cluster), _KINDS)
        self._fill_pods()

    def _controls_for(self, cluster: Cluster) -> list[widgets.Widget]:
        scale: Any = cluster.apps.read_namespaced_deployment_scale(self._deployment, cluster.namespace)
        found: Any = cluster.core.read_namespaced_service(self._service, cluster.namespace)
        rows = [
            self._scaling(scale.spec.replicas or 0),
            self._sending(),
            self._deleting(),
            self._choices(found.spec.session_affinity == "ClientIP"),
        ]
        return [widgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]

    def _scaling(self, replicas: int) -> list[widgets.Widget]:
        most, tooltip = self._most, "Replicas of the Deployment"
        self.replicas = Slider(value=replicas, min=0, max=most, description="Replicas", tooltip=tooltip)
        self.number = widgets.BoundedIntText(
            value=replicas, min=0, max=most, description="or type", layout=_SMALL, tooltip=f"{tooltip}, as a number"
        )
        widgets.link((self.replicas, "value"), (self.number, "value"))
        self.replicas.observe(self._on_replicas, names="value")
        return [self.replicas, self.number]

    def _sending(self) -> list[widgets.Widget]:
        self.count = widgets.BoundedIntText(
            value=300, min=1, max=10_000, description="Requests", layout=_MIDDLE, tooltip="How many requests to send"
        )
        self.button = widgets.Button(
            description="Send requests",
            icon="paper-plane",
            button_style="primary",
            tooltip=f"Send requests to {self._url}",
        )
        self.rate = widgets.BoundedIntText(
            value=20,
            min=1,
            max=100,
            description="Per second",
            layout=_MIDDLE,
            tooltip="Requests per second of the steady rate",
        )
        tooltip = f"Send requests at a steady rate until pressed again, at most {_STEADY} s"
        self.steady = widgets.Button(description=_START, icon="repeat", tooltip=tooltip)
        self.button.on_click(lambda _: self.start(self._send_all))
        self.steady.on_click(lambda _: self._on_steady())
        return [self.count, self.button, self.rate, self.steady]

    def _deleting(self) -> list[widgets.Widget]:
        self.pod = widgets.Dropdown(
            description="Pod", options=[], layout={"width": "320px"}, tooltip="The pod to delete"
        )
        self.kill = widgets.Button(
            description="Delete pod", icon="trash", tooltip="Delete the chosen pod; the Deployment makes a new one"
        )
        self.kill.on_click(lambda _: self.start(self._delete_pod))
        return [self.pod, self.kill]

    def _choices(self, affinity: bool) -> list[widgets.Widget]:
        self.keep = _box(False, "one connection for all", "Keep-alive: all requests over one connection")
        self.affinity = _box(affinity, "session affinity", "The Service's sessionAffinity: ClientIP")
        self.as_table = _box(False, "table", "Show the counts as a table, too")
        self.affinity.observe(lambda change: self.start(lambda: self._set_affinity(change["new"])), names="value")
        self.as_table.observe(lambda _: self.refresh(), names="value")
        return [self.keep, self.affinity, self.as_table]

    def __repr__(self) -> str:
        return (
            f"TrafficWidget: Deployment {self._deployment}, Service {self._service}, {self.replicas.value} replicas."
            f" {self.text}"
        )

    def scale(self, replicas: int) -> None:
        """Set the replicas and wait until they are ready, as the slider does."""
        self.replicas.unobserve(self._on_replicas, names="value")  # this very call does the work
        try:
            self.replicas.value = replicas
        finally:
            self.replicas.observe(self._on_replicas, names="value")
        self._scale(replicas)

    def request(self) -> Traffic:
        """Send the requests and wait for them, as the button does; return the counts."""
        self._send_all()
        return self.traffic

    def view(self) -> View:
        """Return the chart of the latest requests, with a row for each pod that the Service selects now."""
        states = {pod["metadata"]["name"]: state(pod) for pod in self._pods()}
        traffic, rows = self.traffic, min(self._most, 10)
        places = self._rows.place([*traffic.pods, *states])
        picture = picture_of(lambda width: bars(traffic, states, rows, places, width))
        order = [*places]
        return View(picture, traffic.told(order), below=table(traffic, order).html() if self.as_table.value else "")

    def changed(self, kind: str, event: str, item: Object) -> None:  # noqa: ARG002 - all of them are counted anew
        """Take over who is ready, and who can be deleted."""
        if kind == "endpointslices":
            self.traffic.expected = self._ready()
        self._fill_pods()
        with self._moved:
            self._moved.notify_all()

    def _pods(self) -> list[Object]:
        objects = self.objects
        services = [item for item in objects["services"] if item["metadata"]["name"] == self._service]
        selector = services[0]["spec"].get("selector") or {} if services else {}
        return [pod for pod in objects["pods"] if matches(selector, pod)]

    def _fill_pods(self) -> None:
        names = tuple(pod["metadata"]["name"] for pod in self._pods() if "deletionTimestamp" not in pod["metadata"])
        if names != self.pod.options:
            chosen = self.pod.value
            self.pod.options = names
            self.pod.value = chosen if chosen in names else next(iter(names), None)

    def _ready(self) -> list[str]:
        return sorted(targets(self._service, self.objects))

    def _on_replicas(self, change: dict[str, Any]) -> None:
        self.start(lambda: self._scale(change["new"]))

    def _on_steady(self) -> None:
        if self.steady.description == _STOP:
            self._stop.set()
        else:
            self.start(self._send_steadily)

    def _scale(self, replicas: int) -> None:
        namespace, apps = self.cluster.namespace, self.cluster.apps
        self.say(f"Scaling {self._deployment} to {replicas} replicas …")
        apps.patch_namespaced_deployment_scale(self._deployment, namespace, {"spec": {"replicas": replicas}})
        with self._moved:
            done = self._moved.wait_for(
                lambda: self.ended.is_set() or self.replicas.value != replicas or len(self._ready()) == replicas,
                _PATIENCE,
            )
        if not done:
            ready = f"{len(self._ready())} of {replicas} replicas are ready"
            self.say(f"After {_PATIENCE} s, {ready}. Look at kubectl get pods.")
        elif len(self._ready()) == replicas:
            if not self._busy.locked():
                self.traffic = Traffic(expected=self._ready())
            ready = f"{replicas} of {replicas} replicas are ready and in the EndpointSlices of {self._service}"
            self.say(f"{ready}; kube-proxy follows within a second or two.")

    def _set_affinity(self, on: bool) -> None:
        wanted = "ClientIP" if on else "None"
        body = {"spec": {"sessionAffinity": wanted}}
        self.cluster.core.patch_namespaced_service(self._service, self.cluster.namespace, body)
        effect = "requests of one client go to one pod" if on else "each connection goes to a pod chosen at random"
        self.say(f"The Service's session affinity is {wanted} now: {effect}.")

    def _delete_pod(self) -> None:
        name = self.pod.value  # taken once: the choice moves on as soon as the pod is on its way out
        if name:
            self.cluster.core.delete_namespaced_pod(name, self.cluster.namespace)
            self.say(f"Deleted pod {name}; the Deployment makes another one.")

    def _send_all(self) -> None:
        self._alone(lambda: self._stream(self.count.value, 0))

    def _send_steadily(self) -> None:
        self._alone(lambda: self._stream(self.rate.value * _STEADY, self.rate.value))

    def _alone(self, work: Callable[[], None]) -> None:
        """Do the work unless requests are being sent already."""
        if not self._busy.acquire(blocking=False):
            return
        self._stop.clear()
        self.button.disabled = True
        self.steady.description = _STOP
        try:
            work()
        finally:
            self.button.disabled = False
            self.steady.description = _START
            self._busy.release()

    def _stream(self, count: int, rate: int) -> None:
        self.say("")
        ready, sticky = self._ready(), self.keep.value or self.affinity.value
        self.traffic = Traffic(expected=ready, sticky=sticky)
        for latest in requests.stream(
            self.cluster,
            self._url,
            count,
            client=self._client,
            keep_alive=self.keep.value,
            expected=ready,
            rate=rate,
            stop=self._stop,
        ):
            latest.sticky = sticky
            self.traffic = latest
            self.refresh()
        self.say("")

    def ending(self) -> None:
        """Stop sending, and waiting for replicas."""
        self._stop.set()
        with self._moved:
            self._moved.notify_all()


def _box(value: bool, description: str, tooltip: str) -> widgets.Checkbox:
    return widgets.Checkbox(value=value, description=description, indent=False, layout=_AUTO, tooltip=tooltip)
