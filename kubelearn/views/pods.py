"""What pictures say about pods: their state, who selects them, and which of them get traffic."""

from __future__ import annotations

from collections.abc import Mapping

from .objects import Object, Objects


def state(pod: Object) -> str:
    """Return a pod's state in a word: ``Ready``, ``Not ready``, ``Terminating``, ``Pending``, ``Completed``, ``Failed``, or why a container waits."""
    status = pod.get("status") or {}
    if pod["metadata"].get("deletionTimestamp"):
        return "Terminating"
    if status.get("phase") in ("Succeeded", "Failed"):
        return "Completed" if status["phase"] == "Succeeded" else "Failed"
    if any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or ()):
        return "Ready"
    waiting = [
        ((c.get("state") or {}).get("waiting") or {}).get("reason", "") for c in status.get("containerStatuses") or ()
    ]
    reason = next((reason for reason in waiting if reason not in ("", "ContainerCreating", "PodInitializing")), "")
    return reason or ("Pending" if status.get("phase", "Pending") == "Pending" else "Not ready")


def matches(selector: Mapping[str, str], pod: Object) -> bool:
    """Whether a Service's selector selects a pod of its namespace; an empty selector selects none."""
    labels = pod["metadata"].get("labels") or {}
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def selector_text(selector: Mapping[str, str]) -> str:
    """Return a selector as kubectl prints it."""
    return ",".join(f"{key}={value}" for key, value in selector.items()) or "<none>"


def targets(service: str, objects: Objects) -> dict[str, dict[str, int]]:
    """Return, for each pod that gets traffic from a Service, the name of each port and its number in the pod."""
    found: dict[str, dict[str, int]] = {}
    for item in objects["endpointslices"]:
        if (item["metadata"].get("labels") or {}).get("kubernetes.io/service-name") != service:
            continue
        ports = {port.get("name", ""): port["port"] for port in item.get("ports") or () if "port" in port}
        for endpoint in item.get("endpoints") or ():
            if (endpoint.get("conditions") or {}).get("ready", True) and "targetRef" in endpoint:
                found.setdefault(endpoint["targetRef"]["name"], {}).update(ports)
    return found
