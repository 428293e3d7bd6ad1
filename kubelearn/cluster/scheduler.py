"""The scheduler: which node a pod runs on (K/pkg/scheduler, the filters and one score that matter here)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from . import meta
from .apiserver.errors import ApiError
from .apiserver.podactions import bind
from .apiserver.registry import Registry
from .controllers.workqueue import Controller, Key, Keys
from .events import EventRecorder
from .meta import Object
from .store import StoreEvent

_TERMINAL = ("Succeeded", "Failed")


class Scheduler(Controller):
    """Binds pods that have no node to the fitting node with the fewest pods."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._recorder = EventRecorder(registry, "default-scheduler")
        self._pods: Counter[str] = Counter()
        self._chance = registry.chance("scheduler")
        self._waiting: set[Key] = set()
        #: Pods that were bound and counted before the watch told of it.
        self._assumed: set[Key] = set()

    def sources(self) -> dict[str, Keys]:
        return {"nodes": self._everyone, "pods": self._unscheduled}

    def observe(self, event: StoreEvent) -> None:
        """Count the pods on each node."""
        if event.resource == "pods":
            before, after = _place(event.previous), _place(event.object if event.type != "DELETED" else None)
            key = (meta.namespace_of(event.object), meta.name_of(event.object))
            if before != after:
                self._pods[before] -= 1
                if key in self._assumed:
                    self._assumed.discard(key)
                else:
                    self._pods[after] += 1

    def _everyone(self, event: StoreEvent) -> Iterable[Key]:
        return tuple(self._waiting)

    def _unscheduled(self, event: StoreEvent) -> Iterable[Key]:
        pod = event.object
        if _place(event.previous) and not _place(pod if event.type != "DELETED" else None):
            yield from tuple(self._waiting)  # there is room again
        if event.type != "DELETED" and not pod["spec"].get("nodeName") and not meta.is_terminating(pod):
            yield meta.namespace_of(pod), meta.name_of(pod)

    def reconcile(self, key: Key) -> None:
        pod = self.registry.find("pods", *key)
        if pod is None or pod["spec"].get("nodeName") or meta.is_terminating(pod) or pod["spec"]["schedulerName"] != "default-scheduler":
            self._waiting.discard(key)
            return
        nodes = self.registry.list("nodes")
        verdicts = {meta.name_of(node): self._why_not(pod, node) for node in nodes}
        fitting = [name for name, why in verdicts.items() if not why]
        if not fitting:
            self._waiting.add(key)
            self._fail(pod, verdicts)
            return
        fewest = min(self._pods[name] for name in fitting)
        node = self._chance.choice([name for name in fitting if self._pods[name] == fewest])
        bind(self.registry, *key, {"target": {"kind": "Node", "name": node}})
        self._waiting.discard(key)
        self._pods[node] += 1
        self._assumed.add(key)
        self._recorder.event(pod, "Normal", "Scheduled", f"Successfully assigned {key[0]}/{key[1]} to {node}")

    def _why_not(self, pod: Object, node: Object) -> str:
        """Return why a pod cannot run on a node, empty when it can."""
        spec, name = pod["spec"], meta.name_of(node)
        if node["spec"].get("unschedulable") and not _tolerates(spec, {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}):
            return "node(s) were unschedulable"
        for taint in node["spec"].get("taints") or ():
            if taint["effect"] in ("NoSchedule", "NoExecute") and not _tolerates(spec, taint):
                return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"
        if not _selects(spec, node):
            return "node(s) didn't match Pod's node affinity/selector"
        if not meta.is_ready(node):
            return "node(s) were not ready"
        if self._pods[name] >= int(node["status"]["allocatable"]["pods"]):
            return "Too many pods"
        return ""

    def _fail(self, pod: Object, verdicts: dict[str, str]) -> None:
        message = explain(verdicts)
        now = meta.timestamp()
        old = meta.condition(pod, "PodScheduled")
        if old is None or old.get("message") != message:
            condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message, "lastProbeTime": None, "lastTransitionTime": now}

            def change(obj: Object) -> None:
                status = obj.setdefault("status", {})
                status["conditions"] = [c for c in status.get("conditions") or () if c["type"] != "PodScheduled"] + [condition]

            try:
                pod = self.registry.modify("pods", meta.namespace_of(pod), meta.name_of(pod), change, subresource="status", manager="kube-scheduler")
            except ApiError as error:
                if error.reason != "NotFound":
                    raise
        self._recorder.event(pod, "Warning", "FailedScheduling", message)


def explain(verdicts: dict[str, str]) -> str:
    """Say why no node fits, as the real scheduler does."""
    total = len(verdicts)
    if not total:
        return "no nodes available to schedule pods"
    counts = Counter(verdicts.values())
    reasons = ", ".join(sorted(f"{count} {why}" for why, count in counts.items()))
    full = counts.get("Too many pods", 0)
    helpless = total - full
    parts = [f"{helpless} Preemption is not helpful for scheduling"] if helpless else []
    if full:
        parts.append(f"{full} No preemption victims found for incoming pod")
    return f"0/{total} nodes are available: {reasons}. preemption: 0/{total} nodes are available: {', '.join(parts)}."


def _place(pod: Object | None) -> str:
    """Return the node whose room a pod takes, empty when it takes none."""
    if pod is None or (pod.get("status") or {}).get("phase") in _TERMINAL:
        return ""
    name: str = pod["spec"].get("nodeName", "")
    return name


def _tolerates(spec: Object, taint: Object) -> bool:
    for toleration in spec.get("tolerations") or ():
        if toleration.get("effect") and toleration["effect"] != taint["effect"]:
            continue
        if toleration.get("key") and toleration["key"] != taint["key"]:
            continue
        if toleration.get("operator") == "Exists" or (toleration.get("key") and toleration.get("value", "") == taint.get("value", "")):
            return True
    return False


def _selects(spec: Object, node: Object) -> bool:
    labels = meta.labels_of(node)
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    if affinity is None:
        return True
    return any(all(_expression(labels, e) for e in term.get("matchExpressions") or ()) for term in affinity.get("nodeSelectorTerms") or ())


def _expression(labels: dict[str, str], expression: Object) -> bool:
    value: str | None = labels.get(expression["key"])
    values: list[str] = expression.get("values") or []
    return {
        "In": value in values, "NotIn": value not in values, "Exists": value is not None, "DoesNotExist": value is None,
        "Gt": value is not None and value.isdigit() and bool(values) and int(value) > int(values[0]),
        "Lt": value is not None and value.isdigit() and bool(values) and int(value) < int(values[0]),
    }[expression["operator"]]
