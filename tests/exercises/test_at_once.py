"""Checks that come at once after the learner's last command, on quick and on slow clusters.

No right answer is refused, and no wrong one passes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

import kubelearn
from kubelearn.course.exercises import Kind, Outcome, find, lessons, probe
from tests.conftest import keep_kubeconfig

from .bench import begun, shell

#: How many clusters at the same time.
_AT_A_TIME = 3
_PATCH_SERVICE = """kubectl patch service {} -p '{{"spec": {{"ports": [{}]}}}}'"""
#: A patience in seconds that nobody takes for the time that a check needs.
_LONG = 60.0
#: Seconds that a check may take; a minute is over when it waits for nothing any more, but what it began goes on.
_LONGEST = 150.0
_SWAPPED = _PATCH_SERVICE.format("depot", '{"port": 80, "targetPort": "admin"}, {"port": 9090, "targetPort": "web"}')
_STRAIGHT = _PATCH_SERVICE.format("depot", '{"port": 80, "targetPort": "web"}, {"port": 9090, "targetPort": "admin"}')
_PROBE = (
    "kubectl patch deployment {} -p "
    """'{{"spec": {{"template": {{"spec": {{"containers": [{{"name": "web", "readinessProbe": {}}}]}}}}}}}}'"""
)


@dataclass(frozen=True)
class Moment:
    """Commands after which a check comes at once.

    Attributes:
        exercise: its key.
        commands: shell commands; each ``CHECK`` stands for a check whose outcome does not matter, which finds the
            cluster busy with what was before.
        outcome: what the check in the end has to be.
        says: part of its reason.
        pace: factor on the cluster's lags.
        run: number of the run, for what is tried several times.
    """

    exercise: str
    commands: str
    outcome: Kind = Kind.PASSED
    says: str = ""
    pace: float = 1
    run: int = 1

    def __str__(self) -> str:
        return f"{self.exercise}, {self.outcome.value.lower()}, pace {self.pace:g}: {self.commands.strip()[-30:]}"


def without_waiting(solution: str) -> str:
    """Return a solution without the commands that wait for its effect."""
    return "\n".join(
        line
        for line in solution.splitlines()
        if not line.startswith(("kubectl rollout status", "kubectl wait --for=jsonpath", "kubectl logs"))
    )


def solved(exercise: str) -> str:
    return without_waiting(find(exercise)[1].solution)


KEYS = [exercise.key for lesson in lessons() for exercise in lesson.exercises]
#: Those whose answers follow from rules, EndpointSlices, rollouts or probes.
LAGGING = [
    "reach-the-pods",
    "three-behind-one",
    "take-one-out",
    "repair-the-manifest",
    "two-named-ports",
    "keep-the-address",
    "wait-for-the-oven",
    "case-clinic",
]
RIGHT = [
    *(Moment(key, solved(key)) for key in KEYS),
    *(Moment(key, solved(key), pace=3) for key in LAGGING),
    *(Moment(key, solved(key), run=run) for key in ("two-named-ports", "wait-for-the-oven") for run in (2, 3)),
    # A wrong answer was there, its rules are still in force, and they would answer.
    *(
        Moment("two-named-ports", f"{solved('two-named-ports')}\n{_SWAPPED}\nCHECK\n{_STRAIGHT}", pace=pace)
        for pace in (1, 3)
    ),
    Moment(
        "keep-the-address",
        """kubectl patch service clock -p '{"spec": {"selector": {"app": "clock-v2"}}}'\nCHECK\n"""
        + solved("keep-the-address"),
        pace=3,
    ),
    # Probes as Kubernetes sets them: every ten seconds.
    Moment("wait-for-the-oven", _PROBE.format("oven", '{"httpGet": {"path": "/readyz", "port": 8080}}')),
    Moment(
        "wait-for-the-oven",
        _PROBE.format("oven", '{"httpGet": {"path": "/readyz", "port": 8080}, "initialDelaySeconds": 5}'),
    ),
    Moment(
        "wait-for-the-oven",
        _PROBE.format("oven", '{"tcpSocket": {"port": 8080}, "successThreshold": 2, "periodSeconds": 4}'),
    ),
    Moment(
        "case-clinic",
        _PROBE.format(
            "clinic", '{"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 10, "initialDelaySeconds": 3}'
        ),
    ),
    Moment(
        "case-letters",
        """kubectl patch deployment letters -p '{"spec": {"template": {"metadata": {"labels": {"tier": "front"}}}}}'""",
    ),
    Moment(
        "wait-for-the-oven",
        solved("wait-for-the-oven") + """\nkubectl patch deployment oven -p '{"spec": {"minReadySeconds": 8}}'""",
    ),
]
WRONG = [
    # A right answer was there, its rules are still in force, and they would pass.
    *(
        Moment(
            "two-named-ports",
            f"{solved('two-named-ports')}\nCHECK\n{_SWAPPED}",
            Kind.NOT_YET,
            "port 80 of the Service leads to port 9000",
            pace,
        )
        for pace in (1, 3)
    ),
    Moment(
        "two-named-ports",
        f"{solved('two-named-ports')}\nCHECK\n" + _PATCH_SERVICE.format("depot", '{"port": 9090, "targetPort": 9091}'),
        Kind.NOT_YET,
        "9091",
        3,
    ),
    Moment(
        "reach-the-pods",
        f"{solved('reach-the-pods')}\nCHECK\nkubectl set selector service shop app=nobody",
        Kind.NOT_YET,
        "Behind it: no ready pod",
        3,
    ),
    Moment(
        "expose-on-8081",
        f"{solved('expose-on-8081')}\nCHECK\n" + _PATCH_SERVICE.format("bread", '{"port": 8081, "targetPort": 8081}'),
        Kind.NOT_YET,
        "8081",
        3,
    ),
    Moment(
        "wait-for-the-oven",
        _PROBE.format("oven", '{"httpGet": {"path": "/dial", "port": 8080}}'),
        Kind.NOT_YET,
        "gets the status 400",
    ),
    Moment(
        "wait-for-the-oven",
        f"kubectl rollout pause deployment oven\n{solved('wait-for-the-oven')}",
        Kind.NOT_YET,
        "is paused",
    ),
    Moment(
        "wait-for-the-oven",
        f"{solved('wait-for-the-oven')}\nCHECK\n"
        + _PROBE.format("oven", '{"exec": {"command": ["true"]}, "httpGet": null}'),
        Kind.NOT_YET,
        "did not answer",
    ),
]


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, kubectl: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Moment, Future[tuple[Outcome, float]]]]:
    """The outcome of each moment that is to be tested, and how many seconds the check took."""
    wanted = [
        item.callspec.params["moment"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_at_once"
    ]
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(_AT_A_TIME) as pool:
        patch.setenv("KUBELEARN_PROGRESS", str(tmp_path_factory.mktemp("at-once") / "progress.json"))
        keep_kubeconfig(patch)
        yield {moment: pool.submit(_check, moment) for moment in wanted}
        pool.shutdown(cancel_futures=True)


def _check(moment: Moment) -> tuple[Outcome, float]:
    with kubelearn.connect("embedded", pace=moment.pace) as cluster:
        session = begun(moment.exercise, cluster)
        *first, last = moment.commands.split("CHECK\n")
        for commands in first:
            shell(cluster, commands)
            session.check()
        shell(cluster, last)
        began = time.monotonic()
        return session.check(), time.monotonic() - began


@pytest.mark.parametrize("moment", [*RIGHT, *WRONG], ids=str)
def test_at_once(moment: Moment, outcomes: dict[Moment, Future[tuple[Outcome, float]]]) -> None:
    outcome, seconds = outcomes[moment].result()
    assert (outcome.kind, moment.says.lower() in repr(outcome).lower()) == (moment.outcome, True), outcome
    assert seconds < _LONGEST, outcome


@pytest.mark.parametrize("exercise", ["two-named-ports", "shortest-name", "reach-the-pods"])
def test_when_nothing_is_under_way_a_check_is_quick(
    exercise: str, kubectl: str, tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBELEARN_PROGRESS", f"{tmp_path}/progress.json")
    with kubelearn.connect("embedded") as cluster:
        session = begun(exercise, cluster)
        shell(cluster, find(exercise)[1].solution)
        assert session.check().passed
        monkeypatch.setattr(probe, "PATIENCE", _LONG)
        began = time.monotonic()
        assert session.check().passed
        # Some checks replace the pods, which takes the rules a second to follow; none waits to the end of its patience.
        assert time.monotonic() - began < _LONG / 2
