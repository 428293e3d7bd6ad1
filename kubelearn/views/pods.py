"""What pictures say about pods: their state, who selects them, and which of them get traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .objects import Object, Objects


def is_ready(pod: Object | Any) -> bool:
    """Say whether a pod is ready for traffic: whether its condition ``Ready`` is true.

    Args:
        pod: as the API sends it, or an object of the official client.
    """
    if isinstance(pod, dict):
        conditions = [(each["type"], each["status"]) for each in (pod.get("status") or {}).get("conditions") or ()]
    else:
        conditions = [(each.type, each.status) for each in (pod.status and pod.status.conditions) or ()]
    return ("Ready", "True") in conditions


def state(pod: Object) -> str:
    """Return a pod's state in a word.

    It is ``Ready``, ``Not ready``, ``Terminating``, ``Pending``, ``Completed``, ``Failed``, or why a container waits.
    """
    status = pod.get("status") or {}
    if pod["metadata"].get("deletionTimestamp"):
        return "Terminating"
    if status.get("phase") in ("Succeeded", "Failed"):
        return "Completed" if status["phase"] == "Succeeded" else "Failed"
    if is_ready(pod):
        return "Ready"
    waiting = [
        ((c.get("state") or {}).get("waiting") or {}).get("reason", "") for c in status.get("containerStatuses") or ()
    ]
    reason = next((reason for reason in waiting if reason not in ("", "ContainerCreating", "PodInitializing")), "")
    return reason or ("Pending" if status.get("phase", "Pending") == "Pending" else "Not ready")


def has_ended(pod: Object) -> bool:
    """Say whether a pod has ended for good: it has no part in a Service any more."""
    return state(pod) in ("Completed", "Failed")


def has_labels(labels: Mapping[str, str], pod: Object) -> bool:
    """Say whether a pod has all these labels; an empty mapping asks for nothing."""
    has = pod["metadata"].get("labels") or {}
    return all(has.get(key) == value for key, value in labels.items())


def matches(selector: Mapping[str, str], pod: Object) -> bool:
    """Say whether a Service's selector selects a pod of its namespace; an empty selector selects none."""
    return bool(selector) and has_labels(selector, pod)


def parse_labels(text: str) -> dict[str, str]:
    """Read ``key=value,key=value``.

    Raises:
        ValueError: a part without ``=``.
    """
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    for key, sign, _ in pairs:
        if not sign or not key:
            raise ValueError(f"write key=value, separated by commas, not {text!r}")
    return {key.strip(): value.strip() for key, _, value in pairs}


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
