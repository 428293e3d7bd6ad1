"""Deployments: one ReplicaSet a template, and the way from one to the next (K/pkg/controller/deployment)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import meta
from ..apiserver.errors import ApiError
from ..apiserver.registry import Registry
from ..apiserver.selectors import matches_label_selector
from ..events import EventRecorder
from ..meta import Object
from ..store import StoreEvent
from . import progress, revisions
from .pods import PodIndex
from .workqueue import Controller, Key, Keys, own_key

_DEPLOYMENTS, _RS = "deployments.apps", "replicasets.apps"


class DeploymentController(Controller):
    """Rolls Deployments out."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._recorder = EventRecorder(registry, "deployment-controller")
        self._replicasets = PodIndex(registry, _RS)
        self._pods = PodIndex(registry)

    def sources(self) -> dict[str, Keys]:
        return {_DEPLOYMENTS: own_key, _RS: self._owner, "pods": self._recreating}

    def observe(self, event: StoreEvent) -> None:
        if event.resource == _RS:
            self._replicasets.observe(event)
        elif event.resource == "pods":
            self._pods.observe(event)

    @staticmethod
    def _owner(event: StoreEvent) -> Iterable[Key]:
        owner = meta.controller_of(event.object)
        return ((event.object["metadata"]["namespace"], owner["name"]),) if owner and owner["kind"] == "Deployment" else ()

    def _recreating(self, event: StoreEvent) -> Iterable[Key]:
        """A pod's end matters to Deployments that wait for it (strategy Recreate)."""
        owner = meta.controller_of(event.object)
        if event.type != "DELETED" or owner is None or owner["kind"] != "ReplicaSet":
            return ()
        replicaset = self.registry.find(_RS, event.object["metadata"]["namespace"], owner["name"])
        parent = meta.controller_of(replicaset) if replicaset else None
        return ((event.object["metadata"]["namespace"], parent["name"]),) if parent else ()

    def reconcile(self, key: Key) -> None:
        deployment = self.registry.find(_DEPLOYMENTS, *key)
        if deployment is None:
            self.queue.forget(key)
            return
        replicasets = self._claim(deployment)
        if meta.is_terminating(deployment):
            self._status(deployment, replicasets, None)
            return
        new = _matching(deployment, replicasets)
        if deployment["spec"].get("paused"):
            if new is not None:
                new = self._annotate(deployment, replicasets, new)
            self._scale_in_proportion(deployment, replicasets)
        elif self._needs_scaling(deployment, replicasets):
            self._scale_in_proportion(deployment, replicasets)
        else:
            deployment, new = self._new(deployment, replicasets, new)
            if new is not None:
                self._roll(deployment, new, [rs for rs in replicasets if rs["metadata"]["uid"] != new["metadata"]["uid"]])
                self._clean_up(deployment, new)
        self._finish(key)

    def _finish(self, key: Key) -> None:
        deployment = self.registry.find(_DEPLOYMENTS, *key)
        if deployment is not None:
            replicasets = self._owned(deployment)
            self._status(deployment, replicasets, _matching(deployment, replicasets))

    def _owned(self, deployment: Object) -> list[Object]:
        # The index lags behind this very turn's writes, so what was just made is looked up by name.
        found = {rs["metadata"]["uid"]: rs for rs in self._replicasets.owned(deployment["metadata"]["uid"])}
        named = self.registry.find(_RS, meta.namespace_of(deployment), self._new_name(deployment))
        if named is not None and (meta.controller_of(named) or {}).get("uid") == deployment["metadata"]["uid"]:
            found[named["metadata"]["uid"]] = named
        return revisions.by_age(list(found.values()))

    def _claim(self, deployment: Object) -> list[Object]:
        """Return the Deployment's ReplicaSets, with orphans that match adopted."""
        if not meta.is_terminating(deployment):
            for rs in self._replicasets.orphans(meta.namespace_of(deployment)):
                if matches_label_selector(deployment["spec"]["selector"], meta.labels_of(rs)) and not meta.is_terminating(rs):
                    def adopt(obj: Object) -> None:
                        obj["metadata"].setdefault("ownerReferences", []).append(meta.controller_reference(deployment))

                    self._replace(rs, adopt)
        return self._owned(deployment)

    def _replace(self, replicaset: Object, change: Callable[[Object], None]) -> Object:
        return self.registry.modify(_RS, meta.namespace_of(replicaset), meta.name_of(replicaset), change, manager="kube-controller-manager")

    # The new ReplicaSet

    def _new_name(self, deployment: Object) -> str:
        collisions = (deployment.get("status") or {}).get("collisionCount", 0)
        return f"{meta.name_of(deployment)}-{revisions.template_hash(deployment['spec']['template'], collisions)}"

    def _new(self, deployment: Object, replicasets: list[Object], found: Object | None) -> tuple[Object, Object | None]:
        """Return the Deployment and the ReplicaSet of its present template, made if there is none."""
        if found is not None:
            return deployment, self._annotate(deployment, replicasets, found)
        number = max((revisions.revision(rs) for rs in replicasets), default=0) + 1
        surge, _ = revisions.limits(deployment)
        template, digest = meta.thaw(deployment["spec"]["template"]), self._new_name(deployment).rpartition("-")[2]
        labels = template["metadata"].setdefault("labels", {})
        labels[revisions.HASH] = digest
        selector = meta.thaw(deployment["spec"]["selector"])
        selector.setdefault("matchLabels", {})[revisions.HASH] = digest
        replicaset: Object = {
            "metadata": {"name": self._new_name(deployment), "labels": dict(labels), "ownerReferences": [meta.controller_reference(deployment)]},
            "spec": {"replicas": 0, "selector": selector, "template": template}}
        if deployment["spec"].get("minReadySeconds"):
            replicaset["spec"]["minReadySeconds"] = deployment["spec"]["minReadySeconds"]
        revisions.annotate(replicaset, deployment, number, deployment["spec"]["replicas"] + surge, fresh=True)
        old = sum(rs["spec"]["replicas"] for rs in replicasets)
        size = _new_size(deployment, old, 0)
        replicaset["spec"]["replicas"] = size
        made = self._create(deployment, replicaset)
        if made is not None and size:
            self._recorder.event(deployment, "Normal", "ScalingReplicaSet", f"Scaled up replica set {meta.name_of(made)} from 0 to {size}")
        return self._set_revision(deployment, number), made

    def _create(self, deployment: Object, replicaset: Object) -> Object | None:
        try:
            return self.registry.create(_RS, meta.namespace_of(deployment), replicaset, manager="kube-controller-manager")
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise

            def collide(obj: Object) -> None:
                status = obj.setdefault("status", {})
                status["collisionCount"] = status.get("collisionCount", 0) + 1

            self.registry.modify(_DEPLOYMENTS, meta.namespace_of(deployment), meta.name_of(deployment), collide, subresource="status", manager="kube-controller-manager")
            return None

    def _annotate(self, deployment: Object, replicasets: list[Object], new: Object) -> Object:
        others = max((revisions.revision(rs) for rs in replicasets if rs["metadata"]["uid"] != new["metadata"]["uid"]), default=0)
        number = max(others + 1, revisions.revision(new)) if replicasets else 1
        most = deployment["spec"]["replicas"] + revisions.limits(deployment)[0]

        def change(obj: Object) -> None:
            revisions.annotate(obj, deployment, number, most, fresh=False)
            if deployment["spec"].get("minReadySeconds", 0) != obj["spec"].get("minReadySeconds", 0):
                obj["spec"]["minReadySeconds"] = deployment["spec"].get("minReadySeconds", 0)

        new = self._replace(new, change)
        self._set_revision(deployment, revisions.revision(new))
        return new

    def _set_revision(self, deployment: Object, number: int) -> Object:
        if revisions.revision(deployment) == number:
            return deployment

        def change(obj: Object) -> None:
            obj["metadata"].setdefault("annotations", {})[revisions.REVISION] = str(number)

        return self.registry.modify(_DEPLOYMENTS, meta.namespace_of(deployment), meta.name_of(deployment), change, manager="kube-controller-manager")

    # Scaling

    def _scale(self, deployment: Object, replicaset: Object, size: int) -> Object:
        was = replicaset["spec"]["replicas"]
        most = deployment["spec"]["replicas"] + revisions.limits(deployment)[0]

        def change(obj: Object) -> None:
            obj["spec"]["replicas"] = size
            annotations = obj["metadata"].setdefault("annotations", {})
            annotations[revisions.DESIRED], annotations[revisions.MOST] = str(deployment["spec"]["replicas"]), str(most)

        changed = self._replace(replicaset, change)
        if size != was:
            how = "up" if size > was else "down"
            self._recorder.event(deployment, "Normal", "ScalingReplicaSet", f"Scaled {how} replica set {meta.name_of(replicaset)} from {was} to {size}")
        return changed

    @staticmethod
    def _needs_scaling(deployment: Object, replicasets: list[Object]) -> bool:
        """Whether the Deployment's size changed since its ReplicaSets were last sized."""
        wanted = str(deployment["spec"]["replicas"])
        return any(rs["spec"]["replicas"] and (rs["metadata"].get("annotations") or {}).get(revisions.DESIRED, wanted) != wanted for rs in replicasets)

    def _scale_in_proportion(self, deployment: Object, replicasets: list[Object]) -> None:
        active = [rs for rs in replicasets if rs["spec"]["replicas"]]
        wanted = deployment["spec"]["replicas"]
        new = _matching(deployment, replicasets)
        if len(active) <= 1:
            only = active[0] if active else new or (replicasets[-1] if replicasets else None)
            if only is not None and (only["spec"]["replicas"] != wanted or active):
                self._scale(deployment, only, wanted)
            return
        if new is not None and progress.is_saturated(deployment, new):
            for rs in active:
                if rs["metadata"]["uid"] != new["metadata"]["uid"]:
                    self._scale(deployment, rs, 0)
            return
        if deployment["spec"]["strategy"]["type"] == "RollingUpdate":
            sizes = progress.proportions(deployment, active)
            for rs in active:
                self._scale(deployment, rs, sizes[rs["metadata"]["uid"]])

    # Rolling out

    def _roll(self, deployment: Object, new: Object, old: list[Object]) -> None:
        if deployment["spec"]["strategy"]["type"] == "Recreate":
            self._recreate(deployment, new, old)
            return
        total_old = sum(rs["spec"]["replicas"] for rs in old)
        size = _new_size(deployment, total_old, new["spec"]["replicas"])
        if size != new["spec"]["replicas"]:
            self._scale(deployment, new, size)
        elif total_old:
            for rs, left in progress.scale_down(deployment, new, old):
                self._scale(deployment, rs, left)

    def _recreate(self, deployment: Object, new: Object, old: list[Object]) -> None:
        active = [rs for rs in old if rs["spec"]["replicas"]]
        if active:
            for rs in active:
                self._scale(deployment, rs, 0)
        elif not any(self._pods.owned(rs["metadata"]["uid"]) for rs in old) and new["spec"]["replicas"] != deployment["spec"]["replicas"]:
            self._scale(deployment, new, deployment["spec"]["replicas"])

    def _clean_up(self, deployment: Object, new: Object) -> None:
        """Delete ReplicaSets that are older than the history may be."""
        if not progress.is_complete(deployment):
            return
        idle = [
            rs for rs in self._owned(deployment) if rs["metadata"]["uid"] != new["metadata"]["uid"] and not meta.is_terminating(rs)
            and not rs["spec"]["replicas"] and not (rs.get("status") or {}).get("replicas")]
        idle.sort(key=revisions.revision)
        for rs in idle[: max(len(idle) - deployment["spec"]["revisionHistoryLimit"], 0)]:
            self.registry.delete(_RS, meta.namespace_of(rs), meta.name_of(rs))

    # Status

    def _status(self, deployment: Object, replicasets: list[Object], new: Object | None) -> None:
        status, again = progress.status(deployment, replicasets, new)
        if status != (deployment.get("status") or {}):
            changed = {**deployment, "metadata": dict(deployment["metadata"]), "status": status}
            del changed["metadata"]["resourceVersion"]
            self.registry.update(_DEPLOYMENTS, meta.namespace_of(deployment), changed, subresource="status", manager="kube-controller-manager")
        key = (meta.namespace_of(deployment), meta.name_of(deployment))
        if again is not None:
            self.queue.add_after(key, again)


def _matching(deployment: Object, replicasets: list[Object]) -> Object | None:
    """Return the oldest ReplicaSet that has the Deployment's present template."""
    template = deployment["spec"]["template"]
    wanted = {**template, "metadata": {**template["metadata"], "labels": template["metadata"].get("labels") or {}}}
    return next((rs for rs in replicasets if revisions.without_hash(rs["spec"]["template"]) == wanted), None)


def _new_size(deployment: Object, old: int, new: int) -> int:
    """Return how large the new ReplicaSet may be now (deploymentutil.NewRSNewReplicas)."""
    wanted: int = deployment["spec"]["replicas"]
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return wanted if not old else new
    room = wanted + revisions.limits(deployment)[0] - old - new
    if room <= 0:
        return min(new, wanted) if new > wanted else new
    return new + min(room, wanted - new) if new < wanted else wanted
