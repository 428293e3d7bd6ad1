"""Where kubectl finds the cluster: the guard, handles that take turns, and what the learner had."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections import UserDict
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import config
from kubernetes.config import kube_config

from kubelearn.target import environment, workdir
from kubelearn.target.workdir import PrivateFolder
from tests.conftest import keep_kubeconfig


@pytest.fixture
def learners(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A learner with a kubeconfig of their own, in a process without handles and without a guard."""
    keep_kubeconfig(monkeypatch)
    for name in ("_guarding", "_open"):
        monkeypatch.setattr(environment, name, [])
    monkeypatch.setattr(environment, "_base", {})
    path = tmp_path / "mine"
    path.write_text("apiVersion: v1\nkind: Config\ncurrent-context: mine\n")
    environment._set(dict.fromkeys(environment._VARIABLES))
    environment._set({"KUBECONFIG": str(path)})
    yield path
    environment._set(dict.fromkeys(environment._VARIABLES))
    for folder in environment._guarding:
        folder.remove()


@pytest.fixture
def folders() -> Iterator[list[PrivateFolder]]:
    made = [PrivateFolder(), PrivateFolder()]
    for folder in made:
        folder.write(environment.CONFIG, "apiVersion: v1\nkind: Config\ncurrent-context: lesson\n")
    yield made
    for folder in made:
        folder.remove()


def in_force() -> Path:
    return Path(os.environ["KUBECONFIG"])


def test_a_guarded_process_names_what_to_do(learners: Path, kubectl: str) -> None:
    environment.guard()
    refused = subprocess.run([kubectl, "get", "pods"], capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "run-the-set-up-cell-first" in refused.stderr
    with pytest.raises(config.ConfigException, match="run-the-set-up-cell-first"):
        config.load_kube_config()
    with pytest.raises(config.ConfigException, match="run-the-set-up-cell-first"):
        config.load_config()
    assert stat.S_IMODE(in_force().stat().st_mode) == 0o600
    assert environment.learners_kubeconfig() == str(learners)


def test_not_even_the_cluster_that_jupyter_itself_runs_in_is_found(
    learners: Path, kubectl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "1")
    environment.guard()
    refused = subprocess.run([kubectl, "get", "pods"], capture_output=True, text=True, check=False)
    assert "run-the-set-up-cell-first" in refused.stderr


def test_handles_take_turns_and_the_guard_comes_back(learners: Path, folders: list[PrivateFolder]) -> None:
    environment.guard()
    guard = in_force()
    first, second = folders
    environment.enter(first)
    environment.enter(second)
    assert in_force() == second.path / "config"
    environment.leave(first)
    assert in_force() == second.path / "config"
    environment.leave(second)
    assert in_force() == guard
    environment.guard()  # a second time changes nothing
    assert in_force() == guard


def test_a_guard_that_comes_while_a_handle_is_open_waits_for_its_end(
    learners: Path, folders: list[PrivateFolder]
) -> None:
    environment.enter(folders[0])
    environment.guard()
    assert in_force() == folders[0].path / "config"
    environment.leave(folders[0])
    assert environment.NO_CLUSTER in in_force().read_text()
    assert environment.learners_kubeconfig() == str(learners)


class Going(UserDict[str, str]):
    """Variables of which one goes as soon as somebody has asked for their names."""

    def __iter__(self) -> Iterator[str]:
        names = list(super().__iter__())
        self.pop("KUBECONFIG", None)
        return iter(names)


def test_a_handle_that_another_thread_closes_disturbs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", Going({"HOME": "/root", "KUBECONFIG": "/tmp/config"}))
    assert environment.inherited() == {"HOME": "/root"}


def test_without_a_guard_the_learner_gets_back_what_was_there(learners: Path, folders: list[PrivateFolder]) -> None:
    before = dict(os.environ)
    environment.enter(folders[0])
    environment.enter(folders[1])
    assert environment.learners_kubeconfig() == str(learners)
    environment.leave(folders[1])
    environment.leave(folders[0])
    assert dict(os.environ) == before


def test_what_the_learner_sets_in_a_cell_is_meant(
    learners: Path, folders: list[PrivateFolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.guard()
    environment.enter(folders[0])
    monkeypatch.setenv("KUBECONFIG", "/another")
    assert environment.learners_kubeconfig() == "/another"
    environment.leave(folders[0])
    assert in_force() == Path("/another")


@pytest.mark.parametrize("with_handle", [False, True])
def test_programs_that_a_cell_starts_know_what_the_learner_had(
    with_handle: bool, learners: Path, folders: list[PrivateFolder]
) -> None:
    environment.guard()
    if with_handle:
        environment.enter(folders[0])
    ask = (
        "from kubelearn.target.connection import environment; print(environment.learners_kubeconfig());"
        " environment.guard(); print(environment.learners_kubeconfig())"
    )
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert asked.stdout.split() == [str(learners)] * 2


def test_the_official_client_follows_though_it_reads_the_variable_only_once(
    learners: Path, folders: list[PrivateFolder]
) -> None:
    environment.guard()
    assert str(in_force()) == kube_config.KUBE_CONFIG_DEFAULT_LOCATION == config.KUBE_CONFIG_DEFAULT_LOCATION
    environment.enter(folders[0])
    assert str(folders[0].path / "config") == kube_config.KUBE_CONFIG_DEFAULT_LOCATION
    environment.leave(folders[0])
    assert str(in_force()) == kube_config.KUBE_CONFIG_DEFAULT_LOCATION


def test_swept_files_come_back_and_those_that_are_there_stay(learners: Path, folders: list[PrivateFolder]) -> None:
    environment.guard()
    guard = in_force()
    environment.enter(folders[0])
    config_file = in_force()
    shutil.rmtree(guard.parent)
    shutil.rmtree(config_file.parent)
    environment.restore()
    assert environment.NO_CLUSTER in guard.read_text()
    assert "current-context: lesson" in config_file.read_text()
    assert stat.S_IMODE(config_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(config_file.parent.stat().st_mode) == 0o700
    config_file.write_text("changed by the learner")
    environment.restore()
    assert config_file.read_text() == "changed by the learner"
    environment.leave(folders[0])


@pytest.mark.skipif(os.name != "posix", reason="on Windows the user's temporary folder is private by inheritance")
@pytest.mark.parametrize("make", ["open", "link"])
def test_secrets_are_not_written_into_somebody_elses_folder(
    make: str, folders: list[PrivateFolder], tmp_path: Path
) -> None:
    folder = folders[0]
    shutil.rmtree(folder.path)
    if make == "open":
        folder.path.mkdir()
        folder.path.chmod(0o777)
    else:
        folder.path.symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        folder.restore()
    assert list(tmp_path.iterdir()) == []
    assert not workdir.is_private(folder.path)
    folder.path.unlink() if make == "link" else folder.path.rmdir()
