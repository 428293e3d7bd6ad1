"""Whether a check always says the same: every way again and again, and how long that took.

    python -m tests.exercises.repeat [--runs 20] [--at-a-time 4] [LESSON or EXERCISE...]

Prints a line for each way: how often the verdict was right, and the median and longest time of a check. A way is judged
rightly as the tests want it: a right one passes, and a wrong one is told its own reason.
The exit code is the number of ways that were judged in two manners.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.notebooks.running import progress_apart

from .bench import Verdict, Way, alternatives, fitting, mistakes
from .judging import judged


@dataclass
class Tally:
    """What was said of a way."""

    right: int = 0
    seconds: list[float] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def add(self, way: Way, verdict: Verdict, among: list[Way]) -> None:
        """Count one more verdict."""
        self.seconds.append(verdict.seconds)
        said = fitting(verdict.outcome, verdict.here, among) if not way.is_right else []
        if verdict.outcome.passed if way.is_right else said == [way]:
            self.right += 1
        else:
            self.surprises.append(str(verdict.outcome))


def main(words: Sequence[str] | None = None) -> int:
    """Judge ways again and again, and print how."""
    parser = argparse.ArgumentParser(prog="python -m tests.exercises.repeat")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--at-a-time", type=int, default=4)
    parser.add_argument("only", nargs="*", metavar="LESSON or EXERCISE")
    options = parser.parse_args(words)
    every = [*alternatives(), *mistakes()]
    ways = [way for way in every if not options.only or {way.exercise, way.lesson} & set(options.only)]
    with progress_apart():
        tallies = _judge(ways, every, options.runs, options.at_a_time)
    wavering = sum(0 < tally.right < options.runs for tally in tallies)
    wrong = sum(tally.right < options.runs for tally in tallies)
    print(
        f"{len(ways)} ways, {options.runs} runs each: {wrong} judged wrongly at least once, {wavering} in two manners."
    )
    return wavering


def _judge(ways: list[Way], every: list[Way], runs: int, at_a_time: int) -> list[Tally]:
    """Judge the ways in their order, and print each as soon as all of its runs are over."""
    tallies = []
    with ThreadPoolExecutor(at_a_time) as pool:
        pending = [(way, [pool.submit(judged, way) for _ in range(runs)]) for way in ways]
        for way, verdicts in pending:
            tally = Tally()
            among = [other for other in every if other.exercise == way.exercise]
            for verdict in verdicts:
                tally.add(way, verdict.result(), among)
            _print(way, tally, runs)
            tallies.append(tally)
    return tallies


def _print(way: Way, tally: Tally, runs: int) -> None:
    median, longest = statistics.median(tally.seconds), max(tally.seconds)
    print(f"{tally.right:3}/{runs}  {median:5.1f} s  {longest:5.1f} s  {way}", flush=True)
    for said in tally.surprises:
        print(f"         {said}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
