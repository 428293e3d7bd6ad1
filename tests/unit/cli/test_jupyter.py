"""``kubelearn lab``: copying the course without touching the learner's work, and JupyterLab on it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
import websocket

from kubelearn.cli import commands as cli
from kubelearn.cli import jupyter
from kubelearn.target import kubectl, programs


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
    ran = notebook("one", "two", outputs=True, kernelspec={"name": "python3"}).replace("spoiled", "the learner's")
    (target / "01-pods.ipynb").write_text(ran, encoding="utf-8")
    assert jupyter.copy(course, target) == jupyter.Copied()  # the course has nothing newer
    assert (target / "01-pods.ipynb").read_text(encoding="utf-8") == ran
    (course / "01-pods.ipynb").write_text(notebook("one", "second"), encoding="utf-8")
    assert jupyter.copy(course, target) == jupyter.Copied(updated=["01-pods.ipynb"])
    first, second = json.loads((target / "01-pods.ipynb").read_text(encoding="utf-8"))["cells"][1:]
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


@pytest.mark.parametrize(
    ("arguments", "own", "others"),
    [
        (["lab"], ["lab"], []),
        (["lab", "--port", "9999"], ["lab"], ["--port", "9999"]),
        (["lab", "here", "--no-browser"], ["lab", "here"], ["--no-browser"]),
        (["lab", "--help"], ["lab", "--help"], []),
        (["up", "--port", "1"], ["up", "--port", "1"], []),
    ],
)
def test_what_follows_the_folder_is_jupyterlabs(arguments: list[str], own: list[str], others: list[str]) -> None:
    assert [list(part) for part in cli._split(arguments)] == [own, others]


@contextmanager
def serving(folder: Path, *options: str, **variables: str) -> Iterator[tuple[str, str]]:
    """Run ``kubelearn lab mine`` in an empty folder; yields JupyterLab's address, and its first page."""
    env = {
        **os.environ,
        **{f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "RUNTIME", "DATA")},
        **variables,
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "kubelearn",
        "lab",
        "mine",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=learner",
        *options,
    ]
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        address = next(
            filter(
                None,
                (
                    re.search(r"(http://127\.0\.0\.1:\d+)(/lab/tree/\S+\.ipynb)\?token=", line)
                    for line in process.stdout
                ),
            )
        )
        yield address[1], address[2]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def ask(method: str, url: str) -> Any:
    # Jupyter prints its address a moment before it listens.
    patient = urllib3.Retry(connect=50, backoff_factor=0.02, backoff_max=0.5)
    with urllib3.PoolManager(retries=patient, timeout=30) as pool:
        return pool.request(method, f"{url}?token=learner").json()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for kubectl is a shell script")
def test_terminals_and_kernels_find_a_fetched_kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = tmp_path / "cache" / "kubectl"
    fetched.parent.mkdir()
    fetched.touch(0o755)
    monkeypatch.setattr(kubectl, "cached", lambda: fetched)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    started = []
    monkeypatch.setattr(jupyter, "_launcher", lambda: SimpleNamespace(launch_instance=started.append))
    assert jupyter.run(jupyter.course(), ["--no-browser"]) == 0
    assert started[0][-1] == "--no-browser"
    assert shutil.which("kubectl") == str(fetched)


def test_the_course_is_served(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, page):
        served = {entry["name"] for entry in ask("GET", f"{address}/api/contents")["content"]}
    assert page == f"/lab/tree/{jupyter.start_page(jupyter.course())}"
    assert served >= {path.name for path in jupyter.course().glob("*.ipynb")}


# JupyterLab's own terminal.


def in_terminal(address: str, command: str, end: str) -> str:
    """Type a command into a new terminal, and return all that it shows until a text appears."""
    name = ask("POST", f"{address}/api/terminals")["name"]
    url = f"{address.replace('http', 'ws', 1)}/terminals/websocket/{name}?token=learner"
    shown = ""
    with closing(websocket.create_connection(url, timeout=20)) as terminal:
        terminal.send(json.dumps(["stdin", f"{command}\r"]))
        while end not in shown:
            kind, *said = json.loads(terminal.recv())
            shown += said[0] if kind == "stdout" else ""
    return shown


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/sh"])
def test_jupyterlabs_terminal_finds_kubelearn_where_the_environment_is_not_activated(
    shell: str, tmp_path: Path
) -> None:
    own = programs._own()
    if own is None:
        pytest.skip("the package is not installed, so that there is no program to find")
    with serving(tmp_path, SHELL=shell, PATH="/usr/local/bin:/usr/bin:/bin", HOME=str(tmp_path)) as (address, _):
        words = "echo fou''nd: $(command -v kubelearn); kubelearn doctor | grep notebooks; echo e''nd"
        shown = in_terminal(address, words, "end\r")
    assert f"found: {own}\r" in shown
    assert f"9 of 9 are in {tmp_path / 'mine'}\r" in shown


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
@pytest.mark.parametrize("where", ["file", "option"])
def test_the_learners_own_terminal_settings_come_first(where: str, tmp_path: Path) -> None:
    mine = ["/bin/sh", "-c", "echo my own; read line"]
    options = [f"--ServerApp.terminado_settings={{'shell_command': {mine!r}}}"] if where == "option" else []
    if where == "file":
        (tmp_path / "CONFIG").mkdir()
        (tmp_path / "CONFIG" / "jupyter_server_config.py").write_text(
            f"c.ServerApp.terminado_settings = {{'shell_command': {mine!r}}}\n"
        )
    with serving(tmp_path, *options) as (address, _):
        assert "my own" in in_terminal(address, "", "my own")


@pytest.mark.parametrize("own", ["kubelearn", None])
def test_a_command_that_works_in_any_terminal(own: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = None if own is None else tmp_path / "a b" / own
    if program is not None:
        program.parent.mkdir()
        program.touch(0o755)
    monkeypatch.setattr(programs, "_own", lambda: program)
    monkeypatch.setenv("PATH", "")
    quote = subprocess.list2cmdline if os.name == "nt" else shlex.join
    assert programs.command("lab") == quote(
        [sys.executable, "-m", "kubelearn", "lab"] if program is None else [str(program), "lab"]
    )


@pytest.mark.skipif(os.name != "posix", reason="on Windows a program is found by its name's end")
def test_a_program_that_is_found_by_name_is_called_so_unless_it_is_another_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("own", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kubelearn").touch(0o755)
    monkeypatch.setattr(programs, "_own", lambda: tmp_path / "own" / "kubelearn")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "other"), str(tmp_path / "own")]))
    assert programs.command("doctor") == f"{tmp_path / 'own' / 'kubelearn'} doctor"
    programs.expose()
    assert programs.command("doctor") == "kubelearn doctor"
    assert os.environ["PATH"] == os.pathsep.join([str(tmp_path / "own"), str(tmp_path / "other")])
