"""The controllers: each makes one kind of thing as its object wants it (kube-controller-manager).

``framework`` is what they are made with; read its ``workqueue`` first, then ``replicaset``, which is a typical one.

* ``deployment`` makes ReplicaSets, ``replicaset``, ``statefulset``, ``daemonset`` and ``job`` make pods, ``cronjob``
  makes Jobs, ``hpa`` scales.
* ``endpoints`` writes down which pods are behind a Service: EndpointSlices for kube-proxy, and Endpoints.
* ``persistentvolume`` gives claims their volumes, ``resourcequota`` counts what is used of quotas.
* ``garbage_collector`` deletes what has lost its owner, ``namespace`` what is in a namespace that ends.
* ``serviceaccount`` gives a namespace what every namespace has, and Secrets their tokens; ``clusterrole_aggregation``
  puts ClusterRoles together from others.
* ``node`` keeps pods off nodes that are in trouble, and removes those of nodes that are gone; ``disruption`` counts how
  many pods may go at once; ``kubernetes_service`` keeps the Service of the API server,
  ``apiservice`` says that nothing is aggregated, ``certificates`` signs what was approved.

A new controller is a class with ``reconcile`` and a line in ``_CONTROLLERS``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from kubelearn.cluster.apiserver.authentication import Tokens
from kubelearn.cluster.apiserver.registry.registry import Registry

from .apiservice import APIServiceController
from .certificates.signer import Authority, CertificateSigningController
from .clusterrole_aggregation import ClusterRoleAggregationController
from .cronjob.controller import CronJobController
from .daemonset.controller import DaemonSetController
from .deployment.controller import DeploymentController
from .disruption.controller import DisruptionController
from .endpoints.endpoints import EndpointsController
from .endpoints.endpointslice import EndpointSliceController
from .endpoints.endpointslice_mirroring import EndpointSliceMirroringController
from .framework.informer import Informers
from .garbage_collector import GarbageCollector
from .hpa import HorizontalPodAutoscalerController
from .job.controller import JobController
from .kubernetes_service import KubernetesServiceController
from .namespace import NamespaceController
from .node.lifecycle import NodeLifecycleController
from .node.podgc import PodGarbageCollector
from .node.taint_eviction import TaintEvictionController
from .persistentvolume.controller import PersistentVolumeController
from .persistentvolume.ephemeral import EphemeralVolumeController
from .persistentvolume.protection import VolumeProtectionController
from .persistentvolume.provisioner import LocalPathProvisioner
from .replicaset.controller import ReplicaSetController
from .replicaset.replicationcontroller import ReplicationControllerController
from .resourcequota import ResourceQuotaController
from .serviceaccount.accounts import ServiceAccountController
from .serviceaccount.tokens import TokensController
from .statefulset.controller import StatefulSetController


class Runnable(Protocol):
    """A part of the cluster with a main coroutine."""

    def run(self) -> Awaitable[None]:
        """Run until cancelled."""
        ...


#: Those that need nothing but a view of the cluster.
_CONTROLLERS: tuple[Callable[[Informers], Runnable], ...] = (
    ClusterRoleAggregationController,
    DaemonSetController,
    DeploymentController,
    ReplicaSetController,
    ReplicationControllerController,
    StatefulSetController,
    EndpointsController,
    EndpointSliceController,
    EndpointSliceMirroringController,
    NamespaceController,
    GarbageCollector,
    NodeLifecycleController,
    TaintEvictionController,
    PodGarbageCollector,
    DisruptionController,
    CronJobController,
    JobController,
    HorizontalPodAutoscalerController,
    PersistentVolumeController,
    LocalPathProvisioner,
    VolumeProtectionController,
    EphemeralVolumeController,
    ResourceQuotaController,
    APIServiceController,
)


def all_controllers(registry: Registry, tokens: Tokens, control_plane: str, authority: Authority) -> list[Runnable]:
    """Return the controllers and the informers that feed them; run them all.

    Args:
        registry: the API.
        tokens: makes the tokens of service accounts.
        control_plane: address of the control plane's node.
        authority: the API server's: its certificate is for each namespace's ConfigMap, its key for clients.
    """
    informers, root_ca = Informers(registry), authority.certificate.decode()
    return [
        informers,
        ServiceAccountController(informers, root_ca),
        TokensController(informers, tokens, root_ca),
        KubernetesServiceController(informers, control_plane),
        *(controller(informers) for controller in _CONTROLLERS),
        CertificateSigningController(informers, authority),
    ]
