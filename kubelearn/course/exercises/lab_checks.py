"""What the parts of the lab prove, but for the visit: that both tiers answer, in an update as well, and after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kubelearn.target.connection import Cluster

from . import readiness, stopping, updates
from .authorship import by_manifest
from .change import ROLLED, after, roll
from .core import NotAttempted, NotYet
from .leftovers import no_orphans
from .probe import Found, answers, client_pod, deployment, judge, patiently, service, service_for, service_port
from .rollouts import updated
from .through import Run, endpoints, replicas, serves, wanted, with_target
from .tiers import AWAY, BACK, BACK_PORT, BACK_TARGET, FRONT, FRONT_TARGET, HOP, REPLICAS, exists
from .visiting import hop
from .words import listed


def check_deployments(cluster: Cluster) -> str:
    """Prove that each pod of both tiers answers on its port, and that those do that take their places."""
    back, front = replicas(cluster, BACK), _front(cluster)
    wanted(deployment(cluster, BACK), REPLICAS)
    _all_listen(cluster, back, front)
    back, front = roll(cluster, BACK), roll(cluster, FRONT)
    after(ROLLED.format(f"{BACK}` and `{FRONT}"), lambda: _all_listen(cluster, back, front))
    return f"These pods are ready, and each answers on its port: {listed([*back, *front], 'none')}"


def _all_listen(cluster: Cluster, back: list[str], front: list[str]) -> str:
    with client_pod(cluster) as run:
        for name, pods, port in ((BACK, back, BACK_TARGET), (FRONT, front, FRONT_TARGET)):
            for pod in pods:
                try:
                    patiently(partial(_listens, cluster, run, pod, port))
                except NotYet as reason:
                    raise NotYet(f"a pod of `{name}` should listen on port {port}, but {reason}") from None
    return "each pod answers on its port"


def _listens(cluster: Cluster, run: Run, pod: str, port: int) -> None:
    found: Found = cluster.core.read_namespaced_pod(pod, cluster.namespace)
    url = f"http://{found.status.pod_ip}:{port}/hostname"
    judge(answers(run, url, 1), url, [pod])


def _front(cluster: Cluster) -> list[str]:
    try:
        return replicas(cluster, FRONT)
    except NotAttempted as reason:
        raise NotYet(f"the back end is there, but {reason}") from None


def check_back(cluster: Cluster) -> str:
    """Prove that the front end reaches the back end's pods through their Service, and the ones that follow."""
    _back_answers(cluster, replicas(cluster, BACK))
    pods = roll(cluster, BACK)
    return f"From the front end's pod, {after(ROLLED.format(BACK), lambda: _back_answers(cluster, pods))}"


def _back_answers(cluster: Cluster, pods: list[str]) -> str:
    port = service_port(service_for(cluster, BACK, {"app": BACK}), BACK_PORT)
    endpoints(cluster, BACK, pods)
    front = replicas(cluster, FRONT)[0]
    return with_target(
        port.target_port,
        lambda: serves(cluster, BACK, BACK_PORT, pods, run=lambda *words: cluster.exec(front, *words)),
        f", which listen on {BACK_TARGET}",
    )


def check_front(cluster: Cluster) -> str:
    """Prove that the front end's Service comes from a manifest and leads to the hop, after both tiers have changed."""
    _front_answers(cluster, replicas(cluster, FRONT))
    by_manifest(service(cluster, FRONT))
    front, back = roll(cluster, FRONT), roll(cluster, BACK)

    def again() -> str:
        _front_answers(cluster, front)
        return _hops(cluster, back)

    return after(ROLLED.format(f"{FRONT}` and `{BACK}"), again)


def _front_answers(cluster: Cluster, front: list[str]) -> str:
    back = replicas(cluster, BACK)
    port = service_port(service_for(cluster, FRONT, {"app": FRONT}), 80)
    endpoints(cluster, FRONT, front)
    with client_pod(cluster) as run:
        with_target(
            port.target_port,
            lambda: serves(cluster, FRONT, 80, front, url=f"http://{FRONT}", run=run),
            f", which listen on {FRONT_TARGET}",
        )
    return _hops(cluster, back)


def _hops(cluster: Cluster, back: list[str]) -> str:
    with client_pod(cluster) as run:
        said = patiently(lambda: hop(run("curl", "-sS", "-m", "10", f"http://{FRONT}{HOP}").stdout, back))
    return f"`{FRONT}` was asked, and the answer came from the back end's pod `{said}`: that is the hop"


def check_update(cluster: Cluster) -> str:
    """Prove that visitors lose no request while one tier is updated, and then the other."""
    both = [deployment(cluster, name) for name in (BACK, FRONT)]
    if not any(_is_prepared(found.spec.template.spec) for found in both):
        raise NotAttempted("the pods of both tiers start and stop as before")
    for name in (BACK, FRONT):
        updated(cluster, name)
    calls = {
        BACK: updates.Call(FRONT, HOP, BACK_TARGET, rate=10, timeout=6, own_path="/hostname", no_answer='"errors"'),
        FRONT: updates.Call(FRONT, "/hostname", FRONT_TARGET),
    }
    records = [_survives(cluster, found, calls[found.metadata.name]) for found in both]
    total = sum(record.total for record in records)
    return f"in an update of each tier, which the check has just made, none of {total} requests was lost"


def _is_prepared(spec: Found) -> bool:
    """Say whether anything was done for the start or the end of pods."""
    container = spec.containers[0]
    return bool(container.readiness_probe or container.lifecycle or "delay-shutdown" in str(container))


def _survives(cluster: Cluster, found: Found, call: updates.Call) -> updates.Record:
    name = found.metadata.name
    try:
        stopping.rolls(found)
        with readiness.not_by_luck(cluster, name) as asks:
            record = updates.survives(cluster, name, call, partial(stopping.fault, found.spec.template.spec), times=1)
            asks()
    except NotYet as reason:
        raise NotYet(f"the tier `{name}`: {reason}") from None
    return record


def check_fault(cluster: Cluster) -> str:
    """Prove that visitors get the back end's answer again, after its pods have changed."""
    back = replicas(cluster, BACK)
    try:
        _hops(cluster, back)
    except NotYet:
        found = service(cluster, BACK)
        if found.spec.cluster_ip == "None":
            raise NotAttempted("visitors still get no name, just as in the beginning") from None
        service_port(found, BACK_PORT)
        endpoints(cluster, BACK, back)
        raise
    now = roll(cluster, BACK)
    return after(ROLLED.format(BACK), lambda: _hops(cluster, now))


def check_gone(cluster: Cluster) -> str:
    """Prove that nothing of the lab is left."""
    left = _left(cluster)
    if len(left) == 5:
        raise NotAttempted(f"everything is still there: {', '.join(left)}")
    if left:
        raise NotYet(f"still there: {', '.join(left)}")
    patiently(lambda: no_orphans(cluster, (BACK, FRONT), "the lab's"))
    return "Deployments, Services and the namespace are gone, and their pods with them"


def _left(cluster: Cluster) -> list[str]:
    namespace, core, apps = cluster.namespace, cluster.core, cluster.apps
    looks: dict[str, Callable[[], Found]] = {}
    for name in (BACK, FRONT):
        looks[f"the Deployment `{name}`"] = partial(apps.read_namespaced_deployment, name, namespace)
        looks[f"the Service `{name}`"] = partial(core.read_namespaced_service, name, namespace)
    looks[f"the namespace `{AWAY}`"] = lambda: core.read_namespace(AWAY)
    return [what for what, read in looks.items() if exists(read)]
