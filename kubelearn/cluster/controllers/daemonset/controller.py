"""The DaemonSet controller: a pod on every node, or on every node of some kind (K/pkg/controller/daemon)."""

from __future__ import annotations

import time

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.controllers.framework import pods
from kubelearn.cluster.controllers.framework.hashing import template_hash
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.nodes import PLACING, differs
from kubelearn.cluster.controllers.framework.revisions import HASH, RevisedPodOwner, collisions
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from . import placement
from .placement import ByNode
from .status import calculate
from .update import Changes, by_template, limits, rolling_update

#: A failed pod of one node is replaced after 1 s, doubling, up to 15 min.
_FIRST_DELAY, _LAST_DELAY = 1.0, 900.0


class DaemonSetController(RevisedPodOwner):
    """Creates a pod for each node that is to have one, and deletes the others."""

    resource = "daemonsets.apps"
    kind = "DaemonSet"
    component = "daemonset-controller"

    def __init__(self, informers: Informers):
        super().__init__(informers)
        #: A DaemonSet and a node → the last delay, and until when failed pods stay.
        self._failures: dict[tuple[str, str], tuple[float, float]] = {}
        informers.of("nodes").add_handler(self._node_changed)

    def _node_changed(self, event: StoreEvent) -> None:
        """Wake every DaemonSet when a node comes, goes, or is described otherwise."""
        previous = event.previous
        if event.type == "MODIFIED" and previous is not None and not differs(event.object, previous, PLACING):
            return
        for owner in self.registry.list(self.resource):
            self.enqueue(owner)

    def reconcile(self, key: Key) -> None:
        """Create and delete pods of one DaemonSet, roll its template out, and write its status (syncDaemonSet).

        Raises:
            ApiError: a pod was refused; the status is written all the same.
        """
        owner = self.find(key)
        if owner is None or meta.is_terminating(owner):
            return
        known = self.history.of(owner)
        present = self.present(owner, known)
        if present is None:
            return
        nodes = self.registry.list("nodes")
        mine = self.claim(owner, self.pods.candidates(owner))
        by_node = placement.by_node(mine)
        revision = meta.labels_of(present)[HASH]
        try:
            self._change(owner, self._next(owner, nodes, by_node, revision), revision)
        finally:
            self.informers.refresh()
            by_node = placement.by_node(self.pods.indexed("controller", owner["metadata"]["uid"]))
            self.write_status(self.resource, owner, calculate(owner, nodes, by_node, revision))
        self._forget(owner, [item for item in known if item["metadata"]["uid"] != present["metadata"]["uid"]], mine)
        self.wait_for_availability(owner, mine)

    # Revisions

    def identity(self, owner: Object) -> tuple[str, dict[str, str]]:
        """Return name and labels of the present template's revision."""
        hashed = template_hash(owner["spec"]["template"], collisions(owner))
        return f"{meta.name_of(owner)}-{hashed}", {HASH: hashed}

    def _forget(self, owner: Object, old: list[Object], mine: list[Object]) -> None:
        """Delete the oldest revisions that no pod needs (cleanupHistory)."""
        live = {meta.labels_of(pod).get(HASH) for pod in mine}
        surplus = max(0, len(old) - owner["spec"]["revisionHistoryLimit"])
        unused = [item for item in old if meta.labels_of(item).get(HASH) not in live]
        for item in unused[:surplus]:
            self.history.delete(item)

    # Pods

    def _next(self, owner: Object, nodes: list[Object], by_node: ByNode, revision: str) -> Changes:
        """Return what is to be done: first a pod for each node, then the update (manage, rollingUpdate)."""
        changes = Changes()
        for node in nodes:
            self._look_after(owner, node, by_node.get(meta.name_of(node)), changes, revision)
        names = {meta.name_of(node) for node in nodes}
        lost = [pod for name, items in by_node.items() if name not in names for pod in items]
        changes.delete += [pod for pod in lost if not pod["spec"].get("nodeName") and not meta.is_terminating(pod)]
        is_rolling = owner["spec"]["updateStrategy"]["type"] == "RollingUpdate"
        if changes.create or changes.delete or not is_rolling:
            return changes
        return rolling_update(owner, nodes, by_node, revision)

    def _look_after(
        self, owner: Object, node: Object, present: list[Object] | None, changes: Changes, revision: str
    ) -> None:
        """Add what is to be done on one node (podsShouldBeOnNode)."""
        wanted, stays = placement.should_run(owner, node)
        staying = [pod for pod in present or () if not meta.is_terminating(pod)]
        if not stays:
            changes.delete += staying
        elif wanted and present is None:
            changes.create.append(meta.name_of(node))
        else:
            running = [pod for pod in staying if not self._has_ended(owner, node, pod, changes)]
            changes.delete += _surplus(owner, running, revision)

    def _has_ended(self, owner: Object, node: Object, pod: Object, changes: Changes) -> bool:
        if not pods.is_finished(pod):
            return False
        about = f"{meta.namespace_of(pod)}/{meta.name_of(pod)} on node {meta.name_of(node)}"
        if meta.phase_of(pod) == "Succeeded":
            why = f"Found succeeded daemon pod {about}, will try to delete it"
            self.events.event(owner, "Normal", "SucceededDaemonPod", why)
        elif self._backs_off(owner, node):
            return True
        else:
            why = f"Found failed daemon pod {about}, will try to kill it"
            self.events.event(owner, "Warning", "FailedDaemonPod", why)
        changes.delete.append(pod)
        return True

    def _backs_off(self, owner: Object, node: Object) -> bool:
        """Return whether the last failed pod of a node was replaced only now; the DaemonSet comes back later then."""
        key, now = (owner["metadata"]["uid"], meta.name_of(node)), time.monotonic()
        delay, until = self._failures.get(key, (0.0, now))
        if until > now:
            self.queue.add_after((meta.namespace_of(owner), meta.name_of(owner)), until - now)
            return True
        delay = min(max(_FIRST_DELAY, delay * 2), _LAST_DELAY)
        self._failures[key] = delay, now + delay
        return False

    def _change(self, owner: Object, changes: Changes, revision: str) -> None:
        for node in changes.create:
            self.create_pod(owner, placement.make(owner, node, revision))
        if error := self.delete_pods(owner, changes.delete):
            raise errors.internal(error)


def _surplus(owner: Object, running: list[Object], revision: str) -> list[Object]:
    """Return the pods of one node that are too many: all but the oldest, with a surge all but one of each template."""
    if not limits(owner, 1)[0]:
        return running[1:]
    new, old = by_template(owner, running, revision)
    return new[1:] + old[1:]
