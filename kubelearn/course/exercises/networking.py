"""Exercises of the lesson on networking."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST

from . import manifests, placing
from .core import Exercise, Lesson, NotAttempted, NotYet
from .jobs import log_of, pod_or_job
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
#: What netexec writes in its log when it is asked for its name.
_CALL = "GET /hostname"
#: What helps against a restart policy.
_ADVICE = {"Always": ". To run a pod once, delete it, and create it with `--restart=Never`"}
#: How far the clocks of two nodes may be apart.
_SKEW = timedelta(seconds=2)


def _start_target(cluster: Cluster) -> None:
    apply(cluster, manifests.server("target", {"web": 8080}))
    rolled_out(cluster, "target")


def _check_caller(cluster: Cluster) -> str:
    found = patiently(lambda: _ended(cluster))
    name, ended = found.metadata.name, [status.state.terminated for status in found.status.container_statuses]
    code = max(each.exit_code for each in ended)
    said = log_of(cluster, found)
    if code:
        raise NotYet(f"the pod `{name}` ended with exit code {code}. {_of_log(said)}")
    targets = running(cluster, "app=target")
    if not any(target in said for target in names(targets)):
        raise NotYet(
            f"the pod `{name}` has finished successfully, but its log holds no answer of the target. {_of_log(said)}"
        )
    begin, end = min(each.started_at for each in ended) - _SKEW, max(each.finished_at for each in ended) + _SKEW
    if not any(begin <= when <= end for target in targets for when in _calls(cluster, target)):
        raise NotYet(
            f"the log of `{name}` has the target's name in it, but the target was not called: "
            f"while `{name}` ran, no client asked it for `/hostname`"
        )
    return f"The log of `{name}` says who answered: `{said}`. The target has noted the call in its own log"


def _of_log(said: str) -> str:
    return f"Its log says: `{said}`" if said else "Its log is empty"


def _calls(cluster: Cluster, target: Found) -> list[datetime]:
    """Return when a server was asked for its name."""
    lines = log_of(cluster, target, timestamps=True).splitlines()
    # To the second, as the times of containers are.
    return [datetime.fromisoformat(line[:19]).replace(tzinfo=UTC) for line in lines if _CALL in line]


def _ended(cluster: Cluster) -> Found:
    """Return the pod that calls once it has ended.

    Raises:
        NotAttempted: there is none.
        NotYet: it runs, or its command is started again and again.
    """
    found = pod_or_job(cluster, "caller")
    if found.status.phase in ("Succeeded", "Failed"):
        return found
    name, policy = found.metadata.name, found.spec.restart_policy
    for status in found.status.container_statuses or ():
        for ended in (status.state.terminated, status.last_state and status.last_state.terminated):
            if ended and policy != "Never":
                raise not_yet(
                    f"the pod `{name}` ran, ended with exit code {ended.exit_code}, and was started again: "
                    f"its restartPolicy is `{policy}`{_ADVICE.get(policy, '')}. {_of_log(log_of(cluster, found))}",
                    [found],
                )
    raise not_yet(
        f"the pod `{name}` has not ended. It should call once, and end. To try again, delete it first", [found]
    )


def _start_twins(cluster: Cluster) -> None:
    apply(cluster, _TWINS.format(port=8080))


def _check_twins(cluster: Cluster) -> str:
    found = pod(cluster, "twins")
    if found.metadata.uid in made(cluster, "one-port-twice"):
        raise NotAttempted("the pod `twins` is still the one that was there")
    helpers = [container for container in found.spec.init_containers or () if container.restart_policy == "Always"]
    containers = [container.name for container in [*found.spec.containers, *helpers]]
    if not {"admin", "web"} <= set(containers):
        raise NotYet(
            f"the pod `twins` should have two containers, `web` and `admin`. It has: {listed(containers, 'none')}"
        )
    ready_pod(cluster, "twins")
    for caller, called, port in (("admin", "web", 8080), ("web", "admin", 9090)):
        patiently(partial(_answers_on_localhost, cluster, caller, called, port))
    return "Each container reaches the other on `localhost`: `web` on port 8080, `admin` on port 9090"


def _answers_on_localhost(cluster: Cluster, caller: str, called: str, port: int) -> None:
    answer = cluster.exec("twins", "curl", "-sS", "-m", _SOON, f"http://localhost:{port}/hostname", container=caller)
    if answer.stdout.strip() != "twins":
        raise NotYet(
            f"from the container `{caller}`, `{called}` does not answer on `localhost:{port}`: "
            f"`{answer.stderr.strip() or answer.stdout.strip()[:80]}`"
        )
    if not _is_in(cluster, caller, called, port):
        raise NotYet(f"`localhost:{port}` answers, but the server there is not in the container `{called}`")


def _is_in(cluster: Cluster, caller: str, called: str, port: int) -> bool:
    """Say whether the server on a port sees the files of a container: ports are shared in a pod, files are not.

    A server that runs no commands cannot be asked.
    """
    mark = f"/tmp/kubelearn-{secrets.token_hex(4)}"  # noqa: S108 - in a container
    cluster.exec("twins", "touch", mark, container=called)
    try:
        url = f"http://localhost:{port}/shell?cmd=ls%20{mark}"
        said = cluster.exec("twins", "curl", "-sS", "-m", _SOON, url, container=caller).stdout
    finally:
        cluster.exec("twins", "rm", "-f", mark, container=called)
    return not said.startswith("{") or "error" not in json.loads(said)


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
                    "`kubectl run` takes a command for the pod, after `--`. Without more, the command is started again "
                    "whenever it ends: the option `--restart=Never` is for a pod that runs once."
                ),
                (
                    "The command is the `wget` of the task, with the address that you found. What it prints is in "
                    "`!kubectl logs caller`. If `caller` is there already, delete it first: "
                    "`!kubectl delete pod caller`."
                ),
            ),
            solution="""\
address=$(kubectl get pods -l app=target -o jsonpath='{.items[0].status.podIP}')
kubectl run caller --image=busybox:1.36 --restart=Never -- wget -qO- http://$address:8080/hostname
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/caller --timeout=120s
kubectl logs caller""",
            start=_start_target,
            check=_check_caller,
            owns=("deployment/target", "pod/caller", "job/caller"),
        ),
        Exercise(
            key="one-port-twice",
            title="two containers, one port",
            task="""\
The pod `twins` has two containers, `web` and `admin`. One of them does not run: both want port 8080. \
Let `web` keep it, and let `admin` listen on port **9090** (the argument `--http-port` says on which).

The containers of a running pod cannot be given other arguments. Delete the pod, and create it again.""",
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
                    "The new manifest has the same name, containers and images as the old one. "
                    "Only one number is another, in the `args:` of `admin`."
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

One node is busy: the Deployment `crowd` runs there, so the scheduler puts new pods on another one, \
the same for both. Leave `crowd` as it is, and say in the description of a pod where it may run. \
The choice of nodes is yours, but the control plane's node is kept free of other pods.""",
            hints=(
                (
                    "Run one of the two as you have run other pods in this lesson. "
                    "`!kubectl get pods -o wide` shows its node, and `!kubectl get nodes` all there are."
                ),
                (
                    "A field in the `spec` of the other pod says where it may run. The simplest is `nodeSelector`, "
                    "which asks for a node with a label. Each node has its own name in the label "
                    "`kubernetes.io/hostname`."
                ),
                (
                    "A pod that runs cannot be moved: delete it, and create it again from a manifest that has the "
                    "field. [The documentation]"
                    "(https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodeselector) "
                    "has an example; `podAntiAffinity`, on the same page, says “not where that pod is”."
                ),
            ),
            solution=f"""\
kubectl run north --image={AGNHOST} -- netexec --http-port=8080
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: south
spec:
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            run: north
  containers:
  - name: south
    image: {AGNHOST}
    args: [netexec, --http-port=8080]
END""",
            start=placing.start,
            check=placing.check,
            owns=("deployment/crowd", "pod/north", "pod/south"),
        ),
    ),
)
