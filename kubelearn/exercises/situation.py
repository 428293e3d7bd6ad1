"""The situation in which an exercise begins: prepared once for each cluster, and cleared by a reset."""

from __future__ import annotations

import os
from typing import Any

from kubernetes.client import ApiException

from .. import kubectl
from ..target import Cluster
from .core import Exercise

#: The ConfigMap, in the namespace that the notebook works in, that says which exercises were prepared.
STARTED = "kubelearn-exercises"


def prepare(cluster: Cluster, exercise: Exercise) -> None:
    """Prepare the situation, unless that was done before: what a learner changed since stays as it is.

    It is done again if a namespace of it went with the notebook that prepared it: the first namespace may stay, and says that it was prepared.

    Raises:
        kubelearn.workspace.NotOursError: a namespace of the exercise's name is somebody else's.
    """
    _adopt_namespaces(cluster, exercise)
    if exercise.start and not _is_prepared(cluster, exercise):
        exercise.start(cluster)
        _adopt_namespaces(cluster, exercise)
        _mark(cluster, exercise.key, " ".join([_handle(cluster), *_namespaces(cluster, exercise)]))


def clear(cluster: Cluster, exercise: Exercise) -> None:
    """Delete what belongs to the exercise, wait until it is gone, and forget that it was prepared.

    Raises:
        kubelearn.workspace.NotOursError: a namespace of the exercise's name is somebody else's.
        RuntimeError: something cannot be deleted; with kubectl's words.
    """
    _adopt_namespaces(cluster, exercise)
    for owned in exercise.owns:
        _kubectl(cluster, "delete", *owned.split(), "--ignore-not-found", "--cascade=foreground", "--timeout=120s")
    if exercise.key in _started(cluster):
        _mark(cluster, exercise.key, None)


def _adopt_namespaces(cluster: Cluster, exercise: Exercise) -> None:
    for name in _second(exercise):
        cluster.adopt(name)


def _second(exercise: Exercise) -> list[str]:
    """Return the names of an exercise's own namespaces."""
    return [name for kind, _, name in (owned.partition("/") for owned in exercise.owns) if kind == "namespace"]


def _is_prepared(cluster: Cluster, exercise: Exercise) -> bool:
    by, *uids = _started(cluster).get(exercise.key, "").split() or [""]
    return by == _handle(cluster) or (bool(by) and set(uids) <= set(_namespaces(cluster, exercise)))


def _handle(cluster: Cluster) -> str:
    """Return what no other handle has: what its learner deleted stays deleted."""
    return cluster.kubeconfig.parent.name


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
    """Apply manifests, for an exercise's ``start``.

    Args:
        manifest: YAML, several documents if needed.
        namespace: for objects that name none, the notebook's by default.

    Raises:
        RuntimeError: the cluster refuses it; with kubectl's words.
    """
    _kubectl(cluster, "apply", "-f", "-", stdin=manifest, namespace=namespace)


def usable(cluster: Cluster, namespace: str) -> None:
    """Wait until pods can be made in a new namespace, for an exercise's ``start``.

    Raises:
        RuntimeError: that did not happen in time; with kubectl's words.
    """
    _kubectl(cluster, "wait", "--for=create", "serviceaccount/default", "--timeout=30s", namespace=namespace)


def rolled_out(cluster: Cluster, *deployments: str, namespace: str = "") -> None:
    """Wait, at most three minutes for each, until Deployments have all their replicas ready, for an exercise's ``start``.

    Raises:
        RuntimeError: that did not happen in time; with kubectl's words.
    """
    for name in deployments:
        _kubectl(cluster, "rollout", "status", f"deployment/{name}", "--timeout=180s", namespace=namespace)


def _kubectl(cluster: Cluster, *arguments: str, stdin: str | None = None, namespace: str = "") -> None:
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "KUBECACHEDIR": str(cluster.kubeconfig.parent / "cache")}
    done = kubectl.run(*arguments, "--namespace", namespace or cluster.namespace, stdin=stdin, env=environment, timeout=240)
    if done.returncode:
        raise RuntimeError(f"kubectl {arguments[0]}: {done.stderr.strip()}")


def _started(cluster: Cluster) -> dict[str, str]:
    try:
        return cluster.core.read_namespaced_config_map(STARTED, cluster.namespace).data or {}
    except ApiException as error:
        if error.status == 404:
            return {}
        raise


def _mark(cluster: Cluster, key: str, value: str | None) -> None:
    body: Any = {"metadata": {"name": STARTED}, "data": {key: value}}
    try:
        cluster.core.patch_namespaced_config_map(STARTED, cluster.namespace, body)
    except ApiException as error:
        if error.status != 404:
            raise
        cluster.core.create_namespaced_config_map(cluster.namespace, body)
