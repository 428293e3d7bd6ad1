"""``kubelearn lab``: copying the course without touching the learner's work, and JupyterLab on it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from kubelearn import cli, lab


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "pictures").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    for name in ("00-start-here.ipynb", "01-pods.ipynb", "pictures/pod.svg", ".ipynb_checkpoints/01-pods-checkpoint.ipynb", "kubelearn-progress.json"):
        (folder / name).write_text(f"first {name}")
    return folder


def test_a_copy_is_whole_and_made_once(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "course"
    assert lab.copy(source, target) == lab.Copied(added=["00-start-here.ipynb", "01-pods.ipynb", "pictures/pod.svg"])
    assert (target / "pictures" / "pod.svg").read_text() == "first pictures/pod.svg"
    assert sorted(path.name for path in target.iterdir()) == [".kubelearn.json", "00-start-here.ipynb", "01-pods.ipynb", "pictures"]
    assert lab.copy(source, target) == lab.Copied()


def test_a_newer_course_replaces_what_the_learner_left_alone_and_keeps_the_rest(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "course"
    lab.copy(source, target)
    (target / "01-pods.ipynb").write_text("the learner's")
    assert lab.copy(source, target) == lab.Copied()  # the course has nothing newer: nothing to say
    for name in ("00-start-here.ipynb", "01-pods.ipynb"):
        (source / name).write_text(f"second {name}")
    assert lab.copy(source, target) == lab.Copied(updated=["00-start-here.ipynb"], kept=["01-pods.ipynb"])
    assert (target / "00-start-here.ipynb").read_text() == "second 00-start-here.ipynb"
    assert (target / "01-pods.ipynb").read_text() == "the learner's"


def test_without_a_record_everything_counts_as_the_learners(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "course"
    lab.copy(source, target)
    (target / ".kubelearn.json").write_text("{half")
    (source / "01-pods.ipynb").write_text("second")
    assert lab.copy(source, target) == lab.Copied(kept=["01-pods.ipynb"])
    assert (target / "01-pods.ipynb").read_text() == "first 01-pods.ipynb"


def test_a_file_of_the_same_name_that_was_there_before_is_kept(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "course"
    target.mkdir()
    (target / "01-pods.ipynb").write_text("somebody's")
    assert lab.copy(source, target).kept == ["01-pods.ipynb"]
    assert (target / "01-pods.ipynb").read_text() == "somebody's"


def test_the_first_page_is_the_first_by_name(source: Path, tmp_path: Path) -> None:
    assert lab.start_page(source) == "00-start-here.ipynb"
    with pytest.raises(lab.CourseNotFoundError, match="no notebook"):
        lab.start_page(tmp_path)


@pytest.mark.parametrize(("arguments", "own", "others"), [
    (["lab"], ["lab"], []),
    (["lab", "--port", "9999"], ["lab"], ["--port", "9999"]),
    (["lab", "here", "--no-browser"], ["lab", "here"], ["--no-browser"]),
    (["lab", "--help"], ["lab", "--help"], []),
    (["up", "--port", "1"], ["up", "--port", "1"], []),
])
def test_what_follows_the_folder_is_jupyterlabs(arguments: list[str], own: list[str], others: list[str]) -> None:
    assert [list(part) for part in cli._split(arguments)] == [own, others]


def test_the_course_is_served(tmp_path: Path) -> None:
    env = {**os.environ, **{f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "RUNTIME", "DATA")}}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "kubelearn", "lab", "mine", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=learner"]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        address = next(filter(None, (re.search(r"(http://127\.0\.0\.1:\d+)(/lab/tree/\S+\.ipynb)\?token=", line) for line in process.stdout)))
        assert address[2] == f"/lab/tree/{lab.start_page(lab.course())}"
        # Jupyter prints its address a moment before it listens.
        patient = urllib3.Retry(connect=50, backoff_factor=0.02, backoff_max=0.5)
        with urllib3.PoolManager(retries=patient, timeout=30) as pool:
            served = {entry["name"] for entry in pool.request("GET", f"{address[1]}/api/contents?token=learner").json()["content"]}
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert served >= {path.name for path in lab.course().glob("*.ipynb")}
