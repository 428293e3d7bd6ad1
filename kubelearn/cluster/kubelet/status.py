"""A pod's status, from the state of its containers (K/pkg/kubelet/status, kubelet_pods.go getPhase)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.containers import references
from kubelearn.cluster.containers.process import User
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
        user: who its program runs as.
    """

    spec: Object
    state: Object = field(default_factory=lambda: {"waiting": {"reason": "ContainerCreating"}})
    last: Object = field(default_factory=dict)
    ready: bool = False
    started: bool = False
    restarts: int = 0
    id: str = ""
    user: User = field(default_factory=User)

    @property
    def exit_code(self) -> int | None:
        """The exit code, None before the container has ended."""
        terminated = self.state.get("terminated")
        return None if terminated is None else terminated["exitCode"]

    @property
    def is_untried(self) -> bool:
        """Whether nobody knows yet whether it starts."""
        return self.state.get("waiting", {}).get("reason") in ("ContainerCreating", "PodInitializing")

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that goes on beside the others."""
        return self.spec.get("restartPolicy") == "Always"

    @property
    def is_initialized(self) -> bool:
        """Whether the containers after this init container may start."""
        return self.started if self.is_sidecar else self.exit_code == 0

    def shown(self, *, is_init: bool = False) -> Object:
        """Return what the API shows of it (ContainerStatus).

        Args:
            is_init: whether it is an init container: one that has done its work counts as ready.
        """
        identity = {"containerID": f"containerd://{self.id}"} if self.id else {}
        image, image_id = _image_names(self.spec["image"]) if self.id else (self.spec["image"], "")
        return {
            "name": self.spec["name"],
            "state": self.state,
            "lastState": self.last,
            "ready": self.is_initialized if is_init and not self.is_sidecar else self.ready,
            "restartCount": self.restarts,
            "image": image,
            "imageID": image_id,
            **identity,
            "started": self.started,
            **self._mounts(),
            **(self._as_created() if self.id else {}),
        }

    def _mounts(self) -> Object:
        mounts = self.spec.get("volumeMounts")
        return {"volumeMounts": [_mounted(mount) for mount in mounts]} if mounts else {}

    def _as_created(self) -> Object:
        """Return what is known of it once the runtime has it: what it may use, and who it is."""
        resources = self.spec.get("resources") or {}
        requests = resources.get("requests")
        groups = sorted({self.user.gid, *self.user.groups})
        user = {"uid": self.user.uid, "gid": self.user.gid, "supplementalGroups": groups}
        return {
            "resources": resources,
            **({"allocatedResources": requests} if requests else {}),
            "user": {"linux": user},
        }

    def shown_ephemeral(self) -> Object:
        """Return what the API shows of an ephemeral container: nobody asks whether it has started."""
        return {key: value for key, value in self.shown().items() if key != "started"}


def _mounted(mount: Object) -> Object:
    """Return what the API shows of a volume in a container (VolumeMountStatus)."""
    shown = {"name": mount["name"], "mountPath": mount["mountPath"]}
    if not mount.get("readOnly"):
        return shown
    deep = mount.get("recursiveReadOnly", "Disabled") != "Disabled"
    return {**shown, "readOnly": True, "recursiveReadOnly": "Enabled" if deep else "Disabled"}


def by_name(statuses: list[Object]) -> list[Object]:
    """Return statuses in the order in which the API shows them; those of init containers stay in that of the spec."""
    return sorted(statuses, key=lambda status: str(status["name"]))


def full_name(pod: Object) -> str:
    """Return what the kubelet calls a pod: name, namespace and UID."""
    return f"{meta.name_of(pod)}_{meta.namespace_of(pod)}({pod['metadata']['uid']})"


def _image_names(given: str) -> tuple[str, str]:
    """Return what containerd calls an image that it has: its full name, and the name with the digest."""
    named = references.parse(given)
    digest = named.digest or f"sha256:{hashlib.sha256(str(named).encode()).hexdigest()}"
    by_digest = f"{named.repository}@{digest}"
    return f"{named.repository}:{named.tag}" if named.tag else by_digest, by_digest


def phase(restart_policy: str, init: list[ContainerState], containers: list[ContainerState]) -> str:
    """Return the pod's phase."""
    if any(c.exit_code not in (None, 0) and restart_policy == "Never" and not c.is_sidecar for c in init):
        return "Failed"
    if not all(c.is_initialized for c in init):
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


def compose(
    pod: Object, init: list[ContainerState], containers: list[ContainerState], address: str, host_ip: str
) -> Object:
    """Return the status to write, of a pod that has its node.

    Args:
        pod: the pod as stored; its transition times are kept where nothing changed.
        init: its init containers.
        containers: its other containers.
        address: the pod's address; empty as long as it waits for its volumes.
        host_ip: the node's address.
    """
    old = pod.get("status") or {}
    found: Object = {"observedGeneration": pod["metadata"]["generation"]}
    found["phase"] = phase(pod["spec"]["restartPolicy"], init, containers)
    found["conditions"] = _conditions(pod, found["phase"], init, containers, has_network=bool(address))
    found |= {"hostIP": host_ip, "hostIPs": [{"ip": host_ip}]}
    if address:
        found |= {"podIP": address, "podIPs": [{"ip": address}]}
    found["startTime"] = old.get("startTime") or meta.timestamp()
    if init:
        found["initContainerStatuses"] = [c.shown(is_init=True) for c in init]
    found["containerStatuses"] = by_name([c.shown() for c in containers])
    if "qosClass" in old:
        found["qosClass"] = old["qosClass"]
    return found


def _conditions(
    pod: Object, reached: str, init: list[ContainerState], containers: list[ContainerState], *, has_network: bool
) -> list[Object]:
    """Return the conditions of a pod in a phase (K/pkg/kubelet/status/generate.go); what others have set stays."""
    unready = [c.spec["name"] for c in init if c.is_sidecar and not c.ready]
    unready += [c.spec["name"] for c in containers if not c.ready]
    waiting = [c.spec["name"] for c in init if not c.is_initialized]
    is_running = has_network and reached not in ("Succeeded", "Failed")
    why = _why_unready(reached, unready)
    closed = [] if unready else _closed_gates(pod)
    own = [
        _condition(pod, "PodReadyToStartContainers", is_running, {}),
        _condition(pod, "Initialized", not waiting, _why_uninitialized(reached, waiting)),
        _condition(pod, "Ready", not unready and not closed, why or _why_gated(closed)),
        _condition(pod, "ContainersReady", not unready, why),
        _condition(pod, "PodScheduled", True, {}),
    ]
    mine = {item["type"] for item in own}
    others = [item for item in (pod.get("status") or {}).get("conditions") or () if item["type"] not in mine]
    return own + others


def _closed_gates(pod: Object) -> list[str]:
    """Say of each readiness gate that is not open why it is not."""
    problems = []
    for gate in pod["spec"].get("readinessGates") or ():
        kind = gate["conditionType"]
        found = meta.condition(pod, kind)
        if found is None:
            problems.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif found["status"] != "True":
            problems.append(f'the status of pod readiness gate "{kind}" is not "True", but {found["status"]}')
    return problems


def _why_gated(problems: list[str]) -> Object:
    return {"reason": "ReadinessGatesNotReady", "message": ", ".join(problems)} if problems else {}


def _why_unready(reached: str, unready: list[str]) -> Object:
    if not unready:
        return {}
    if reached == "Succeeded":
        return {"reason": "PodCompleted"}
    if reached == "Failed":
        return {"reason": "PodFailed"}
    return {
        "reason": "ContainersNotReady",
        "message": f"containers with unready status: [{' '.join(unready)}]",
    }


def _why_uninitialized(reached: str, waiting: list[str]) -> Object:
    if waiting:
        return {
            "reason": "ContainersNotInitialized",
            "message": f"containers with incomplete status: [{' '.join(waiting)}]",
        }
    return {"reason": "PodCompleted"} if reached == "Succeeded" else {}


def _condition(pod: Object, kind: str, value: bool, more: Object) -> Object:
    status = "True" if value else "False"
    since = meta.transition_time(pod, kind, status)
    seen = pod["metadata"]["generation"]
    found = {"type": kind, "observedGeneration": seen, "status": status, "lastProbeTime": None}
    return {**found, "lastTransitionTime": since, **more}
