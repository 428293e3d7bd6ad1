"""``kubelearn lab``: the learner's copy of the course, and what becomes of it with a newer course."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kubelearn.cli import commands as cli
from kubelearn.cli import jupyter


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "pictures").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    for name in (
        "00-start-here.ipynb",
        "01-pods.ipynb",
        "pictures/pod.svg",
        ".ipynb_checkpoints/01-pods-checkpoint.ipynb",
        "kubelearn-progress.json",
    ):
        (folder / name).write_text(f"first {name}")
    return folder


def test_a_copy_is_whole_and_made_once(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "course"
    assert jupyter.copy(source, target) == jupyter.Copied(
        added=["00-start-here.ipynb", "01-pods.ipynb", "pictures/pod.svg"]
    )
    assert (target / "pictures" / "pod.svg").read_text() == "first pictures/pod.svg"
    assert sorted(path.name for path in target.iterdir()) == [
        ".kubelearn.json",
        "00-start-here.ipynb",
        "01-pods.ipynb",
        "pictures",
    ]
    assert jupyter.copy(source, target) == jupyter.Copied()


def notebook(*cells: str, outputs: bool = True, **metadata: object) -> str:
    """A notebook of one Markdown cell and code cells, as Jupyter writes it."""
    shown = {"output_type": "stream", "name": "stdout", "text": ["spoiled\n"]}
    code = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "execution_count": 7 if outputs else None,
            "outputs": [shown] if outputs else [],
            "source": [text],
        }
        for number, text in enumerate(cells)
    ]
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# Pods — über\n", "and more"]}
    return (
        json.dumps(
            {"cells": [text, *code], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5},
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )


@pytest.fixture
def course(source: Path) -> Path:
    """A course with one real notebook."""
    (source / "01-pods.ipynb").write_text(notebook("one", "two"), encoding="utf-8")
    return source


def test_a_copy_has_no_stored_outputs_and_is_the_same_otherwise(course: Path, tmp_path: Path) -> None:
    jupyter.copy(course, tmp_path / "copy")
    assert (tmp_path / "copy" / "01-pods.ipynb").read_text(encoding="utf-8") == notebook("one", "two", outputs=False)
    assert (course / "01-pods.ipynb").read_text(encoding="utf-8") == notebook("one", "two")


def test_the_courses_notebooks_differ_from_their_copies_in_outputs_only(tmp_path: Path) -> None:
    jupyter.copy(jupyter.course(), tmp_path)
    for path in jupyter.course().glob("*.ipynb"):
        one, other = (
            json.loads(path.read_text(encoding="utf-8")),
            json.loads((tmp_path / path.name).read_text(encoding="utf-8")),
        )
        code = [cell for cell in other["cells"] if cell["cell_type"] == "code"]
        assert code
        assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * len(code)
        for cell in one["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        assert one == other


def test_a_notebook_that_was_only_run_is_updated_and_keeps_what_it_showed_as_far_as_it_is_the_same(
    course: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy"
    jupyter.copy(course, target)
    metadata = {"kernelspec": {"name": "python3"}, "widgets": {"state": {}}}
    ran = notebook("one", "two", outputs=True, **metadata).replace("spoiled", "the learner's")
    (target / "01-pods.ipynb").write_text(ran, encoding="utf-8")
    assert jupyter.copy(course, target) == jupyter.Copied()  # the course has nothing newer
    assert (target / "01-pods.ipynb").read_text(encoding="utf-8") == ran
    (course / "01-pods.ipynb").write_text(notebook("one", "second"), encoding="utf-8")
    assert jupyter.copy(course, target) == jupyter.Copied(updated=["01-pods.ipynb"])
    updated = json.loads((target / "01-pods.ipynb").read_text(encoding="utf-8"))
    assert updated["metadata"] == {"widgets": {"state": {}}}
    first, second = updated["cells"][1:]
    assert (first["source"], first["outputs"][0]["text"], first["execution_count"]) == (["one"], ["the learner's\n"], 7)
    assert (second["source"], second["outputs"], second["execution_count"]) == (["second"], [], None)
    assert jupyter.copy(course, target) == jupyter.Copied()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"one"', '"mine"'),
        lambda text: text.replace("and more", "and a note"),
        lambda text: text.replace('"cell_type": "code"', '"cell_type": "raw"', 1),
        lambda text: "{half",
    ],
    ids=["code", "text", "kind", "broken"],
)
def test_a_notebook_in_which_the_learner_wrote_is_kept_whatever_else_changed(
    change: Callable[[str], str], course: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy"
    jupyter.copy(course, target)
    mine = change(notebook("one", "two"))
    (target / "01-pods.ipynb").write_text(mine, encoding="utf-8")
    (course / "01-pods.ipynb").write_text(notebook("one", "second"), encoding="utf-8")
    for _ in range(2):
        assert jupyter.copy(course, target) == jupyter.Copied(kept=["01-pods.ipynb"])
        assert (target / "01-pods.ipynb").read_text(encoding="utf-8") == mine


def test_jupyters_way_to_write_a_source_is_no_change(course: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    jupyter.copy(course, target)
    saved = json.loads((target / "01-pods.ipynb").read_text(encoding="utf-8"))
    for cell in saved["cells"]:
        cell["source"] = "".join(cell["source"])
    (target / "01-pods.ipynb").write_text(json.dumps(saved), encoding="utf-8")
    (course / "01-pods.ipynb").write_text(notebook("one", "second"), encoding="utf-8")
    assert jupyter.copy(course, target).updated == ["01-pods.ipynb"]


@pytest.mark.parametrize("record", ["{half", "[]", '{"01-pods.ipynb": "0123"}', None])
def test_a_record_that_is_lost_costs_neither_work_nor_outputs(record: str | None, course: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    jupyter.copy(course, target)
    (target / "01-pods.ipynb").write_text(notebook("one", "two"), encoding="utf-8")
    (target / ".kubelearn.json").unlink()
    if record is not None:
        (target / ".kubelearn.json").write_text(record)
    assert jupyter.copy(course, target) == jupyter.Copied()
    assert (target / "01-pods.ipynb").read_text(encoding="utf-8") == notebook("one", "two")


def test_the_course_itself_is_never_stripped(course: Path) -> None:
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    assert jupyter.copy(course, course / "pictures" / "..") == jupyter.Copied()
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before


def test_the_learners_folder_is_found_again(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTER_SERVER_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert jupyter.folder(Path("mine")) == Path("mine")
    assert jupyter.folder() == Path("kubelearn-course")
    jupyter.copy(course, Path("mine"))
    monkeypatch.setenv("JUPYTER_SERVER_ROOT", str(tmp_path / "mine"))  # what JupyterLab tells its terminals
    assert jupyter.folder() == tmp_path / "mine"
    jupyter.copy(course, Path("kubelearn-course"))
    assert jupyter.folder() == Path("kubelearn-course")
    monkeypatch.chdir("mine")
    assert jupyter.folder() == Path()


def test_copying_alone_in_a_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert jupyter.checkout() is not None  # the tests run from a clone
    assert cli.main(["copy"]) == 0
    assert sorted(path.name for path in Path("kubelearn-course").glob("*.ipynb")) == sorted(
        path.name for path in jupyter.course().glob("*.ipynb")
    )
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{Path('kubelearn-course') / '00-start-here.ipynb'} (new)"
    assert (
        said[-1]
        == f"The course is in {tmp_path / 'kubelearn-course'}: what you change there is yours, and stays as it is."
    )


def test_git_ignores_the_copy() -> None:
    ignored = (Path(__file__).parent.parents[2] / ".gitignore").read_text().splitlines()
    assert f"{jupyter.FOLDER}/" in ignored


def test_a_newer_course_replaces_what_the_learner_left_alone_and_keeps_the_rest(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "course"
    jupyter.copy(source, target)
    (target / "01-pods.ipynb").write_text("the learner's")
    assert jupyter.copy(source, target) == jupyter.Copied()  # the course has nothing newer: nothing to say
    for name in ("00-start-here.ipynb", "01-pods.ipynb"):
        (source / name).write_text(f"second {name}")
    assert jupyter.copy(source, target) == jupyter.Copied(updated=["00-start-here.ipynb"], kept=["01-pods.ipynb"])
    assert (target / "00-start-here.ipynb").read_text() == "second 00-start-here.ipynb"
    assert (target / "01-pods.ipynb").read_text() == "the learner's"


def test_without_a_record_everything_counts_as_the_learners(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "course"
    jupyter.copy(source, target)
    (target / ".kubelearn.json").write_text("{half")
    (source / "01-pods.ipynb").write_text("second")
    assert jupyter.copy(source, target) == jupyter.Copied(kept=["01-pods.ipynb"])
    assert (target / "01-pods.ipynb").read_text() == "first 01-pods.ipynb"


def test_a_file_of_the_same_name_that_was_there_before_is_kept(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "course"
    target.mkdir()
    (target / "01-pods.ipynb").write_text("somebody's")
    assert jupyter.copy(source, target).kept == ["01-pods.ipynb"]
    assert (target / "01-pods.ipynb").read_text() == "somebody's"


def test_the_first_page_is_the_first_by_name(source: Path, tmp_path: Path) -> None:
    assert jupyter.start_page(source) == "00-start-here.ipynb"
    with pytest.raises(jupyter.CourseNotFoundError, match="no notebook"):
        jupyter.start_page(tmp_path)
