"""The controller manager: one module per controller."""

from __future__ import annotations

from ..apiserver.registry import Registry
from .deployment import DeploymentController
from .endpoints import EndpointsController
from .endpointslice import EndpointSliceController, EndpointSliceMirroringController
from .garbage_collector import GarbageCollector
from .job import HorizontalController, JobController
from .namespace import NamespaceContentsController, NamespaceController
from .replicaset import ReplicaSetController
from .workqueue import Controller

__all__ = ["all_controllers"]


def all_controllers(registry: Registry, ca_pem: str) -> list[Controller]:
    """Return the controllers of a cluster, not yet running.

    Args:
        registry: the API.
        ca_pem: the cluster's root certificate, which every namespace gets a copy of.
    """
    return [
        NamespaceContentsController(registry, ca_pem), DeploymentController(registry), ReplicaSetController(registry), EndpointSliceController(registry),
        EndpointsController(registry), EndpointSliceMirroringController(registry), NamespaceController(registry), GarbageCollector(registry),
        JobController(registry), HorizontalController(registry)]
