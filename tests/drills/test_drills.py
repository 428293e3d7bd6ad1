"""Drills on a cluster: a seeded sample of the ways to go with each fault; ``python -m tests.drills`` goes all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

import pytest

import kubelearn
from kubelearn.course import passed
from kubelearn.course.drills.faults import names
from kubelearn.course.drills.learner import Drill
from kubelearn.course.drills.plan import LEVELS, TWO, drawn, plan
from kubelearn.course.exercises import Kind, probe
from tests.conftest import keep_kubeconfig
from tests.exercises.bench import shell

from .symptoms import differs
from .ways import Verdict, Way, judged, ways

#: How many ways are gone at a time: most of a check is waiting.
_AT_A_TIME = 6
#: By which the sample is drawn, and from which on the drills have their seeds.
_SEED = 1900
_chance = Random(_SEED)
_RIGHT = [_chance.choice([way for way in ways(fault) if way.is_cured]) for fault in names()]
_WRONG = [_chance.choice([way for way in ways(fault) if not way.is_cured]) for fault in names()]

Verdicts = dict[Way, Future[Verdict]]


@pytest.fixture(scope="module")
def cluster(kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[kubelearn.Cluster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(passed.PROGRESS_VARIABLE, str(tmp_path_factory.mktemp("drills") / "progress.json"))
        keep_kubeconfig(patch)
        with kubelearn.connect() as found:
            yield found


@pytest.fixture(scope="class")
def verdicts(request: pytest.FixtureRequest, cluster: kubelearn.Cluster) -> Iterator[Verdicts]:
    """The verdict on each way of a class of tests."""
    wanted = [
        item.callspec.params["way"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.cls is request.cls
    ]
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(_AT_A_TIME) as pool:
        if request.cls is TestWrongWays:
            patch.setattr(probe, "PATIENCE", 1.5)  # what is wrong stays so; kube-proxy is up to date after a second
        first = _SEED + len(names()) * (request.cls is TestWrongWays)
        yield {way: pool.submit(judged, way, cluster, seed) for seed, way in enumerate(wanted, first)}
        pool.shutdown(cancel_futures=True)


class TestRightWays:
    @pytest.mark.parametrize("way", _RIGHT, ids=str)
    def test_a_cure_passes_with_the_right_diagnosis_only(self, way: Way, verdicts: Verdicts) -> None:
        assert verdicts[way].result().complaint == ""


class TestWrongWays:
    @pytest.mark.parametrize("way", _WRONG, ids=str)
    def test_what_does_not_cure_is_told_its_own_reason(self, way: Way, verdicts: Verdicts) -> None:
        assert verdicts[way].result().complaint == ""


@pytest.mark.parametrize("level", LEVELS)
def test_it_is_as_its_ticket_says(level: int, cluster: kubelearn.Cluster) -> None:
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        plans = [plan(level, seed) for seed in range(_SEED + 200, _SEED + 205)]
        drills = list(pool.map(lambda planned: Drill(planned, cluster), plans))
        complaints = list(pool.map(lambda drill: differs(cluster, drill.plan), drills))
        list(pool.map(Drill.clean_up, drills))
    assert complaints == [""] * len(plans)


def test_of_two_faults_both_have_to_be_named_and_cured(cluster: kubelearn.Cluster) -> None:
    drill = kubelearn.drill(cluster, TWO, seed=_two("selector", "wrong-caller"))
    first, second = drill.plan.faults
    assert "name each of them once" in repr(drill.diagnose(first.name))
    assert drill.check().kind is Kind.NOT_ATTEMPTED
    drill.diagnose(first.name, second.name)
    shell(cluster, first.cures[0])
    half = drill.check()
    assert "The diagnosis is right. The cure is not right yet" in half.reason, half
    shell(cluster, second.cures[1])
    whole = drill.check()
    assert whole.passed, whole
    drill.clean_up()


def _two(*faults: str) -> int:
    return next(seed for seed in range(100_000) if drawn(TWO, seed) == faults)


def test_it_goes_on_where_it_was_until_it_has_ended(cluster: kubelearn.Cluster) -> None:
    drill = kubelearn.drill(cluster)
    (namespace, *_) = drill.plan.situation.namespaces
    shell(cluster, f"kubectl -n {namespace} create configmap mine")
    again = kubelearn.drill(cluster)
    assert repr(again) == repr(drill)
    shell(cluster, f"kubectl -n {namespace} get configmap mine")
    assert "Not yet" in repr(again.explain())
    assert again.plan.faults[0].see[0] in repr(again.give_up())
    assert repr(kubelearn.drill(cluster)) != repr(drill)
    assert repr(kubelearn.drill(cluster, seed=drill.plan.seed).reset()) == repr(drill)
    assert "mine" not in shell(cluster, f"kubectl -n {namespace} get configmaps -o name")


@pytest.mark.parametrize("cheat", ["delete the caller", "scale the caller to nothing", "a copy that answers"])
def test_what_only_fools_a_check_does_not_pass(cheat: str, cluster: kubelearn.Cluster) -> None:
    number = ["delete the caller", "scale the caller to nothing", "a copy that answers"].index(cheat)
    drill = Drill(plan(1, _SEED + 300 + number, ("target-port",), "one-tier"), cluster)
    (route,) = drill.plan.situation.routes
    commands, says = {
        "delete the caller": ("kubectl -n $home delete deployment $caller", "there is no Deployment"),
        "scale the caller to nothing": ("kubectl -n $home scale deployment $caller --replicas=0", "has no replicas"),
        "a copy that answers": (
            "kubectl -n $ns expose deployment $app --name=$other --port=$port --target-port=$target\n"
            "kubectl -n $home set env deployment/$caller ASKS=http://$other:$port/hostname",
            f"passes connections on to port {route.spare}",
        ),
    }[cheat]
    if cheat != "a copy that answers":
        commands += f"\n{drill.plan.faults[0].cures[0]}"
    shell(cluster, route.fill(commands))
    drill.diagnose("target-port")
    outcome = drill.check()
    assert outcome.kind is Kind.NOT_YET
    assert says.lower() in repr(outcome).lower()
    drill.clean_up()
