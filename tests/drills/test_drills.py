"""Drills on a cluster: a seeded sample of the ways to go with each fault; ``python -m tests.drills`` goes all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
import yaml

import kubelearn
from kubelearn.course import passed
from kubelearn.course.drills import making
from kubelearn.course.drills.faults import names, read
from kubelearn.course.drills.learner import Drill
from kubelearn.course.drills.plan import LEVELS, TWO, drawn, plan
from kubelearn.course.exercises import Kind, Outcome, probe
from kubelearn.target.workspace import NotOursError
from tests.conftest import keep_kubeconfig
from tests.exercises.bench import shell
from tests.exercises.judging import BOUND, PATIENCE, SHORT, wanted

from .symptoms import differs
from .ways import Verdict, Way, judged, ways

#: How many ways are gone at a time: most of a check is waiting.
_AT_A_TIME = 6
#: By which the sample is drawn, and from which on the drills have their seeds.
_SEED = 1900
_chance = Random(_SEED)
#: Ways that no fault lists: those that only fool a check have what is said of them.
_UNLISTED: list[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("unlisted.yml").read_text(encoding="utf-8"))
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
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(_AT_A_TIME) as pool:
        if request.cls is TestWrongWays:
            patch.setattr(probe, "PATIENCE", SHORT)
        else:
            patch.setattr(probe, "BOUND", BOUND)
        first = _SEED + len(names()) * (request.cls is TestWrongWays)
        yield {way: pool.submit(judged, way, cluster, seed) for seed, way in enumerate(wanted(request, "way"), first)}
        pool.shutdown(cancel_futures=True)


class TestRightWays:
    @pytest.mark.parametrize("way", _RIGHT, ids=str)
    def test_a_cure_passes_with_the_right_diagnosis_only(self, way: Way, verdicts: Verdicts) -> None:
        assert verdicts[way].result().complaint == ""


class TestWrongWays:
    @pytest.mark.parametrize("way", _WRONG, ids=str)
    def test_what_does_not_cure_is_told_its_own_reason(
        self, way: Way, verdicts: Verdicts, cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verdict = verdicts[way].result()
        if verdict.complaint:  # was the machine too busy for the short patience?
            monkeypatch.setattr(probe, "PATIENCE", PATIENCE)
            verdict = judged(way, cluster, _SEED + 500)
        assert verdict.complaint == ""


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
    drill.diagnose(*[name for name in drill.plan.choices if name not in (first.name, second.name)][:2])
    assert "The diagnosis is not right. The cure is not right yet" in drill.check().reason
    drill.diagnose(first.name, second.name)
    shell(cluster, first.cures[0])
    half = drill.check()
    assert "The diagnosis is right, after 1 wrong one. The cure is not right yet" in half.reason, half
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


@pytest.fixture(scope="module")
def unlisted(cluster: kubelearn.Cluster) -> Iterator[dict[str, Future[Outcome]]]:
    """What becomes of each of the ways that no fault lists, by its name."""
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        yield {way["name"]: pool.submit(_went, way, cluster) for way in _UNLISTED}
        pool.shutdown(cancel_futures=True)


def _went(way: dict[str, str], cluster: kubelearn.Cluster) -> Outcome:
    planned = plan(read(way["fault"]).level, _SEED + 300 + _UNLISTED.index(way), (way["fault"],), way["shape"])
    drill = Drill(planned, cluster)
    ((_, route),) = planned.placed
    drill.diagnose(way["fault"])
    shell(cluster, route.fill(way["commands"]))
    outcome = drill.check()
    drill.clean_up()
    assert route.fill(way.get("says", "")).lower() in repr(outcome).lower()
    return outcome


@pytest.mark.parametrize("way", _UNLISTED, ids=lambda way: str(way["name"]))
def test_what_no_fault_lists_is_judged_by_what_it_does(
    way: dict[str, str], unlisted: dict[str, Future[Outcome]]
) -> None:
    outcome = unlisted[way["name"]].result()
    assert outcome.kind is (Kind.NOT_YET if "says" in way else Kind.PASSED), outcome


def test_what_was_interrupted_or_deleted_is_made_anew(
    cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan(3, _SEED + 400, ("policy",), "two-namespaces")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "follow_up", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Drill(planned, cluster)
    ((_, route),) = planned.placed
    assert differs(cluster, Drill(planned, cluster).plan) == ""
    shell(cluster, f"kubectl delete namespace {route.home} --wait=false")
    again = Drill(planned, cluster)
    assert differs(cluster, again.plan) == ""
    again.clean_up()


def test_what_is_somebody_elses_stays(cluster: kubelearn.Cluster) -> None:
    planned = plan(1, _SEED + 401, ("port",), "one-tier")
    (namespace,) = planned.situation.namespaces
    shell(cluster, f"kubectl create namespace {namespace}")
    drill = Drill(planned, cluster)
    assert "is somebody else's" in repr(drill)
    assert "is somebody else's" in repr(drill.reset().check())
    with pytest.raises(NotOursError):
        drill.clean_up()
    shell(cluster, f"kubectl delete namespace {namespace}")
