"""Predictions: what they wait for, what they say, and what they keep to themselves until then.

What the page does with them is in ``tests/browser/test_predictions.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.events import EventManager, available_events

import kubelearn
from kubelearn.course import predictions
from kubelearn.course.choices import Answer, Question
from kubelearn.course.predictions import Prediction, UnknownPredictionError, view
from kubelearn.course.predictions.view import Expectation
from kubelearn.notebook import cell

QUESTION = Question(
    "What does the call say?",
    (
        Answer("`Hello` from <b>", "Nobody says that."),
        Answer("Nothing at all", "The address is `nobody's`.", correct=True),
        Answer("An error", "Nobody refuses it."),
    ),
)
PREDICTION = Prediction("silent", "99-sample", "call", QUESTION)
FIRST = "Choose what you expect, then run the next cell."


class Notebook:
    """A notebook whose cells run one after the other, as IPython tells."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.events = EventManager(None, available_events)
        self.count = 0
        self.place = cell.Place("", 0, "")
        monkeypatch.setattr(cell, "shell", lambda: self)
        monkeypatch.setattr(cell, "current", lambda: self.place)

    def begin(self, cell_id: str, code: str) -> None:
        """Begin to run a cell."""
        self.count += 1
        self.place = cell.Place(cell_id, self.count, code)

    def end(self, *, success: bool = True) -> None:
        """End the cell that runs."""
        self.events.trigger("post_run_cell", SimpleNamespace(success=success))

    def run(self, cell_id: str, code: str = "pass", *, success: bool = True) -> None:
        """Run a cell."""
        self.begin(cell_id, code)
        self.end(success=success)

    def predict(self, cell_id: str = "predict-silent") -> Expectation:
        """Run the cell with the prediction."""
        self.begin(cell_id, 'kubelearn.predict("silent")')
        made = Expectation(PREDICTION)
        self.end()
        return made

    @property
    def listeners(self) -> list[Any]:
        """Who waits for the end of cells."""
        return list(self.events.callbacks["post_run_cell"])


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    monkeypatch.setattr(view, "_expected", {})
    made = Notebook(monkeypatch)
    yield made
    for listener in made.listeners:
        listener.__self__.close()


def choose(shown: Expectation, place: int) -> None:
    """Do what the page does."""
    shown.set_state({"chosen": [place], "checked": [False]})


def said(shown: Expectation) -> tuple[str, str]:
    return shown.replies[0]["html"], shown.replies[0]["outcome"]


def test_before_the_cell_has_run_nothing_is_given_away(notebook: Notebook) -> None:
    shown = notebook.predict()
    choose(shown, 1)
    sent = json.dumps(shown.get_state(["page", "replies", "recorded", "checked", "counts"]))
    assert "Nothing at all" in sent
    assert not any(word in sent for word in ("correct", "address is", "says that", "refuses", "right"))
    assert said(shown) == ("Now run the next cell.", "")


def test_the_choice_stands_beside_what_happened(notebook: Notebook) -> None:
    shown = notebook.predict()
    assert said(shown) == (FIRST, "")
    choose(shown, 0)
    notebook.run("call")
    assert said(shown) == (
        "<strong>You expected:</strong> <code>Hello</code> from &lt;b&gt;<br>"
        "<strong>It was:</strong> Nothing at all<br>"
        "Nobody says that. The address is <code>nobody's</code>.",
        "other",
    )
    assert shown.locked == [True]
    assert notebook.listeners == []


def test_what_was_expected_is_confirmed_by_one_sentence(notebook: Notebook) -> None:
    shown = notebook.predict()
    for place in (2, 0, 1):  # as the arrow keys do
        choose(shown, place)
    notebook.run("call")
    html, outcome = said(shown)
    assert html.endswith("<strong>It was:</strong> Nothing at all<br>The address is <code>nobody's</code>.")
    assert outcome == "right"


def test_without_a_choice_it_says_what_happened_and_no_more(notebook: Notebook) -> None:
    shown = notebook.predict()
    notebook.run("call")
    assert said(shown) == ("<strong>It was:</strong> Nothing at all<br>The address is <code>nobody's</code>.", "")


def test_other_cells_and_one_that_failed_are_not_what_it_waits_for(notebook: Notebook) -> None:
    shown = notebook.predict()
    notebook.run("elsewhere")
    notebook.run("call", success=False)
    assert said(shown) == (FIRST, "")
    notebook.run("call")
    assert shown.locked == [True]


@pytest.mark.parametrize("cell_id", ["", "vscode-notebook-cell:/silent.ipynb#W1sZmlsZQ%3D%3D", "0c1f2a"])
def test_where_ids_are_not_the_notebooks_own_it_is_the_next_cell(notebook: Notebook, cell_id: str) -> None:
    shown = notebook.predict(cell_id)
    assert said(shown) == (FIRST, "")  # not its own cell
    notebook.run(cell_id and f"{cell_id}2", "curl")
    assert shown.locked == [True]


def test_a_choice_survives_another_run_of_its_cell(notebook: Notebook) -> None:
    first = notebook.predict()
    choose(first, 2)
    again = notebook.predict()
    assert first.comm is None
    assert again.chosen == [2]
    assert said(again) == ("Now run the next cell.", "")
    assert len(notebook.listeners) == 1
    notebook.run("call")
    assert "<strong>You expected:</strong> An error<br>" in said(again)[0]
    after = notebook.predict()
    assert after.chosen == [2]
    assert after.locked == [False]
    choose(after, 1)
    notebook.run("call")
    assert said(after)[1] == "right"


def test_what_is_chosen_after_the_cell_is_no_prediction(notebook: Notebook) -> None:
    shown = notebook.predict()
    notebook.run("call")
    before = said(shown)
    choose(shown, 1)  # the kernel was busy with the cell
    assert shown.chosen == [-1]
    assert said(shown) == before
    assert notebook.predict().chosen == [-1]


def test_text_and_page_are_the_same_whatever_was_chosen(notebook: Notebook) -> None:
    fresh = notebook.predict()._repr_mimebundle_()
    shown = notebook.predict()
    choose(shown, 0)
    notebook.run("call")
    later = shown._repr_mimebundle_()
    assert {kind: later[kind] for kind in ("text/plain", "text/html")} == {
        "text/plain": fresh["text/plain"],
        "text/html": fresh["text/html"],
    }
    assert fresh["text/plain"].splitlines() == [
        "What does the call say?",
        "   a) `Hello` from <b>",
        "   b) Nothing at all",
        "   c) An error",
        "",
        "What happens:",
        "a: This does not happen. Nobody says that.",
        "b: This happens. The address is `nobody's`.",
        "c: This does not happen. Nobody refuses it.",
    ]
    assert "<details><summary>Nothing at all</summary><p><strong>This happens.</strong> The" in fresh["text/html"]


def test_outside_a_notebook_it_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "shell", lambda: None)
    shown = Expectation(PREDICTION)
    assert "What happens:" in repr(shown)
    shown.close()
    shown.close()


def test_an_unknown_key_lists_those_of_each_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"01-a": ("one", "two"), "02-b": ("three",)}
    monkeypatch.setattr(predictions.entries, "names", lambda: list(known))
    monkeypatch.setattr(
        predictions.entries,
        "read",
        lambda lesson: [Prediction(key, lesson, "call", QUESTION) for key in known[lesson]],
    )
    assert predictions.find("three").lesson == "02-b"
    with pytest.raises(UnknownPredictionError, match="no prediction 'four'; there are: 01-a: one, two; 02-b: three"):
        kubelearn.predict("four")


def test_keys_are_unique_in_the_course() -> None:
    keys = [prediction.key for lesson in predictions.names() for prediction in predictions.read(lesson)]
    assert len(set(keys)) == len(keys)
