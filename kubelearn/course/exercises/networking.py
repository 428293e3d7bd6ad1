"""Exercises of the lesson on networking."""

from __future__ import annotations

from functools import partial

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST

from . import manifests
from .core import Exercise, Lesson, NotAttempted, NotYet
from .probe import Found, names, not_yet, patiently, pod, ready_pod, running
from .situation import apply, made, rolled_out
from .words import listed

_TWINS = f"""\
apiVersion: v1
kind: Pod
metadata:
  name: twins
spec:
  containers:
  - name: web
    image: {AGNHOST}
    args: [netexec, --udp-port=-1, --http-port=8080]
  - name: admin
    image: {AGNHOST}
    args: [netexec, --udp-port=-1, --http-port={{port}}]
"""
#: Seconds that a container may take to answer on localhost.
_SOON = "3"


def _start_target(cluster: Cluster) -> None:
    apply(cluster, manifests.server("target", {"web": 8080}))
    rolled_out(cluster, "target")


def _check_caller(cluster: Cluster) -> str:
    found = patiently(lambda: _ended(cluster, "caller"))
    said = cluster.core.read_namespaced_pod_log("caller", cluster.namespace).strip()
    code = found.status.container_statuses[0].state.terminated.exit_code
    if code:
        raise NotYet(f"the pod `caller` ended with exit code {code}. {_of_log(said)}")
    targets = names(running(cluster, "app=target"))
    if not any(name in said for name in targets):
        raise NotYet(
            f"the pod `caller` has finished successfully, but its log holds no answer of the target. {_of_log(said)}"
        )
    return f"The log of `caller` says who answered: `{said}`"


def _of_log(said: str) -> str:
    return f"Its log says: `{said}`" if said else "Its log is empty"


def _ended(cluster: Cluster, name: str) -> Found:
    found = pod(cluster, name)
    if found.status.phase not in ("Succeeded", "Failed"):
        raise not_yet(
            f"the pod `{name}` has not ended. It should call once, and end. To try again, delete it first", [found]
        )
    return found


def _start_twins(cluster: Cluster) -> None:
    apply(cluster, _TWINS.format(port=8080))


def _check_twins(cluster: Cluster) -> str:
    found = pod(cluster, "twins")
    if found.metadata.uid in made(cluster, "one-port-twice"):
        raise NotAttempted("the pod `twins` is still the one that was there")
    containers = [container.name for container in found.spec.containers]
    if sorted(containers) != ["admin", "web"]:
        raise NotYet(
            f"the pod `twins` should have two containers, `web` and `admin`. It has: {listed(containers, 'none')}"
        )
    ready_pod(cluster, "twins")
    for caller, called, port in (("admin", "web", 8080), ("web", "admin", 9090)):
        _calls_localhost(cluster, caller, called, port)
    return "Each container reaches the other on `localhost`: `web` on port 8080, `admin` on port 9090"


def _calls_localhost(cluster: Cluster, caller: str, called: str, port: int) -> None:
    patiently(lambda: _answers_on_localhost(cluster, caller, called, port))


def _answers_on_localhost(cluster: Cluster, caller: str, called: str, port: int) -> None:
    answer = cluster.exec("twins", "curl", "-sS", "-m", _SOON, f"http://localhost:{port}/hostname", container=caller)
    if answer.stdout.strip() != "twins":
        raise NotYet(
            f"from the container `{caller}`, `{called}` does not answer on `localhost:{port}`: "
            f"`{answer.stderr.strip() or answer.stdout.strip()[:80]}`"
        )


def _check_two_nodes(cluster: Cluster) -> str:
    if len(cluster.core.list_node().items) < 2:
        raise RuntimeError("this cluster has only one node")
    for name in ("north", "south"):
        pod(cluster, name)
    north, south = ready_pod(cluster, "north"), ready_pod(cluster, "south")
    if north.spec.node_name == south.spec.node_name:
        raise NotYet(f"both pods run on the node `{north.spec.node_name}`")
    for caller, called in ((north, south), (south, north)):
        patiently(partial(_sees_the_callers_address, cluster, caller, called))
    return (
        f"`north` on `{north.spec.node_name}` and `south` on `{south.spec.node_name}` reach each other, "
        "and each sees the other's own address"
    )


def _sees_the_callers_address(cluster: Cluster, caller: Found, called: Found) -> None:
    name, other = caller.metadata.name, called.metadata.name
    answer = cluster.exec(name, "curl", "-sS", "-m", _SOON, f"http://{called.status.pod_ip}:8080/clientip")
    if answer.code:
        raise NotYet(f"`{name}` does not reach `{other}` on port 8080: `{answer.stderr.strip()}`")
    seen = answer.stdout.rpartition(":")[0]
    if seen != caller.status.pod_ip:
        raise NotYet(f"`{other}` sees a call from `{seen}`, which is not the address of `{name}`")


LESSON = Lesson(
    "01-networking",
    exercises=(
        Exercise(
            key="call-by-address",
            title="call a pod at its address",
            task="""\
The Deployment `target` runs one pod, which listens on port 8080. Find the pod's address. \
Then run a pod named `caller`, from the image `busybox:1.36`, that calls `http://ADDRESS:8080/hostname` once and ends. \
The answer should be in the log of `caller`.

In `busybox`, `wget -qO- URL` calls a URL and prints the answer.""",
            hints=(
                "`!kubectl get pods -o wide` shows the address of each pod, in the column IP.",
                (
                    "`kubectl run caller --image=busybox:1.36 --restart=Never -- COMMAND` runs a command in a pod of "
                    "its own, once. What it prints is in `kubectl logs caller`."
                ),
                (
                    "The command is `wget -qO- http://ADDRESS:8080/hostname`, with the address that you found. "
                    "If `caller` is there already, delete it first: `!kubectl delete pod caller`."
                ),
            ),
            solution="""\
address=$(kubectl get pods -l app=target -o jsonpath='{.items[0].status.podIP}')
kubectl run caller --image=busybox:1.36 --restart=Never -- wget -qO- http://$address:8080/hostname
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/caller --timeout=120s
kubectl logs caller""",
            start=_start_target,
            check=_check_caller,
            owns=("deployment/target", "pod/caller"),
        ),
        Exercise(
            key="one-port-twice",
            title="two containers, one port",
            task="""\
The pod `twins` has two containers, `web` and `admin`. One of them does not run: both want port 8080. \
Let `web` keep it, and let `admin` listen on port **9090** (the argument `--http-port` says on which).

The containers of a running pod cannot be given other arguments. Delete the pod, and create it anew.""",
            hints=(
                (
                    "`!kubectl logs twins -c admin` shows what is wrong, and `!kubectl get pod twins -o yaml` shows "
                    "how the pod is described: look at `containers:`, and there at `args:`."
                ),
                (
                    "In a cell that begins with `%%bash`, write the manifest of the new pod between "
                    "`kubectl apply -f - <<END` and `END`. The lesson has a cell of that kind, "
                    "with a pod of two containers."
                ),
                (
                    f"The new manifest has `name: twins`, the containers `web` and `admin`, the image `{AGNHOST}` "
                    "for both, and as `args:` of admin `[netexec, --udp-port=-1, --http-port=9090]`."
                ),
            ),
            solution=f"kubectl delete pod twins\nkubectl apply -f - <<END\n{_TWINS.format(port=9090)}END",
            start=_start_twins,
            check=_check_twins,
            owns=("pod/twins",),
        ),
        Exercise(
            key="two-nodes",
            title="across two nodes",
            task=f"""\
Run two pods, `north` and `south`, on **different nodes**. \
Both run the image `{AGNHOST}` with the arguments `netexec --http-port=8080`. They should reach each other on port 8080.

Which nodes is up to you.""",
            hints=(
                (
                    f"`!kubectl run north --image={AGNHOST} -- netexec --http-port=8080` runs one of them, "
                    "and `!kubectl get pods -o wide` tells where it runs."
                ),
                (
                    "Usually the scheduler chooses different nodes by itself. If it does not, say where: "
                    "the field `nodeName` in a pod's `spec` is the name of its node."
                ),
                """With `kubectl run`, a field is given as `--overrides='{"spec": {"nodeName": "NAME"}}'`. \
`!kubectl get nodes` lists the names.""",
            ),
            solution=f"""\
one=$(kubectl get nodes -o jsonpath='{{.items[0].metadata.name}}')
other=$(kubectl get nodes -o jsonpath='{{.items[1].metadata.name}}')
kubectl run north --image={AGNHOST} --overrides='{{"spec": {{"nodeName": "'$one'"}}}}' -- netexec --http-port=8080
kubectl run south --image={AGNHOST} --overrides='{{"spec": {{"nodeName": "'$other'"}}}}' -- netexec --http-port=8080""",
            check=_check_two_nodes,
            owns=("pod/north", "pod/south"),
        ),
    ),
)
