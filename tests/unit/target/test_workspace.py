"""The lessons' namespace: on the notebook's own cluster, and on one that is reached by a kubeconfig only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

import kubelearn
from kubelearn.course.exercises import Exercise, Lesson, Session, situation
from kubelearn.target import kubectl as tool
from kubelearn.target import sessions, versions, workspace


@pytest.fixture(autouse=True)
def somebodys_cluster(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The context ``kubelearn`` leads to a cluster that this test did not start."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))


@pytest.fixture
def core(kubeconfig: Path) -> client.CoreV1Api:
    from kubernetes import config

    return client.CoreV1Api(config.new_client_from_config(config_file=str(kubeconfig)))


def phase(core: client.CoreV1Api, name: str) -> str:
    """Active, Terminating, or gone."""
    found: list[Any] = core.list_namespace(field_selector=f"metadata.name={name}").items
    return str(found[0].status.phase) if found else "gone"


def test_the_lessons_get_a_namespace_of_their_own_that_goes_with_the_handle(
    core: client.CoreV1Api, kubeconfig: Path
) -> None:
    with kubelearn.connect(context="kubelearn") as cluster, kubelearn.connect(context="kubelearn") as other:
        assert repr(cluster) == "<Cluster context=kubelearn v1.36 3 nodes Ready>"
        labels = cluster.core.read_namespace(cluster.namespace).metadata.labels
        assert labels["app.kubernetes.io/managed-by"] == "kubelearn"
        assert cluster.namespace != other.namespace
        assert f"namespace: {cluster.namespace}\n" in cluster.kubeconfig.read_text()
    assert {phase(core, cluster.namespace), phase(core, other.namespace)} <= {"Terminating", "gone"}
    assert os.environ["KUBECONFIG"] == str(kubeconfig)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for kubectl is a shell script")
def test_a_kubectl_that_is_nearer_to_the_cluster_is_used_and_told(
    kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kubectl"
    path.write_text(f'#!/bin/sh\nexec {kubectl} "$@"\n')
    path.chmod(0o755)
    monkeypatch.setattr(tool, "own", lambda: tool.Kubectl(kubectl, (1, 40), own=True))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with kubelearn.connect(context="kubelearn") as cluster:
        found = Path(shutil.which("kubectl") or "")
        (session,) = [each for each in sessions.running() if each.folder == cluster.kubeconfig.parent]
    assert found.resolve() == path
    assert session.kubectl == str(path), "and in `kubelearn shell`"
    version = versions.name(tool.version(kubectl))
    assert capsys.readouterr().out == (
        f"kubectl {version} at {path} is used: it is nearer to the cluster's 1.36 than the course's own, 1.40\n"
    )
    monkeypatch.setattr(tool, "own", lambda: tool.Kubectl(kubectl, (1, 37), own=True))
    with kubelearn.connect():
        assert shutil.which("kubectl") == kubectl


def test_a_kept_namespace_stays(core: client.CoreV1Api) -> None:
    with kubelearn.connect(context="kubelearn", keep=True) as cluster:
        pass
    assert phase(core, cluster.namespace) == "Active"
    workspace.remove(core, cluster.namespace)


@pytest.mark.skipif(os.name != "posix", reason="on Windows it cannot be told whether a process runs without ending it")
def test_namespaces_of_killed_kernels_go_with_the_next_connection(core: client.CoreV1Api) -> None:
    code = (
        "import kubelearn, os, signal; cluster = kubelearn.connect(context='kubelearn'); print(cluster.namespace,"
        " flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        orphan = killed.stdout.read().strip()
        os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its parent has not asked how
        assert phase(core, orphan) == "Active"
        with kubelearn.connect(context="kubelearn", keep=True) as kept, kubelearn.connect(context="kubelearn") as other:
            assert phase(core, orphan) in ("Terminating", "gone")
            assert (phase(core, kept.namespace), phase(core, other.namespace)) == ("Active", "Active")
    workspace.remove(core, kept.namespace)


def test_an_interrupt_does_not_keep_a_handle_from_removing_its_namespace(
    core: client.CoreV1Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster, remove, interrupts = kubelearn.connect(context="kubelearn"), workspace.remove, [KeyboardInterrupt]

    def interrupted(core: client.CoreV1Api, name: str) -> None:
        if interrupts:
            raise interrupts.pop()
        remove(core, name)

    monkeypatch.setattr(workspace, "remove", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cluster.close()
    assert phase(core, cluster.namespace) in ("Terminating", "gone")
    assert cluster.closed


def exercise(second: str, **options: Any) -> Session:
    """An exercise, on a cluster with somebody's namespaces, that makes a second namespace and owns it."""

    def start(cluster: kubelearn.Cluster) -> None:
        situation.apply(cluster, f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {second}}}\n")

    made = Exercise(
        key="second",
        title="",
        task="Do it.",
        hints=("Think.",),
        solution="true",
        check=lambda cluster: None,
        start=start,
        owns=(f"namespace/{second}",),
    )
    return Session(Lesson("99-none", (made,)), made, kubelearn.connect(context="kubelearn", **options))


def test_an_exercises_second_namespace_goes_with_the_handle(core: client.CoreV1Api, kubectl: str) -> None:
    session = exercise("shelf")
    assert core.read_namespace("shelf").metadata.labels["app.kubernetes.io/managed-by"] == "kubelearn"
    session.reset()
    assert phase(core, "shelf") == "Active"
    session._cluster.close()
    assert phase(core, "shelf") in ("Terminating", "gone")


def test_a_restarted_notebook_waits_for_the_end_of_the_namespace_before(
    core: client.CoreV1Api, kubectl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    core.create_namespace({"metadata": {"name": "bench"}})
    core.create_namespaced_config_map("bench", {"metadata": {"name": "last", "finalizers": ["example.com/slow"]}})
    core.delete_namespace("bench")
    with kubelearn.connect(context="kubelearn") as cluster:
        with monkeypatch.context() as hasty:
            hasty.setattr(workspace, "_GONE_LIMIT", 1)
            with pytest.raises(TimeoutError, match="the namespace 'bench' did not end"):
                cluster.adopt("bench")
        core.patch_namespaced_config_map("last", "bench", {"metadata": {"finalizers": None}})
        cluster.adopt("bench")
        assert phase(core, "bench") == "gone"


def test_an_exercise_in_a_namespace_that_stays_is_prepared_anew_when_its_second_namespace_has_gone(
    core: client.CoreV1Api, kubectl: str
) -> None:
    core.create_namespace({"metadata": {"name": "mine"}})
    exercise("stool", namespace="mine")._cluster.close()
    session = exercise("stool", namespace="mine")
    assert phase(core, "stool") == "Active"
    session._cluster.close()
    core.delete_namespace("mine")


def test_second_namespaces_are_kept_with_the_first_and_found_again(core: client.CoreV1Api, kubectl: str) -> None:
    session = exercise("chest", keep=True)
    session._cluster.close()
    core.create_namespaced_config_map("chest", {"metadata": {"name": "treasure"}})
    again = exercise("chest", namespace=session._cluster.namespace, keep=True)
    assert core.read_namespaced_config_map("treasure", "chest")
    again._cluster.reset()
    again._cluster.close()
    for name in ("chest", session._cluster.namespace):
        workspace.remove(core, name)


def test_an_exercise_leaves_somebodys_namespace_of_the_same_name_alone(core: client.CoreV1Api, kubectl: str) -> None:
    core.create_namespace({"metadata": {"name": "drawer"}})
    core.create_namespaced_config_map("drawer", {"metadata": {"name": "precious"}})
    session = exercise("drawer")
    assert "the namespace 'drawer' was there before this notebook" in repr(session)
    assert "the namespace 'drawer' was there before this notebook" in repr(session.reset())
    session._cluster.close()
    assert phase(core, "drawer") == "Active"
    assert core.read_namespaced_config_map("precious", "drawer")
    core.delete_namespace("drawer")


def test_somebodys_namespace_is_used_but_neither_emptied_nor_removed(core: client.CoreV1Api) -> None:
    core.create_namespace({"metadata": {"name": "somebodys"}})
    core.create_namespaced_config_map("somebodys", {"metadata": {"name": "precious"}})
    with (
        kubelearn.connect(context="kubelearn", namespace="somebodys") as cluster,
        pytest.raises(workspace.NotOursError, match="was not made by kubelearn"),
    ):
        cluster.reset()
    assert phase(core, "somebodys") == "Active"
    assert core.read_namespaced_config_map("precious", "somebodys")
    core.delete_namespace("somebodys")


def make_things(cluster: kubelearn.Cluster) -> None:
    """A deployment of two pods, a Service, a ConfigMap and a NetworkPolicy."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    cluster.apps.create_namespaced_deployment(
        cluster.namespace,
        {
            "metadata": {"name": "web"},
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
        },
    )
    cluster.core.create_namespaced_service(
        cluster.namespace, {"metadata": {"name": "web"}, "spec": {"selector": labels, "ports": [{"port": 80}]}}
    )
    cluster.core.create_namespaced_config_map(cluster.namespace, {"metadata": {"name": "web"}})
    policy = {"metadata": {"name": "web"}, "spec": {"podSelector": {}}}
    cluster.networking.create_namespaced_network_policy(cluster.namespace, policy)


def things(cluster: kubelearn.Cluster) -> list[str]:
    core, name = cluster.core, cluster.namespace
    lists: tuple[Any, ...] = (
        cluster.apps.list_namespaced_deployment(name),
        cluster.apps.list_namespaced_replica_set(name),
        core.list_namespaced_pod(name),
        core.list_namespaced_service(name),
        core.list_namespaced_config_map(name),
        cluster.networking.list_namespaced_network_policy(name),
    )
    return [found.metadata.name for listed in lists for found in listed.items]


@pytest.mark.parametrize(
    ("target", "left"), [("embedded", ["kubernetes", "kube-root-ca.crt"]), ("context=kubelearn", ["kube-root-ca.crt"])]
)
def test_reset_leaves_an_empty_namespace_in_which_one_can_begin_anew(target: str, left: list[str]) -> None:
    with kubelearn.connect(target) as cluster:
        make_things(cluster)
        cluster.reset()
        assert things(cluster) == left
        make_things(cluster)


def test_reset_of_the_notebooks_own_cluster_removes_second_namespaces() -> None:
    with kubelearn.connect() as cluster:
        cluster.core.create_namespace({"metadata": {"name": "second"}})
        cluster.reset()
        assert [found.metadata.name for found in cluster.core.list_namespace().items] == [
            "default",
            "kube-node-lease",
            "kube-public",
            "kube-system",
        ]


def test_a_namespace_can_be_chosen_on_the_notebooks_own_cluster() -> None:
    with kubelearn.connect(namespace="mine") as cluster:
        make_things(cluster)
        assert "web" in things(cluster)
