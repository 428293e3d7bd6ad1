"""Exercises of the lesson on staying up: readiness, enough pods, and a stop that loses nothing."""

from __future__ import annotations

import math
import time

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST
from kubelearn.views.traffic import load, ready_pods

from .core import Exercise, Lesson, NotAttempted, NotYet
from .probe import Found, client_pod, deployment, patiently, running, service
from .situation import apply, rolled_out
from .through import available, is_updated, replicas, serves
from .words import counted

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: {replicas}
  strategy: {strategy}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
      - name: web
        image: {image}
        command: {command}
        {probe}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector: {{app: {name}}}
  ports:
  - port: 80
    targetPort: 8080
"""
_SERVER = "[/agnhost, netexec, --http-port=8080]"
_PROBE = "readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 1}"
#: Seconds that `oven` needs to start.
_SLOW = 3
_CREW = 4
#: How long a pod may take to stop, and a little more, in seconds.
_STOP = 35.0


def _start_oven(cluster: Cluster) -> None:
    apply(
        cluster,
        _DEPLOYMENT.format(
            image=AGNHOST,
            name="oven",
            replicas=2,
            strategy="{rollingUpdate: {maxSurge: 2}}",
            command=f'[sh, -c, "sleep {_SLOW}; exec /agnhost netexec --http-port=8080"]',
            probe="",
        ),
    )
    rolled_out(cluster, "oven")


def _check_oven(cluster: Cluster) -> str:
    found = deployment(cluster, "oven")
    service(cluster, "oven")
    container = found.spec.template.spec.containers[0]
    if not container.readiness_probe and not container.startup_probe:
        if container.liveness_probe:
            raise NotYet(
                "the pods of `oven` have a liveness probe. It restarts a container that is broken; "
                "it does not keep requests away from one that is still starting"
            )
        raise NotAttempted("the pods of `oven` count as ready as soon as their containers run")
    _updated(cluster, "oven")
    names = replicas(cluster, "oven")
    pods = [pod for pod in running(cluster, "app=oven") if pod.metadata.name in names]
    early = [pod for pod in pods if _ready_after(pod) < _SLOW - 1]
    if early:
        raise NotYet(
            f"the pod `{early[0].metadata.name}` was ready {_ready_after(early[0]):.0f} s after its container had "
            "started, and cannot have answered by then. What does its probe ask?"
        )
    proof = serves(cluster, "oven", 80, names, url="http://oven")
    return f"{proof}. Each became ready {min(map(_ready_after, pods)):.0f} s after its start or later"


def _ready_after(pod: Found) -> float:
    """Return how long a pod's container ran before the pod became ready, in seconds."""
    ready = next(condition for condition in pod.status.conditions if condition.type == "Ready")
    return float(
        (ready.last_transition_time - pod.status.container_statuses[0].state.running.started_at).total_seconds()
    )


def _updated(cluster: Cluster, name: str) -> None:
    """Wait until all pods of a Deployment have its present template and are ready.

    Raises:
        NotYet: that does not happen; with what the readiness probe gets, if it asks over HTTP.
    """
    try:
        patiently(lambda: available(cluster, name))
    except NotYet as reason:
        raise NotYet(
            f"{reason}.{_probe_fault(cluster, name, deployment(cluster, name).spec.template.spec.containers[0])}"
        ) from None


def _probe_fault(cluster: Cluster, name: str, container: Found) -> str:
    """Say what a readiness probe over HTTP gets, by asking the same from inside a pod that is not ready."""
    asked = container.readiness_probe and container.readiness_probe.http_get
    pods: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=f"app={name}").items
    ready = [pod.metadata.name for pod in running(cluster, f"app={name}")]
    waiting = [pod for pod in pods if _is_running(pod) and pod.metadata.name not in ready]
    if not asked or not waiting:
        return ""
    url = f"http://localhost:{asked.port}{asked.path}"
    got = cluster.exec(
        waiting[-1].metadata.name, "curl", "-sS", "-m", "2", "-o", "/dev/null", "-w", "%{http_code}", url
    )
    said = f"the status {got.stdout}" if not got.code else f"`{got.stderr.strip()}`"
    return (
        f" The probe asks for `{asked.path}` on port {asked.port}; "
        f"in a pod that is not ready, the same request gets {said}"
    )


def _is_running(pod: Found) -> bool:
    statuses = pod.status.container_statuses or ()
    return not pod.metadata.deletion_timestamp and any(status.state.running for status in statuses)


def _start_crew(cluster: Cluster) -> None:
    apply(
        cluster,
        _DEPLOYMENT.format(
            image=AGNHOST,
            name="crew",
            replicas=_CREW,
            strategy="{rollingUpdate: {maxSurge: 0, maxUnavailable: 2}}",
            command=_SERVER,
            probe=_PROBE,
        ),
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
    if size != _CREW:
        raise NotYet(f"the Deployment `crew` should have {_CREW} replicas, and has {size}")
    missing = _unavailable(rolling.max_unavailable, rolling.max_surge, size)
    if missing:
        raise NotYet(f"`maxUnavailable: {rolling.max_unavailable}` lets an update take {missing} of {size} pods away")
    if found.spec.paused:
        raise NotYet("the Deployment `crew` is paused: no update begins")
    _updated(cluster, "crew")
    fewest = _fewest_in_update(cluster, "crew")
    if fewest < _CREW:
        raise NotYet(f"in an update, there were only {counted(fewest, 'ready pod')} for a moment")
    return f"in an update that the check has just made, there were never fewer than {fewest} ready pods"


def _unavailable(unavailable: int | str, surge: int | str, replicas: int) -> int:
    """Return how many pods may be missing (K/pkg/controller/deployment/util: ResolveFenceposts)."""
    most = math.floor(_share(unavailable, replicas))
    return most or (0 if math.ceil(_share(surge, replicas)) else 1)


def _share(value: int | str, replicas: int) -> float:
    return int(value.rstrip("%")) * replicas / 100 if isinstance(value, str) else value


def _fewest_in_update(cluster: Cluster, name: str, limit: float = 240) -> int:
    """Make an update and return the smallest number of ready pods behind the Service meanwhile."""
    load.restart(cluster, name)
    end, fewest = time.monotonic() + limit, len(ready_pods(cluster, name))
    while time.monotonic() < end:
        fewest = min(fewest, len(ready_pods(cluster, name)))
        found = deployment(cluster, name)
        if is_updated(found) and found.status.available_replicas == found.spec.replicas:
            return fewest
    raise NotYet(f"an update of `{name}` did not end in {limit:g} s")


def _start_till(cluster: Cluster) -> None:
    apply(
        cluster,
        _DEPLOYMENT.format(
            image=AGNHOST,
            name="till",
            replicas=2,
            strategy="{rollingUpdate: {maxUnavailable: 0}}",
            command=_SERVER,
            probe=_PROBE,
        ),
    )
    rolled_out(cluster, "till")


def _check_till(cluster: Cluster) -> str:
    found = deployment(cluster, "till")
    service(cluster, "till")
    if found.metadata.generation == 1:
        raise NotAttempted("the Deployment `till` is as it was")
    _updated(cluster, "till")
    with client_pod(cluster) as run:
        client = run("hostname").stdout.strip()
        patiently(lambda: _no_old_pods(cluster, "till"), seconds=_STOP)
        patiently(lambda: _quiet(cluster, "till", client))
        result = load.during_update(cluster, "till", "http://till/hostname", client=client)
    if result.lost:
        raise NotYet(
            f"lost requests in an update under load: {result.lost} of {result.total}. "
            f"{_stop_fault(found.spec.template.spec)}"
        )
    return (
        f"in an update under load that the check has just made, none of {result.total} requests was lost, "
        f"and {len(result.answers)} pods answered, old and new"
    )


def _no_old_pods(cluster: Cluster, name: str) -> None:
    """Raise while pods of the update before are still there."""
    pods: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=f"app={name}").items
    ending = [pod for pod in pods if pod.metadata.deletion_timestamp]
    if ending:
        raise NotYet(
            f"the pod `{ending[0].metadata.name}` of the last update has not ended yet; check again in a moment"
        )


def _quiet(cluster: Cluster, name: str, client: str) -> None:
    """Raise while requests are lost without an update.

    Some nodes do not know yet that the pods of the update before have ended.
    """
    before = load.start(cluster, f"http://{name}/hostname", seconds=1, client=client).wait()
    if before.lost:
        why = before.failures.most_common(1)[0][0]
        raise NotYet(
            f"without an update, requests to `http://{name}` are lost, too: {before.lost} of {before.total}. `{why}`"
        )


def _stop_fault(spec: Found) -> str:
    """Say why a pod's stop loses requests."""
    container = spec.containers[0]
    lifecycle = container.lifecycle
    if lifecycle and lifecycle.pre_stop:
        return "There is a preStop hook, but it is over before every node knows that the pod gets no more requests"
    if lifecycle and lifecycle.post_start:
        return "A postStart hook runs when a container starts; here it is the stop that comes too early"
    if not container.readiness_probe:
        return "The readiness probe is gone, and the stop is as sudden as before"
    if spec.termination_grace_period_seconds != 30:
        return (
            "The grace period says how long a pod may take to stop at most. "
            "This server stops at once and does not use it"
        )
    return "Old pods still stop as soon as they are asked to"


LESSON = Lesson(
    "05-staying-up",
    exercises=(
        Exercise(
            key="wait-for-the-oven",
            title="no bread before the oven is hot",
            task=f"""\
The server in the Deployment `oven` needs {_SLOW} seconds to start, but its pods count as ready at once.

Change the Deployment so that a new pod is ready only when it answers. \
The server listens on port 8080, and answers `/readyz` when it can work. The container's name is `web`.""",
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
            title="all hands on deck",
            task=f"""\
The Deployment `crew` has {_CREW} pods, and needs every one of them. \
But an update takes two away before it makes new ones.

Change the Deployment so that there are never fewer than {_CREW} ready pods. `check()` makes an update and counts.""",
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
        Exercise(
            key="lose-nothing",
            title="lose nothing",
            task="""\
The Deployment `till` has a readiness probe, and an update never takes a pod away before there is a new one. \
Still, some requests are lost in every update.

Change the Deployment so that none is lost. `check()` makes an update under twenty requests per second, and counts.""",
            hints=(
                "The pods start well. What happens when they stop? Look again at the second cure.",
                (
                    "A pod should go on answering for some seconds after Kubernetes has begun to delete it. "
                    "A `lifecycle` hook can do that."
                ),
                (
                    "The container `web` needs `lifecycle: {preStop: {sleep: {seconds: 5}}}`; "
                    "`kubectl patch deployment till -p '…'` sets it, as for `cured`."
                ),
            ),
            solution="""\
kubectl patch deployment till -p '
spec:
  template:
    spec:
      containers:
      - name: web
        lifecycle: {preStop: {sleep: {seconds: 5}}}'
kubectl rollout status deployment/till --timeout=120s""",
            start=_start_till,
            check=_check_till,
            owns=("deployment/till", "service/till"),
        ),
    ),
)
