"""The two tiers of the lab: their names and ports, and what each part of it finds when it begins.

Each part begins with what the parts before it should have left: if one is skipped, its work is found done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster

from . import manifests
from .core import NotYet
from .probe import Found, expect_answers
from .situation import apply, rolled_out, usable
from .through import replicas

#: The back end and its ports; it listens where nobody would guess.
BACK, BACK_PORT, BACK_TARGET, REPLICAS = "names", 7000, 5050, 2
FRONT, FRONT_TARGET = "greeter", 6060
AWAY, VISITOR = "elsewhere", "visitor"
#: What a visitor asks the front end for, so that it calls the back end.
HOP = f"/dial?host={BACK}&port={BACK_PORT}&request=hostname"


def exists(read: Callable[[], Found]) -> bool:
    """Say whether an object is there, and not about to go."""
    try:
        return not read().metadata.deletion_timestamp
    except ApiException as error:
        if error.status == 404:
            return False
        raise


def with_deployments(cluster: Cluster) -> None:
    """Make the Deployments that are missing."""
    for name, size, port in ((BACK, REPLICAS, BACK_TARGET), (FRONT, 1, FRONT_TARGET)):
        if not exists(partial(cluster.apps.read_namespaced_deployment, name, cluster.namespace)):
            apply(cluster, manifests.server(name, {"agnhost": port}, size))
            rolled_out(cluster, name)


def with_back(cluster: Cluster) -> None:
    """Make what is missing of the Deployments and the back end's Service."""
    with_deployments(cluster)
    _with_service(cluster, BACK, BACK_PORT, BACK_TARGET)


def with_both(cluster: Cluster) -> None:
    """Make what is missing of the Deployments and both Services."""
    with_back(cluster)
    _with_service(cluster, FRONT, 80, FRONT_TARGET)


def with_fault(cluster: Cluster) -> None:
    """Make both tiers, and then the back end's Service again without an address of its own: nobody translates ports."""
    with_deployments(cluster)
    _with_service(cluster, FRONT, 80, FRONT_TARGET)
    if exists(lambda: cluster.core.read_namespaced_service(BACK, cluster.namespace)):
        cluster.core.delete_namespaced_service(BACK, cluster.namespace)
    apply(cluster, manifests.service(BACK, BACK, BACK_PORT, BACK_TARGET, headless=True))


def with_all(cluster: Cluster) -> None:
    """Make everything that the lab leaves."""
    with_both(cluster)
    apply(cluster, manifests.namespace(AWAY))
    if not exists(lambda: cluster.core.read_namespaced_pod(VISITOR, AWAY)):
        usable(cluster, AWAY)
        apply(cluster, manifests.client(VISITOR), namespace=AWAY)


def _with_service(cluster: Cluster, name: str, port: int, target: int) -> None:
    if not exists(lambda: cluster.core.read_namespaced_service(name, cluster.namespace)):
        apply(cluster, manifests.service(name, name, port, target))
        # What the learner does next may be a single request,
        # which finds the Service only once DNS and the nodes know it.
        with contextlib.suppress(NotYet):
            expect_answers(cluster, f"http://{name}:{port}/hostname", replicas(cluster, name), requests=1, every=False)
