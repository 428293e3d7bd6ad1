"""Pods (printPod)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.printers import AGE, NAME, NONE, Column, Printer, age, created, name_of, part, wide
from kubelearn.cluster.meta import Object

_COMPLETED = {
    "Succeeded": [
        {"type": "Completed", "status": "True", "reason": "Succeeded", "message": "The pod has completed successfully."}
    ],
    "Failed": [{"type": "Completed", "status": "True", "reason": "Failed", "message": "The pod failed."}],
}


@dataclass
class _Summary:
    """What the columns say about a pod's containers."""

    reason: str
    total: int = 0
    ready: int = 0
    restarts: int = 0
    last_restart: str = ""

    def count_restarts(self, containers: Iterable[Object]) -> None:
        """Count afresh."""
        self.restarts = 0
        self.last_restart = ""
        for container in containers:
            self.restarts += container.get("restartCount", 0)
            finished = ((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""
            self.last_restart = max(self.last_restart, finished)  # time stamps in UTC sort as text


def _ended(terminated: Object) -> str:
    """Say how a container ended: its reason, else a signal or an exit code."""
    if terminated.get("reason"):
        reason: str = terminated["reason"]
        return reason
    return f"Signal:{terminated['signal']}" if terminated.get("signal") else f"ExitCode:{terminated.get('exitCode', 0)}"


def _is_true(conditions: Iterable[Object], kind: str) -> bool:
    return any(item["type"] == kind and item["status"] == "True" for item in conditions)


def _summary(pod: Object) -> _Summary:
    spec, status = part(pod, "spec"), part(pod, "status")
    conditions = status.get("conditions") or ()
    init, main = status.get("initContainerStatuses") or (), status.get("containerStatuses") or ()
    sidecars = {
        container["name"]
        for container in spec.get("initContainers") or ()
        if container.get("restartPolicy") == "Always"
    }
    summary = _Summary(
        status.get("reason") or status.get("phase", ""), len(spec.get("containers") or ()) + len(sidecars)
    )
    if any(item["type"] == "PodScheduled" and item.get("reason") == "SchedulingGated" for item in conditions):
        summary.reason = "SchedulingGated"
    if (
        not init
        or not _is_initializing(init, sidecars, len(spec["initContainers"]), summary)
        or _is_true(conditions, "Initialized")
    ):
        # The restarts of init containers that are done are no longer of interest, those of sidecars are.
        summary.count_restarts((*(container for container in init if container["name"] in sidecars), *main))
        _containers(main, conditions, summary)
    else:
        summary.count_restarts(init)
    if meta.is_terminating(pod):
        if status.get("reason") == "NodeLost":
            summary.reason = "Unknown"
        elif status.get("phase") not in _COMPLETED:
            summary.reason = "Terminating"
    return summary


def _is_initializing(containers: Iterable[Object], sidecars: set[str], total: int, summary: _Summary) -> bool:
    """Return whether an init container is not done; then the pod's reason is that of the first such one."""
    for index, container in enumerate(containers):
        state = container.get("state") or {}
        waiting, terminated = (state.get("waiting") or {}).get("reason"), state.get("terminated")
        if terminated is not None and terminated.get("exitCode", 0) == 0:
            continue
        if container["name"] in sidecars and container.get("started"):
            summary.ready += bool(container.get("ready"))
            continue
        if terminated is not None:
            summary.reason = f"Init:{_ended(terminated)}"
        elif waiting and waiting != "PodInitializing":
            summary.reason = f"Init:{waiting}"
        else:
            summary.reason = f"Init:{index}/{total}"
        return True
    return False


def _containers(containers: Sequence[Object], conditions: Iterable[Object], summary: _Summary) -> None:
    """Let the first container with something to say give the reason, and count those that are ready."""
    running = False
    for container in reversed(containers):
        state = container.get("state") or {}
        waiting, terminated = (state.get("waiting") or {}).get("reason"), state.get("terminated")
        if waiting:
            summary.reason = waiting
        elif terminated is not None:
            summary.reason = _ended(terminated)
        elif container.get("ready") and "running" in state:
            running = True
            summary.ready += 1
    if running and summary.reason == "Completed":
        summary.reason = "Running" if _is_true(conditions, "Ready") else "NotReady"


def _readiness_gates(spec: Object, status: Object) -> str:
    gates = spec.get("readinessGates")
    if not gates:
        return NONE
    states = {item["type"]: item["status"] for item in reversed(status.get("conditions") or ())}
    passed = sum(states.get(gate["conditionType"]) == "True" for gate in gates)
    return f"{passed}/{len(gates)}"


def _cells(pod: Object) -> list[Any]:
    spec, status, summary = part(pod, "spec"), part(pod, "status"), _summary(pod)
    restarts = str(summary.restarts)
    if summary.restarts and summary.last_restart:
        restarts = f"{restarts} ({age(summary.last_restart)} ago)"
    addresses = status.get("podIPs")
    return [
        name_of(pod),
        f"{summary.ready}/{summary.total}",
        summary.reason,
        restarts,
        created(pod),
        addresses[0]["ip"] if addresses else NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _readiness_gates(spec, status),
    ]


_COLUMNS = (
    NAME,
    Column("Ready", "The aggregate readiness state of this pod for accepting traffic."),
    Column("Status", "The aggregate status of the containers in this pod."),
    Column(
        "Restarts",
        "The number of times the containers in this pod have been restarted and when the last container in this pod "
        "has restarted.",
    ),
    AGE,
    wide("IP", "Address of the pod"),
    wide("Node", "Node on which the pod is scheduled"),
    wide("Nominated Node", "Node that the pod is to get by preemption"),
    wide("Readiness Gates", "Conditions of the pod's readiness gates that are true"),
)

PRINTERS = {"pods": Printer(_COLUMNS, _cells, lambda pod: _COMPLETED.get(part(pod, "status").get("phase", ""), []))}
