"""The controllers: each makes one kind of thing as its object wants it (kube-controller-manager)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.timing import Timing

from .deployment.controller import DeploymentController
from .endpoints.endpoints import EndpointsController
from .endpoints.endpointslice import EndpointSliceController
from .endpoints.endpointslice_mirroring import EndpointSliceMirroringController
from .framework.informer import Informers
from .garbage_collector import GarbageCollector
from .hpa import HorizontalPodAutoscalerController
from .job.controller import JobController
from .namespace import NamespaceController
from .node_lifecycle import NodeLifecycleController
from .replicaset.controller import ReplicaSetController
from .serviceaccount import ServiceAccountController


class Runnable(Protocol):
    """A part of the cluster with a main coroutine."""

    def run(self) -> Awaitable[None]:
        """Run until cancelled."""
        ...


def all_controllers(registry: Registry, timing: Timing, root_ca: str = "") -> list[Runnable]:
    """Return the controllers and the informers that feed them; run them all.

    Args:
        registry: the API.
        timing: the cluster's lags; controllers have none.
        root_ca: certificate of the API server's authority, PEM, for each namespace's ConfigMap.
    """
    informers = Informers(registry)
    return [
        informers,
        ServiceAccountController(informers, root_ca),
        DeploymentController(informers),
        ReplicaSetController(informers),
        EndpointsController(informers),
        EndpointSliceController(informers),
        EndpointSliceMirroringController(informers),
        NamespaceController(informers),
        GarbageCollector(informers),
        NodeLifecycleController(informers),
        JobController(informers),
        HorizontalPodAutoscalerController(informers),
    ]
