"""Exercises of the lesson on other kinds of names."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Completed

from . import manifests, situation
from .change import ROLLED, after, roll
from .core import Exercise, Lesson, NotAttempted, NotYet, Spoiled
from .probe import (
    Found,
    answers,
    client_pod,
    deployment,
    expect_answers,
    patiently,
    pod,
    ready_pod,
    running,
    service,
    service_for,
)
from .situation import apply, rolled_out, usable
from .through import replicas, slices_of

_CREW = {"crew": "ship"}
_SAILORS = ("bow", "stern")
#: How long a DNS server may go on answering with an address that it knows from before, in seconds.
_REMEMBERED = 35.0
_OUTSIDE, _MOVED = "database-outside", "moved-house"
#: What the database's log says of a call.
_CALLED = "GET /hostname"


def _start_ship(cluster: Cluster) -> None:
    apply(cluster, "".join(map(_sailor, _SAILORS)))
    rolled_out(cluster, *_SAILORS)


def _sailor(name: str) -> str:
    document = yaml.safe_load(manifests.server(name, {"server": 8080}))
    template = document["spec"]["template"]
    template["metadata"]["labels"] |= _CREW
    template["spec"] |= {"hostname": name, "subdomain": "ship"}
    return "---\n" + yaml.safe_dump(document, sort_keys=False)


def _check_ship(cluster: Cluster) -> str:
    for name in _SAILORS:
        deployment(cluster, name)
    found = service_for(cluster, "ship", _CREW)
    if found.spec.type == "ExternalName":
        raise NotYet("the Service `ship` is an ExternalName: only another name for a host, with no pods behind it")
    if found.spec.cluster_ip != "None":
        raise NotYet(
            f"the Service `ship` has an address of its own, {found.spec.cluster_ip}: so DNS knows the Service's name, "
            "but no names of its pods"
        )
    if not found.spec.selector:
        raise NotYet("the Service `ship` has no selector: its EndpointSlice stays as it is when the pods change")
    with client_pod(cluster) as run:
        patiently(lambda: _each_answers(cluster, run))
        for name in _SAILORS:
            roll(cluster, name)
        return after(
            ROLLED.format("` and `".join(_SAILORS)), lambda: patiently(lambda: _each_answers(cluster, run), _REMEMBERED)
        )


def _each_answers(cluster: Cluster, run: Callable[..., Completed]) -> str:
    for name in _SAILORS:
        host = f"{name}.ship"
        found = [entry.status.pod_ip for entry in running(cluster, f"app={name},pod-template-hash")]
        looked_up = [line.split()[0] for line in run("getent", "ahostsv4", host).stdout.splitlines() if line.strip()]
        if not looked_up:
            raise NotYet(f"the name `{host}` leads nowhere. Does the Service `ship` find the pod of `{name}`?")
        if set(looked_up) != set(found):
            raise NotYet(f"the name `{host}` leads to {looked_up[0]}, which is not the address of the pod of `{name}`")
        answers(run, f"http://{host}:8080/hostname", 1)
    return "`http://bow.ship:8080` and `http://stern.ship:8080` were each answered by their own pod"


def _start_database(cluster: Cluster) -> None:
    document = yaml.safe_load(manifests.client("elephant"))
    document["spec"]["containers"][0] |= {
        "name": "database",
        "args": ["netexec", "--http-port=5432", "--udp-port=-1"],
    }
    apply(cluster, yaml.safe_dump(document, sort_keys=False))
    ready_pod(cluster, "elephant")


def _check_database(cluster: Cluster) -> str:
    elephant = _elephant(cluster)
    found = service(cluster, "database")
    if elephant.metadata.labels:
        shown = ", ".join(f"{key}={value}" for key, value in sorted(elephant.metadata.labels.items()))
        raise NotYet(f"`elephant` has got labels ({shown}). It stands for a machine, which has none: take them off")
    if found.spec.selector and found.spec.type != "ExternalName":  # which looks for none, whatever it says
        raise NotYet(
            "the Service `database` has a selector: it looks for pods, and there are none that are the database"
        )
    before = _calls(cluster)
    try:
        proof = expect_answers(cluster, "http://database:5432/hostname", ["elephant"], requests=3)
    except NotYet as reason:
        raise NotYet(f"{reason}{_why_nowhere(cluster, found)}") from None
    if _calls(cluster) < before + 3:
        raise NotYet(
            "`http://database:5432` is answered by somebody who says to be `elephant`, "
            "but the database itself was not called"
        )
    return f"{proof}. It has noted the calls in its own log"


def _why_nowhere(cluster: Cluster, found: Found) -> str:
    """Say what keeps the database's Service from leading to it, if its form tells."""
    if found.spec.type == "ExternalName":
        return f". The Service is another name for `{found.spec.external_name}`, and DNS knows no host of that name"
    if not any(item.endpoints for item in slices_of(cluster, "database", "")):
        return ". No EndpointSlice of the Service has an address in it"
    return ""


def _elephant(cluster: Cluster) -> Found:
    try:
        found = pod(cluster, "elephant")
    except NotAttempted:
        raise Spoiled("the pod `elephant`, which plays the database, is gone") from None
    if found.metadata.uid not in situation.made(cluster, _OUTSIDE):
        raise Spoiled("the pod `elephant` is not the one that was there: the database was replaced")
    return found


def _calls(cluster: Cluster) -> int:
    log: str = cluster.core.read_namespaced_pod_log("elephant", cluster.namespace)
    return log.count(_CALLED)


def _start_goods(cluster: Cluster) -> None:
    apply(cluster, manifests.namespace("depot"))
    usable(cluster, "depot")
    apply(
        cluster,
        manifests.server("goods", {"server": 8080}, replicas=2) + manifests.service("goods", "goods", 8080, 8080),
        "depot",
    )
    rolled_out(cluster, "goods", namespace="depot")


def _check_goods(cluster: Cluster) -> str:
    service(cluster, "goods", "depot")
    found = service(cluster, "stock")
    pods = replicas(cluster, "goods", "depot")
    try:
        _is_answered(cluster, pods)
    except NotYet as reason:
        raise NotYet(f"{reason}{_about(found)}") from None
    pods = roll(cluster, "goods", "depot")
    return after(ROLLED.format("goods"), lambda: _is_answered(cluster, pods))


def _is_answered(cluster: Cluster, pods: list[str]) -> str:
    return expect_answers(cluster, "http://stock:8080/hostname", pods)


def _about(found: Found) -> str:
    """Say what keeps a Service from leading to another one, if its form tells."""
    if found.spec.type != "ExternalName":
        return ""
    return (
        f". The Service stands for the host `{found.spec.external_name}`: that has to be a full name, "
        "since no search list is applied to it"
    )


LESSON = Lesson(
    "04b-other-names",
    exercises=(
        Exercise(
            key="each-by-name",
            title="two servers with names of their own",
            task="""\
The Deployments `bow` and `stern` run one pod each, which listens on port 8080. Both pods have the label `crew=ship`. \
Their templates say `subdomain: ship`, and `hostname: bow` or `hostname: stern`.

Clients want to call `http://bow.ship:8080` and `http://stern.ship:8080`, each to reach that pod and no other, \
also when it has been replaced. Make these names work. Do not change the Deployments.""",
            hints=(
                "What has to be there, and under which name, before DNS knows a pod by its `hostname`?",
                "It is a Service without an address of its own, named as the pods' `subdomain`. It finds both pods.",
                (
                    "`kubectl create service clusterip ship --clusterip=None` makes a headless Service; "
                    "`kubectl set selector` gives it another selector."
                ),
            ),
            solution="""\
kubectl create service clusterip ship --clusterip=None
kubectl set selector service ship crew=ship""",
            start=_start_ship,
            check=_check_ship,
            owns=("deployment/bow", "deployment/stern", "service/ship"),
        ),
        Exercise(
            key=_OUTSIDE,
            title="a database outside",
            task="""\
A database runs on a machine of its own, outside of Kubernetes. Here the pod `elephant` plays that machine: it listens \
on port 5432 and answers `/hostname` with `elephant`. `kubectl get pod elephant -o wide` shows its address.

Applications in this namespace should call `http://database:5432`. Make that name lead there. \
A machine has no labels: give it none, and do not replace it.""",
            hints=(
                "A Service with a selector finds pods. What finds an address that belongs to no pod?",
                (
                    "A Service without a selector has no EndpointSlice until you write one. "
                    "The slice belongs to it by the label `kubernetes.io/service-name`."
                ),
                (
                    "Take the two manifests of the lesson: the Service `database` with port 5432, "
                    "and an EndpointSlice with that port and the address of `elephant`."
                ),
            ),
            solution="""\
address=$(kubectl get pod elephant -o jsonpath='{.status.podIP}')
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata:
  name: database
spec:
  ports:
    - port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: database-1
  labels:
    kubernetes.io/service-name: database
addressType: IPv4
ports:
  - port: 5432
endpoints:
  - addresses: [$address]
END""",
            start=_start_database,
            check=_check_database,
            owns=("pod/elephant", "service/database", "endpointslices -l kubernetes.io/service-name=database"),
        ),
        Exercise(
            key=_MOVED,
            title="a Service that has moved",
            task="""\
Clients in this notebook's namespace call `http://stock:8080`, and cannot be changed. \
But the application has moved: it is the Service `goods` in the namespace `depot` now.

Make `http://stock:8080` lead there, whatever happens to the pods of `goods`.""",
            hints=(
                "Which kind of Service is only another name?",
                "An ExternalName stands for a host. Which name does the Service `goods` have in the whole cluster?",
                "It begins with `kubectl create service externalname stock --external-name=`, and a full name follows.",
            ),
            solution="kubectl create service externalname stock --external-name=goods.depot.svc.cluster.local",
            start=_start_goods,
            check=_check_goods,
            owns=("service/stock", "namespace/depot"),
        ),
    ),
)
