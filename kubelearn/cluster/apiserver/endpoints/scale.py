"""The scale subresource of what has replicas (autoscaling/v1 Scale)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.selectors import format_label_selector
from kubelearn.cluster.meta import Object

from .requests import Target

#: What a Scale is shown as; there is no such resource of its own.
SCALES = Resource("scales", "Scale", "autoscaling")


def read(obj: Object) -> Object:
    """Return the Scale of a Deployment, say."""
    metadata = obj["metadata"]
    kept = {
        key: metadata[key]
        for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        if key in metadata
    }
    spec, status = obj["spec"], obj.get("status") or {}
    replicas, selector = spec.get("replicas", 1), spec["selector"]
    if obj["kind"] == "ReplicationController":
        selector = {"matchLabels": selector}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": kept,
        "spec": {"replicas": replicas} if replicas else {},
        "status": {"replicas": status.get("replicas", 0), "selector": format_label_selector(selector)},
    }


def find(registry: Registry, target: Target) -> Object:
    """Return the object that a request for a Scale names.

    Raises:
        ApiError: 404 that speaks of its Scale.
    """
    found = registry.find(target.resource.key, target.namespace, target.name)
    if found is None:
        raise errors.not_found(f"{target.resource.plural}/scale", target.name, target.resource.group)
    return found


def check(name: str, spec: Object) -> None:
    """Refuse a number of replicas that cannot be.

    Raises:
        ApiError: 422.
    """
    replicas = spec.get("replicas", 0)
    if replicas < 0:
        cause = errors.invalid_value("spec.replicas", replicas, "must be greater than or equal to 0")
        raise errors.invalid("Scale", name, [cause], "autoscaling")


def write(registry: Registry, target: Target, scale: Object, options: WriteOptions) -> Object:
    """Set the replicas that a Scale asks for and return the new Scale.

    Raises:
        ApiError: 404, 409 on a stale resourceVersion or uid, 422 for a negative number.
    """
    spec = scale.get("spec") or {}
    check(target.name, spec)
    replicas = spec.get("replicas", 0)
    wanted = scale.get("metadata") or {}
    old = registry.get(target.resource.key, target.namespace, target.name)
    obj = meta.thaw(old)
    obj["spec"]["replicas"] = replicas
    obj["metadata"]["resourceVersion"] = wanted.get("resourceVersion") or old["metadata"]["resourceVersion"]
    uid = old["metadata"]["uid"]
    if wanted.get("uid", uid) != uid:
        why = f"Precondition failed: UID in precondition: {wanted['uid']}, UID in object meta: {uid}"
        raise errors.conflict(f"{target.resource.plural}/scale", target.name, target.resource.group, why)
    written = registry.update(
        target.resource.key,
        target.namespace,
        obj,
        subresource="scale",
        manager=options.manager,
        dry_run=options.dry_run,
    )
    return read(written)
