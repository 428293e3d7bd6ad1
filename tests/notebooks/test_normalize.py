"""What the normaliser of notebooks keeps and drops."""

from __future__ import annotations

import copy

import nbformat

from .normalize import normalise


def notebook() -> nbformat.NotebookNode:
    stream = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b\n"),
        nbformat.v4.new_output("stream", name="stderr", text="c\n"),
    ]
    view = nbformat.v4.new_output(
        "display_data", data={"text/plain": "a quiz", "application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    )
    cells = [
        nbformat.v4.new_markdown_cell("# T", id="title"),
        nbformat.v4.new_code_cell(
            "1",
            id="first",
            outputs=[*stream, view],
            metadata={
                "execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"},
                "tags": ["x"],
                "jupyter": {"source_hidden": True},
            },
        ),
        nbformat.v4.new_code_cell("2", id="0a1b2c3d"),
        nbformat.v4.new_code_cell("3", id="cell-3"),
        nbformat.v4.new_code_cell("4", id="decade"),
        nbformat.v4.new_code_cell("5", id="89c4d2a1-0c5e-4a53-9d3e-0123456789ab"),
    ]
    return nbformat.v4.new_notebook(
        metadata={"widgets": {"state": {}}, "language_info": {"name": "python", "version": "3.11.7"}}, cells=cells
    )


def test_what_varies_goes_and_what_says_something_stays() -> None:
    made = notebook()
    normalise(made)
    nbformat.validate(made)
    assert made.metadata == {
        "kernelspec": {"display_name": "kubelearn", "language": "python", "name": "kubelearn"},
        "language_info": {"name": "python"},
    }
    first = made.cells[1]
    assert first.metadata == {"tags": ["x"]}
    assert [(output.get("name"), output.get("text")) for output in first.outputs] == [
        ("stdout", "ab\n"),
        ("stderr", "c\n"),
        (None, None),
    ]
    assert first.outputs[-1].data == {"text/plain": "a quiz"}


def test_made_up_ids_become_words_and_no_id_twice() -> None:
    made = notebook()
    normalise(made)
    assert [cell.id for cell in made.cells] == ["title", "first", "cell-3-2", "cell-3", "decade", "cell-6"]


def test_a_second_time_changes_nothing() -> None:
    made = notebook()
    normalise(made)
    again = copy.deepcopy(made)
    normalise(again)
    assert again == made
