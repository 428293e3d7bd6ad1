"""Every fault of the drills, gone every way: untouched, cured rightly and wrongly, with a wrong diagnosis.

    python -m tests.drills [FAULT...] [--seed N] [--shapes]
    python -m tests.drills --seeds 500
    python -m tests.drills --elsewhere [FAULT...]

With ``--shapes``, each way is gone in every shape of a situation in which the fault can be. With ``--seeds``, so many
drills of each level are made instead: each has to be as its ticket says, and none may be there twice. With
``--elsewhere``, the cluster is one in another process, reached by its kubeconfig only and as slow as a real one.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kubelearn
from kubelearn.course import passed
from kubelearn.course.drills.faults import names, read
from kubelearn.course.drills.learner import Drill
from kubelearn.course.drills.learner.ticket import ticket
from kubelearn.course.drills.plan import LEVELS, Plan, plan
from kubelearn.course.drills.shapes import SHAPES
from kubelearn.course.exercises import probe
from tests.notebooks.elsewhere import REALISTIC, UNLIKE, another_cluster

from .symptoms import differs
from .ways import Verdict, Way, judged, ways

#: How many ways are gone at a time, here and on a slow cluster: most of a check is waiting.
_AT_A_TIME, _ELSEWHERE = 6, 14


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", default=names())
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--shapes", action="store_true")
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--elsewhere", action="store_true")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        patch.setenv(passed.PROGRESS_VARIABLE, str(Path(folder) / "progress.json"))
        if options.elsewhere:
            for name, value in stack.enter_context(another_cluster(*UNLIKE, *REALISTIC)).items():
                patch.setenv(name, value)
        cluster = stack.enter_context(kubelearn.connect())
        if options.seeds:
            return _many(cluster, options.seed, options.seeds)
        todo = [
            (way, shape)
            for fault in options.faults
            for shape in (read(fault).shapes or SHAPES if options.shapes else [""])
            for way in ways(fault)
        ]
        threads = _ELSEWHERE if options.elsewhere else _AT_A_TIME
        found = _go([(way, shape) for way, shape in todo if way.is_cured], cluster, options.seed, threads)
        if not options.elsewhere:
            patch.setattr(probe, "PATIENCE", 1.5)  # what is wrong stays so; kube-proxy is up to date after a second
        found += _go(
            [(way, shape) for way, shape in todo if not way.is_cured], cluster, options.seed + len(todo), threads
        )
    done = [verdict for verdict in found if verdict is not None]
    print(_figures("made", [verdict.made for verdict in done]), _figures("checked", [each.checked for each in done]))
    wrong = len(found) - len(done) + sum(bool(verdict.complaint) for verdict in done)
    print(f"{len(found)} ways, {wrong} judged wrongly.")
    return wrong


def _many(cluster: kubelearn.Cluster, first: int, count: int) -> int:
    plans = [plan(LEVELS[seed % len(LEVELS)], seed) for seed in range(first, first + count)]
    twice = count - len({ticket(each).partition("**")[2].partition("**")[2] for each in plans})
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        found = list(pool.map(lambda each: _seen(cluster, each), plans))
    print(_figures("made", [seconds for seconds, _ in found]))
    complaints = [said for _, said in found if said]
    print(f"{count} drills, {len(complaints)} not as their tickets say, {twice} tickets twice.")
    return len(complaints) + twice


def _seen(cluster: kubelearn.Cluster, planned: Plan) -> tuple[float, str]:
    begin = time.monotonic()
    drill = Drill(planned, cluster)
    made = time.monotonic() - begin
    complaint = differs(cluster, planned)
    drill.clean_up()
    if complaint:
        faults = ", ".join(fault.name for fault in planned.faults)
        print(
            f"level {planned.level}, seed {planned.seed}, {planned.situation.shape}, {faults}: {complaint}", flush=True
        )
    return made, complaint


def _go(todo: list[tuple[Way, str]], cluster: kubelearn.Cluster, seed: int, threads: int) -> list[Verdict | None]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda each: _told(*each[1], cluster, seed + each[0]), enumerate(todo)))


def _told(way: Way, shape: str, cluster: kubelearn.Cluster, seed: int) -> Verdict | None:
    try:
        verdict = judged(way, cluster, seed, shape)
    except Exception as error:  # noqa: BLE001 - reported; the other ways are still to go
        print(f"WRONG {way} {shape} (seed {seed}) {type(error).__name__}: {error}", flush=True)
        return None
    said = verdict.complaint or repr(verdict.outcome)[:240]
    print(
        f"{'WRONG' if verdict.complaint else 'ok'} {way} {shape} (seed {seed}, {verdict.checked:.1f} s) {said}",
        flush=True,
    )
    return verdict


def _figures(what: str, seconds: list[float]) -> str:
    return f"{what}: median {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s."


if __name__ == "__main__":
    sys.exit(main())
