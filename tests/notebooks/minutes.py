"""How long each notebook takes a learner, by one rule for all.

    python -m tests.notebooks.minutes [--measure] [NOTEBOOK...]

The lesson's minutes are the machine's own time for a run of all cells, and what a learner needs to read:
the texts, the commands, what they print, the pictures, the questions. Those of an exercise are for the task,
for trying, and for what its solution has to type. ``--measure`` runs the notebooks and prints the machine's time.
"""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass
from typing import Any

from kubelearn.course.exercises import find
from kubelearn.course.quizzes import due, read

from .course import (
    COURSE,
    EXERCISE_CALL,
    NOTEBOOKS,
    PLAYGROUND,
    QUIZ_CALL,
    Notebook,
    notebook,
    printed,
    words,
)
from .running import progress_apart, run

#: Words of prose that are read in a minute.
WORDS_A_MINUTE = 150
#: Seconds to read and understand a line of a command or a manifest, to compare a line that it printed,
#: to look at a picture, to use a widget, and to answer a question.
LINE, PRINTED_LINE, PICTURE, WIDGET, QUESTION = 8, 2, 30, 60, 40
#: Of a long output, only so many lines are read.
MOST_PRINTED = 15
#: Seconds for an exercise, hints and trying included, and in addition for each line of its solution.
EXERCISE, SOLUTION_LINE = 300, 15
#: Of a long solution, only so many lines are typed: the rest is copied, or for cases that the learner does not have.
MOST_TYPED = 20
#: Seconds that the machine takes for all cells of a notebook, on two cores: what --measure printed.
MACHINE = {
    "00-start-here": 4,
    "01-networking": 8,
    "02-services": 31,
    "03-creating-services": 18,
    "04-discovery": 18,
    "04b-other-names": 8,
    "05-staying-up": 111,
    "06-debugging": 40,
    "07-lab": 15,
    "08-capstone": 13,
}

_STATED = re.compile(r"^\*\*Time to learn\*\*: (\d+) minutes(?:, and (\d+) for the exercises)?", re.MULTILINE)
#: Cells that show what the learner has done, or wait for it: their time is the exercise's.
_LEARNERS = re.compile(r"^(\w+\.check\(\)|# Your .*)$")


@dataclass(frozen=True)
class Minutes:
    """How long a notebook takes, in minutes: what is read and run, and the exercises."""

    lesson: float
    exercises: float

    @property
    def all(self) -> float:
        return self.lesson + self.exercises


def by_the_rule(content: Notebook) -> Minutes:
    """Return how long a notebook takes."""
    exercises = sum(_exercise(key) for key in EXERCISE_CALL.findall(content.code))
    reading = content.words * 60 / WORDS_A_MINUTE + sum(map(_cell, content.code_cells))
    return Minutes((reading + MACHINE[content.name]) / 60, exercises / 60)


def _cell(cell: Any) -> float:
    """Return the seconds to read a cell and what it printed."""
    if _LEARNERS.match(cell.source) or EXERCISE_CALL.search(cell.source):
        return 0
    if found := QUIZ_CALL.search(cell.source):
        return QUESTION * len(read(found[1]))
    if "kubelearn.predict(" in cell.source:
        return QUESTION
    if "kubelearn.recall(" in cell.source:
        return QUESTION * due.COUNT
    seconds = LINE * len(cell.source.splitlines())
    if any("image/png" in output.get("data", {}) for output in cell.outputs):
        return seconds + PICTURE
    if re.search("widgets?[.]|Widget", cell.source):
        return seconds + WIDGET
    return seconds + PRINTED_LINE * min(MOST_PRINTED, len(printed(cell).splitlines()))


def _exercise(key: str) -> float:
    """Return the seconds for an exercise."""
    exercise = find(key)[1]
    typed = min(MOST_TYPED, len(exercise.solution.splitlines()))
    return EXERCISE + words(exercise.task) * 60 / WORDS_A_MINUTE + SOLUTION_LINE * typed


def stated(content: Notebook) -> tuple[int, int | None]:
    """Return the minutes that a notebook states: for the lesson and for the exercises, or for both together."""
    found = _STATED.search(content.markdown)
    assert found, f"{content.name} does not say how long it takes"
    return int(found[1]), int(found[2]) if found[2] else None


def measured(content: Notebook) -> float:
    """Run all cells of a notebook, and return how many seconds that took."""
    with progress_apart():
        begin = time.monotonic()
        run(content.content, NOTEBOOKS)
        return time.monotonic() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true", help="run the notebooks, and print the machine's seconds")
    parser.add_argument("notebooks", nargs="*", default=[name for name in COURSE if name != PLAYGROUND])
    options = parser.parse_args()
    for name in options.notebooks:
        content = notebook(name.rpartition("/")[2].removesuffix(".ipynb"))
        if options.measure:
            print(f"{content.name:20}  {measured(content):3.0f} s", flush=True)
            continue
        found, (lesson, exercises) = by_the_rule(content), stated(content)
        says = f"{lesson} + {exercises}" if exercises is not None else str(lesson)
        print(
            f"{content.name:20}  {found.lesson:2.0f} min and {found.exercises:2.0f} for the exercises; stated: {says}"
        )


if __name__ == "__main__":
    main()
