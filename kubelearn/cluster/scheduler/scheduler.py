"""The scheduler: gives each pod a node (K/pkg/scheduler)."""

from __future__ import annotations

import asyncio
import random
import time

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.others.validation import EVENT_NOTE_LIMIT
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS
from kubelearn.cluster.apiserver.kinds.storage.storageclass import CLASSES
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.controllers.framework import pods
from kubelearn.cluster.controllers.framework.informer import Informers, Key, key_of
from kubelearn.cluster.controllers.framework.nodes import PLACING, differs, untolerated
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.controllers.persistentvolume import matching
from kubelearn.cluster.events.series import SeriesRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.cluster.timing import Timing

from .filters import Misfit, NodeInfo, Nodes, explain, explain_refusal, misfit, preference, terms
from .volumes import PodVolumes

NAME = "default-scheduler"
#: A pod that fitted nowhere is not tried again for 1 s, doubling, up to 10 s
#: (``podInitialBackoffSeconds``, ``podMaxBackoffSeconds``).
FIRST_RETRY, LAST_RETRY = 1.0, 10.0
#: Ends a message that was too long for an event.
_CUT = " ..."


class Scheduler(Controller):
    """Binds pods to nodes, one by one.

    Of the nodes on which a pod may run, one that its affinity prefers gets it, then the one with the fewest
    pods of the same ReplicaSet or Job (the default constraints of podtopologyspread), then the one with the
    fewest pods; chance decides between equals.  Pods that are about to end do not count.  A pod that fits
    nowhere waits until something changes that might help.
    """

    manager = "kube-scheduler"

    def __init__(self, registry: Registry, timing: Timing, host: str):
        """Prepare the scheduler.

        Args:
            registry: the API.
            timing: the cluster's lags; it scales the back-off.
            host: the node that it runs on.
        """
        super().__init__(Informers(registry))
        self._events = SeriesRecorder(registry, NAME, host, manager=self.manager)
        self._random = random.Random(f"{registry.seed}/scheduler")
        self._timing = timing
        #: Pods that fitted nowhere, and whether other pods' labels could change that.
        self._waiting: dict[Key, bool] = {}
        #: Pods that fitted nowhere → (how often, when they may be tried again).
        self._attempts: dict[Key, tuple[int, float]] = {}
        self._pods = self.informers.of("pods")
        self._pods.add_index("node", _by_node)
        self._pods.add_index("guard", _by_guard)
        self._pods.add_handler(self._pod_changed)
        self._pods.add_index("claim", matching.by_claim)
        self.informers.of("nodes").add_handler(self._node_changed)
        self.informers.of(CLAIMS).add_handler(self._claim_changed)
        for resource in (VOLUMES, CLASSES):
            self.informers.of(resource).add_handler(self._storage_changed)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.informers.run(), name="scheduler's informers")
            group.create_task(self._events.run(), name="scheduler's events")
            group.create_task(super().run(), name="scheduler's worker")

    def _pod_changed(self, event: StoreEvent) -> None:
        pod, previous = event.object, event.previous
        if event.type == "DELETED" or _ends(event):
            self._forget(key_of(pod))
            self._retry()
        elif previous is None:
            if _is_mine(pod):
                self.enqueue(pod)
        elif _is_mine(pod):
            if previous["spec"] != pod["spec"] or meta.labels_of(previous) != meta.labels_of(pod):
                self.enqueue(pod)
        elif _by_node(previous) != _by_node(pod) or meta.labels_of(previous) != meta.labels_of(pod):
            self._retry(only_affine=True)

    def _node_changed(self, event: StoreEvent) -> None:
        if event.previous is None or differs(event.object, event.previous, (*PLACING, ("status", "allocatable"))):
            self._retry()

    def _claim_changed(self, event: StoreEvent) -> None:
        """Go on with the pods that wait for a claim."""
        for pod in self._pods.indexed("claim", "/".join(key_of(event.object))):
            if _is_mine(pod):
                self.enqueue(pod)

    def _storage_changed(self, event: StoreEvent) -> None:
        if event.type != "DELETED" and self._waiting:
            self._retry()

    def _retry(self, only_affine: bool = False) -> None:
        """Try pods that fitted nowhere again, each after its back-off."""
        for key in [key for key, affine in self._waiting.items() if affine or not only_affine]:
            del self._waiting[key]
            left = self._attempts[key][1] - time.monotonic()
            if left > 0:
                self.queue.add_after(key, left)
            else:
                self.queue.add(key)

    def _forget(self, key: Key) -> None:
        self._waiting.pop(key, None)
        self._attempts.pop(key, None)

    def reconcile(self, key: Key) -> None:
        """Give a pod a node, or say why there is none for it."""
        pod = self.registry.find("pods", *key)
        if pod is None or not _is_mine(pod):
            return
        if pod["spec"].get("schedulingGates"):
            self._set_condition(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates")
            return
        nodes = self._nodes()
        volumes = PodVolumes(self.registry, pod, self.manager) if matching.by_claim(pod) else None
        if volumes is not None and volumes.refusal:
            self._fail(pod, explain_refusal(volumes.refusal, len(nodes.infos)))
            return
        fitting: list[NodeInfo] = []
        misfits: list[Misfit] = []
        for info in nodes.infos:
            found = misfit(pod, info, nodes, volumes.misfit if volumes is not None else None)
            if found is None:
                fitting.append(info)
            else:
                misfits.append(found)
        if fitting:
            chosen = self._choose(pod, fitting, nodes)
            if volumes is None or volumes.bind(chosen.node):
                self._bind(pod, chosen)
        elif nodes.infos:
            self._fail(pod, explain(misfits, len(nodes.infos)))
        else:
            self._fail(pod, "no nodes available to schedule pods")

    def _nodes(self) -> Nodes:
        infos = {
            meta.name_of(node): NodeInfo(node, self._pods.indexed("node", meta.name_of(node)))
            for node in self.registry.list("nodes")
        }
        guards = self._pods.indexed("guard", "")
        return Nodes(
            list(infos.values()),
            [(infos[pod["spec"]["nodeName"]], pod) for pod in guards if pod["spec"]["nodeName"] in infos],
        )

    def _choose(self, pod: Object, fitting: list[NodeInfo], nodes: Nodes) -> NodeInfo:
        if len(fitting) == 1:
            return fitting[0]
        owner = _owner(pod)

        def burden(info: NodeInfo) -> tuple[int, int, int, int]:
            staying = [other for other in info.pods if not meta.is_terminating(other)]
            siblings = sum(_owner(other) == owner for other in staying) if owner else 0
            return _undesired(pod, info), -preference(pod, info, nodes), siblings, len(staying)

        least = min(map(burden, fitting))
        return self._random.choice([info for info in fitting if burden(info) == least])

    def _bind(self, pod: Object, info: NodeInfo) -> None:
        condition = _scheduled(pod, "True", meta.timestamp())

        def change(item: Object) -> None:
            item["spec"]["nodeName"] = info.name
            _put_condition(item, condition)

        namespace, name = key_of(pod)
        self.registry.modify("pods", namespace, name, change, subresource="binding", manager=self.manager)
        self._forget((namespace, name))
        self._events.event(
            pod, "Normal", "Scheduled", "Binding", f"Successfully assigned {namespace}/{name} to {info.name}"
        )

    def _fail(self, pod: Object, message: str) -> None:
        key = key_of(pod)
        self._waiting[key] = bool(
            terms(pod, "podAffinity") or terms(pod, "podAntiAffinity") or pod["spec"].get("topologySpreadConstraints")
        )
        failures = self._attempts.get(key, (0, 0.0))[0]
        wait = self._timing.scaled(min(FIRST_RETRY * 2 ** min(failures, 10), LAST_RETRY))
        self._attempts[key] = failures + 1, time.monotonic() + wait
        self._events.event(pod, "Warning", "FailedScheduling", "Scheduling", _note(message))
        self._set_condition(pod, "Unschedulable", message)

    def _set_condition(self, pod: Object, reason: str, message: str) -> None:
        current = meta.condition(pod, "PodScheduled")
        since = meta.timestamp()
        if current is not None and current["status"] == "False":
            if (current.get("reason"), current.get("message")) == (reason, message):
                return
            since = current["lastTransitionTime"]
        condition = _scheduled(pod, "False", since) | {"reason": reason, "message": message}

        def change(item: Object) -> None:
            _put_condition(item, condition)

        self.registry.modify("pods", *key_of(pod), change, subresource="status", manager=self.manager)


def _scheduled(pod: Object, status: str, since: str) -> Object:
    """Return the condition that says whether a pod has a node."""
    return {
        "type": "PodScheduled",
        "observedGeneration": pod["metadata"]["generation"],
        "status": status,
        "lastProbeTime": None,
        "lastTransitionTime": since,
    }


def _note(message: str) -> str:
    """Return what an event may say of a failure (truncateMessage)."""
    return message if len(message) <= EVENT_NOTE_LIMIT else f"{message[: EVENT_NOTE_LIMIT - len(_CUT)]}{_CUT}"


def _by_node(pod: Object) -> tuple[str, ...]:
    """Index function: the node of a pod that takes room on it."""
    node = pod["spec"].get("nodeName")
    return (node,) if node and not pods.is_finished(pod) else ()


def _by_guard(pod: Object) -> tuple[str, ...]:
    """Index function: the pods with required anti-affinity that run on a node."""
    return ("",) if _by_node(pod) and terms(pod, "podAntiAffinity") else ()


def _is_mine(pod: Object) -> bool:
    spec = pod["spec"]
    return (
        not spec.get("nodeName")
        and spec.get("schedulerName", NAME) == NAME
        and not meta.is_terminating(pod)
        and not pods.is_finished(pod)
    )


def _ends(event: StoreEvent) -> bool:
    """Return whether a pod has ended, and so makes room."""
    return event.previous is not None and pods.is_finished(event.object) and not pods.is_finished(event.previous)


def _owner(pod: Object) -> str | None:
    """Return the UID of a pod's controller."""
    reference = meta.controller_of(pod)
    return reference["uid"] if reference else None


def _undesired(pod: Object, info: NodeInfo) -> int:
    """Count the taints that say PreferNoSchedule to this pod."""
    return len(untolerated(pod["spec"], info.node, "PreferNoSchedule"))


def _put_condition(pod: Object, condition: Object) -> None:
    status = pod.setdefault("status", {})
    status["conditions"] = [
        *(item for item in status.get("conditions") or () if item["type"] != condition["type"]),
        condition,
    ]
