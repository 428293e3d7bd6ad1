"""What a Job's policies say of a pod's failure, and of what has succeeded.

K/pkg/controller/job/{pod_failure_policy,success_policy}.go.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.validation import indexes
from kubelearn.cluster.meta import Object


def on_failure(job: Object, pod: Object) -> tuple[str, str]:
    """Return the action of the first rule that a failed pod matches, and why; ``Count`` without one."""
    namespace, name = meta.namespace_of(pod), meta.name_of(pod)
    for number, rule in enumerate((job["spec"].get("podFailurePolicy") or {}).get("rules") or ()):
        tail = f"matching {rule['action']} rule at index {number}"
        if rule.get("onExitCodes") is not None:
            container = _by_exit_code(pod, rule["onExitCodes"])
            if container is not None:
                code = container["state"]["terminated"]["exitCode"]
                where = f"Container {container['name']} for pod {namespace}/{name}"
                return rule["action"], f"{where} failed with exit code {code} {tail}"
        elif (kind := _by_condition(pod, rule.get("onPodConditions") or [])) is not None:
            return rule["action"], f"Pod {namespace}/{name} has condition {kind} {tail}"
    return "Count", ""


def _by_exit_code(pod: Object, wanted: Object) -> Object | None:
    """Return the first container that ended with one of some exit codes, or with another one; never 0."""
    status = pod.get("status") or {}
    for key in ("containerStatuses", "initContainerStatuses"):
        for container in status.get(key) or ():
            terminated = (container.get("state") or {}).get("terminated")
            if wanted.get("containerName") not in (None, container["name"]) or not terminated:
                continue
            code = terminated["exitCode"]
            if code and (code in wanted["values"]) == (wanted["operator"] == "In"):
                return dict(container)
    return None


def _by_condition(pod: Object, wanted: list[Object]) -> str | None:
    for pattern in wanted:
        found = meta.condition(pod, pattern["type"])
        if found is not None and found["status"] == pattern["status"]:
            return str(pattern["type"])
    return None


def on_success(job: Object, succeeded: set[int]) -> str:
    """Return which rule of the successPolicy is met; empty for none."""
    for number, rule in enumerate((job["spec"].get("successPolicy") or {}).get("rules") or ()):
        listed, count = rule.get("succeededIndexes"), rule.get("succeededCount")
        named = succeeded if listed is None else indexes.parse(listed, job["spec"]["completions"])
        needed = len(named) if count is None else count
        if len(named & succeeded) >= needed:
            return f"Matched rules at index {number}"
    return ""
