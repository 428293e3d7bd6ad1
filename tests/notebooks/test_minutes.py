"""The minutes that a notebook states are those of the rule."""

from __future__ import annotations

import nbformat
import pytest

from kubelearn.course.exercises import find
from kubelearn.course.quizzes import due, read

from . import minutes
from .course import COURSE, PLAYGROUND, Notebook, notebook, words

#: By how much a stated time may differ from the rule's: it is a round number.
_TOLERANCE = 0.2


@pytest.mark.parametrize("name", [name for name in COURSE if name != PLAYGROUND])
def test_the_stated_minutes_are_those_of_the_rule(name: str) -> None:
    content = notebook(name)
    expected, (lesson, exercises) = minutes.by_the_rule(content), minutes.stated(content)
    if exercises is None:
        assert lesson == pytest.approx(expected.all, rel=_TOLERANCE)
    else:
        assert (lesson, exercises) == pytest.approx((expected.lesson, expected.exercises), rel=_TOLERANCE)


def made(*code: str, markdown: str = "", output: str = "") -> Notebook:
    """Return a notebook of one text and some cells, the last of which printed something."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(code)]
    if output:
        cells[-1].outputs = [nbformat.v4.new_output("stream", text=output)]
    text = nbformat.v4.new_markdown_cell(markdown, id="text")
    return Notebook("00-start-here", nbformat.v4.new_notebook(cells=[text, *cells]))


def seconds(content: Notebook) -> int:
    """Return how long a learner reads, without the machine's own time."""
    return round(minutes.by_the_rule(content).lesson * 60) - minutes.MACHINE["00-start-here"]


def test_prose_commands_and_what_they_print_take_time() -> None:
    assert seconds(made(markdown="word " * minutes.WORDS_A_MINUTE)) == 60
    assert seconds(made("!kubectl get pods \\\n    -o wide")) == 2 * minutes.LINE
    two = made("!kubectl get pods", output="a\nb\n")
    assert seconds(two) == minutes.LINE + 2 * minutes.PRINTED_LINE
    long = made("!kubectl get pods", output="a\n" * 500)
    assert seconds(long) == minutes.LINE + minutes.MOST_PRINTED * minutes.PRINTED_LINE


def test_questions_and_widgets_take_time() -> None:
    assert seconds(made('kubelearn.quiz("01-networking")')) == len(read("01-networking")) * minutes.QUESTION
    assert seconds(made('kubelearn.predict("new-address")')) == minutes.QUESTION
    assert seconds(made('kubelearn.recall("02-services")')) == due.COUNT * minutes.QUESTION
    assert seconds(made("widgets.topology(cluster)")) == minutes.LINE + minutes.WIDGET


def test_an_exercise_counts_once_and_apart_from_the_lesson() -> None:
    show = 'first_pod = kubelearn.exercise("first-pod", cluster)\nfirst_pod'
    found = minutes.by_the_rule(made(show, "# Your commands.", "first_pod.check()"))
    assert found.lesson == minutes.by_the_rule(made()).lesson
    task = words(find("first-pod")[1].task) * 60 / minutes.WORDS_A_MINUTE
    assert found.exercises * 60 == pytest.approx(minutes.EXERCISE + task + minutes.SOLUTION_LINE)


def test_what_is_long_in_a_solution_is_not_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    long = made('two_nodes = kubelearn.exercise("two-nodes", cluster)\ntwo_nodes')
    whole = minutes.by_the_rule(long).exercises
    monkeypatch.setattr(minutes, "MOST_TYPED", len(find("two-nodes")[1].solution.splitlines()) - 4)
    assert whole - minutes.by_the_rule(long).exercises == pytest.approx(4 * minutes.SOLUTION_LINE / 60)


def test_both_ways_to_state_a_time_are_read() -> None:
    assert minutes.stated(made(markdown="**Time to learn**: 15 minutes")) == (15, None)
    assert minutes.stated(made(markdown="**Time to learn**: 30 minutes, and 20 for the exercises")) == (30, 20)
