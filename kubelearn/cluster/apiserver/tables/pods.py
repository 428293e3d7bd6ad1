"""Pods (printPod)."""

from __future__ import annotations

from typing import Any

from ... import meta
from ...meta import Object
from .base import AGE, NAME, NONE, Column, Printer, age, created


def _status(pod: Object) -> tuple[str, int, int, str, int]:
    """Return status text, ready containers, restarts, time of the last restart, containers."""
    spec, status = pod["spec"], pod.get("status") or {}
    reason = status.get("reason") or status.get("phase", "")
    total, ready, restarts, last = len(spec.get("containers") or ()), 0, 0, ""
    for item in status.get("conditions") or ():
        if item["type"] == "PodScheduled" and item.get("reason") == "SchedulingGated":
            reason = "SchedulingGated"
    sidecars = {c["name"] for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"}
    total += len(sidecars)
    reason, initializing, more, more_ready = _init(spec, status, reason, sidecars)
    restarts, ready = restarts + more, ready + more_ready
    if not initializing:
        reason, ready, restarts, last = _containers(status, reason, ready, restarts)
    if meta.is_terminating(pod):
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    return reason, ready, restarts, last, total


def _init(spec: Object, status: Object, reason: str, sidecars: set[str]) -> tuple[str, bool, int, int]:
    restarts = ready = 0
    for index, container in enumerate(status.get("initContainerStatuses") or ()):
        state = container.get("state") or {}
        restarts += container.get("restartCount", 0)
        terminated, waiting = state.get("terminated"), state.get("waiting")
        if terminated is not None and terminated.get("exitCode") == 0:
            continue
        if container["name"] in sidecars and container.get("started"):
            ready += bool(container.get("ready"))
            continue
        if terminated is not None:
            text = terminated.get("reason") or (f"Signal:{terminated['signal']}" if terminated.get("signal") else f"ExitCode:{terminated['exitCode']}")
        elif waiting is not None and waiting.get("reason") not in (None, "PodInitializing"):
            text = waiting["reason"]
        else:
            text = f"{index}/{len(spec['initContainers'])}"
        return f"Init:{text}", True, restarts, ready
    return reason, False, restarts, ready


def _containers(status: Object, reason: str, ready: int, restarts: int) -> tuple[str, int, int, str]:
    last, running = "", False
    for container in reversed(status.get("containerStatuses") or ()):
        restarts += container.get("restartCount", 0)
        finished = ((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt", "")
        last = max(last, finished or "")
        state = container.get("state") or {}
        waiting, terminated = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif terminated is not None:
            reason = terminated.get("reason") or (f"Signal:{terminated['signal']}" if terminated.get("signal") else f"ExitCode:{terminated['exitCode']}")
        elif container.get("ready") and "running" in state:
            running = True
            ready += 1
    if reason == "Completed" and running:
        is_ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or ())
        reason = "Running" if is_ready else "NotReady"
    return reason, ready, restarts, last


def cells(pod: Object) -> list[Any]:
    status = pod.get("status") or {}
    reason, ready, restarts, last, total = _status(pod)
    shown = f"{restarts} ({age(last)} ago)" if restarts and last else str(restarts)
    addresses = status.get("podIPs") or ()
    gates = pod["spec"].get("readinessGates")
    return [
        pod["metadata"]["name"], f"{ready}/{total}", reason, shown, created(pod), addresses[0]["ip"] if addresses else status.get("podIP") or NONE,
        pod["spec"].get("nodeName") or NONE, status.get("nominatedNodeName") or NONE, f"0/{len(gates)}" if gates else NONE]


PODS = Printer((
    NAME, Column("Ready"), Column("Status"), Column("Restarts"), AGE, Column("IP", 1), Column("Node", 1), Column("Nominated Node", 1), Column("Readiness Gates", 1)), cells)
