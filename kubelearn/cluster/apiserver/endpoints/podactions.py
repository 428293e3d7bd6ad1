"""Binding: the subresource by which a pod gets a node."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

SUCCESS: Object = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def bind(registry: Registry, namespace: str, name: str, binding: Object, *, dry_run: bool = False) -> Object:
    """Assign a pod to a node, as a scheduler does (registry/core/pod/storage BindingREST).

    Args:
        dry_run: only say whether it can be.

    Raises:
        ApiError: 409 when the pod has a node already, 404 without the pod.
    """
    pod = registry.get("pods", namespace, name)
    node = (binding.get("target") or {}).get("name", "")
    if not node:
        raise errors.invalid("Binding", name, [errors.required("target.name")])
    if pod["spec"].get("nodeName"):
        raise errors.conflict(
            "pods/binding", name, why=f'pod {name} is already assigned to node "{pod["spec"]["nodeName"]}"'
        )
    if meta.is_terminating(pod):
        raise errors.conflict("pods/binding", name, why=f"pod {name} is being deleted, cannot be assigned to a host")

    if dry_run:
        return SUCCESS

    def assign(obj: Object) -> None:
        obj["spec"]["nodeName"] = node
        conditions = obj.setdefault("status", {}).setdefault("conditions", [])
        conditions[:] = [item for item in conditions if item["type"] != "PodScheduled"]
        conditions.append(
            {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": meta.timestamp()}
        )

    registry.modify("pods", namespace, name, assign, subresource="binding", manager="kube-scheduler")
    return SUCCESS
