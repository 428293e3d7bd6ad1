"""The exercise on two nodes: where pods run, why there, and whether they reach each other."""

from __future__ import annotations

from collections import Counter
from functools import partial

from kubelearn.target.connection import Cluster

from . import manifests
from .core import NotYet
from .probe import Found, deployment, patiently, pod, ready_pod
from .situation import apply, made, rolled_out

#: So many pods more has one node: the scheduler then puts new ones elsewhere.
CROWD = 6
_HOSTNAME = "kubernetes.io/hostname"
#: What each of them asks for: it counts where the scheduler looks at what is asked for, not at how many pods there are.
_CPU = "50m"


def start(cluster: Cluster) -> None:
    """Keep one node busy, so that two plain pods land on the same one; where there are two to choose from."""
    nodes = _open(cluster.core.list_node().items)
    if len(nodes) < 2:
        return
    pods: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace).items
    load = Counter(found.spec.node_name for found in pods)
    where = max(nodes, key=lambda node: load[node.metadata.name]).metadata.labels[_HOSTNAME]
    apply(cluster, manifests.crowd("crowd", CROWD, {_HOSTNAME: where}, _CPU))
    rolled_out(cluster, "crowd")


def check(cluster: Cluster) -> str:
    """Prove that the pods run on two nodes that are open to them, and reach each other there."""
    nodes: list[Found] = cluster.core.list_node().items
    if len(nodes) < 2:
        raise RuntimeError("this cluster has only one node")
    for name in ("north", "south"):
        pod(cluster, name)
    north, south = ready_pod(cluster, "north"), ready_pod(cluster, "south")
    if north.spec.node_name == south.spec.node_name:
        raise NotYet(f"both pods run on the node `{north.spec.node_name}`")
    _left_the_crowd_alone(cluster)
    for found in (north, south):
        _is_open_to(nodes, found)
    for caller, called in ((north, south), (south, north)):
        patiently(partial(_sees_the_callers_address, cluster, caller, called))
    return (
        f"`north` on `{north.spec.node_name}` and `south` on `{south.spec.node_name}` reach each other, "
        "and each sees the other's own address"
    )


def _open(nodes: list[Found]) -> list[Found]:
    """Return the nodes that keep no pods away, in the order of their names."""
    free = [node for node in nodes if not node.spec.unschedulable and not _taints(node)]
    return sorted(free, key=lambda node: node.metadata.name)


def _taints(node: Found) -> list[Found]:
    return [taint for taint in node.spec.taints or () if taint.effect != "PreferNoSchedule"]


def _left_the_crowd_alone(cluster: Cluster) -> None:
    if not made(cluster, "two-nodes"):
        return
    found = deployment(cluster, "crowd")
    if found.metadata.uid not in made(cluster, "two-nodes") or found.spec.replicas < CROWD:
        raise NotYet("the Deployment `crowd` was changed, so that the scheduler had an empty node. Leave it as it was")


def _is_open_to(nodes: list[Found], found: Found) -> None:
    """Raise if a pod runs where the scheduler would not have put it, though there was a choice."""
    name, where = found.metadata.name, found.spec.node_name
    if found.spec.host_network:
        raise NotYet(f"`{name}` uses its node's network (`hostNetwork`), so it has no address of its own")
    node = next((node for node in nodes if node.metadata.name == where), None)
    if node is None:
        raise NotYet(f"the node `{where}`, on which `{name}` runs, is not there any more")
    if node.spec.unschedulable:
        raise NotYet(
            f"the node `{where}` was cordoned, so that the scheduler puts no pod there. Give it back "
            f"(`kubectl uncordon {where}`) and say in the description of a pod where it may run"
        )
    taints = _taints(node)
    tolerated = {toleration.key for toleration in found.spec.tolerations or ()}
    keeping = [taint.key for taint in taints if taint.key not in tolerated and None not in tolerated]
    if keeping and len(_open(nodes)) > 1:
        raise NotYet(
            f"`{name}` runs on the node `{where}`, whose taint `{keeping[0]}` keeps pods away. "
            "With `nodeName`, the scheduler is not asked. There are other nodes"
        )


def _sees_the_callers_address(cluster: Cluster, caller: Found, called: Found) -> None:
    name, other = caller.metadata.name, called.metadata.name
    answer = cluster.exec(name, "curl", "-sS", "-m", "3", f"http://{called.status.pod_ip}:8080/clientip")
    if answer.code:
        raise NotYet(f"`{name}` does not reach `{other}` on port 8080: `{answer.stderr.strip()}`")
    seen = answer.stdout.rpartition(":")[0]
    if seen != caller.status.pod_ip:
        raise NotYet(f"`{other}` sees a call from `{seen}`, which is not the address of `{name}`")
