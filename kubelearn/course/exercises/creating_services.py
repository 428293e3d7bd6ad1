"""Exercises of the lesson on creating Services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from kubelearn.target.connection import Cluster

from . import manifests
from .authorship import by_manifest
from .change import lasts
from .core import Exercise, Lesson, NotAttempted, NotYet, Spoiled
from .probe import client_pod, deployment, patiently, pod, service, service_for, service_port
from .situation import apply, made, rolled_out
from .through import Run, addresses, endpoints, serves, with_target

_BROKEN = """\
apiVersion: v1
kind: Service
  name: menu
  selector:
    app: card
  ports:
    - protocol: TCP
      port: 8081
      targetPort: 3000"""

#: Where the pods of `bakery` listen; the task does not say it.
_OVEN = 5050
#: Containers of `depot`, and where they listen.
_DEPOT = {"web": 3000, "admin": 9000}


def _start_bread(cluster: Cluster) -> None:
    apply(cluster, manifests.server("bakery", {"server": _OVEN}, replicas=2))
    rolled_out(cluster, "bakery")


def _check_bread(cluster: Cluster) -> str:
    return _reached(cluster, "bread", 8081, "bakery")


def _start_menu(cluster: Cluster) -> None:
    apply(cluster, manifests.server("menu", {"server": 3000}, replicas=2))
    rolled_out(cluster, "menu")


def _check_menu(cluster: Cluster) -> str:
    proof = _reached(cluster, "menu", 8081, "menu")
    by_manifest(service(cluster, "menu"))
    return proof


def _reached(cluster: Cluster, name: str, port: int, app: str) -> str:
    """Prove that a Service passes connections to its port on to the pods of a Deployment.

    Raises:
        NotAttempted: there is no such Service.
        NotYet: says what is wrong with it.
    """
    deployment(cluster, app)
    target = service_port(service_for(cluster, name, {"app": app}), port).target_port
    return lasts(cluster, name, app, lambda pods: with_target(target, lambda: serves(cluster, name, port, pods)))


def _start_depot(cluster: Cluster) -> None:
    apply(cluster, manifests.server("depot", _DEPOT))
    rolled_out(cluster, "depot")


def _check_depot(cluster: Cluster) -> str:
    deployment(cluster, "depot")
    found = service_for(cluster, "depot", {"app": "depot"})
    targets = {number: service_port(found, number).target_port for number in (80, 9090)}
    with client_pod(cluster) as run:
        return lasts(cluster, "depot", "depot", lambda pods: _prove_depot(cluster, run, targets, pods))


def _prove_depot(cluster: Cluster, run: Run, targets: Mapping[int, int | str], pods: list[str]) -> str:
    endpoints(cluster, "depot", pods)
    for number, container in ((80, "web"), (9090, "admin")):
        with_target(targets[number], partial(serves, cluster, "depot", number, pods, run=run))
        patiently(partial(_leads_to, cluster, run, number, container))
    return "Port 80 was answered by `web`, and port 9090 by `admin`"


def _leads_to(cluster: Cluster, run: Run, number: int, container: str) -> None:
    """Raise unless a port of `depot` leads to a container.

    It does in what the Service says, and in who answers, which follows a moment later.
    """
    listens = _DEPOT[container]
    told = run("curl", "-sS", "-m", "3", f"http://depot:{number}/shell?cmd=ps").stdout
    reached = set(re.findall(r"netexec --http-port=(\d+)", told)) or {""}
    reached |= {str(port) for _, port in addresses(cluster, "depot", number).values()}
    wrong = sorted(reached - {str(listens)})
    if wrong:
        raise NotYet(
            f"port {number} of the Service leads to port {wrong[0] or 'nowhere'} of the pods. "
            f"It should lead to `{container}`, which listens on port {listens}"
        )


def _start_clock(cluster: Cluster) -> None:
    apply(cluster, manifests.service("clock", "clock-v1", 8081, 3000))
    apply(cluster, manifests.client("clock-watcher") + manifests.server("clock-v2", {"server": 4000}, replicas=2))
    rolled_out(cluster, "clock-v2")


def _check_clock(cluster: Cluster) -> str:
    found = service(cluster, "clock")
    try:
        watcher = pod(cluster, "clock-watcher")
    except NotAttempted:
        raise Spoiled("the pod `clock-watcher` is gone, and with it the address that it had noted") from None
    if watcher.metadata.uid not in made(cluster, "keep-the-address"):
        raise Spoiled("`clock-watcher` is a new pod and never knew the address that the Service had")
    port = service_port(found, 8081)
    if found.spec.selector == {"app": "clock-v1"} and port.target_port == 3000:
        raise NotAttempted("the Service `clock` still looks for version 1")
    remembered = cluster.exec("clock-watcher", "sh", "-c", "echo $CLOCK_SERVICE_HOST").stdout.strip()
    if remembered != found.spec.cluster_ip:
        raise Spoiled(
            f"`clock-watcher` remembers the address {remembered}, but the Service was created again and has "
            f"{found.spec.cluster_ip}"
        )

    def prove(pods: list[str]) -> str:
        return serves(
            cluster,
            "clock",
            8081,
            pods,
            url=f"http://{remembered}:8081",
            run=lambda *words: cluster.exec("clock-watcher", *words),
        )

    return lasts(cluster, "clock", "clock-v2", lambda pods: with_target(port.target_port, lambda: prove(pods)))


LESSON = Lesson(
    "03-creating-services",
    exercises=(
        Exercise(
            key="expose-on-8081",
            title="a Service for the bakery",
            task="""\
The Deployment `bakery` runs two pods. Customers want to call `http://bread:8081`. \
The server in the pods listens on another port; find out which.

Create a Service for the customers.""",
            hints=(
                "`!kubectl describe deployment bakery` shows on which port the server of each pod listens.",
                (
                    "`kubectl expose` creates a Service for a Deployment. It needs three options here: "
                    "the Service's name, its port, and the port in the pods."
                ),
                (
                    "The customers' URL says the first two. Without the third, connections would go to port 8081 of "
                    "the pods, where no server listens. To begin again: `!kubectl delete service bread`."
                ),
            ),
            solution=f"kubectl expose deployment bakery --name=bread --port=8081 --target-port={_OVEN}",
            start=_start_bread,
            check=_check_bread,
            owns=("deployment/bakery", "service/bread", "service/bakery"),
        ),
        Exercise(
            key="repair-the-manifest",
            title="repair a manifest",
            task=f"""\
A colleague sends you this manifest. It should create a Service in front of the Deployment `menu`, \
whose pods listen on port 3000:

```yaml
{_BROKEN}
```

`kubectl` does not even read it. Repair it and apply it, so that `http://menu:8081` is answered by both pods.""",
            hints=(
                (
                    "Copy the manifest into a cell that begins with `%%writefile menu.yaml`. Two lines were lost; "
                    "compare it with `prices.yaml` in this lesson."
                ),
                (
                    "`metadata:` belongs above `name:`, and `spec:` above `selector:`, both without indentation. "
                    "Then apply it. Does the Service find its pods?"
                ),
                (
                    "`!kubectl get pods --show-labels` shows the labels of the pods. "
                    "Does the manifest look for one of them?"
                ),
            ),
            solution="""\
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata:
  name: menu
spec:
  selector:
    app: menu
  ports:
    - protocol: TCP
      port: 8081
      targetPort: 3000
END""",
            start=_start_menu,
            check=_check_menu,
            owns=("deployment/menu", "service/menu"),
        ),
        Exercise(
            key="two-named-ports",
            title="two ports, two servers",
            task="""\
Each pod of the Deployment `depot` has two containers: `web` listens on port 3000, and `admin` on port 9000. \
Their ports have names, too: `web` and `admin`.

Create one Service `depot` for both: port **80** leads to `web`, and port **9090** to `admin`.""",
            hints=(
                (
                    "`kubectl expose` cannot do it: with `--target-port`, all its ports lead to the same target, "
                    "and without, each leads to the port of its own number. Write a manifest, with a list of two ports."
                ),
                (
                    "Each port in the list needs a `name`, a `port` and a `targetPort`. "
                    "The manifest `two-ports.yaml` in this lesson is a good start."
                ),
                (
                    "The selector is the label of the pods: `!kubectl get pods --show-labels`. "
                    "A `targetPort` may be the name of a container's port, or its number."
                ),
            ),
            solution="""\
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata:
  name: depot
spec:
  selector:
    app: depot
  ports:
    - name: web
      port: 80
      targetPort: web
    - name: admin
      port: 9090
      targetPort: admin
END""",
            start=_start_depot,
            check=_check_depot,
            owns=("deployment/depot", "service/depot"),
        ),
        Exercise(
            key="keep-the-address",
            title="a new version, the same address",
            task="""\
Version 2 of the clock is here: the Deployment `clock-v2`, with the label `app=clock-v2`. \
Its server listens on port 4000. But the Service `clock`, on port 8081, still looks for version 1.

Make the Service reach version 2. The pod `clock-watcher` has noted the Service's address and port, \
so both must stay as they are.""",
            hints=(
                (
                    "Do not delete the Service: a new one would get another address. Change it. "
                    "Two fields are out of date."
                ),
                (
                    "`kubectl get service clock -o yaml` shows them: the selector, and the target port. "
                    "You have changed both before in this lesson, with `kubectl patch`."
                ),
                (
                    "Both fields are in the Service's `spec`, and both can be in one patch. `ports` is a list: "
                    "its only entry keeps its `port` and gets another `targetPort`. `kubectl edit` does it as well."
                ),
            ),
            solution="""\
kubectl patch service clock -p \
'{"spec": {"selector": {"app": "clock-v2"}, "ports": [{"port": 8081, "targetPort": 4000}]}}'""",
            start=_start_clock,
            check=_check_clock,
            owns=("deployment/clock-v2", "pod/clock-watcher", "service/clock"),
        ),
    ),
)
