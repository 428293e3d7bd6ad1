"""ControllerRevisions: what StatefulSets and DaemonSets remember of their templates (K/pkg/controller/history)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.meta import Object

from . import ownership
from .informer import Informers, by_controller
from .pod_owner import PodOwner
from .workqueue import Controller

REVISIONS = "controllerrevisions.apps"
#: The label of a revision, and of the pods that are made of it.
HASH = "controller-revision-hash"


class History:
    """Reads and writes the revisions of owners."""

    def __init__(self, informers: Informers):
        self._registry = informers.registry
        self._revisions = informers.of(REVISIONS)
        self._revisions.add_index("controller", by_controller)

    def of(self, owner: Object) -> list[Object]:
        """Return an owner's revisions, the oldest first, after adopting and releasing."""
        candidates = self._revisions.candidates(owner)
        mine = ownership.claim(self._registry, REVISIONS, owner, candidates, Controller.manager)
        return sorted(mine, key=_by_number)

    def create(self, owner: Object, name: str, labels: dict[str, str], number: int) -> Object | None:
        """Store the present template as a revision; return None when another template has its name."""
        metadata: Object = {"name": name, "labels": {**_template_labels(owner), **labels}}
        if owner["metadata"].get("annotations"):
            metadata["annotations"] = dict(owner["metadata"]["annotations"])
        metadata["ownerReferences"] = [meta.controller_reference(owner)]
        revision = {"metadata": metadata, "data": patch_of(owner), "revision": number}
        namespace = meta.namespace_of(owner)
        try:
            return self._registry.create(REVISIONS, namespace, revision, manager=Controller.manager)
        except ApiError as error:
            if error.code != 409:
                raise
            existing = self._registry.find(REVISIONS, namespace, name)
            return existing if existing is not None and existing["data"] == patch_of(owner) else None

    def renumber(self, revision: Object, number: int) -> Object:
        """Give a revision another number, as when somebody goes back to it."""
        if revision["revision"] == number:
            return revision

        def change(item: Object) -> None:
            item["revision"] = number

        return self._registry.modify(
            REVISIONS, meta.namespace_of(revision), meta.name_of(revision), change, manager=Controller.manager
        )

    def delete(self, revision: Object) -> None:
        """Forget a revision."""
        self._registry.delete(REVISIONS, meta.namespace_of(revision), meta.name_of(revision))


class RevisedPodOwner(PodOwner):
    """A PodOwner that remembers its owners' templates.

    Attributes:
        history: the revisions.
    """

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self.history = History(informers)

    def identity(self, owner: Object) -> tuple[str, dict[str, str]]:
        """Return the name of the revision of an owner's present template, and the labels that say its hash."""
        raise NotImplementedError

    def present(self, owner: Object, known: list[Object]) -> Object | None:
        """Return the revision of an owner's present template, the newest of all.

        None when another template has its name: the owner is tried again with another.

        Args:
            known: the owner's revisions.
        """
        patch = patch_of(owner)
        equal = [item for item in known if item["data"] == patch]
        number = max((item["revision"] for item in known if item["data"] != patch), default=0) + 1
        if equal:
            return self.history.renumber(equal[-1], max(equal[-1]["revision"], number))
        made = self.history.create(owner, *self.identity(owner), number)
        if made is None:
            status = {**(owner.get("status") or {}), "collisionCount": (collisions(owner) or 0) + 1}
            self.write_status(self.resource, owner, status)
        return made


def collisions(owner: Object) -> int | None:
    """Return how often the name of a new revision was taken, None for never (``status.collisionCount``)."""
    count: int | None = (owner.get("status") or {}).get("collisionCount")
    return count


def _by_number(revision: Object) -> tuple[int, tuple[str, str]]:
    return revision["revision"], meta.by_age(revision)


def _template_labels(owner: Object) -> dict[str, str]:
    return (owner["spec"]["template"].get("metadata") or {}).get("labels") or {}


def patch_of(owner: Object) -> Object:
    """Return the strategic merge patch that brings an owner's present template back (getPatch)."""
    return {"spec": {"template": {**meta.thaw(owner["spec"]["template"]), "$patch": "replace"}}}


def template_of(revision: Object) -> Object:
    """Return the pod template that a revision brings back (ApplyRevision)."""
    template = dict(revision["data"]["spec"]["template"])
    template.pop("$patch", None)
    return template
