"""The situation in which an exercise begins: prepared once for each cluster, and brought back by a reset."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

import yaml
from kubernetes.client import ApiException

from kubelearn.course import proofs
from kubelearn.target.connection import Cluster

from . import belongings, handle_kubectl
from .belongings import Origin
from .core import Exercise

#: The ConfigMap, in the namespace that the notebook works in, that says which exercises were prepared, and from what.
STARTED = "kubelearn-exercises"
#: Kinds that all lessons need the right to delete.
_NEEDED = ("deployment", "namespace", "pod", "service")
#: The exercise that is being prepared, and what is known of its objects so far.
_preparing: ContextVar[tuple[str, Origin] | None] = ContextVar("preparing", default=None)


def prepare(cluster: Cluster, exercise: Exercise) -> None:
    """Prepare the situation, unless that was done before: what a learner changed since stays as it is.

    It is done again if a namespace of it went with the notebook that prepared it:
    the first namespace may stay, and says that it was prepared.

    Raises:
        kubelearn.target.workspace.NotOursError: a namespace of the exercise's name is somebody else's.
    """
    _adopt_namespaces(cluster, exercise)
    if _is_prepared(cluster, exercise):
        return
    there = belongings.present(cluster)
    origin = Origin(before=_origin(cluster, exercise.key).before or there)
    if exercise.start:
        token = _preparing.set((exercise.key, origin))
        try:
            exercise.start(cluster)
        finally:
            _preparing.reset(token)
        origin.made = belongings.present(cluster).keys() - there.keys()
        _adopt_namespaces(cluster, exercise)
    record = {"by": proofs.handle(cluster), "namespaces": _namespaces(cluster, exercise), "origin": origin.as_json()}
    _mark(cluster, exercise.key, json.dumps(record))


def clear(cluster: Cluster, exercise: Exercise) -> None:
    """Delete what belongs to the exercise, whatever the learner has done to it, and wait until it is gone.

    That it was prepared is forgotten.

    Raises:
        kubelearn.target.workspace.NotOursError: a namespace of the exercise's name is somebody else's.
        RuntimeError: something cannot be deleted; with kubectl's words.
    """
    _adopt_namespaces(cluster, exercise)
    named = [owned for owned in exercise.owns if " " not in owned and _may_delete(cluster, owned)]
    for objects in ([named] if named else []) + [owned.split() for owned in exercise.owns if " " in owned]:
        handle_kubectl.succeed(
            cluster, "delete", *objects, "--ignore-not-found", "--cascade=foreground", "--timeout=120s"
        )
    belongings.remove(cluster, exercise, _origin(cluster, exercise.key))
    record = _records(cluster).get(exercise.key)
    if record is not None:
        _mark(cluster, exercise.key, json.dumps({**record, "by": ""}))


def _may_delete(cluster: Cluster, owned: str) -> bool:
    """Say whether an object can be the learner's: the lessons need no right to Jobs, so some learners have none."""
    kind, _, _ = owned.partition("/")
    return kind in _NEEDED or handle_kubectl.run(cluster, "auth", "can-i", "delete", kind).stdout.strip() != "no"


def made(cluster: Cluster, exercise: str) -> frozenset[str]:
    """Return the uids of what an exercise's ``start`` made in the notebook's namespace."""
    return frozenset(_origin(cluster, exercise).made)


def _adopt_namespaces(cluster: Cluster, exercise: Exercise) -> None:
    for name in _second(exercise):
        cluster.adopt(name)


def _second(exercise: Exercise) -> list[str]:
    """Return the names of an exercise's own namespaces."""
    return [name for kind, _, name in (owned.partition("/") for owned in exercise.owns) if kind == "namespace"]


def _is_prepared(cluster: Cluster, exercise: Exercise) -> bool:
    record = _records(cluster).get(exercise.key, {})
    by, uids = record.get("by", ""), record.get("namespaces", [])
    # What the learner of this handle deleted stays deleted.
    return bool(by) and (by == proofs.handle(cluster) or set(uids) <= set(_namespaces(cluster, exercise)))


def _namespaces(cluster: Cluster, exercise: Exercise) -> list[str]:
    """Return the uids of an exercise's own namespaces that are there."""
    found = []
    for name in _second(exercise):
        try:
            namespace: Any = cluster.core.read_namespace(name)
            found.append(str(namespace.metadata.uid))
        except ApiException as error:
            if error.status not in (403, 404):
                raise
    return found


def apply(cluster: Cluster, manifest: str, namespace: str = "") -> None:
    """Apply manifests, for an exercise's ``start``; what is made says for which exercise.

    Args:
        manifest: YAML, several documents if needed.
        namespace: for objects that name none, the notebook's by default.

    Raises:
        RuntimeError: the cluster refuses it; with kubectl's words.
    """
    preparing = _preparing.get()
    if preparing is not None:
        key, origin = preparing
        documents = [document for document in yaml.safe_load_all(manifest) if document]
        for document in documents:
            belongings.mark(document, key)
            origin.learn(document)
        manifest = yaml.safe_dump_all(documents, sort_keys=False)
    handle_kubectl.succeed(cluster, "apply", "-f", "-", stdin=manifest, namespace=namespace)


def usable(cluster: Cluster, namespace: str) -> None:
    """Wait until pods can be made in a new namespace, for an exercise's ``start``.

    Raises:
        RuntimeError: that did not happen in time; with kubectl's words.
    """
    handle_kubectl.succeed(
        cluster, "wait", "--for=create", "serviceaccount/default", "--timeout=30s", namespace=namespace
    )


def rolled_out(cluster: Cluster, *deployments: str, namespace: str = "") -> None:
    """Wait until Deployments have all replicas ready, at most three minutes for each: for an exercise's ``start``.

    Raises:
        RuntimeError: that did not happen in time; with kubectl's words.
    """
    for name in deployments:
        handle_kubectl.succeed(
            cluster, "rollout", "status", f"deployment/{name}", "--timeout=180s", namespace=namespace
        )


def _origin(cluster: Cluster, key: str) -> Origin:
    return Origin.from_json(_records(cluster).get(key, {}).get("origin", {}))


def _records(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """Return what was noted of each exercise."""
    try:
        found: Any = cluster.core.read_namespaced_config_map(STARTED, cluster.namespace)
    except ApiException as error:
        if error.status == 404:
            return {}
        raise
    return {key: _record(text) for key, text in (found.data or {}).items()}


def _record(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError:  # of an earlier version: prepared by nobody
        return {}
    return record if isinstance(record, dict) else {}


def _mark(cluster: Cluster, key: str, value: str) -> None:
    body: Any = {"metadata": {"name": STARTED}, "data": {key: value}}
    try:
        cluster.core.patch_namespaced_config_map(STARTED, cluster.namespace, body)
    except ApiException as error:
        if error.status != 404:
            raise
        cluster.core.create_namespaced_config_map(cluster.namespace, body)
