"""Deployments, ReplicaSets, Jobs and HorizontalPodAutoscalers."""

from __future__ import annotations

import time
from typing import Any

from ... import meta
from ...meta import Object
from ..selectors import format_label_selector
from .base import AGE, NAME, Column, Printer, created, duration, number


def _containers(spec: Object) -> list[str]:
    containers = spec["template"]["spec"].get("containers") or ()
    return [",".join(c["name"] for c in containers), ",".join(c["image"] for c in containers), format_label_selector(spec.get("selector"))]


def deployment(obj: Object) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    ready = f"{status.get('readyReplicas', 0)}/{spec['replicas']}"
    return [obj["metadata"]["name"], ready, status.get("updatedReplicas", 0), status.get("availableReplicas", 0), created(obj), *_containers(spec)]


def replicaset(obj: Object) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    return [obj["metadata"]["name"], spec["replicas"], status.get("replicas", 0), status.get("readyReplicas", 0), created(obj), *_containers(spec)]


def job(obj: Object) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    wanted = spec.get("completions")
    completions = f"{status.get('succeeded', 0)}/{wanted}" if wanted else f"{status.get('succeeded', 0)}/1 of {spec.get('parallelism', 1)}"
    state = next((c["type"] for c in status.get("conditions") or () if c["status"] == "True" and c["type"] in ("Complete", "Failed", "Suspended")), "Running")
    took = ""
    if status.get("startTime"):
        end = meta.seconds_of(status["completionTime"]) if status.get("completionTime") else time.time()
        took = duration(end - meta.seconds_of(status["startTime"]))
    return [obj["metadata"]["name"], state, completions, took, created(obj), *_containers(spec)]


def autoscaler(obj: Object) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    target = spec.get("scaleTargetRef") or {}
    percent = spec.get("targetCPUUtilizationPercentage")
    for metric in spec.get("metrics") or ():
        percent = ((metric.get("resource") or {}).get("target") or {}).get("averageUtilization", percent)
    shown = f"cpu: <unknown>/{percent}%" if percent else "<none>"
    return [obj["metadata"]["name"], f"{target.get('kind')}/{target.get('name')}", shown, str(spec.get("minReplicas", "<unset>")), spec.get("maxReplicas", 0),
            status.get("currentReplicas", 0), created(obj)]


_WIDE = (Column("Containers", 1), Column("Images", 1), Column("Selector", 1))
DEPLOYMENTS = Printer((NAME, Column("Ready"), number("Up-to-date"), number("Available"), AGE, *_WIDE), deployment)
REPLICASETS = Printer((NAME, number("Desired"), number("Current"), number("Ready"), AGE, *_WIDE), replicaset)
JOBS = Printer((NAME, Column("Status"), Column("Completions"), Column("Duration"), AGE, *_WIDE), job)
AUTOSCALERS = Printer((NAME, Column("Reference"), Column("Targets"), Column("MinPods"), number("MaxPods"), number("Replicas"), AGE), autoscaler)
