"""Tables of what makes pods, of its history, and of what scales it."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.printers import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    NONE,
    UNSET,
    Column,
    Printer,
    age,
    between,
    containers,
    created,
    integer,
    labels,
    name_of,
    part,
    wide,
)
from kubelearn.cluster.apiserver.selectors import SelectorError, format_label_selector, selector_text
from kubelearn.cluster.meta import Object

from . import metrics


def _replicas(spec: Object) -> int:
    replicas: int = spec.get("replicas", 1)
    return replicas


def _deployment(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    try:
        selector = selector_text(spec.get("selector"))
    except SelectorError:
        selector = "<invalid>"
    return [
        name_of(obj),
        f"{status.get('readyReplicas', 0)}/{_replicas(spec)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        created(obj),
        *containers(spec.get("template")),
        selector,
    ]


def _replicated(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    selector = spec.get("selector")
    shown = labels(selector) if obj["kind"] == "ReplicationController" else format_label_selector(selector)
    return [
        name_of(obj),
        _replicas(spec),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        created(obj),
        *containers(spec.get("template")),
        shown,
    ]


def _stateful_set(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    return [
        name_of(obj),
        f"{status.get('readyReplicas', 0)}/{_replicas(spec)}",
        created(obj),
        *containers(spec.get("template")),
    ]


def _daemon_set(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    template: Object = spec.get("template") or {}
    counts = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    nodes = labels((template.get("spec") or {}).get("nodeSelector"))
    return [
        name_of(obj),
        *(status.get(key, 0) for key in counts),
        nodes,
        created(obj),
        *containers(template),
        format_label_selector(spec.get("selector")),
    ]


def _controller_revision(obj: Object) -> list[Any]:
    owner = meta.controller_of(obj)
    shown = NONE
    if owner is not None:
        group = owner["apiVersion"].rpartition("/")[0]
        shown = f"{owner['kind'].lower()}{'.' if group else ''}{group}/{owner['name']}"
    return [name_of(obj), shown, obj.get("revision", 0), created(obj)]


def _pod_template(obj: Object) -> list[Any]:
    template: Object = obj.get("template") or {}
    return [name_of(obj), *containers(template), labels((template.get("metadata") or {}).get("labels"))]


def _job_status(job: Object) -> str:
    states = {item["type"]: item["status"] == "True" for item in reversed(part(job, "status").get("conditions") or ())}
    for kind in ("Complete", "Failed"):
        if states.get(kind):
            return kind
    if meta.is_terminating(job):
        return "Terminating"
    return next((kind for kind in ("Suspended", "FailureTarget") if states.get(kind)), "Running")


def _job(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    goal, parallelism = spec.get("completions"), spec.get("parallelism") or 0
    if goal is None:
        goal = f"1 of {parallelism}" if parallelism > 1 else 1
    took = between(status["startTime"], status.get("completionTime")) if status.get("startTime") else ""
    return [
        name_of(obj),
        _job_status(obj),
        f"{status.get('succeeded', 0)}/{goal}",
        took,
        created(obj),
        *containers(spec.get("template")),
        format_label_selector(spec.get("selector")),
    ]


def _cron_job(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    job: Object = (spec.get("jobTemplate") or {}).get("spec") or {}
    suspended = UNSET if spec.get("suspend") is None else str(bool(spec["suspend"]))
    last = age(status["lastScheduleTime"]) if status.get("lastScheduleTime") else NONE
    return [
        name_of(obj),
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        suspended,
        len(status.get("active") or ()),
        last,
        created(obj),
        *containers(job.get("template")),
        format_label_selector(job.get("selector")),
    ]


def _scale(obj: Object) -> list[Any]:
    return [name_of(obj), part(obj, "spec").get("replicas", 0), part(obj, "status").get("replicas", 0), created(obj)]


def _autoscaler(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    target = spec.get("scaleTargetRef") or {}
    least = spec.get("minReplicas")
    return [
        name_of(obj),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        metrics.targets(obj),
        UNSET if least is None else str(least),
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        created(obj),
    ]


_SELECTOR = wide("Selector", "Labels of the pods that belong to it")
_COUNTS = (
    integer("Desired", "Number of pods wanted"),
    integer("Current", "Number of pods there are"),
    integer("Ready", "Number of pods that are ready"),
)
_READY = Column("Ready", "Number of the pod with ready state")
_REPLICATED = Printer((NAME, *_COUNTS, AGE, CONTAINERS, IMAGES, _SELECTOR), _replicated)

PRINTERS = {
    "deployments.apps": Printer(
        (
            NAME,
            _READY,
            Column("Up-to-date", "Number of pods made from the present template"),
            Column("Available", "Number of pods that are available"),
            AGE,
            CONTAINERS,
            IMAGES,
            _SELECTOR,
        ),
        _deployment,
    ),
    "replicasets.apps": _REPLICATED,
    "replicationcontrollers": _REPLICATED,
    "statefulsets.apps": Printer((NAME, _READY, AGE, CONTAINERS, IMAGES), _stateful_set),
    "daemonsets.apps": Printer(
        (
            NAME,
            *_COUNTS,
            integer("Up-to-date", "Number of nodes that run the present template"),
            integer("Available", "Number of nodes where the pod is available"),
            Column("Node Selector", "Labels of the nodes that are to run it"),
            AGE,
            CONTAINERS,
            IMAGES,
            _SELECTOR,
        ),
        _daemon_set,
    ),
    "controllerrevisions.apps": Printer(
        (NAME, Column("Controller", "What it is a revision of"), integer("Revision", "Number of the revision"), AGE),
        _controller_revision,
    ),
    "podtemplates": Printer(
        (
            NAME,
            Column("Containers", "Names of the template's containers"),
            Column("Images", "Images of the template's containers"),
            Column("Pod Labels", "Labels of the pods that it makes"),
        ),
        _pod_template,
    ),
    "jobs.batch": Printer(
        (
            NAME,
            Column("Status", "Status of the job."),
            Column("Completions", "Number of pods that succeeded, of those wanted"),
            Column("Duration", "Time required to complete the job."),
            AGE,
            CONTAINERS,
            IMAGES,
            _SELECTOR,
        ),
        _job,
    ),
    "cronjobs.batch": Printer(
        (
            NAME,
            Column("Schedule", "When it runs, in cron's format"),
            Column("Timezone", "Time zone of the schedule"),
            Column("Suspend", "Whether no further runs are started", "boolean"),
            integer("Active", "Number of jobs that run"),
            Column("Last Schedule", "Time since the last run was started"),
            AGE,
            CONTAINERS,
            IMAGES,
            _SELECTOR,
        ),
        _cron_job,
    ),
    "scales.autoscaling": Printer(
        (NAME, integer("Desired", "Number of pods wanted"), integer("Available", "Number of pods there are"), AGE),
        _scale,
    ),
    "horizontalpodautoscalers.autoscaling": Printer(
        (
            NAME,
            Column("Reference", "What it scales"),
            Column("Targets", "Present and wanted value of each metric"),
            Column("MinPods", "Least number of replicas"),
            Column("MaxPods", "Greatest number of replicas"),
            Column("Replicas", "Present number of replicas"),
            AGE,
        ),
        _autoscaler,
    ),
}
