"""A set-up cell that runs again: its last cluster ends, and the learner is told what went with it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

import kubelearn
from kubelearn import notebook
from kubelearn.notebook import cell


class Shell:
    """Stands in for IPython: the cell that runs, its text, and its count."""

    def __init__(self) -> None:
        self.metadata: dict[str, Any] = {"cellId": "setup"}
        self.code = "cluster = kubelearn.connect()"
        self.execution_count = 1
        self.user_ns: dict[str, Any] = {}

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": self.metadata, "content": {"code": self.code}}


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    shell = Shell()
    monkeypatch.setattr(cell, "shell", lambda: shell)
    monkeypatch.setattr(notebook, "prepare", lambda: None)  # which asks more of IPython
    yield shell
    gc.collect()


def hello(cluster: kubelearn.Cluster) -> None:
    labels = {"app": "hello"}
    container = {"name": "c", "image": "registry.k8s.io/pause:3.10"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    deployment = {"metadata": {"name": "hello"}, "spec": {"selector": {"matchLabels": labels}, "template": template}}
    cluster.apps.create_namespaced_deployment("default", deployment)
    cluster.core.create_namespaced_service(
        "default", {"metadata": {"name": "hello"}, "spec": {"ports": [{"port": 80}]}}
    )
    cluster.core.create_namespaced_pod("default", {"metadata": {"name": "client"}, "spec": {"containers": [container]}})


@pytest.mark.parametrize("known", [True, False], ids=["cell's id", "cell's text"])
def test_what_was_there_is_told_and_the_old_cluster_ends(
    known: bool, shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    if not known:
        shell.metadata = {}
    first = kubelearn.connect()
    assert capsys.readouterr().out == ""
    hello(first)
    shell.execution_count = 5
    with kubelearn.connect() as second:
        assert first.closed
        assert not second.closed
        said = capsys.readouterr().out
        assert said.startswith(
            "The cluster of this cell's last run has ended, and with it: deployment/hello, service/hello, pod/client."
        )
        assert "run the cells again" in said
        shell.execution_count = 6
        with kubelearn.connect():
            assert second.closed
            assert "Nothing of yours was in it." in capsys.readouterr().out


def test_two_clusters_of_one_run_and_of_two_cells_live_side_by_side(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    with kubelearn.connect() as first, kubelearn.connect() as second:
        shell.metadata, shell.execution_count = {"cellId": "another"}, 2
        with kubelearn.connect():
            assert not first.closed
            assert not second.closed
    assert capsys.readouterr().out == ""


def test_a_cluster_that_was_closed_before_is_not_told(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    kubelearn.connect().close()
    shell.execution_count = 2
    kubelearn.connect().close()
    assert capsys.readouterr().out == ""


def test_a_set_up_that_fails_ends_nothing(shell: Shell) -> None:
    with kubelearn.connect() as first:
        shell.execution_count = 2
        with pytest.raises(ValueError, match="unknown target"):
            kubelearn.connect("minikube")
        with pytest.raises(kubelearn.ConnectionFailedError):
            kubelearn.connect(context="nobody-has-this-context")
        assert not first.closed
