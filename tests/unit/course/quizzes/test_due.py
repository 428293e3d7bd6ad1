"""Which old questions a lesson opens with, and that first answers are kept for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import kubelearn
from kubelearn.course import passed
from kubelearn.course.quizzes import Question, UnknownQuizError, names, read
from kubelearn.course.quizzes.due import ANSWERS, choose
from kubelearn.course.quizzes.view import Quiz, Recall

LESSON = "04-discovery"


@pytest.fixture(autouse=True)
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is answered here is not answered in the lessons that this process tests, too."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(path))
    return path


def keys(questions: list[Question]) -> list[str]:
    return [question.key for question in questions]


def earlier(lesson: str = LESSON) -> list[Question]:
    return [question for name in names() if name < lesson for question in read(name)]


def give(shown: Quiz | Recall, number: int, *, right: bool) -> None:
    """Answer a question as the page does."""
    question = shown.asked[number]
    place = next(place for place, answer in enumerate(question.answers) if answer.correct == right)
    chosen, checked = [*shown.chosen], [*shown.checked]
    chosen[number], checked[number] = place, False
    shown.set_state({"chosen": [*chosen], "checked": [*checked]})
    checked[number] = True
    shown.set_state({"checked": checked})


def test_who_has_answered_nothing_sees_what_all_others_see(progress: Path) -> None:
    assert keys(choose(LESSON)) == keys(choose(LESSON))
    assert not progress.exists()
    asked = [key for lesson in names()[1:] for key in keys(choose(lesson))]
    assert len(asked) == len({*asked}) == 3 * len(names()[1:])


@pytest.mark.parametrize("lesson", names()[1:])
def test_all_are_from_lessons_before(lesson: str) -> None:
    asked = choose(lesson)
    assert len(asked) == len({*keys(asked)}) == 3
    assert {*keys(asked)} <= {*keys(earlier(lesson))}


def test_what_was_wrong_comes_first_and_what_was_right_last() -> None:
    usual = choose(LESSON)
    wrong = next(question.key for question in earlier() if question not in usual)
    passed.note(ANSWERS, wrong, False)
    assert keys(choose(LESSON)) == [wrong, *keys(usual)[:2]]
    passed.note(ANSWERS, usual[0].key, True)
    assert keys(choose(LESSON))[:2] == [wrong, usual[1].key]
    assert usual[0].key not in keys(choose(LESSON))
    passed.note(ANSWERS, wrong, True)
    assert keys(choose(LESSON))[0] == usual[1].key
    for question in earlier():
        passed.note(ANSWERS, question.key, question.key != wrong)
    assert keys(choose(LESSON))[0] == wrong  # twice wrong, once right


def test_the_worst_comes_first() -> None:
    bad, worse = (question.key for question in earlier()[:2])
    for key in (bad, worse, worse):
        passed.note(ANSWERS, key, False)
    assert keys(choose(LESSON))[:2] == [worse, bad]


def test_first_answers_of_a_quiz_are_kept_and_later_ones_are_not() -> None:
    quiz = kubelearn.quiz("01-networking")
    first, second = quiz.asked[0].key, quiz.asked[1].key
    assert first.startswith("01-networking/")
    give(quiz, 0, right=False)
    give(quiz, 0, right=True)
    give(quiz, 1, right=True)
    assert passed.noted(ANSWERS) == {first: [False], second: [True]}
    assert choose("02-services")[0].key == first
    quiz.close()


def test_an_answer_at_the_head_of_a_lesson_counts_too() -> None:
    passed.note(ANSWERS, earlier()[0].key, False)
    shown = kubelearn.recall(LESSON)
    assert shown.asked[0] == earlier()[0]
    give(shown, 0, right=True)
    assert passed.noted(ANSWERS) == {earlier()[0].key: [False, True]}
    assert passed.load() == (set(), "")
    assert shown.recorded is None
    shown.close()


def test_a_damaged_progress_file_is_no_obstacle(progress: Path) -> None:
    usual = keys(choose(LESSON))
    progress.write_text("{")
    assert keys(choose(LESSON)) == usual


@pytest.mark.parametrize("lesson", ["01-networking", "services", ""])
def test_a_lesson_with_nothing_before_it_says_which_have(lesson: str) -> None:
    with pytest.raises(UnknownQuizError, match=f"'{lesson}' has nothing to recall; lessons that have: 02-services"):
        kubelearn.recall(lesson)


def test_a_wrong_answer_to_an_old_question_says_where_to_look() -> None:
    shown = kubelearn.recall(LESSON)
    told = [(answer["verdict"], answer["correct"]) for answer in shown.page[0]["answers"]]
    assert all(verdict.endswith(f" See lesson {shown.asked[0].lesson}.") != correct for verdict, correct in told)
    shown.close()
    quiz = kubelearn.quiz("01-networking")
    own = [page for page, question in zip(quiz.page, quiz.asked, strict=True) if not question.lesson]
    assert own
    assert "See lesson" not in str(own)
    quiz.close()


@pytest.mark.parametrize("lesson", names())
def test_a_third_of_each_quiz_is_old(lesson: str) -> None:
    questions = read(lesson)
    old = [question for question in questions if question.lesson != lesson]
    assert len(old) * 3 >= len(questions)
    assert {question.lesson for question in old} <= {"00-start-here", *(name for name in names() if name < lesson)}
