"""One synchronisation of one Deployment: its ReplicaSets, and the steps that strategies are made of."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.controllers.framework.hashing import template_hash
from kubelearn.cluster.controllers.framework.informer import Informers
from kubelearn.cluster.controllers.framework.workqueue import Controller, is_namespace_terminating
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object

from . import revisions
from . import status as deployment_status
from .numbers import (
    DESIRED,
    active,
    is_rolling,
    is_saturated,
    max_surge,
    new_replicas,
    proportion,
    status_count,
    total,
    wanted,
)

DEPLOYMENTS = "deployments.apps"
REPLICASETS = "replicasets.apps"


class Rollout:
    """A Deployment and its ReplicaSets, kept fresh through every write.

    Attributes:
        deployment: the Deployment as last written.
        new: the ReplicaSet of the present template, if there is one yet.
        old: all others, the oldest first.
    """

    def __init__(self, informers: Informers, events: EventRecorder, deployment: Object, sets: list[Object]):
        self._informers = informers
        self._registry = informers.registry
        self._events = events
        self.deployment = deployment
        self.new: Object | None = None
        self.old = sorted(sets, key=meta.by_age)

    @property
    def all(self) -> list[Object | None]:
        """All ReplicaSets, the old ones first; the last is None while there is no new one."""
        return [*self.old, self.new]

    def pods_of(self, item: Object) -> list[Object]:
        """Return all pods that a ReplicaSet controls."""
        return self._informers.of("pods").indexed("controller", item["metadata"]["uid"])

    # Revisions

    def find_new(self) -> Object | None:
        """Find the new ReplicaSet, and bring its revision and the Deployment's up to date.

        This is getAllReplicaSetsAndSyncRevision without the creation of a ReplicaSet.
        """
        sets = [item for item in self.all if item is not None]
        found = revisions.find_new(self.deployment, sets)
        if found is None:
            self.old = sets
            self.new = None
            return None
        self.old = [item for item in sets if item is not found]
        self.new = self._with_revision(found)
        message = f'Found new replica set "{meta.name_of(self.new)}"'
        self._note_new(str(revisions.revision(self.new)), "FoundNewReplicaSet", message, only_first=True)
        return self.new

    def _with_revision(self, item: Object) -> Object:
        """Return the new ReplicaSet with annotations and minReadySeconds as they ought to be."""
        number, minimum = self._next_revision(), self.deployment["spec"].get("minReadySeconds", 0)

        def change(item: Object) -> None:
            revisions.annotate(item, self.deployment, number, exists=True)
            if item["spec"].get("minReadySeconds", 0) != minimum:
                item["spec"]["minReadySeconds"] = minimum

        current = meta.annotations_of(item)
        draft: Object = {"metadata": {"annotations": dict(current)}, "spec": dict(item["spec"])}
        change(draft)
        unchanged = draft["metadata"]["annotations"] == current and draft["spec"] == item["spec"]
        return item if unchanged else self._modify_set(item, change)

    def find_or_create_new(self) -> Object:
        """Return the new ReplicaSet; create it when there is none (getNewReplicaSet).

        Raises:
            ApiError: it cannot be created; the Deployment's conditions say why.
        """
        return self.find_new() or self._create_new()

    def _next_revision(self) -> int:
        return max((revisions.revision(item) for item in self.old), default=0) + 1

    def _create_new(self) -> Object:
        deployment = self.deployment
        hashed = template_hash(deployment["spec"]["template"], (deployment.get("status") or {}).get("collisionCount"))
        new = revisions.make(deployment, hashed)
        replicas = new["spec"]["replicas"] = new_replicas(deployment, self.old, new)
        number = self._next_revision()
        revisions.annotate(new, deployment, number, exists=False)
        name = meta.name_of(new)
        try:
            self.new = self._registry.create(
                REPLICASETS, meta.namespace_of(deployment), new, manager=Controller.manager
            )
        except ApiError as error:
            self._creation_failed(name, error)
            raise
        if replicas:
            self._events.event(
                deployment, "Normal", "ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {replicas}"
            )
        self._note_new(str(number), "NewReplicaSetCreated", f'Created new replica set "{name}"')
        return self.new

    def _creation_failed(self, name: str, error: ApiError) -> None:
        """Note why the new ReplicaSet could not be created; one hash for two templates gets a new chance."""
        if error.code == 409:
            status = dict(self.deployment.get("status") or {})
            status["collisionCount"] = status.get("collisionCount", 0) + 1
            self._write_status(status)
            return
        if is_namespace_terminating(error):
            return
        message = f'Failed to create new replica set "{name}": {error.message}'
        if deployment_status.has_deadline(self.deployment):
            self._set_condition("Progressing", "False", "ReplicaSetCreateError", message)
        self._events.event(self.deployment, "Warning", "ReplicaSetCreateError", message)

    def _note_new(self, number: str, reason: str, message: str, only_first: bool = False) -> None:
        """Write the revision on the Deployment, and with it that it progresses.

        Args:
            number: the revision.
            reason: of the condition Progressing.
            message: of the condition Progressing.
            only_first: leave a condition that is there alone.
        """
        before = deployment_status.conditions_of(self.deployment)
        conditions = before
        is_kept = only_first and deployment_status.find(before, "Progressing") is not None
        if deployment_status.has_deadline(self.deployment) and not is_kept:
            conditions = deployment_status.with_condition(before, "Progressing", "True", reason, message)
        annotations = meta.annotations_of(self.deployment)
        if annotations.get(revisions.REVISION) == number and conditions == before:
            return

        def change(deployment: Object) -> None:
            deployment["metadata"].setdefault("annotations", {})[revisions.REVISION] = number
            if conditions:
                deployment.setdefault("status", {})["conditions"] = conditions

        self._modify(change)

    def clean_up(self) -> None:
        """Delete old ReplicaSets beyond revisionHistoryLimit (cleanupDeployment)."""
        limit = self.deployment["spec"].get("revisionHistoryLimit", deployment_status.UNLIMITED)
        candidates = sorted(
            (item for item in self.old if not meta.is_terminating(item)),
            key=lambda item: (revisions.revision(item), meta.by_age(item)),
        )
        if limit == deployment_status.UNLIMITED or len(candidates) <= limit:
            return
        for item in candidates[: len(candidates) - limit]:
            observed = status_count(item, "observedGeneration") >= item["metadata"]["generation"]
            if wanted(item) == 0 and status_count(item, "replicas") == 0 and observed:
                self._registry.delete(
                    REPLICASETS, meta.namespace_of(item), meta.name_of(item), uid=item["metadata"]["uid"]
                )
                self.old.remove(item)

    # Scaling

    def scale(self, item: Object, replicas: int) -> bool:
        """Scale one ReplicaSet and record the event (scaleReplicaSetAndRecordEvent).

        Returns:
            Whether its size changes.
        """
        before = wanted(item)
        if before == replicas:
            return False
        self._resize(item, replicas)
        direction = "up" if replicas > before else "down"
        text = f"Scaled {direction} replica set {meta.name_of(item)} from {before} to {replicas}"
        self._events.event(self.deployment, "Normal", "ScalingReplicaSet", text)
        return True

    def _resize(self, item: Object, replicas: int) -> None:
        def change(current: Object) -> None:
            current["spec"]["replicas"] = replicas
            revisions.annotate_replicas(current, self.deployment)

        written = self._modify_set(item, change)
        if item is self.new:
            self.new = written
        else:
            self.old[self.old.index(item)] = written

    def is_scaling(self) -> bool:
        """Return whether the Deployment's replicas changed since its ReplicaSets last heard of it (isScalingEvent)."""
        self.find_new()
        known = [meta.annotated_number(item, DESIRED) for item in active(self.all)]
        return any(number is not None and number != wanted(self.deployment) for number in known)

    def sync_scale(self) -> None:
        """Scale without rolling: for a change of replicas, or while paused (sync, scale)."""
        self.find_new()
        sets = active(self.all)
        latest = self._active_or_latest(sets)
        if latest is not None:
            self._scale_with_annotations(latest, wanted(self.deployment))
        elif is_saturated(self.deployment, self.new):
            for item in active(self.old):
                self.scale(item, 0)
        elif is_rolling(self.deployment):
            self._scale_proportionally(sets)
        if self.deployment["spec"].get("paused"):
            self.clean_up()
        self.write_status()

    def _active_or_latest(self, sets: list[Object]) -> Object | None:
        """Return the only active ReplicaSet, the newest when none is, None when several are (FindActiveOrLatest)."""
        if sets:
            return sets[0] if len(sets) == 1 else None
        return self.new or (self.old[-1] if self.old else None)

    def _scale_with_annotations(self, item: Object, replicas: int) -> None:
        if not self.scale(item, replicas) and meta.annotated_number(item, DESIRED) != wanted(self.deployment):
            self._resize(item, replicas)

    def _scale_proportionally(self, sets: list[Object]) -> None:
        """Spread new replicas over the ReplicaSets of a rollout under way, by their sizes."""
        allowed = wanted(self.deployment) + max_surge(self.deployment) if wanted(self.deployment) else 0
        to_add = allowed - total(sets)
        sets = sorted(sets, key=meta.by_age, reverse=to_add > 0)
        sets.sort(key=wanted, reverse=True)
        sizes, added = [], 0
        for item in sets:
            share = proportion(item, self.deployment, to_add, added)
            sizes.append(wanted(item) + share)
            added += share
        if sizes:
            sizes[0] = max(0, sizes[0] + to_add - added)
        for item, size in zip(sets, sizes, strict=True):
            self._scale_with_annotations(item, size)

    # Status

    def write_status(self) -> None:
        """Write the counts, without an estimate of progress (syncDeploymentStatus)."""
        self._write_status(deployment_status.calculate(self.deployment, self.all, self.new))

    def write_rollout_status(self) -> None:
        """Write the counts and how the rollout gets on (syncRolloutStatus)."""
        self._write_status(deployment_status.during_rollout(self.deployment, self.all, self.new))

    def note_pause(self) -> None:
        """Note pausing and resuming: the time between is no lack of progress (checkPausedConditions)."""
        current = deployment_status.find(deployment_status.conditions_of(self.deployment), "Progressing")
        reason = current["reason"] if current else ""
        if not deployment_status.has_deadline(self.deployment) or reason == "ProgressDeadlineExceeded":
            return
        paused = self.deployment["spec"].get("paused", False)
        if paused and reason != "DeploymentPaused":
            self._set_condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
        elif not paused and reason == "DeploymentPaused":
            self._set_condition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")

    def _set_condition(self, kind: str, status: str, reason: str, message: str) -> None:
        conditions = deployment_status.with_condition(
            deployment_status.conditions_of(self.deployment), kind, status, reason, message
        )
        self._write_status({**(self.deployment.get("status") or {}), "conditions": conditions})

    def _write_status(self, status: Object) -> None:
        if status != (self.deployment.get("status") or {}):
            self._modify(lambda deployment: deployment.update(status=status))

    def _modify(self, change: deployment_status.Change) -> None:
        namespace, name = meta.namespace_of(self.deployment), meta.name_of(self.deployment)
        self.deployment = self._registry.modify(
            DEPLOYMENTS, namespace, name, change, subresource="status", manager=Controller.manager
        )

    def _modify_set(self, item: Object, change: deployment_status.Change) -> Object:
        return self._registry.modify(
            REPLICASETS, meta.namespace_of(item), meta.name_of(item), change, manager=Controller.manager
        )
