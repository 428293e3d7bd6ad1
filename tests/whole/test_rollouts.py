"""Rolling updates under load: some requests are lost without the cures, none with them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from kubelearn.views.traffic.load import Result
from tests.benchmarks.rollouts import LESSON, VARIANTS, measure
from tests.conftest import keep_kubeconfig

_REPLICAS = 2
#: Variants whose requests take five seconds.
_LONG = [variant for variant in LESSON if variant.call == "long"]


@pytest.fixture(scope="module")
def updates() -> Iterator[dict[str, Future[Result]]]:
    """Every variant once, all at the same time: most of it is waiting."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(len(VARIANTS) + len(_LONG)) as pool:
        keep_kubeconfig(patch)
        # Rules follow after a second, on a busy machine after more. Those that lose while a pod starts and those that
        # lose while it stops are compared: there, the start stays by far the longer one.
        quicker = [replace(each, slow=1.5, pause=4) if each.pause and each.slow else each for each in VARIANTS]
        # On a busy machine, few requests are under way at a time: who gives them too little time gives them hardly any.
        harder = [replace(each, pause=0, grace=1) if each.grace < 5 else each for each in _LONG]
        yield {each.name: pool.submit(measure, each, 1, replicas=_REPLICAS) for each in (*quicker, *harder)}


@pytest.mark.parametrize("name", [variant.name for variant in VARIANTS if variant.pause or not variant.update])
def test_nothing_is_lost_without_an_update_or_with_a_pause_before_the_stop(
    updates: dict[str, Future[Result]], name: str
) -> None:
    result = updates[name].result()
    assert result.lost == 0, result.failures
    assert result.total > 0


def test_a_fast_stop_loses_some(updates: dict[str, Future[Result]]) -> None:
    results = [updates[name].result() for name in ("starts at once", "starts at once, readinessProbe")]
    assert sum(result.lost for result in results) > 0
    assert all(result.lost < result.total for result in results)


def test_a_slow_start_loses_what_comes_meanwhile_unless_there_is_a_probe(updates: dict[str, Future[Result]]) -> None:
    without, with_probe = updates["starts slowly"].result(), updates["starts slowly, readinessProbe"].result()
    assert 0 < without.lost < without.total
    assert with_probe.lost < without.lost


@pytest.mark.parametrize("name", [variant.name for variant in VARIANTS if variant.update])
def test_old_and_new_pods_answered(updates: dict[str, Future[Result]], name: str) -> None:
    assert len(updates[name].result().answers) > _REPLICAS


@pytest.mark.parametrize("name", [variant.name for variant in _LONG])
def test_long_requests_need_a_pause_or_a_drain_that_is_longer_and_the_time_for_it(
    updates: dict[str, Future[Result]], name: str
) -> None:
    result = updates[name].result()
    assert (result.lost == 0) == (
        name in ("05 cured, pause of 8 s, requests of 5 s", "05 drained for 6 s, requests of 5 s")
    ), result.failures
