"""Exercises of the lesson on staying up, its second half: a stop that loses no request, however long it takes."""

from __future__ import annotations

from functools import partial

from kubelearn.target.connection import Cluster

from . import manifests, readiness, updates
from .core import Exercise, NotAttempted, NotYet
from .probe import Found, client_pod, deployment, service
from .rollouts import updated
from .situation import apply, made, rolled_out

#: Seconds that a request to `copier` takes, and those for which its pods go on after their deletion has begun.
_COPY, _PAUSE = 5, 2
_STRATEGY = "{rollingUpdate: {maxUnavailable: 0}}"


def _start_till(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.web("till", 2, _STRATEGY, more=manifests.PROBE),
    )
    rolled_out(cluster, "till")


def _check_till(cluster: Cluster) -> str:
    found = _changed(cluster, "till", "lose-nothing")
    call = updates.Call("till", "/hostname", 8080)
    with readiness.not_by_luck(cluster, "till") as asks:
        record = updates.survives(cluster, "till", call, partial(fault, found.spec.template.spec))
        asks()
    return str(record)


def _changed(cluster: Cluster, name: str, exercise: str) -> Found:
    """Return a Deployment that the learner has changed, once it is up to date."""
    found = deployment(cluster, name)
    service(cluster, name)
    if found.metadata.generation == 1 and found.metadata.uid in made(cluster, exercise):
        raise NotAttempted(f"the Deployment `{name}` is as it was")
    rolls(found)
    updated(cluster, name)
    return found


def rolls(found: Found) -> None:
    """Raise if an update of a Deployment begins with the end of all old pods."""
    if found.spec.strategy.type == "Recreate":
        raise NotYet(
            "with the strategy `Recreate` all old pods end before the first new one starts: nobody answers meanwhile"
        )


def fault(spec: Found) -> str:
    """Say why a pod's stop loses requests."""
    container = spec.containers[0]
    lifecycle = container.lifecycle
    if lifecycle and lifecycle.pre_stop:
        sleep = lifecycle.pre_stop.sleep
        hook = f"The preStop hook waits {sleep.seconds} s, and" if sleep else "There is a preStop hook, but it"
        return f"{hook} is over before every node knows that the pod gets no more requests"
    if lifecycle and lifecycle.post_start:
        return "A postStart hook runs when a container starts; here it is the stop that comes too early"
    if not container.readiness_probe:
        return "There is no readiness probe, and pods stop as soon as they are asked to"
    if spec.termination_grace_period_seconds != 30:
        return (
            "The grace period says how long a pod may take to stop at most. "
            "This server stops at once and does not use it"
        )
    return "Old pods still stop at once"


def _start_copier(cluster: Cluster) -> None:
    apply(
        cluster,
        manifests.web(
            "copier",
            2,
            _STRATEGY,
            more=f"{manifests.PROBE}\n        lifecycle: {{preStop: {{sleep: {{seconds: {_PAUSE}}}}}}}"
            f"\n      terminationGracePeriodSeconds: {_PAUSE + 3}",
        ),
    )
    rolled_out(cluster, "copier")


def _check_copier(cluster: Cluster) -> str:
    found = _changed(cluster, "copier", "drain")
    call = updates.Call("copier", f"/shell?cmd=sleep%20{_COPY}%3Bhostname", 8080, rate=4, timeout=_COPY + 5)
    why = partial(_drain_fault, cluster, call, found.spec.template.spec)
    with readiness.not_by_luck(cluster, "copier") as asks:
        record = updates.survives(cluster, "copier", call, why, times=1)
        _takes_its_time(cluster, call)
        asks()
    return str(record)


def _takes_its_time(cluster: Cluster, call: updates.Call) -> None:
    """Raise if a request is answered earlier than it should be: then it is not the server that was there."""
    with client_pod(cluster) as run:
        asked = run("curl", "-sS", "-o", "/dev/null", "-m", str(_COPY + 5), "-w", "%{time_total}", call.url)
    if not asked.code and float(asked.stdout) < _COPY - 1:
        raise NotYet(
            f"a request for something that takes {_COPY} s was answered after {float(asked.stdout):.1f} s: "
            "it is not the requests that should change"
        )


def _drain_fault(cluster: Cluster, call: updates.Call, spec: Found) -> str:
    """Say why a request that was being answered got no answer.

    Raises:
        NotYet: it was not the request that should have been answered.
    """
    _takes_its_time(cluster, call)
    grace, longest = spec.termination_grace_period_seconds, _COPY + 2
    said = f"A request takes {_COPY} s, and the last ones come a second or two after a pod's deletion has begun"
    hook = spec.containers[0].lifecycle and spec.containers[0].lifecycle.pre_stop
    if grace < longest:
        return f"{said}. After {grace} s, the grace period, the container is killed, whatever it does"
    if not hook:
        return f"{said}. The hook that made the pods wait is gone"
    if hook.sleep and hook.sleep.seconds < longest:
        return f"{said}. The pods stop {hook.sleep.seconds} s after it; the grace period is only the most that they get"
    return said


EXERCISES = (
    Exercise(
        key="lose-nothing",
        title="lose nothing",
        task="""\
The Deployment `till` has a readiness probe, and an update never takes a pod away before there is a new one. \
Still, some requests are lost in every update.

Change the Deployment so that none is lost. \
`check()` makes two updates under twenty requests per second and counts what is lost.""",
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
    Exercise(
        key="drain",
        title="let them finish",
        task=f"""\
Each request to the Deployment `copier` takes {_COPY} seconds: \
the clients call `http://copier/shell?cmd=sleep%20{_COPY}`. \
In every update some of them get no answer (`curl: (52) Empty reply from server`), \
although the pods have a readiness probe and a pause before they stop.

Change the Deployment so that each request is answered to its end. \
`check()` makes an update under load and counts what is lost.""",
        hints=(
            (
                "When does a pod that is being deleted stop, and when did the last request reach it? "
                "Look at `!kubectl get deployment copier -o yaml`: how long is the pause, and how long is a request?"
            ),
            (
                "The news that a pod gets no more requests takes a second or two. "
                "A request that came just before needs its whole time after that. "
                "Who ends the pod if all of this takes longer than `terminationGracePeriodSeconds`?"
            ),
            (
                f"The pause has to be longer than {_COPY} + 2 seconds, and the grace period longer than the pause. "
                "The first belongs to the container, the second to the pod: beside `containers`."
            ),
        ),
        solution="""\
kubectl patch deployment copier -p '
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 30
      containers:
      - name: web
        lifecycle: {preStop: {sleep: {seconds: 10}}}'
kubectl rollout status deployment/copier --timeout=120s""",
        start=_start_copier,
        check=_check_copier,
        owns=("deployment/copier", "service/copier"),
    ),
)
