"""What the parts of the capstone prove, but for the fault: who answers, from where, in an update, and at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from kubelearn.course.exercises import readiness, stopping, updates
from kubelearn.course.exercises.authorship import by_manifest, deployment_by_manifest
from kubelearn.course.exercises.by_names import expect_names
from kubelearn.course.exercises.change import ROLLED, after, roll
from kubelearn.course.exercises.core import NotAttempted, NotYet, begun
from kubelearn.course.exercises.leftovers import no_orphans
from kubelearn.course.exercises.probe import (
    Found,
    client_pod,
    deployment,
    patiently,
    service,
    service_for,
    service_port,
)
from kubelearn.course.exercises.rollouts import updated
from kubelearn.course.exercises.through import Run, addresses, endpoints, replicas, selector, wanted, with_target
from kubelearn.course.exercises.tiers import exists
from kubelearn.course.exercises.words import listed
from kubelearn.target.connection import Cluster
from kubelearn.views.traffic import load

from .shop import (
    BRANCH,
    FRONT,
    HELLO,
    REPLICAS,
    SHOP,
    SLOW,
    STOCK,
    STOCK_TARGET,
    answered,
    asked,
    why_crashing,
)

#: How often a second a till asks, and how often for something slow.
_RATE, _SLOW_RATE = 10, 1


def check_stock(cluster: Cluster) -> str:
    """Prove that the back end and its Service come from manifests, and that its pods answer, whichever they are."""
    found = deployment(cluster, STOCK)
    pods = replicas(cluster, STOCK)
    wanted(found, REPLICAS)
    _stock_answers(cluster, pods)
    deployment_by_manifest(found)
    by_manifest(service(cluster, STOCK))
    now = roll(cluster, STOCK)
    return after(ROLLED.format(STOCK), lambda: _stock_answers(cluster, now))


def _stock_answers(cluster: Cluster, pods: list[str]) -> str:
    with begun():
        port = service_port(service_for(cluster, STOCK, {"app": STOCK}), 80)
    endpoints(cluster, STOCK, pods)
    with client_pod(cluster) as run:
        return with_target(
            port.target_port,
            lambda: _through(cluster, run, pods),
            f", which listen on {STOCK_TARGET}",
        )


def _through(cluster: Cluster, run: Run, pods: list[str]) -> str:
    """Call the Service, and each pod where the Service leads: the rules of a moment ago may still be in force."""
    proof = answered(run, f"http://{STOCK}", pods)
    for pod, (address, port) in addresses(cluster, STOCK, 80).items():
        answered(run, f"http://{address}:{port}", [pod])
    return proof


def check_names(cluster: Cluster) -> str:
    """Prove that the front end, in its namespace, finds the back end, which is in another; after both have changed."""
    found = deployment(cluster, SHOP, FRONT)
    with begun():
        stock, shop = replicas(cluster, STOCK), _front(cluster)
        service_port(service_for(cluster, SHOP, {"app": SHOP}, FRONT), 80)
    _hop(cluster, stock, shop)
    expect_names(SHOP, found.spec.template.spec)
    stock, shop = roll(cluster, STOCK), roll(cluster, SHOP, FRONT)
    return after(ROLLED.format(f"{STOCK}` and `{SHOP}"), lambda: _hop(cluster, stock, shop))


def _front(cluster: Cluster) -> list[str]:
    """Return the names of the front end's pods; says what they have written if they crash."""
    try:
        return replicas(cluster, SHOP, FRONT)
    except NotYet as reason:
        labels = selector(deployment(cluster, SHOP, FRONT))
        listing: list[Found] = cluster.core.list_namespaced_pod(FRONT, label_selector=labels).items
        said = next((line for pod in listing if (line := why_crashing(cluster, pod))), "")
        raise NotYet(f"{reason}. Its log ends with `{said}`. {_name(cluster)}" if said else str(reason)) from None


def _name(cluster: Cluster) -> str:
    """Say what the front end's built-in name stands for in its namespace."""
    if not exists(lambda: cluster.core.read_namespaced_service(HELLO, FRONT)):
        return f"In `{FRONT}` there is no Service `{HELLO}`"
    stands_for = service(cluster, HELLO, FRONT).spec.external_name
    if not stands_for:
        return f"In `{FRONT}` there is a Service `{HELLO}`: did it come later than the pod?"
    return f"In `{FRONT}`, `{HELLO}` is only another name for `{stands_for}`"


def _hop(cluster: Cluster, stock: list[str], shop: list[str]) -> str:
    """Prove that visitors get the back end's page, and that it was the front end that fetched it."""
    before, url = asked(cluster, shop, FRONT), f"http://{SHOP}.{FRONT}"
    with client_pod(cluster) as run:
        proof = answered(run, url, stock)
    if asked(cluster, shop, FRONT) == before:
        raise NotYet(
            f"`{url}` shows the page of `{STOCK}`, but the pods of `{SHOP}` have noted no request in their logs: "
            "visitors do not come by the front end"
        )
    return f"{proof}, and the front end fetched each page by the name `{HELLO}`"


def check_update(cluster: Cluster) -> str:
    """Prove that visitors lose no request, quick or slow, while the back end is updated."""
    found = deployment(cluster, STOCK)
    container = found.spec.template.spec.containers[0]
    if not (container.readiness_probe or container.lifecycle):
        raise NotAttempted(f"the pods of `{STOCK}` start and stop as before")
    with begun():
        stopping.rolls(found)
        updated(cluster, STOCK)
        deployment(cluster, SHOP, FRONT)
        _hop(cluster, replicas(cluster, STOCK), _front(cluster))
    with readiness.not_by_luck(cluster, STOCK) as asks:
        with _slow_visitors(cluster) as slow:
            record = updates.survives(cluster, STOCK, _CALL, partial(_why, found.spec.template.spec), times=1)
        asks()
    return f"{record}. {slow()}"


#: Tills ask the front end for the page; each old pod is asked for something slow when its deletion has begun.
_CALL = updates.Call(
    f"{SHOP}.{FRONT}",
    "/",
    STOCK_TARGET,
    rate=_RATE,
    timeout=SLOW + 5,
    own_path=f"/delay/{SLOW}",
    no_answer="Bad Gateway",
)


@contextmanager
def _slow_visitors(cluster: Cluster) -> Iterator[Callable[[], str]]:
    """Ask the front end for something slow all the while; yields what says how that went, when it is over."""
    url = f"http://{SHOP}.{FRONT}/delay/{SLOW}"
    results: list[load.Result] = []
    with client_pod(cluster) as run:
        client = run("hostname").stdout.strip()
        sending = load.start(cluster, url, rate=_SLOW_RATE, client=client, timeout=SLOW + 5)
        try:
            yield lambda: _none_lost(results[0])
        finally:
            results.append(sending.stop())


def _none_lost(result: load.Result) -> str:
    good = [attempt for attempt in result.attempts if '"delay"' in attempt.text]
    bad = [attempt.text.strip() for attempt in result.attempts if attempt not in good]
    if bad:
        raise NotYet(f"lost requests for something that takes {SLOW} s: {len(bad)} of {result.total}. `{bad[0][:80]}`")
    return (
        f"Meanwhile {result.total} requests took {SLOW} s each and were answered, "
        "and so were those that came to the old pods just after their deletion had begun"
    )


def _why(spec: Found) -> str:
    """Say why a pod's stop loses requests."""
    grace, hook = spec.termination_grace_period_seconds, spec.containers[0].lifecycle
    said = f"A slow request takes {SLOW} s, and the last ones come a second or two after a pod's deletion has begun"
    if grace <= SLOW + 2:
        return f"{said}. After {grace} s, the grace period, the container is killed, whatever it does"
    if not (hook and hook.pre_stop):
        return f"{said}. The server is asked to stop at once and finishes only what takes less than 5 s"
    return f"{said}. {stopping.fault(spec)}"


def check_gone(cluster: Cluster) -> str:
    """Prove that nothing of the shop is left."""
    left = _left(cluster)
    if left in ([_BRANCH], list(_looks(cluster))):
        raise NotAttempted(f"still there: {', '.join(left)}")
    if left:
        raise NotYet(f"still there: {', '.join(left)}")
    patiently(lambda: no_orphans(cluster, (STOCK,), "the shop's"))
    return f"`{STOCK}` with its Service and its pods is gone, and so are the namespaces {listed((FRONT, BRANCH), '')}"


_BRANCH = f"the namespace `{BRANCH}`"


def _looks(cluster: Cluster) -> dict[str, Callable[[], Found]]:
    namespace, core, apps = cluster.namespace, cluster.core, cluster.apps
    return {
        f"the Deployment `{STOCK}`": partial(apps.read_namespaced_deployment, STOCK, namespace),
        f"the Service `{STOCK}`": partial(core.read_namespaced_service, STOCK, namespace),
        f"the namespace `{FRONT}`": partial(core.read_namespace, FRONT),
        _BRANCH: partial(core.read_namespace, BRANCH),
    }


def _left(cluster: Cluster) -> list[str]:
    return [what for what, read in _looks(cluster).items() if exists(read)]
