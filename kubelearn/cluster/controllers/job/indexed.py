"""Indexed Jobs: each pod has an index, and each index has to succeed once.

K/pkg/controller/job/indexed_job_utils.go.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.validation import indexes
from kubelearn.cluster.controllers.framework.pods import from_template
from kubelearn.cluster.meta import Object

#: The label and the annotation with a pod's index.
INDEX = "batch.kubernetes.io/job-completion-index"
#: The annotation that says how often the index has failed before this pod.
_FAILURES = "batch.kubernetes.io/job-index-failure-count"
_VARIABLE = "JOB_COMPLETION_INDEX"
#: A generated name has five letters after so many.
_MAX_PREFIX = 58


def is_indexed(job: Object) -> bool:
    """Return whether a Job's pods have indexes."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def index_of(pod: Object) -> int:
    """Return a pod's index, -1 when it says none."""
    index = meta.annotated_number(pod, INDEX)
    return -1 if index is None else index


def make(job: Object, index: int, failures: int) -> Object:
    """Return the pod of an index that has failed so often before."""
    name = meta.name_of(job)
    pod = from_template(job["spec"]["template"], job, name)
    metadata, spec = pod["metadata"], pod["spec"]
    metadata["generateName"] = f"{name[: _MAX_PREFIX - len(f'-{index}-')]}-{index}-"
    metadata.setdefault("labels", {})[INDEX] = str(index)
    annotations = metadata.setdefault("annotations", {})
    annotations[INDEX] = str(index)
    if has_limit(job):
        annotations[_FAILURES] = str(failures)
    spec["hostname"] = f"{name}-{index}"
    for key in ("initContainers", "containers"):
        for container in spec.get(key) or ():
            _set_variable(container)
    return pod


def _set_variable(container: Object) -> None:
    known = container.get("env") or []
    if all(variable["name"] != _VARIABLE for variable in known):
        source = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
        container["env"] = [*known, {"name": _VARIABLE, "valueFrom": source}]


def has_limit(job: Object) -> bool:
    """Return whether each index may fail only so often."""
    return job["spec"].get("backoffLimitPerIndex") is not None


def completed(job: Object, status: Object) -> set[int]:
    """Return the indexes that have succeeded, of those that the Job has now."""
    return _parsed(job, status.get("completedIndexes") or "")


def failed(job: Object, status: Object) -> set[int]:
    """Return the indexes that have failed for good."""
    return _parsed(job, status.get("failedIndexes") or "")


def _parsed(job: Object, text: str) -> set[int]:
    everything = indexes.parse(text, 2**31)
    return {index for index in everything if index < job["spec"]["completions"]}


def note(job: Object, status: Object, succeeded: set[int], lost: set[int]) -> None:
    """Write down which more indexes have succeeded, and which have failed for good, in place."""
    done = completed(job, status) | {index for index in succeeded if index >= 0}
    status["succeeded"] = len(done)
    status["completedIndexes"] = indexes.show(done)
    if has_limit(job):
        status["failedIndexes"] = indexes.show((failed(job, status) | lost) - done)


def is_lost(job: Object, pod: Object) -> bool:
    """Return whether a pod's failure was the last that its index may have."""
    return has_limit(job) and _failures_before(pod) >= job["spec"]["backoffLimitPerIndex"]


def _failures_before(pod: Object) -> int:
    return meta.annotated_number(pod, _FAILURES) or 0


def failures(past: list[Object]) -> int:
    """Return how often an index has failed, as far as its pods are still there."""
    ended = [pod for pod in past if meta.phase_of(pod) == "Failed"]
    return max((_failures_before(pod) + 1 for pod in ended), default=0)


def pending(job: Object, status: Object, running: list[Object]) -> list[int]:
    """Return the indexes that nobody works on and that are not done."""
    taken = completed(job, status) | failed(job, status) | set(map(index_of, running))
    return [index for index in range(job["spec"]["completions"]) if index not in taken]


def surplus(job: Object, running: list[Object]) -> list[Object]:
    """Return the pods whose index the Job does not have, or that another works on."""
    seen: set[int] = set()
    found = []
    for pod in sorted(running, key=meta.by_age):
        index = index_of(pod)
        if index in seen or not 0 <= index < job["spec"]["completions"]:
            found.append(pod)
        seen.add(index)
    return found
