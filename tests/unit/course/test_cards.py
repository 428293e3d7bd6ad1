"""Cards differ in more than colour, and bars tell nothing from all."""

from __future__ import annotations

import pytest

from kubelearn.course.cards import Look, bar, card
from kubelearn.course.exercises.outcome import Kind, Outcome, Text, plain
from kubelearn.course.exercises.whole_course import whole_course
from kubelearn.course.progress import Progress


def test_no_two_outcomes_have_the_same_sign() -> None:
    assert len({kind.look.value[0] for kind in Kind}) == len(Kind)


@pytest.mark.parametrize("look", Look)
def test_a_card_begins_with_its_words_and_a_sign_that_is_not_read(look: Look) -> None:
    shown = card(look, "**Words.** `code`")
    assert f'<span aria-hidden="true">{look.value[0]}</span> **Words.** `code`\n\n</div>' in shown
    assert shown.startswith("<div style=")


def test_plain_text_has_neither_frame_nor_sign() -> None:
    assert repr(Text("**Hint.** `a`", Look.HELP)) == "Hint. a"
    assert repr(Outcome(Kind.NOT_YET, "No pod.", title="a task")) == "Not yet. Exercise “a task”. No pod."


@pytest.mark.parametrize(
    ("done", "of", "filled", "words"),
    [
        (0, 60, 0, "0 of 60 (0 %)"),
        (1, 60, 1, "1 of 60 (1 %)"),
        (59, 60, 19, "59 of 60 (98 %)"),
        (60, 60, 20, "(100 %)"),
    ],
)
def test_a_bar_is_empty_only_at_nothing_and_full_only_at_all(done: int, of: int, filled: int, words: str) -> None:
    shown = plain(bar(done, of))
    assert shown.count("█") == filled
    assert shown.count("░") == 20 - filled
    assert shown.endswith(words)


def test_the_whole_course_counts_exercises_and_quizzes_and_nothing_else() -> None:
    none, both = whole_course(set()), whole_course({"reach-the-pods", "quiz-02-services", "nonsense"})
    assert " 0 of " in none
    assert " 2 of " in both
    assert plain(both) in repr(Progress({"reach-the-pods", "quiz-02-services"}))
