"""A pod's status, from the state of its containers (K/pkg/kubelet/status, kubelet_pods.go getPhase)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object


@dataclass
class ContainerState:
    """What the kubelet knows of one container.

    Attributes:
        spec: the container's spec.
        state: ``waiting``, ``running`` or ``terminated`` as the API shows it.
        last: the state before the last restart.
        ready: whether it counts as ready.
        started: whether its startup probe, if any, has passed.
    """

    spec: Object
    state: Object = field(default_factory=lambda: {"waiting": {"reason": "ContainerCreating"}})
    last: Object = field(default_factory=dict)
    ready: bool = False
    started: bool = False
    restarts: int = 0
    id: str = ""

    @property
    def exit_code(self) -> int | None:
        terminated = self.state.get("terminated")
        return None if terminated is None else terminated["exitCode"]

    @property
    def is_sidecar(self) -> bool:
        return self.spec.get("restartPolicy") == "Always"

    def shown(self) -> Object:
        image = self.spec["image"]
        identity = {"containerID": f"containerd://{self.id}"} if self.id else {}
        return {
            "name": self.spec["name"],
            "state": self.state,
            "lastState": self.last,
            "ready": self.ready,
            "restartCount": self.restarts,
            "image": image,
            "imageID": f"{image}@sha256:{hashlib.sha256(image.encode()).hexdigest()}" if self.id else "",
            **identity,
            "started": self.started,
        }


def phase(restart_policy: str, init: list[ContainerState], containers: list[ContainerState]) -> str:
    """Return the pod's phase."""
    if any(c.exit_code not in (None, 0) and restart_policy == "Never" and not c.is_sidecar for c in init):
        return "Failed"
    if not _initialized(init):
        return "Pending"
    codes = [c.exit_code for c in containers]
    waiting = [c for c in containers if "waiting" in c.state]
    if any(not c.last and not c.restarts for c in waiting):
        return "Pending"
    if "running" in {key for c in containers for key in c.state} or waiting or restart_policy == "Always":
        return "Running"
    if all(code == 0 for code in codes):
        return "Succeeded"
    return "Failed" if restart_policy == "Never" else "Running"


def _initialized(init: list[ContainerState]) -> bool:
    return all(c.started if c.is_sidecar else c.exit_code == 0 for c in init)


def compose(
    pod: Object, init: list[ContainerState], containers: list[ContainerState], address: str, host_ip: str, sandbox: bool
) -> Object:
    """Return the status to write.

    Args:
        pod: the pod as stored; its transition times are kept where nothing changed.
        sandbox: whether the pod has its network.
    """
    old = pod.get("status") or {}
    found: Object = {"phase": phase(pod["spec"]["restartPolicy"], init, containers), "conditions": []}
    ready = all(c.ready for c in containers) and all(c.ready for c in init if c.is_sidecar)
    unready = [c.spec["name"] for c in (*init, *containers) if not c.ready and (c in containers or c.is_sidecar)]
    complete = found["phase"] == "Succeeded"
    why: Object = (
        {}
        if ready
        else {"reason": "PodCompleted"}
        if complete
        else {
            "reason": "PodFailed" if found["phase"] == "Failed" else "ContainersNotReady",
            "message": f"containers with unready status: [{' '.join(unready)}]",
        }
    )
    if found["phase"] == "Failed":
        why.pop("message", None)
    waiting = [c.spec["name"] for c in init if not (c.started if c.is_sidecar else c.exit_code == 0)]
    initialized: Object = (
        {"reason": "ContainersNotInitialized", "message": f"containers with incomplete status: [{' '.join(waiting)}]"}
        if waiting
        else {}
    )
    if complete and not waiting:
        initialized = {"reason": "PodCompleted"}
    ended = found["phase"] in ("Succeeded", "Failed")
    for kind, value, more in (
        ("PodReadyToStartContainers", sandbox and not ended, {}),
        ("Initialized", not waiting, initialized),
        ("Ready", ready, why),
        ("ContainersReady", ready, why),
    ):
        found["conditions"].append(_condition(pod, kind, value, more))
    scheduled = meta.condition(pod, "PodScheduled")
    found["conditions"].append(scheduled or _condition(pod, "PodScheduled", True, {}))
    if address:
        found |= {"hostIP": host_ip, "hostIPs": [{"ip": host_ip}], "podIP": address, "podIPs": [{"ip": address}]}
    found["startTime"] = old.get("startTime") or meta.timestamp()
    if init:
        found["initContainerStatuses"] = [c.shown() for c in init]
    found["containerStatuses"] = [c.shown() for c in containers]
    if "qosClass" in old:
        found["qosClass"] = old["qosClass"]
    return found


def _condition(pod: Object, kind: str, value: bool, more: Object) -> Object:
    status = "True" if value else "False"
    old = meta.condition(pod, kind)
    since = old["lastTransitionTime"] if old and old["status"] == status else meta.timestamp()
    return {"type": kind, "status": status, "lastProbeTime": None, "lastTransitionTime": since, **more}
