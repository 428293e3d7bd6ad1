"""Exercises of the lesson on Services."""

from __future__ import annotations

from kubelearn.target.connection import Cluster

from . import manifests
from .change import after, lasts, remove
from .core import Exercise, Lesson, NotAttempted, NotYet, Spoiled
from .probe import Found, deployment, names, running, service, service_port
from .situation import apply, made, rolled_out
from .through import endpoints, replicas, serves, wanted, with_target
from .words import listed

#: Where the pods of `shop` listen.
_SHOP = 8080


def _start_shop(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.server("shop", {"web": _SHOP}, replicas=2)
        + manifests.service("shop", app="store", port=8081, target=_SHOP),
    )
    rolled_out(cluster, "shop")


def _check_shop(cluster: Cluster) -> str:
    shop = deployment(cluster, "shop")
    found = service(cluster, "shop")
    if found.spec.selector == {"app": "store"} and not running(cluster, "app=store"):
        raise NotAttempted("the Service `shop` still looks for pods with the label `app=store`, and there are none")
    if 8081 not in [port.port for port in found.spec.ports or ()]:
        raise NotYet("the Service `shop` has to stay on port 8081: its clients call it there")
    _is_as_it_was(cluster, shop)
    target = service_port(found, 8081).target_port
    return lasts(cluster, "shop", "shop", lambda pods: with_target(target, lambda: serves(cluster, "shop", 8081, pods)))


def _is_as_it_was(cluster: Cluster, shop: Found) -> None:
    """Raise if the Deployment is not the one that was there, or makes other pods."""
    template = shop.spec.template
    arguments = [argument for container in template.spec.containers for argument in container.args or ()]
    if shop.metadata.uid not in made(cluster, "reach-the-pods"):
        raise NotYet("the Deployment `shop` was created again. It was right as it was; reset the exercise")
    if template.metadata.labels != {"app": "shop"} or f"--http-port={_SHOP}" not in arguments:
        raise NotYet("the Deployment `shop` was changed. It was right as it was; it is the Service that is wrong")


def _start_tea(cluster: Cluster) -> None:
    apply(cluster, manifests.server("tea", {"web": 8080}))
    rolled_out(cluster, "tea")


def _check_tea(cluster: Cluster) -> str:
    found = deployment(cluster, "tea")
    try:
        target = service_port(service(cluster, "tea"), 80).target_port
    except NotAttempted:
        if found.spec.replicas == 1:
            raise
        raise NotYet("the Deployment `tea` was scaled, but there is no Service `tea` in front of it") from None
    _none_by_hand(cluster, "tea")
    wanted(found, 3)
    return lasts(
        cluster,
        "tea",
        "tea",
        lambda pods: with_target(target, lambda: serves(cluster, "tea", 80, pods, url="http://tea")),
    )


def _none_by_hand(cluster: Cluster, app: str) -> None:
    """Raise if there are pods with a Deployment's label that it has not made."""
    alone = [found for found in running(cluster, f"app={app}") if not found.metadata.owner_references]
    if alone:
        raise NotYet(
            f"some pods with the label `app={app}` were made by hand and are not replaced when they end: "
            f"{listed(names(alone), 'none')}"
        )


def _start_cart(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.server("cart", {"web": 8080}, replicas=3)
        + manifests.service("cart", app="cart", port=80, target=8080),
    )
    rolled_out(cluster, "cart")
    for pod in running(cluster, "app=cart"):
        cluster.core.patch_namespaced_pod(
            pod.metadata.name, cluster.namespace, {"metadata": {"labels": {"batch": "first"}}}
        )


def _check_cart(cluster: Cluster) -> str:
    service(cluster, "cart")
    wanted(deployment(cluster, "cart"), 3)
    old = made(cluster, "take-one-out")
    first = names([found for found in running(cluster, "") if found.metadata.uid in old])
    members = replicas(cluster, "cart")
    outsiders = [name for name in first if name not in members]
    copies = [found for found in running(cluster, "batch=first") if found.metadata.uid not in old]
    if not outsiders and copies:
        raise Spoiled(f"the pod `{copies[0].metadata.name}` is a copy. The one that was behind the Service is gone")
    if not outsiders and len(first) < 3:
        raise Spoiled("a pod is gone, so it can no longer be examined. It should run on, outside the Service")
    endpoints(cluster, "cart", members)
    if not outsiders:
        raise NotAttempted("all three pods are behind the Service `cart`")
    _prove_cart(cluster, members, outsiders[0])
    for name in members:
        if name not in first:
            remove(cluster, name)
    return after(
        "the check deleted the pod that had taken its place, and the Deployment made another",
        lambda: _prove_cart(cluster, replicas(cluster, "cart"), outsiders[0]),
    )


def _prove_cart(cluster: Cluster, members: list[str], outsider: str) -> str:
    proof = serves(cluster, "cart", 80, members, url="http://cart")
    return f"{proof}. The pod `{outsider}` runs on without getting any"


LESSON = Lesson(
    "02-services",
    exercises=(
        Exercise(
            key="reach-the-pods",
            title="make the Service reach the pods",
            task="""\
A shop is closed. Its Deployment `shop` runs, and a Service `shop` listens on port 8081, \
but clients that call it get no answer.

Make `http://shop:8081` reach the pods of the Deployment. Do not change the Deployment.""",
            hints=(
                (
                    "A Service finds its pods by their labels. Compare the two: "
                    "`!kubectl describe service shop` shows the selector, `!kubectl get pods --show-labels` the labels."
                ),
                (
                    "The selector says `app=store`, but the pods have the label `app=shop`. "
                    "It is the Service that has to change."
                ),
                (
                    "`kubectl set selector` changes what a Service looks for. It takes `service`, the Service's name, "
                    "and then the label that the pods have."
                ),
            ),
            solution="kubectl set selector service shop app=shop",
            start=_start_shop,
            check=_check_shop,
            owns=("deployment/shop", "service/shop"),
        ),
        Exercise(
            key="three-behind-one",
            title="three replicas behind one name",
            task="""\
The Deployment `tea` runs one pod, which listens on port 8080. Guests are waiting: \
run **three** replicas, and put a Service named `tea` in front of them, on port **80**.

`http://tea` should then be answered by all three.""",
            hints=(
                "Two steps: scale the Deployment, then expose it. You have seen both commands in this lesson.",
                (
                    "`kubectl scale` takes the Deployment and the option `--replicas`. "
                    "`kubectl expose` takes the Deployment and two ports."
                ),
                (
                    "`--port` is the Service's own port, on which guests call. "
                    "`--target-port` is the one on which the pods listen."
                ),
            ),
            solution=(
                "kubectl scale deployment tea --replicas=3\nkubectl expose deployment tea --port=80 --target-port=8080"
            ),
            start=_start_tea,
            check=_check_tea,
            owns=("deployment/tea", "service/tea"),
        ),
        Exercise(
            key="take-one-out",
            title="take one pod out of the Service",
            task="""\
One of the three pods of `cart` behaves oddly, and you want to examine it while no customer calls it. \
Choose one of them, and take it out of the Service `cart` **without ending it**: \
it runs on, but gets no more requests. Customers should still find three ready pods behind the Service.""",
            hints=(
                (
                    "What makes a pod belong to a Service? Its labels. "
                    "A pod that loses the label is no longer behind the Service."
                ),
                (
                    "`kubectl label` changes labels of a pod; with `--overwrite`, those too that it has already. "
                    "The Deployment then misses a pod and makes a new one."
                ),
                (
                    "Any other value of `app` will do, as long as the Service does not look for it. "
                    "`!kubectl get pods -L app` shows the names of the pods, and which value each has."
                ),
            ),
            solution=(
                "pod=$(kubectl get pods -l app=cart -o jsonpath='{.items[0].metadata.name}')\nkubectl label pod $pod "
                "app=cart-apart --overwrite"
            ),
            start=_start_cart,
            check=_check_cart,
            owns=("deployment/cart", "service/cart", "pods -l batch=first"),
        ),
    ),
)
