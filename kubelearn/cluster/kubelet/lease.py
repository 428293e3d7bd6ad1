"""The node's Lease: how a kubelet says that it is alive (component-helpers/apimachinery/lease/controller.go)."""

from __future__ import annotations

import asyncio
import logging

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry

log = logging.getLogger(__name__)

NAMESPACE = "kube-node-lease"
#: How long a Lease counts (nodeLeaseDurationSeconds), and how often it is renewed, in seconds.
DURATION, INTERVAL = 40, 10.0
_LEASES = "leases.coordination.k8s.io"


async def keep(registry: Registry, node: str) -> None:
    """Create the node's Lease and renew it until cancelled."""
    while True:
        try:
            _renew(registry, node)
        except ApiError as error:  # the namespace is being deleted, for example: the next renewal may succeed
            log.info("the Lease of %s was not renewed: %s", node, error)
        await asyncio.sleep(INTERVAL)


def _renew(registry: Registry, node: str) -> None:
    renewed = meta.micro_timestamp()
    found = registry.find(_LEASES, NAMESPACE, node)
    if found is None:
        owner = {
            "apiVersion": "v1",
            "kind": "Node",
            "name": node,
            "uid": registry.get("nodes", "", node)["metadata"]["uid"],
        }
        lease = {
            "metadata": {"name": node, "namespace": NAMESPACE, "ownerReferences": [owner]},
            "spec": {"holderIdentity": node, "leaseDurationSeconds": DURATION, "renewTime": renewed},
        }
        registry.create(_LEASES, NAMESPACE, lease, manager="kubelet")
    else:
        registry.update(
            _LEASES, NAMESPACE, {**found, "spec": {**found["spec"], "renewTime": renewed}}, manager="kubelet"
        )
