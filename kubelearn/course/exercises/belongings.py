"""What belongs to an exercise in the notebook's namespace.

The learner may have changed names, labels, selectors and owners. An object is the exercise's if one of these holds:

- the exercise lists its name, or it is a ReplicaSet or pod that a Deployment of such a name has made:
  their names say so for good;
- it has the mark that a situation's objects and their pod templates carry: an annotation,
  which pods keep when they lose their owner;
- nobody else's, younger than the situation, and connected to it: a Service that would find the exercise's pods,
  a pod that its Services or Deployments would find, or the workload of such a pod;
  an EndpointSlice by hand for one of its Services.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.target.deadline import Deadline

from . import handle_kubectl
from .core import Exercise
from .registry import lessons

#: On what a situation is made of: the exercise's key. Not a label, which would disturb whoever looks at labels.
MARK = "kubelearn/exercise"
#: Seconds for all of it to go: pods get their grace period.
_GONE = 120.0
#: What a Deployment adds to its own name for its ReplicaSets, and these for their pods
#: (k8s.io/apimachinery/pkg/util/rand: alphanums).
_FROM_DEPLOYMENT = re.compile(r"(?P<deployment>.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}-?")
_OF_SERVICE = "kubernetes.io/service-name"

Labels = Mapping[str, str]


@dataclass
class Origin:
    """What is known of how an exercise began.

    Attributes:
        before: uid of what was in the namespace before, and of its controller → its labels, if it is a pod.
        made: uids of what its ``start`` made there.
        selectors: by which its Services and Deployments find pods.
        templates: labels of its pods.
    """

    before: dict[str, dict[str, str]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    selectors: list[dict[str, str]] = field(default_factory=list)
    templates: list[dict[str, str]] = field(default_factory=list)

    def learn(self, document: Mapping[str, Any]) -> None:
        """Take note of the labels in a manifest."""
        spec = document.get("spec") or {}
        if document.get("kind") == "Service" and spec.get("selector"):
            self.selectors.append(spec["selector"])
        if document.get("kind") == "Deployment":
            self.selectors.append(spec["selector"]["matchLabels"])
            self.templates.append(spec["template"]["metadata"]["labels"])

    def as_json(self) -> dict[str, Any]:
        """Return what a record of the situation keeps of it."""
        return {
            "before": self.before,
            "made": sorted(self.made),
            "selectors": self.selectors,
            "templates": self.templates,
        }

    @classmethod
    def from_json(cls, noted: Mapping[str, Any]) -> Origin:
        """Return what a record keeps; a record of an earlier version may lack some of it."""
        return cls(
            dict(noted.get("before", {})),
            set(noted.get("made", ())),
            list(noted.get("selectors", ())),
            list(noted.get("templates", ())),
        )


@dataclass(frozen=True)
class Thing:
    """An object in the notebook's namespace, as far as it matters whose it is.

    Attributes:
        kind: as kubectl takes it.
        finds: labels by which a Service finds pods; for others nothing.
        labels: of the pod, or of a workload's pods.
        deployment: name of the Deployment that has made it, directly or not, as its own name tells; may be empty.
        owner: uid of its controller; may be empty.
        above: its controller, as ``kind/name``; may be empty.
        going: it is being deleted.
    """

    kind: str
    name: str
    uid: str
    mark: str = ""
    finds: Labels = field(default_factory=dict, hash=False)
    labels: Labels = field(default_factory=dict, hash=False)
    deployment: str = ""
    owner: str = ""
    above: str = ""
    going: bool = False

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def mark(document: dict[str, Any], key: str) -> None:
    """Put an exercise's mark into a manifest, and into its pod template."""
    marked = [document]
    if "template" in (document.get("spec") or {}):
        marked.append(document["spec"]["template"])
    for part in marked:
        metadata = part.setdefault("metadata", {})
        metadata["annotations"] = {**(metadata.get("annotations") or {}), MARK: key}


def present(cluster: Cluster) -> dict[str, dict[str, str]]:
    """Return what is in the notebook's namespace, as :attr:`Origin.before` has it."""
    things = _things(cluster)
    controllers: dict[str, dict[str, str]] = {thing.owner: {} for thing in things if thing.owner}
    return {**controllers, **{thing.uid: dict(thing.labels) if thing.kind == "pod" else {} for thing in things}}


def remove(cluster: Cluster, exercise: Exercise, origin: Origin) -> None:
    """Delete what belongs to an exercise, and wait until nothing of it is left.

    Raises:
        RuntimeError: something cannot be deleted, or does not go; with kubectl's words.
    """
    _give_labels_back(cluster, exercise, origin)
    deadline, asked = Deadline(_GONE), set[str]()
    while left := find(cluster, exercise, origin):
        if deadline.passed:
            raise RuntimeError(f"after {_GONE:g} s, this is still there: {', '.join(map(str, left))}")
        todo = [thing for thing in left if not thing.going and thing.uid not in asked]
        for thing in todo:
            asked.add(thing.uid)
            soon = ("--grace-period=1",) if thing.kind == "pod" else ()
            handle_kubectl.succeed(
                cluster,
                "delete",
                thing.above or str(thing),
                "--ignore-not-found",
                "--cascade=foreground",
                "--wait=false",
                *soon,
            )
        if not todo:
            time.sleep(0.1)


def _give_labels_back(cluster: Cluster, exercise: Exercise, origin: Origin) -> None:
    """Give pods that were there before the labels that they had.

    It concerns those that the exercise's Services or Deployments would find now.
    """
    judge = _Judge(exercise, origin)
    for thing in _things(cluster):
        had = origin.before.get(thing.uid)
        if thing.kind != "pod" or had is None or had == thing.labels:
            continue
        if judge.belongs(thing) or not judge.is_found(thing):
            continue
        labels = {**dict.fromkeys(thing.labels), **had}
        cluster.core.patch_namespaced_pod(thing.name, cluster.namespace, {"metadata": {"labels": labels}})


def find(cluster: Cluster, exercise: Exercise, origin: Origin) -> list[Thing]:
    """Return what belongs to an exercise; what a controller that is also listed has made goes with that."""
    things = _things(cluster)
    judge = _Judge(exercise, origin)
    mine = {thing.uid for thing in things if judge.belongs(thing)}
    connected = [thing for thing in things if thing.uid not in mine and judge.is_connected(thing)]
    present = {thing.uid for thing in things}
    # A controller of an unknown kind, such as a Job, is deleted in its pods' place; a known one was judged itself.
    mine |= {thing.uid for thing in connected if thing.owner not in present}
    return [_without_owner(thing, present) for thing in things if thing.uid in mine and thing.owner not in mine]


def _without_owner(thing: Thing, present: Collection[str]) -> Thing:
    return Thing(
        thing.kind, thing.name, thing.uid, going=thing.going, above="" if thing.owner in present else thing.above
    )


class _Judge:
    """Says whose things are."""

    def __init__(self, exercise: Exercise, origin: Origin):
        self._key = exercise.key
        self._origin = origin
        self._names = _names(exercise)
        self._others = {
            name
            for lesson in lessons()
            for other in lesson.exercises
            if other.key != exercise.key
            for name in _names(other)
        }
        deployments = [{"app": name} for kind, name in self._names if kind == "deployment"]
        services = [{"app": name} for kind, name in self._names if kind == "service"]
        self._selectors = [*origin.selectors, *deployments, *services]
        self._templates = [*origin.templates, *deployments, *services]

    def belongs(self, thing: Thing) -> bool:
        """Say whether the thing is the exercise's by its name, its maker or its mark."""
        return (
            (thing.kind, thing.name) in self._names
            or ("deployment", thing.deployment) in self._names
            or thing.mark == self._key
        )

    def is_connected(self, thing: Thing) -> bool:
        """Say whether the thing is nobody else's, and connected to the exercise by labels."""
        if thing.mark or (thing.kind, thing.name) in self._others or ("deployment", thing.deployment) in self._others:
            return False
        if thing.uid in self._origin.before or thing.owner in self._origin.before:
            return False
        if thing.kind == "endpointslice":
            return ("service", thing.labels.get(_OF_SERVICE, "")) in self._names and not thing.owner
        if thing.kind == "service":
            return bool(thing.finds) and any(
                _fits(thing.finds, labels) for labels in [*self._templates, *self._selectors]
            )
        return self.is_found(thing)

    def is_found(self, thing: Thing) -> bool:
        """Say whether the thing is a pod that the exercise's Services or Deployments find, or makes such pods."""
        return any(_fits(selector, thing.labels) for selector in self._selectors)


def _fits(selector: Labels, labels: Labels) -> bool:
    return selector.items() <= labels.items()


def _names(exercise: Exercise) -> set[tuple[str, str]]:
    """Return kind and name of what an exercise lists."""
    return {(kind, name) for kind, slash, name in (owned.partition("/") for owned in exercise.owns) if slash}


def _things(cluster: Cluster) -> list[Thing]:
    core, apps, here = cluster.core, cluster.apps, cluster.namespace
    slices: Any = cluster.discovery.list_namespaced_endpoint_slice(here)
    return [
        *_workloads("deployment", apps.list_namespaced_deployment(here)),
        *_workloads("replicaset", apps.list_namespaced_replica_set(here)),
        *(
            _thing("service", item, finds=item.spec.selector or {})
            for item in _items(core.list_namespaced_service(here))
        ),
        *(_thing("pod", item, labels=item.metadata.labels or {}) for item in _items(core.list_namespaced_pod(here))),
        *(
            _thing("endpointslice", item, labels=item.metadata.labels or {})
            for item in slices.items
            if item.metadata.labels
        ),
    ]


def _items(listed: Any) -> Iterable[Any]:
    return (item for item in listed.items)


def _workloads(kind: str, listed: Any) -> list[Thing]:
    return [
        _thing(kind, item, labels=(item.spec.template.metadata.labels if item.spec.template.metadata else None) or {})
        for item in listed.items
    ]


def _thing(kind: str, item: Any, *, finds: Labels | None = None, labels: Labels | None = None) -> Thing:
    metadata = item.metadata
    template = getattr(item.spec, "template", None) if kind in ("deployment", "replicaset") else None
    annotations = {
        **((template.metadata.annotations if template and template.metadata else None) or {}),
        **(metadata.annotations or {}),
    }
    controller = next((reference for reference in metadata.owner_references or () if reference.controller), None)
    return Thing(
        kind,
        metadata.name,
        metadata.uid,
        mark=annotations.get(MARK, ""),
        finds=finds or {},
        labels=labels or {},
        deployment=_made_by(kind, metadata),
        owner=controller.uid if controller else "",
        above=f"{controller.kind.lower()}/{controller.name}" if controller else "",
        going=metadata.deletion_timestamp is not None,
    )


def _made_by(kind: str, metadata: Any) -> str:
    """Return the name of the Deployment from which a ReplicaSet or a pod has its name."""
    name = {"replicaset": metadata.name, "pod": metadata.generate_name}.get(kind) or ""
    found = _FROM_DEPLOYMENT.fullmatch(name)
    return found["deployment"] if found else ""
