"""What quizzes, predictions and a diagnosis have in common: choices, answers, replies, and readers without a kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.course.choices import Answer, Question
from kubelearn.course.choices.text import Verdicts, as_html, as_text
from kubelearn.course.choices.view import Choices

ONE = Question("Is `<b>` safe?", (Answer("Yes & no", "Shown as `<b>`.", correct=True), Answer("No", "It is.")))
OTHER = Question("Sure?", (Answer("No", "Be sure."), Answer("Yes", "Good.", correct=True)), lesson="01-networking")


class Diagnosis(Choices):
    """Answers of which the page knows nothing, and what the kernel heard of them."""

    gives_feedback = False
    verdicts = Verdicts("Fits.", "Does not fit.", "Verdicts:")

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        super().__init__("diagnosis", [ONE, OTHER], ["Commit", ""])

    def on_choice(self, number: int) -> None:
        self.heard.append(("choice", number))

    def on_commit(self, number: int) -> None:
        self.heard.append(("commit", number))


@pytest.fixture
def diagnosis() -> Iterator[Diagnosis]:
    made = Diagnosis()
    yield made
    made.close()


def test_the_page_has_no_feedback_if_the_kernel_gives_it(diagnosis: Diagnosis) -> None:
    assert diagnosis.page == [
        {
            "question": "Is <code>&lt;b&gt;</code> safe?",
            "answers": [{"text": "Yes &amp; no"}, {"text": "No"}],
            "commit": "Commit",
        },
        {"question": "Sure?", "answers": [{"text": "No"}, {"text": "Yes"}], "commit": ""},
    ]


def test_choices_and_answers_are_heard_once_each(diagnosis: Diagnosis) -> None:
    diagnosis.set_state({"chosen": [1, -1]})
    diagnosis.set_state({"checked": [True, True]})  # the second has nothing chosen
    assert diagnosis.heard == [("choice", 0), ("commit", 0)]
    diagnosis.set_state({"chosen": [0, -1], "checked": [False, True]})
    diagnosis.set_state({"checked": [True, True]})
    assert diagnosis.heard[2:] == [("choice", 0), ("commit", 0)]
    assert diagnosis.is_right(0)
    assert not diagnosis.is_right(1)
    assert diagnosis.right == 1


def test_a_locked_answer_is_not_committed_again(diagnosis: Diagnosis) -> None:
    diagnosis.reply(0, "Noted.", "other", lock=True)
    diagnosis.reply(0, "Noted again.")
    assert diagnosis.locked == [True, False]
    assert diagnosis.replies == [{"html": "Noted again.", "outcome": ""}, {}]
    diagnosis.set_state({"chosen": [1, 1], "checked": [True, True]})
    assert ("commit", 0) not in diagnosis.heard
    assert ("commit", 1) in diagnosis.heard


def test_readers_without_a_kernel_get_the_verdicts_of_the_subclass(diagnosis: Diagnosis) -> None:
    shown = diagnosis._repr_mimebundle_()
    assert shown["text/plain"] == repr(diagnosis) == as_text([ONE, OTHER], diagnosis.verdicts)
    assert shown["text/html"] == as_html([ONE, OTHER], diagnosis.verdicts)
    assert "<p><strong>Fits.</strong> Shown as <code>&lt;b&gt;</code>.</p>" in shown["text/html"]


def test_one_question_has_no_number_and_a_wrong_answer_leads_to_its_lesson() -> None:
    assert as_text([OTHER], Verdicts()).splitlines() == [
        "Sure?",
        "   a) No",
        "   b) Yes",
        "",
        "Feedback:",
        "a: Not quite. Be sure. See lesson 01-networking.",
        "b: Right. Good.",
    ]
    assert as_html([OTHER], Verdicts()) == (
        "<p><strong>Sure?</strong></p>"
        "<details><summary>No</summary><p><strong>Not quite.</strong> Be sure. See lesson 01-networking.</p></details>"
        "<details><summary>Yes</summary><p><strong>Right.</strong> Good.</p></details>"
    )
