"""The scale subresource of Deployments and ReplicaSets (autoscaling/v1 Scale)."""

from __future__ import annotations

from .. import meta
from ..meta import Object
from . import errors
from .registry import Registry
from .requests import Target, WriteOptions
from .selectors import format_label_selector


def read(obj: Object) -> Object:
    """Return the Scale of a Deployment or ReplicaSet."""
    metadata = obj["metadata"]
    kept = {key: metadata[key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp") if key in metadata}
    spec, status = obj["spec"], obj.get("status") or {}
    replicas = spec.get("replicas", 1)
    return {
        "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": kept,
        "spec": {"replicas": replicas} if replicas else {},
        "status": {"replicas": status.get("replicas", 0), "selector": format_label_selector(spec["selector"])},
    }


def write(registry: Registry, target: Target, scale: Object, options: WriteOptions) -> Object:
    """Set the replicas that a Scale asks for and return the new Scale.

    Raises:
        ApiError: 409 on a stale resourceVersion or uid, 422 for a negative number.
    """
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if replicas < 0:
        cause = errors.invalid_value("spec.replicas", replicas, "must be greater than or equal to 0")
        raise errors.invalid("Scale", target.name, [cause], "autoscaling")
    wanted = scale.get("metadata") or {}
    old = registry.get(target.resource.key, target.namespace, target.name)
    obj = meta.thaw(old)
    obj["spec"]["replicas"] = replicas
    obj["metadata"]["resourceVersion"] = wanted.get("resourceVersion") or old["metadata"]["resourceVersion"]
    if wanted.get("uid"):
        obj["metadata"]["uid"] = wanted["uid"]
    written = registry.update(target.resource.key, target.namespace, obj, subresource="scale", manager=options.manager, dry_run=options.dry_run)
    return read(written)
