"""Which sessions of notebooks are found, and which are not trusted."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from kubelearn.cli import shells
from kubelearn.target import sessions, workdir

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, a terminal is not a file")


def plant(folder: Path, **changed: object) -> Path:
    """Write what a handle of this process would, and a kubeconfig that nobody is asked about."""
    own = workdir.PrivateFolder()
    own.path = own.path.rename(folder)
    sessions.write(own, "context=own", "default")
    elsewhere = {"clusters": [{"cluster": {"server": "https://example.invalid"}}]}
    workdir.write_private(folder / "config", json.dumps(elsewhere))
    file = folder / "session.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))
    return folder


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sessions, "_TEMPORARY", ())
    return plant(tmp_path / f"kubelearn-{os.getpid()}-x")


def test_what_is_the_learners_own_is_found(planted: Path) -> None:
    assert [session.folder for session in sessions.running()] == [planted]
    assert (planted / "session.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o777])
def test_a_folder_that_others_can_enter_is_not_trusted(planted: Path, mode: int) -> None:
    planted.chmod(mode)
    assert sessions.running() == []


def test_a_file_that_others_can_write_is_not_trusted(planted: Path) -> None:
    (planted / "session.json").chmod(0o622)
    assert sessions.running() == []


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_belongs_to_somebody_else_is_not_trusted(planted: Path, which: str) -> None:
    os.chown(planted if which == "folder" else planted / "session.json", 12345, 12345)
    assert sessions.running() == []


def test_a_link_is_not_followed(planted: Path) -> None:
    elsewhere = planted.rename(planted.with_name("elsewhere"))
    planted.symlink_to(elsewhere)
    assert sessions.running() == []
    planted.unlink()
    elsewhere.rename(planted)
    file = planted / "session.json"
    file.rename(planted / "other.json")
    file.symlink_to(planted / "other.json")
    assert sessions.running() == []


def test_a_pipe_in_place_of_the_file_does_not_hold_it_up(planted: Path) -> None:
    (planted / "session.json").unlink()
    os.mkfifo(planted / "session.json", 0o600)
    assert sessions.running() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"pid": 1},
        {"pid": "1"},
        {"pid": -1},
        {"pid": 2**70},
        {"notebook": 3},
        {"started": None},
        {"more": 1},
    ],
)
def test_what_makes_no_sense_is_left_alone(planted: Path, changed: dict[str, object]) -> None:
    planted.rename(planted.with_name("gone"))
    folder = plant(planted, **changed)
    assert sessions.running() == []
    (folder / "session.json").write_text("[")
    assert sessions.running() == []


def test_a_name_cannot_speak_to_the_terminal_or_the_shell(planted: Path) -> None:
    unnamed = f"process {os.getpid()}"
    names = {"\x1b[2Jx.ipynb": unnamed, "/a/$(touch x).ipynb": "$(touch x)", "": unnamed}
    for notebook, name in names.items():
        planted.rename(planted.with_name("gone"))
        plant(planted, notebook=notebook)
        assert sessions.running()[0].name == name
        for entry in planted.with_name("gone").iterdir():
            entry.unlink()
        planted.with_name("gone").rmdir()
    shells.interactive(planted, {"KUBECONFIG": "/a 'b'"}, "/bin", "$(touch x)")
    written = "".join(file.read_text() for file in planted.iterdir() if file.name != "session.json")
    assert "$(touch" not in written
    assert """export KUBECONFIG='/a '"'"'b'"'"''""" in written
