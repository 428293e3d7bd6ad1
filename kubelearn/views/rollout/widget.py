"""The rollout time line: update a Deployment, see its pods come and go, and which requests were lost."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets as widgets

from kubelearn.target.connection import Cluster
from kubelearn.views import rollout
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View

from .model import Recording
from .recorder import Recorder

#: Pods that the picture has room for, and seconds.
_ROOM, _SPAN = 8, 8.0
#: How long the preStop hook waits, in seconds: longer than kube-proxy needs to drop a pod.
_PAUSE = 2
_DIFFER = "The new pods differ from the old ones, which stop without the change: update once more to see its effect."


class RolloutWidget(LiveWidget):
    """Updates a Deployment under a steady load, and draws it as it happens.

    >>> RolloutWidget(cluster, deployment="hello", service="hello", port=8081)  # doctest: +SKIP

    Attributes:
        recording: the latest update, as far as it has come.
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
    ):
        """Make the widget (arguments as for :class:`kubelearn.rollout.Recorder`).

        Raises:
            kubernetes.client.ApiException: there is no such Deployment.
        """
        self._deployment = deployment
        self._service = service
        self._port = port
        self._path = path
        self._client = client
        self._turn = threading.Lock()
        self._recorder: Recorder | None = None
        controls = self._controls_for(_container(cluster, deployment))
        super().__init__(cluster, "rollout", [widgets.HBox(controls, layout={"flex_flow": "row wrap"})])

    def _controls_for(self, container: Any) -> list[widgets.Widget]:
        self.pre_stop = widgets.Checkbox(
            value=bool(container.lifecycle and container.lifecycle.pre_stop),
            description=f"preStop: sleep {_PAUSE}",
            indent=False,
            layout={"width": "150px", "max_width": "98%"},
            tooltip="Old pods wait a moment before they stop",
        )
        self.probe = widgets.Checkbox(
            value=bool(container.readiness_probe),
            description="readinessProbe",
            indent=False,
            layout={"width": "140px", "max_width": "98%"},
            tooltip="New pods get traffic only when they answer",
        )
        self.rate = widgets.BoundedIntText(
            value=20,
            min=1,
            max=50,
            description="Requests/s",
            layout={"width": "160px", "max_width": "98%"},
            tooltip="Requests per second, to each address",
        )
        self.button = widgets.Button(
            description="Update",
            icon="refresh",
            button_style="primary",
            tooltip=f"Replace the pods of {self._deployment}, as kubectl rollout restart does",
        )
        self.button.on_click(lambda _: self.start(self._update))
        return [self.rate, self.button, self.pre_stop, self.probe]

    @property
    def recording(self) -> Recording:
        """The latest update, as far as it has come."""
        return self._recorder.recording if self._recorder else Recording(self._deployment, (), (), 0.0, False)

    def view(self) -> View:
        """Return the recording as far as it has come."""
        recording = self.recording
        return View(picture_of(lambda width: rollout.draw(recording, _ROOM, _SPAN, width)), recording.summary)

    def update(self) -> Recording:
        """Update the Deployment and wait until its old pods are gone, as the button does."""
        self._update()
        return self.recording

    def _update(self) -> None:
        if not self._turn.acquire(blocking=False):
            return
        self.button.disabled = True
        try:
            self._record()
        finally:
            self.button.disabled = False
            self._turn.release()

    def _record(self) -> None:
        template = self._template()
        self.say(_DIFFER if template else "")
        recorder = Recorder(
            self.cluster,
            self._deployment,
            self._service,
            self._port,
            path=self._path,
            rate=self.rate.value,
            client=self._client,
            changed=self.refresh,
        )
        self._recorder = recorder
        try:
            if not self.ended.is_set():
                recorder.update(template)
                recorder.wait()
        finally:
            recorder.close()
        self.refresh()

    def _template(self) -> dict[str, Any]:
        """Return what the boxes change in the pod template; what they agree with stays as it is."""
        container = _container(self.cluster, self._deployment)
        changes: dict[str, Any] = {}
        if bool(container.lifecycle and container.lifecycle.pre_stop) != self.pre_stop.value:
            hook = {"preStop": {"exec": {"command": ["sleep", str(_PAUSE)]}}}
            changes["lifecycle"] = hook if self.pre_stop.value else None
        if bool(container.readiness_probe) != self.probe.value:
            inside = rollout.target_port(self.cluster, self._service, self._port, [container])
            probe = {"httpGet": {"path": f"/{self._path}", "port": inside}, "periodSeconds": 1}
            changes["readinessProbe"] = probe if self.probe.value else None
        return {"spec": {"containers": [{"name": container.name, **changes}]}} if changes else {}

    def ending(self) -> None:
        """End the requests; a recorder that is being made ends by itself."""
        if self._recorder is not None:
            self._recorder.close()


def _container(cluster: Cluster, deployment: str) -> Any:
    found: Any = cluster.apps.read_namespaced_deployment(deployment, cluster.namespace)
    return found.spec.template.spec.containers[0]
