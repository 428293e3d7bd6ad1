"""Whether the lab's visitor has called: proved by running the same pod again, when the right answer is another one.

What a log says may have been written by hand. So the check replaces the back end's pods, and starts a copy of the
visitor: only a call finds out the new names. The front end notes in its own log who asks it to call another server.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.target.deadline import Deadline
from kubelearn.views.pods import is_ready

from .change import roll
from .core import NotAttempted, NotYet
from .jobs import log_of, pod_or_job
from .probe import Found, not_yet, patiently, service, trouble
from .temporary import temporary_pod
from .through import replicas
from .tiers import AWAY, BACK, FRONT, HOP, VISITOR, exists

#: How long a copy of the visitor may take, in seconds.
_COPY = 20.0
_RESPONSES = re.compile(r'\{[^{}]*"responses"\s*:[^{}]*\}')
#: Names of pods that the back end has, or once had.
_ONCE = re.compile(rf"\b{BACK}-[a-z0-9]+-[a-z0-9]+\b")
#: Where netexec is asked to call another server.
_DIAL = HOP.partition("?")[0]
#: Volumes that the API server adds to each pod.
_ADDED = "kube-api-access-"


def check_visit(cluster: Cluster) -> str:
    """Prove that the visitor called the front end, and that this one called the back end."""
    back, front = replicas(cluster, BACK), replicas(cluster, FRONT)
    service(cluster, FRONT)
    visitor = patiently(lambda: _ended(cluster))
    log = log_of(cluster, visitor)
    # Pods that an update has replaced since, such as one that a check has made, were there when the visitor called.
    said = _judge(log, [*back, *_ONCE.findall(log)], front)
    now = roll(cluster, BACK)
    asked = _asked(cluster, front)
    try:
        again = patiently(lambda: _go_again(cluster, visitor, now))
    except NotYet as reason:
        raise NotYet(
            "the check replaced the back end's pods and ran the same pod again. Its log does not say who answers "
            f"now: it does not call. ({reason})"
        ) from None
    if _asked(cluster, front) == asked:
        raise NotYet(
            f"`{said}` stands in the log, but the pod `{VISITOR}` called the back end itself: the check ran a copy of "
            f"it, and meanwhile nobody asked the front end for `{_DIAL}`. The front end should make that call"
        )
    return (
        f"the pod `{VISITOR}` in the namespace `{AWAY}` called the front end and got the answer of the back end's pod "
        f"`{said}`. A copy of it, after the check had replaced these pods, got the answer of `{again}`"
    )


def _asked(cluster: Cluster, front: list[str]) -> int:
    """Return how often the front end was asked to call another server, which it notes in its log."""
    logs = [cluster.core.read_namespaced_pod_log(pod, cluster.namespace) for pod in front]
    return sum(log.count(f"GET {_DIAL}?") for log in logs)


def hop(answer: str, back: list[str]) -> str:
    """Return which pod of the back end a front end's answer comes from; there may be more in the text than it.

    Raises:
        NotYet: from none of them; says what the answer is instead.
    """
    found = _RESPONSES.search(answer)
    try:
        responses = json.loads(found.group() if found else answer).get("responses") or [""]
    except (ValueError, AttributeError):
        raise NotYet(
            f"the front end did not get through to the back end: `{answer.strip()[:200] or 'no answer'}`"
        ) from None
    if responses[0] not in back:
        raise NotYet(f"the front end's call was not answered by a pod of `{BACK}`, but: `{answer.strip()[:200]}`")
    return str(responses[0])


def _judge(log: str, back: list[str], front: list[str]) -> str:
    """Return the back end's pod whose name is in a visitor's log."""
    if "curl: (6)" in log or "bad address" in log:
        raise NotYet(
            f"the log of `{VISITOR}` says `{log}`. From another namespace, a Service's short name is not enough"
        )
    last = log.split("\n")[-1].strip()
    if last in front:
        raise NotYet(
            f"`{VISITOR}` was answered by the front end itself. Ask it for `{HOP}`, so that it calls the back end"
        )
    if last in back:
        raise NotYet(
            f"`{VISITOR}` went straight to the back end. It should call the front end, and let that call the back end"
        )
    if not log:
        raise NotYet(f"the log of `{VISITOR}` is empty: it should show the answer")
    return hop(log, back)


def _go_again(cluster: Cluster, visitor: Found, now: list[str]) -> str:
    """Run a copy of the visitor, and return which pod of the back end its log names."""
    api: Any = cluster.core.api_client
    spec = _bare(api.sanitize_for_serialization(visitor.spec)) | {"restartPolicy": "Never"}
    with temporary_pod(cluster, spec, AWAY) as made:
        deadline = Deadline(_COPY)
        while not _has_ended(cluster.core.read_namespaced_pod(made.metadata.name, AWAY)):
            if deadline.passed:
                raise NotYet(f"a copy of the pod `{VISITOR}` did not end in {_COPY:g} s")
            time.sleep(0.1)
        return hop(log_of(cluster, made), now)


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a pod's spec as it was written, without what the cluster has added."""
    containers: dict[str, Any] = {
        kind: [
            {**each, "volumeMounts": [mount for mount in each.get("volumeMounts", ()) if _ADDED not in mount["name"]]}
            for each in spec[kind]
        ]
        for kind in ("initContainers", "containers")
        if kind in spec
    }
    volumes = [volume for volume in spec.get("volumes", ()) if _ADDED not in volume["name"]]
    kept = {key: value for key, value in spec.items() if key not in ("nodeName", "tolerations", "priority")}
    return {**kept, **containers, "volumes": volumes}


def _has_ended(found: Found) -> bool:
    return found.status.phase in ("Succeeded", "Failed")


def _ended(cluster: Cluster) -> Found:
    try:
        found = pod_or_job(cluster, VISITOR, AWAY)
    except NotAttempted:
        if exists(lambda: cluster.core.read_namespaced_pod(VISITOR, cluster.namespace)):
            raise NotYet(
                f"there is a pod `{VISITOR}`, but in the namespace `{cluster.namespace}`, and not in `{AWAY}`"
            ) from None
        raise
    if not _has_ended(found):
        raise not_yet(
            f"the pod `{VISITOR}` has not ended: {_why_not(found)}. It should send its request and end", [found]
        )
    return found


def _why_not(found: Found) -> str:
    statuses = found.status.container_statuses or ()
    last = next((state.last_state.terminated for state in statuses if state.last_state.terminated), None)
    if is_ready(found) and last is None:
        return "it still runs"
    if last is None or found.spec.restart_policy != "Always":
        return trouble(found)
    return (
        f"it ran, ended with exit code {last.exit_code}, and was started again, since its `restartPolicy` is `Always`"
    )
