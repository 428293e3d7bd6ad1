"""Whether an update loses requests: judged in updates that the check makes, by who answers and by who does not.

Luck is no cure. Whether a request meets a pod that has just stopped is chance, so a check that only counts would say
now this, now that. So each old pod is called directly, too, for a moment after its deletion has begun: as from a node
that learns late that the pod gets no more requests.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kubelearn.target.connection import Cluster
from kubelearn.views.objects import Object
from kubelearn.views.traffic import load

from .core import NotYet
from .late_calls import NEWS, LateCalls
from .ownership import Owner, controller
from .probe import Found, client_pod, deployment, patiently, running
from .through import is_updated, selector
from .words import counted

#: How long an update may take, in seconds.
_LIMIT = 75.0
#: After an update that took so many seconds there is no second one: the learner waits.
_LONG = 25.0
#: How long a pod may take to stop, and a little more, in seconds.
_STOP = 35.0
#: How many updates there are at most until it is sure that pods do not stop too early.
_MOST = 4


@dataclass(frozen=True)
class Call:
    """What clients ask while pods are replaced; the answer has the pod's name in it.

    Attributes:
        service: name of the Service, with its port unless that is 80.
        path: what they ask for there.
        port: on which a pod answers the same itself.
        rate: requests per second.
        timeout: seconds after which a request is lost.
        own_path: what a pod is asked itself, if it is not the same.
        no_answer: what an answer has in it that only tells of a request that failed further on.
    """

    service: str
    path: str
    port: int
    rate: float = 20
    timeout: float = 1
    own_path: str = ""
    no_answer: str = ""

    def failures(self, result: load.Result) -> Counter[str]:
        """Return what is said of requests that were lost on the way → how many there are."""
        further_on = {
            text: count for text, count in result.answers.items() if self.no_answer and self.no_answer in text
        }
        return result.failures + Counter(further_on)

    @property
    def url(self) -> str:
        """What the clients call."""
        return f"http://{self.service}{self.path}"

    def to(self, pod: Object) -> str:
        """Return how a pod is called past the Service."""
        return f"http://{pod['status'].get('podIP')}:{self.port}{self.own_path or self.path}"


@dataclass(frozen=True)
class Record:
    """What became of the requests of all updates.

    Attributes:
        total: requests that were sent through the Service.
        answered: names of the pods that answered.
        updates: how many there were.
    """

    total: int
    answered: frozenset[str]
    updates: int

    def __str__(self) -> str:
        times = "an update" if self.updates == 1 else f"{self.updates} updates"
        return (
            f"in {times} under load that the check has just made, none of {self.total} requests was lost, "
            f"and {len(self.answered)} pods answered, old and new"
        )


@dataclass
class _Watch:
    """Sees the pods of an update come and go, and calls those that are about to stop."""

    cluster: Cluster
    call: Call
    client: str
    owner: Owner
    old: set[str] | None = None
    new: set[str] = field(default_factory=set)
    late: dict[str, LateCalls] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    tried: bool = False
    asked: float = 0

    def look(self, pods: Sequence[Object], asked: float) -> None:
        """Look at the pods that there are."""
        before, self.asked = self.asked, asked
        own = {pod["metadata"]["name"]: pod for pod in pods if self.owner.controls(controller(pod))}
        names = own.keys()
        if self.old is None:
            self.old = set(names)
            return
        self.new |= names - self.old
        if time.monotonic() - before <= NEWS:
            self.gone |= self.old - names - self.late.keys()  # between two looks: nobody could call them
        for name, pod in own.items():
            if "deletionTimestamp" in pod["metadata"] and name in self.old and name not in self.late:
                url, timeout = self.call.to(pod), self.call.timeout
                self.late[name] = LateCalls(self.cluster, self.client, url, timeout, usual=before)

    @property
    def own(self) -> set[str]:
        """The names of all pods of the Deployment, old and new."""
        return self.new | (self.old or set())

    def cut_off(self) -> str:
        """Return what shows that a pod stopped too early; nothing if none did."""
        for name, (message, tried) in {name: calls.wait() for name, calls in self.late.items()}.items():
            self.tried |= tried
            if message:
                return f"the pod `{name}` did not answer (`{message}`) a request of the first second and a half after"
        for name in self.gone:
            return f"the pod `{name}` was gone within a second and a half after"
        return ""


def survives(cluster: Cluster, name: str, call: Call, why: Callable[[], str], times: int = 2) -> Record:
    """Update a Deployment under load, two times unless that takes long, and see that no request is lost.

    It takes less than two minutes.

    Args:
        cluster: the handle.
        name: of the Deployment; it is up to date.
        call: what the clients ask.
        why: says why a pod's stop loses requests.
        times: how many updates.

    Raises:
        NotYet: no update takes place, requests are lost, or other pods answer than the Deployment's old and new ones.
    """
    total, answered, done, tried = 0, set[str](), 0, False
    with client_pod(cluster) as run:
        client = run("hostname").stdout.strip()
        patiently(lambda: _no_old_pods(cluster, name), seconds=_STOP)
        patiently(lambda: _quiet(cluster, call, client))
        while done < times or (not tried and done < _MOST):
            began = time.monotonic()
            watch = _Watch(cluster, call, client, Owner(cluster, deployment(cluster, name)))
            result = _update(cluster, name, call, client, watch)
            answered |= _judge(name, result, watch, why)
            total, done, tried = total + result.total, done + 1, tried or watch.tried
            if time.monotonic() - began > _LONG:
                break
    if not tried:
        raise TimeoutError("this machine was too busy to see whether pods stop too early. Check again in a moment")
    return Record(total, frozenset(answered), done)


def _update(cluster: Cluster, name: str, call: Call, client: str, watch: _Watch) -> load.Result:
    try:
        return load.during_update(
            cluster,
            name,
            call.url,
            rate=call.rate,
            client=client,
            limit=_LIMIT,
            timeout=call.timeout,
            watch=watch.look,
        )
    except load.NoUpdateError as error:
        watch.cut_off()  # its requests are to end before their client does
        raise NotYet(str(error)) from error


def _judge(name: str, result: load.Result, watch: _Watch, why: Callable[[], str]) -> set[str]:
    """Return the names of the pods that answered."""
    cut_off = watch.cut_off()
    failures = watch.call.failures(result)
    by = {text: next((pod for pod in watch.own if pod in text), "") for text in result.answers if text not in failures}
    strangers = sorted(text for text, pod in by.items() if not pod)
    if strangers:
        raise NotYet(
            f"in an update under load, requests were answered by `{strangers[0].strip()[:80]}`, "
            f"which is no pod of the Deployment `{name}`"
        )
    if failures:
        said = failures.most_common(1)[0][0]
        raise NotYet(f"lost requests in an update under load: {failures.total()} of {result.total}. `{said}`. {why()}")
    if cut_off:
        raise NotYet(
            f"no request was lost this time, but that was luck: {cut_off} its deletion had begun. "
            f"A node that learns late of the deletion still sends requests then. {why()}"
        )
    answered = set(by.values())
    for pods, which in ((watch.old or set(), "old"), (watch.new, "new")):
        if not answered & pods:
            raise NotYet(f"in an update under load, no request was answered by the {which} pods of `{name}`")
    return answered


def _no_old_pods(cluster: Cluster, name: str) -> None:
    """Raise while pods of the update before are still there."""
    labels = selector(deployment(cluster, name))
    pods: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=labels).items
    ending = [pod for pod in pods if pod.metadata.deletion_timestamp]
    if ending:
        raise NotYet(
            f"the pod `{ending[0].metadata.name}` of the last update has not ended yet; check again in a moment"
        )


def _quiet(cluster: Cluster, call: Call, client: str) -> None:
    """Raise while requests are lost without an update.

    Some nodes do not know yet that the pods of the update before have ended.
    """
    before = load.start(cluster, call.url, rate=call.rate, seconds=1, client=client, timeout=call.timeout).wait()
    if before.lost:
        why = before.failures.most_common(1)[0][0]
        raise NotYet(
            f"without an update, requests to `http://{call.service}` are lost, too: "
            f"{before.lost} of {before.total}. `{why}`"
        )


def fewest_ready(cluster: Cluster, name: str, limit: float = 90) -> int:
    """Make an update, and return the smallest number of ready pods that the Deployment had meanwhile.

    Raises:
        NotYet: the update does not end in time.
    """
    found = deployment(cluster, name)
    owner, labels = Owner(cluster, found), selector(found)

    def ready() -> int:
        return sum(map(owner.has, running(cluster, labels)))

    load.restart(cluster, name)
    end, fewest = time.monotonic() + limit, ready()
    while time.monotonic() < end:
        time.sleep(0.05)
        fewest = min(fewest, ready())
        found = deployment(cluster, name)
        if is_updated(found) and found.status.available_replicas == found.spec.replicas:
            return fewest
    raise NotYet(f"an update of `{name}` did not end in {limit:g} s. Ready pods: at least {counted(fewest, 'pod')}")
