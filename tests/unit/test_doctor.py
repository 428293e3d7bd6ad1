"""``kubelearn doctor``: all good where things are right, and the right advice where they are not."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from kubelearn import cli, doctor, kubectl
from kubelearn.doctor import State


def findings(folder: Path, port: int = 0) -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine(folder, port)}


def test_nothing_keeps_the_course_from_running_here(tmp_path: Path, kubectl: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "The course can run: kubelearn lab"
    assert [line.split()[0] for line in lines[:7]] == ["ok"] * 7


def test_without_kubectl_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(kubectl, "cached", lambda: tmp_path / "none")
    assert cli.main(["doctor", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "PROBLEM  kubectl" in out
    assert "`kubelearn kubectl --fetch`" in out
    assert out.endswith("1 problem to solve first\n")


@pytest.mark.parametrize(("found", "state"), [((1, 30), State.BAD), ((1, 31), State.GOOD), ((1, 33), State.GOOD), ((1, 35), State.NOTE)])
def test_the_version_of_kubectl_counts(found: tuple[int, int], state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kubectl, "find", lambda: "/bin/kubectl")
    monkeypatch.setattr(kubectl, "version", lambda: found)
    assert findings(tmp_path)["kubectl"].state is state


def test_a_taken_port_is_no_problem_but_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finding = findings(tmp_path, port)["port"]
    assert (finding.state, finding.text.split(":")[0]) == (State.NOTE, f"{port} is taken, perhaps by another JupyterLab")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that not even root can write")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    finding = findings(Path("/proc/self/course"))["folder"]
    assert finding.state is State.BAD
    assert finding.text.startswith("/proc/self cannot be written (")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert findings(tmp_path / "course")["folder"].state is State.BAD
