"""Exercises of the lesson on staying up: readiness, enough pods, and a stop that loses nothing."""

from __future__ import annotations

import math

from kubelearn.target.connection import Cluster

from . import manifests, readiness, stopping, updates
from .core import Exercise, Lesson, NotAttempted, NotYet
from .probe import Found, deployment, service
from .rollouts import updated
from .situation import apply, rolled_out
from .through import replicas, serves
from .words import counted

#: Seconds that `oven` needs to start.
_SLOW = 3
_CREW = 4


def _start_oven(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.web(
            "oven",
            replicas=2,
            strategy="{rollingUpdate: {maxSurge: 2}}",
            command=f'[sh, -c, "sleep {_SLOW}; exec /agnhost netexec --http-port=8080"]',
        ),
    )
    rolled_out(cluster, "oven")


def _check_oven(cluster: Cluster) -> str:
    found = deployment(cluster, "oven")
    service(cluster, "oven")
    if not readiness.probes(found.spec.template.spec):
        _without_probe(found)
    updated(cluster, "oven")
    with readiness.copy_without_server(cluster, "oven") as stays_unready:
        proof = readiness.answers_when_ready(cluster, "oven", 8080)
        serves(cluster, "oven", 80, replicas(cluster, "oven"), url="http://oven")
        stays_unready()
    return f"{proof}. A copy of the pod whose server does not start did not become ready"


def _without_probe(found: Found) -> None:
    """Raise because pods of `oven` have no probe that decides when they are ready; says what they have instead."""
    if any(container.liveness_probe for container in found.spec.template.spec.containers):
        raise NotYet(
            "the pods of `oven` have a liveness probe. It restarts a container that is broken; "
            "it does not keep requests away from one that is still starting"
        )
    if found.spec.min_ready_seconds:
        raise NotYet(
            "`minReadySeconds` makes an update wait. A new pod gets requests meanwhile, whether it answers or not"
        )
    raise NotAttempted("the pods of `oven` count as ready as soon as their containers run")


def _start_crew(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.web("crew", _CREW, "{rollingUpdate: {maxSurge: 0, maxUnavailable: 2}}", more=manifests.PROBE),
    )
    rolled_out(cluster, "crew")


def _check_crew(cluster: Cluster) -> str:
    found = deployment(cluster, "crew")
    strategy, size = found.spec.strategy, found.spec.replicas
    if strategy.type == "Recreate":
        raise NotYet("with the strategy `Recreate` all old pods end before the first new one starts")
    rolling = strategy.rolling_update
    if (rolling.max_surge, rolling.max_unavailable, size) == (0, 2, _CREW):
        raise NotAttempted("an update of `crew` may still take two of its four pods away")
    if size < _CREW:
        raise NotYet(f"the Deployment `crew` should have {_CREW} replicas but has {size}")
    missing = _unavailable(rolling.max_unavailable, rolling.max_surge, size)
    if size - missing < _CREW:
        raise NotYet(f"`maxUnavailable: {rolling.max_unavailable}` lets an update take {missing} of {size} pods away")
    if found.spec.paused:
        raise NotYet("the Deployment `crew` is paused: no update begins")
    if not readiness.probes(found.spec.template.spec):
        raise NotYet("the readiness probe is gone: the pods count as ready, whether they answer or not")
    updated(cluster, "crew")
    with readiness.copy_without_server(cluster, "crew") as stays_unready:
        fewest = updates.fewest_ready(cluster, "crew")
        stays_unready()
    if fewest < _CREW:
        raise NotYet(f"in an update, there were only {counted(fewest, 'ready pod')} for a moment")
    serves(cluster, "crew", 80, replicas(cluster, "crew"), url="http://crew")
    return f"in an update that the check has just made, there were never fewer than {fewest} ready pods"


def _unavailable(unavailable: int | str, surge: int | str, replicas: int) -> int:
    """Return how many pods may be missing (K/pkg/controller/deployment/util: ResolveFenceposts)."""
    most = math.floor(_share(unavailable, replicas))
    return most or (0 if math.ceil(_share(surge, replicas)) else 1)


def _share(value: int | str, replicas: int) -> float:
    return int(value.rstrip("%")) * replicas / 100 if isinstance(value, str) else value


LESSON = Lesson(
    "05-staying-up",
    exercises=(
        Exercise(
            key="wait-for-the-oven",
            title="no bread before the oven is hot",
            task=f"""\
The server in the Deployment `oven` needs {_SLOW} seconds to start, but its pods count as ready at once.

Change the Deployment so that a new pod is ready only when it answers. \
The server listens on port 8080. It answers `/readyz` when it can work. The container's name is `web`.""",
            hints=(
                "Which of the three probes decides whether a pod gets traffic? You gave it to `probed` in this lesson.",
                (
                    "`kubectl patch deployment oven -p '…'` takes a piece of the Deployment in YAML: "
                    "`spec`, `template`, `spec`, `containers`. The list has one entry, "
                    "with `name: web` and a `readinessProbe`."
                ),
                (
                    "The probe is `readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 1}`. "
                    "Afterwards wait for the update: `!kubectl rollout status deployment/oven`."
                ),
            ),
            solution="""\
kubectl patch deployment oven -p '
spec:
  template:
    spec:
      containers:
      - name: web
        readinessProbe:
          httpGet: {path: /readyz, port: 8080}
          periodSeconds: 1'
kubectl rollout status deployment/oven --timeout=120s""",
            start=_start_oven,
            check=_check_oven,
            owns=("deployment/oven", "service/oven"),
        ),
        Exercise(
            key="all-hands",
            title="never fewer than four pods",
            task=f"""\
The Deployment `crew` has {_CREW} pods and needs every one of them. \
But an update takes two away before it makes new ones.

Change the Deployment so that there are never fewer than {_CREW} ready pods. \
`check()` makes an update and counts them.""",
            hints=(
                (
                    "Two numbers of the update strategy say how many pods may be missing, "
                    "and how many may be there in addition. `!kubectl describe deployment crew` shows them."
                ),
                "`maxUnavailable` has to be 0. Then `maxSurge` must not be 0: an update has to begin somewhere.",
                (
                    """`kubectl patch deployment crew -p '{"spec": {"strategy": {"rollingUpdate": {…}}}}'` """
                    "sets both numbers."
                ),
            ),
            solution="""kubectl patch deployment crew -p \
'{"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}}}'""",
            start=_start_crew,
            check=_check_crew,
            owns=("deployment/crew", "service/crew"),
        ),
        *stopping.EXERCISES,
    ),
)
