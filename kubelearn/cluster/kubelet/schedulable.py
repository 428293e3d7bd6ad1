"""What a kubelet says when its node is cordoned (K/pkg/kubelet/kubelet_node_status.go, recordNodeSchedulableEvent)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object


async def tell(registry: Registry, recorder: EventRecorder, node: str) -> None:
    """Record each change of the node between schedulable and not, until cancelled."""
    # A kubelet knows its node by name, and uses that for a uid; kubectl looks for such events, too.
    about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": node, "uid": node}}
    was = False
    watch = registry.watch("nodes", since=0)
    try:
        async for event in watch:
            if meta.name_of(event.object) == node and _is_cordoned(event.object) != was:
                was = not was
                state = "NodeNotSchedulable" if was else "NodeSchedulable"
                recorder.event(about, "Normal", state, f"Node {node} status is now: {state}")
    finally:
        watch.close()


def _is_cordoned(node: Object) -> bool:
    return bool((node.get("spec") or {}).get("unschedulable"))
