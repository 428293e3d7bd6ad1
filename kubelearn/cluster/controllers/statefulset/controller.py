"""The StatefulSet controller (K/pkg/controller/statefulset)."""

from __future__ import annotations

import json

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.controllers.framework.hashing import revision_hash
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.revisions import RevisedPodOwner, collisions, patch_of
from kubelearn.cluster.controllers.framework.workqueue import is_namespace_terminating
from kubelearn.cluster.meta import Object

from . import claims
from . import pods as members
from .steps import Actions, Plan


class StatefulSetController(RevisedPodOwner):
    """Keeps pods with names that stay, one after the other."""

    resource = "statefulsets.apps"
    kind = "StatefulSet"
    component = "statefulset-controller"

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._claims = claims.Claims(self.registry, self.events)

    def reconcile(self, key: Key) -> None:
        """Take the next step of one StatefulSet, and write its status (sync).

        Raises:
            ApiError: a pod was refused; the status is written all the same.
        """
        owner = self.find(key)
        if owner is None:
            return
        named = [pod for pod in self.pods.candidates(owner) if members.ordinal_of(owner, pod) is not None]
        mine = self.claim(owner, named)
        known = self.history.of(owner)
        update = self.present(owner, known)
        if update is None:
            return
        current = (owner.get("status") or {}).get("currentRevision")
        plan = Plan(owner, next((item for item in known if meta.name_of(item) == current), update), update, mine)
        try:
            if not meta.is_terminating(owner):
                plan.advance(self._actions(owner))
        finally:
            self._write_status(owner, plan)
            self._forget(owner, plan, self.history.of(owner))
        self.wait_for_availability(owner, plan.replicas)

    def _write_status(self, owner: Object, plan: Plan) -> None:
        status = plan.status()
        drop_empty(status, "apps.v1.StatefulSetStatus")
        status["collisionCount"] = collisions(owner) or 0
        self.write_status(self.resource, owner, status)

    # Revisions

    def identity(self, owner: Object) -> tuple[str, dict[str, str]]:
        """Return name and labels of the present template's revision."""
        data = json.dumps(patch_of(owner), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashed = revision_hash(data, collisions(owner) or 0)
        return f"{meta.name_of(owner)[:223]}-{hashed}", {"controller.kubernetes.io/hash": hashed}

    def _forget(self, owner: Object, plan: Plan, known: list[Object]) -> None:
        """Delete the oldest revisions that no pod needs (truncateHistory)."""
        limit = owner["spec"]["revisionHistoryLimit"]
        live = {meta.name_of(plan.current), meta.name_of(plan.update), *map(members.revision_of, plan.mine)}
        old = [item for item in known if meta.name_of(item) not in live]
        for item in old[: max(0, len(old) - limit)] if limit >= 0 else ():
            self.history.delete(item)

    # Pods

    def _actions(self, owner: Object) -> Actions:
        return Actions(
            create=lambda pod: self._create(owner, pod),
            delete=lambda pod: self._delete(owner, pod),
            repair=lambda pod: self._repair(owner, pod),
        )

    def _create(self, owner: Object, pod: Object) -> Object:
        claims.mount(owner, pod)
        try:
            self._claims.create(owner, pod)
            made = self.registry.create("pods", meta.namespace_of(owner), pod, manager=self.manager)
        except ApiError as error:
            # The old pod of this name may still be there; and nobody needs to hear that a namespace goes.
            if error.code != 409 and not is_namespace_terminating(error):
                self._tell(owner, "Create", pod, error)
            raise
        self._claims.keep(owner, made)
        self._tell(owner, "Create", pod)
        return made

    def _delete(self, owner: Object, pod: Object) -> None:
        self._claims.keep(owner, pod)
        try:
            self.registry.delete("pods", meta.namespace_of(pod), meta.name_of(pod), uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code == 404:
                return
            self._tell(owner, "Delete", pod, error)
            raise
        self._tell(owner, "Delete", pod)

    def _repair(self, owner: Object, pod: Object) -> None:
        """Give a pod back the labels by which it is known, and its claims their owner."""
        self._claims.keep(owner, pod)
        name = meta.name_of(pod)
        wanted = members.identity(name, members.ordinal_of(owner, pod) or 0)
        if not wanted.items() <= meta.labels_of(pod).items():

            def change(item: Object) -> None:
                item["metadata"]["labels"] = {**meta.labels_of(item), **wanted}

            self.registry.modify("pods", meta.namespace_of(pod), name, change, manager=self.manager)
            self._tell(owner, "Update", pod)

    def _tell(self, owner: Object, verb: str, pod: Object, error: ApiError | None = None) -> None:
        about = f"{verb} Pod {meta.name_of(pod)} in StatefulSet {meta.name_of(owner)}"
        if error is None:
            self.events.event(owner, "Normal", f"Successful{verb}", f"{about} successful")
        else:
            self.events.event(owner, "Warning", f"Failed{verb}", f"{about} failed error: {error.message}")
