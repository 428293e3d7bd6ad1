"""Exercises of the lesson on finding Services."""

from __future__ import annotations

import re

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Completed

from . import manifests
from .by_names import expect_names
from .change import ROLLED, after, roll
from .copies import copy_of_pod
from .core import Exercise, Lesson, NotAttempted, NotYet
from .probe import (
    Found,
    deployment,
    expect_answers,
    names,
    not_yet,
    patiently,
    ready_pod,
    running,
    service,
    service_for,
    service_port,
)
from .situation import apply, rolled_out
from .through import endpoints, replicas, serves

_HOST = re.compile(r"[A-Za-z0-9.-]+")
_ADDRESS = re.compile(r"[0-9.]+")
_SHORTEST = "prices.market"
_VARIABLE = "LEDGER_SERVICE_HOST"


def _start_prices(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.namespace("market")
        + manifests.server("prices", {"server": 8080})
        + manifests.service("prices", "prices", 80, 8080),
        "market",
    )
    apply(
        cluster,
        manifests.namespace("kiosk")
        + manifests.server("prices-of-last-year", {"server": 8080})
        + manifests.service("prices", "prices-of-last-year", 80, 8080)
        + manifests.server("front", {"server": 8080}, env={"BACKEND": "prices"}),
        "kiosk",
    )
    rolled_out(cluster, "prices", namespace="market")
    rolled_out(cluster, "front", "prices-of-last-year", namespace="kiosk")


def _check_prices(cluster: Cluster) -> str:
    service(cluster, "prices", "market")
    patiently(lambda: _only_pod(cluster, "front", "kiosk"))
    front = roll(cluster, "front", "kiosk")[0]
    backend = cluster.exec(front, "sh", "-c", 'echo "$BACKEND"', namespace="kiosk").stdout.strip()
    if not _HOST.fullmatch(backend):
        raise NotYet(
            f"`BACKEND` is `{backend}`: it should be a host name and nothing else, without `http://`, port or path"
        )
    if _ADDRESS.fullmatch(backend):
        raise NotYet(f"`BACKEND` is the address {backend}. It should be a name, which stays when the address changes")
    if backend == "prices":
        _judge_alias(cluster, front)
    url = f"http://{backend}/hostname"
    right = names(running(cluster, "app=prices", "market"))
    got = patiently(lambda: _answers_of_front(cluster, front, backend))
    if set(got) - set(right):
        raise NotYet(f"`{url}` was answered by `{got[0]}`, which is no pod of `prices` in `market`")
    if len(backend) > len(_SHORTEST):
        raise NotYet(f"`{backend}` works, but a shorter name works as well")
    _judge_short(cluster, backend, right)
    expect_names("front", deployment(cluster, "front", "kiosk").spec.template.spec)
    return f"From the pod `{front}`, `{url}` was answered by `{got[0]}`"


def _judge_alias(cluster: Cluster, front: str) -> None:
    """Raise because `front` still calls `prices`, whatever that name was made to lead to."""
    (got,) = patiently(lambda: _answers_of_front(cluster, front, "prices"))
    if got.startswith("prices-of-last-year"):
        raise NotAttempted("`front` still calls `prices` and is answered by a pod of its own namespace, `kiosk`")
    raise NotYet(
        "`BACKEND` is `prices`, as before, and that name does not lead to the price list of last year any more, "
        "which others in `kiosk` may need. `front` should call another name"
    )


def _judge_short(cluster: Cluster, backend: str, right: list[str]) -> None:
    """Raise unless a name is the Service's own: it works in any pod of `kiosk`, and nobody made it for this."""
    if backend.lower() != _SHORTEST:
        raise NotYet(f"`{backend}` is another name, which somebody made. Call the Service in `market` by its own name")
    try:
        expect_answers(cluster, f"http://{backend}/hostname", right, namespace="kiosk", requests=2)
    except NotYet as reason:
        raise NotYet(
            f"`{backend}` works in the pods of `front` only, which were told of it. In another pod of `kiosk`, {reason}"
        ) from None


def _answers_of_front(cluster: Cluster, front: str, backend: str) -> list[str]:
    done: Completed = cluster.exec(front, "curl", "-sS", "-m", "3", f"http://{backend}/hostname", namespace="kiosk")
    if done.code == 6:
        raise NotYet(f"`BACKEND` is `{backend}`, and that name does not resolve in `kiosk`: {_why_not(backend)}")
    if done.code:
        raise NotYet(f"`front` gets no answer from `{backend}`: `{done.stderr.strip()}`")
    return [done.stdout.strip()]


def _why_not(name: str) -> str:
    labels = name.split(".")
    if labels[:2] == ["market", "prices"]:
        return "the Service comes first, then its namespace"
    if name.endswith("."):
        return "with a dot at its end, a name is complete: nothing is added to it"
    if "svc" not in labels and len(labels) > 2:
        return "after the namespace comes `svc`, or nothing"
    return "is there a Service of that name, in that namespace?"


def _only_pod(cluster: Cluster, name: str, namespace: str = "") -> str:
    """Return the name of the pod of a Deployment with one replica, once a rollout has ended.

    Raises:
        NotAttempted: there is no such Deployment.
        NotYet: it has no pod, or not the new one only.
    """
    found = deployment(cluster, name, namespace)
    status = found.status
    settled = (
        status.observed_generation == found.metadata.generation
        and found.spec.replicas == status.updated_replicas == status.replicas == 1
    )
    pods = names(running(cluster, f"app={name},pod-template-hash", namespace))
    where = namespace or cluster.namespace
    listed: list[Found] = cluster.core.list_namespaced_pod(where, label_selector=f"app={name}").items
    if not pods:
        raise not_yet(f"the Deployment `{name}` has no ready pod", listed)
    if found.spec.paused and not settled:
        raise NotYet(f"the Deployment `{name}` is paused: its last change does not reach its pod")
    if len(pods) > 1 or not settled:
        raise not_yet(
            f"the Deployment `{name}` still replaces its pod, or has more than one; "
            f"look at `kubectl get pods -l app={name}`",
            listed,
        )
    return pods[0]


def _start_ledger(cluster: Cluster) -> None:
    apply(cluster, manifests.server("reader", {"server": 8080}) + manifests.server("ledger", {"server": 8080}))
    rolled_out(cluster, "reader", "ledger")
    apply(cluster, manifests.service("ledger", "ledger", 8081, 8080))


def _check_ledger(cluster: Cluster) -> str:
    found = service(cluster, "ledger")
    service_port(found, 8081)
    reader = patiently(lambda: _only_pod(cluster, "reader"))
    _judge_variable(cluster, reader, found)
    (reader,) = roll(cluster, "reader")
    address = _judge_variable(cluster, reader, found)
    _judge_origin(cluster)
    return serves(
        cluster,
        "ledger",
        8081,
        replicas(cluster, "ledger"),
        url=f"http://{address}:8081",
        run=lambda *words: cluster.exec(reader, *words),
    )


def _judge_variable(cluster: Cluster, reader: str, found: Found) -> str:
    """Return the address that a pod's variable holds, which is the Service's."""
    pod: Found = cluster.core.read_namespaced_pod(reader, cluster.namespace)
    value = found.spec.cluster_ip
    variables = [variable.name for container in pod.spec.containers for variable in container.env or ()]
    if _VARIABLE in variables:
        raise NotYet(
            f"`{_VARIABLE}` was written into the Deployment by hand: that is an address written down. "
            "Let Kubernetes write it"
        )
    if pod.spec.enable_service_links is False:
        raise NotYet("`enableServiceLinks` is false in the pod: then Kubernetes writes no variables for Services")
    address = cluster.exec(reader, "sh", "-c", f"echo ${_VARIABLE}").stdout.strip()
    if not address:
        raise NotAttempted(f"in the pod of `reader` there is no `{_VARIABLE}`: its container is older than the Service")
    if address != value:
        raise NotYet(
            f"in the pod `{reader}`, `{_VARIABLE}` is {address}, but the Service was created again since and has "
            f"{value}: the variable is stale"
        )
    return address


def _judge_origin(cluster: Cluster) -> None:
    """Raise if a pod gets the variable even where Kubernetes writes none: seen in a copy, beside the Deployment.

    The copy has the template's containers, and none of its labels, so no Service finds it.
    """
    with copy_of_pod(cluster, "reader", {"enableServiceLinks": False}) as copy:
        patiently(lambda: ready_pod(cluster, copy))
        written = cluster.exec(copy, "sh", "-c", f"echo ${_VARIABLE}").stdout.strip()
    if written:
        raise NotYet(
            f"the check started a copy of the pod for which Kubernetes writes no variables, and it has `{_VARIABLE}`, "
            f"too: {written}. So the variable comes from elsewhere, such as a ConfigMap"
        )


def _start_stock(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.namespace("warehouse") + manifests.server("shelves", {"server": 3000}, replicas=2),
        "warehouse",
    )
    rolled_out(cluster, "shelves", namespace="warehouse")


def _check_stock(cluster: Cluster) -> str:
    deployment(cluster, "shelves", "warehouse")
    try:
        service_for(cluster, "stock", {"app": "shelves"}, "warehouse")
    except NotAttempted:
        _expect_no_service_here(cluster)
        raise
    _stock_answers(cluster, replicas(cluster, "shelves", "warehouse"))
    shelves = roll(cluster, "shelves", "warehouse")
    return after(ROLLED.format("shelves"), lambda: _stock_answers(cluster, shelves))


def _stock_answers(cluster: Cluster, pods: list[str]) -> str:
    """Prove that the client is answered by these pods; what counts is the answer, and a reason is looked for then."""
    found = service(cluster, "stock", "warehouse")
    try:
        proof = expect_answers(cluster, "http://stock.warehouse/hostname", pods)
    except NotYet as reason:
        target = service_port(found, 80).target_port
        endpoints(cluster, "stock", pods, "warehouse")
        known = "; does their server listen there?"
        raise NotYet(f"{reason}. The Service passes connections on to port `{target}` of the pods{known}") from None
    if found.spec.selector and found.spec.type != "ExternalName":
        endpoints(cluster, "stock", pods, "warehouse")  # the rules of a moment ago may still be in force
    return proof


def _expect_no_service_here(cluster: Cluster) -> None:
    try:
        service(cluster, "stock")
    except NotAttempted:
        return
    raise NotYet(
        f"there is a Service `stock` in the namespace `{cluster.namespace}`, "
        "but the client asks for the one in `warehouse`"
    )


LESSON = Lesson(
    "04-discovery",
    exercises=(
        Exercise(
            key="shortest-name",
            title="the shortest name that works",
            task="""\
In the namespace `kiosk`, the application `front` calls its back end by the name in its environment variable \
`BACKEND`. The value is `prices`, and in `kiosk` that is the price list of last year. \
The right one is the Service `prices` in the namespace `market`.

Give `front` the **shortest** name of it that works: `kubectl set env -n kiosk deployment/front BACKEND=…`""",
            hints=(
                (
                    "From another namespace, the Service's name alone does not lead to it: "
                    "it is looked up in the caller's own namespace first. What has to be added?"
                ),
                (
                    "The forms are `SERVICE.NAMESPACE`, `SERVICE.NAMESPACE.svc` and the full name "
                    "`SERVICE.NAMESPACE.svc.cluster.local`."
                ),
                "The Service is `prices`, its namespace `market`, and the shortest form has one dot.",
            ),
            solution=(
                "kubectl set env -n kiosk deployment/front BACKEND=prices.market\nkubectl rollout status -n kiosk "
                "deployment/front --timeout=120s"
            ),
            start=_start_prices,
            check=_check_prices,
            owns=("namespace/kiosk", "namespace/market"),
        ),
        Exercise(
            key="missing-variables",
            title="a variable that is missing",
            task="""\
The application `reader` takes the address of the Service `ledger` from the variable `LEDGER_SERVICE_HOST`. \
But somebody created the Service after `reader` had started: \
`kubectl exec deployment/reader -- env` shows no such variable.

Make it appear, with the right address. Kubernetes has to write it, not you.""",
            hints=(
                (
                    "When does Kubernetes write the variables? The Service is there now. "
                    "What has to happen to the container?"
                ),
                (
                    "A new container gets them. The Deployment makes a new pod if you delete the old one, "
                    "or if you ask it to restart."
                ),
                "`kubectl rollout restart deployment/NAME` replaces the pods of a Deployment.",
            ),
            solution=(
                "kubectl rollout restart deployment/reader\nkubectl rollout status deployment/reader --timeout=120s"
            ),
            start=_start_ledger,
            check=_check_ledger,
            owns=("deployment/reader", "deployment/ledger", "service/ledger"),
        ),
        Exercise(
            key="name-in-the-client",
            title="a client that you cannot change",
            task="""\
A client in this notebook's namespace calls `http://stock.warehouse`, and nobody can change that any more. \
In the namespace `warehouse`, the Deployment `shelves` runs two pods, which listen on port 3000. \
There is no Service yet.

Create one, so that the client is answered by these pods.""",
            hints=(
                (
                    "Read the URL: which part is the Service's name, which its namespace, "
                    "and which port does `http` use if none is given?"
                ),
                (
                    "You need a Service `stock` in the namespace `warehouse`, on port 80. "
                    "`kubectl expose` takes `-n`, `--name`, `--port` and `--target-port`."
                ),
                (
                    "It begins with `kubectl expose -n warehouse deployment shelves --name=stock --port=80`, "
                    "and the target port is 3000."
                ),
            ),
            solution="kubectl expose -n warehouse deployment shelves --name=stock --port=80 --target-port=3000",
            start=_start_stock,
            check=_check_stock,
            owns=("namespace/warehouse", "service/stock"),
        ),
    ),
)
