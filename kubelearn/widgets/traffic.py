"""The traffic widget: scale a Deployment, send requests to its Service, watch who answers."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable

import ipywidgets as widgets
from kubernetes.client import ApiException

from .. import traffic as requests
from ..target import Cluster
from ..traffic import Traffic
from . import svg

#: Longest time between two drawings of the chart, in seconds.
_FRAME = 0.05
#: How long scaling may take before the widget says that it did not happen.
_PATIENCE = 60


class TrafficWidget(widgets.VBox):
    """Scales a Deployment and shows how requests to its Service spread over the pods.

    >>> TrafficWidget(cluster, deployment="hello", service="hello", port=8081)  # doctest: +SKIP

    Attributes:
        traffic: the counts of the latest requests.
    """

    def __init__(self, cluster: Cluster, deployment: str, service: str, port: int, *, path: str = "hostname", client: str = "client", most: int = 10):
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
            kubernetes.client.ApiException: there is no such Deployment.
        """
        self._cluster, self._deployment, self._service, self._client, self._most = cluster, deployment, service, client, most
        self._url = f"http://{service}:{port}/{path}"
        self.traffic = Traffic()
        now = cluster.apps.read_namespaced_deployment(deployment, cluster.namespace).spec.replicas
        self.replicas = widgets.IntSlider(value=now, min=0, max=most, description="Replicas", continuous_update=False, tooltip="Replicas of the Deployment")
        self.number = widgets.BoundedIntText(value=now, min=0, max=most, description="or type", layout={"width": "150px"}, tooltip="Replicas of the Deployment, as a number")
        widgets.link((self.replicas, "value"), (self.number, "value"))
        self.count = widgets.BoundedIntText(value=300, min=1, max=10_000, description="Requests", layout={"width": "170px"}, tooltip="How many requests to send")
        self.keep = widgets.Checkbox(value=False, description="one connection for all", indent=False, layout={"width": "190px"})
        self.button = widgets.Button(description="Send requests", icon="paper-plane", button_style="primary", tooltip=f"Send requests to {self._url}")
        self.chart = widgets.HTML()
        self.summary = widgets.HTML()
        self._busy = threading.Lock()
        self.replicas.observe(self._on_replicas, names="value")
        self.button.on_click(lambda _: self._start(self._send))
        self._draw()
        super().__init__([
            widgets.HBox([self.replicas, self.number]), widgets.HBox([self.count, self.keep, self.button]), self.summary, self.chart])

    def __repr__(self) -> str:
        return f"TrafficWidget: Deployment {self._deployment}, Service {self._service}, {self.replicas.value} replicas. {self.traffic.summary}"

    def scale(self, replicas: int) -> None:
        """Set the replicas and wait until they are ready, as the slider does."""
        self.replicas.unobserve(self._on_replicas, names="value")  # this very call does the work
        try:
            self.replicas.value = replicas
        finally:
            self.replicas.observe(self._on_replicas, names="value")
        self._scale(replicas)

    def send(self) -> Traffic:
        """Send the requests and wait for them, as the button does; return the counts."""
        self._send()
        return self.traffic

    def _on_replicas(self, change: dict[str, int]) -> None:
        self._start(lambda: self._scale(change["new"]))

    def _start(self, work: Callable[[], None]) -> None:
        # A thread, so that the notebook's other cells and widgets stay usable meanwhile.
        threading.Thread(target=self._guard, args=(work,), daemon=True, name="kubelearn-widget").start()

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (ApiException, OSError, TimeoutError, RuntimeError) as error:
            text = getattr(error, "reason", None) or str(error)
            self._say(f"That did not work: {text}.")

    def _scale(self, replicas: int) -> None:
        namespace, apps = self._cluster.namespace, self._cluster.apps
        deployment = apps.read_namespaced_deployment(self._deployment, namespace)
        if deployment.spec.replicas != replicas:
            apps.patch_namespaced_deployment_scale(self._deployment, namespace, {"spec": {"replicas": replicas}})
        self._say(f"Scaling {self._deployment} to {replicas} replicas …")
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            ready = requests.ready_pods(self._cluster, self._service)
            if len(ready) == replicas:
                self.traffic = Traffic(expected=ready)
                self._draw()
                self._say(f"{replicas} of {replicas} replicas are ready and behind the Service {self._service}.")
                return
            time.sleep(0.02)
        self._say(f"After {_PATIENCE} s, {len(ready)} of {replicas} replicas are ready. Look at kubectl get pods.")

    def _send(self) -> None:
        if not self._busy.acquire(blocking=False):
            return
        self.button.disabled = True
        try:
            self._stream()
        finally:
            self.button.disabled = False
            self._busy.release()

    def _stream(self) -> None:
        expected = requests.ready_pods(self._cluster, self._service)
        drawn = 0.0
        self.traffic = Traffic(expected=expected)
        for latest in requests.stream(self._cluster, self._url, self.count.value, client=self._client, keep_alive=self.keep.value, expected=expected):
            self.traffic = latest
            if time.monotonic() - drawn > _FRAME:
                self._draw()
                drawn = time.monotonic()
        self._draw()

    def _draw(self) -> None:
        self.chart.value = svg.bars(self.traffic, self.traffic.summary, rows=min(self._most, 10))
        self._say(self.traffic.summary)

    def _say(self, text: str) -> None:
        self.summary.value = f'<p role="status">{html.escape(text)}</p>'

    def close(self) -> None:
        """Close the widget and everything in it."""
        for part in (self.replicas, self.number, self.count, self.keep, self.button, self.chart, self.summary):
            part.close()
        super().close()

