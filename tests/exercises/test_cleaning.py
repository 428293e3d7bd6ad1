"""The last cell of a lesson: through its own handle only, with every message, and not while exercises are open."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiException

import kubelearn
from kubelearn.course.exercises import Exercise, Lesson, NotYet, Session
from tests.conftest import keep_kubeconfig

from .bench import shell

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@pytest.fixture
def cluster(kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[kubelearn.Cluster]:
    monkeypatch.setenv("KUBELEARN_PROGRESS", str(tmp_path / "progress.json"))
    with kubelearn.connect(pace=0) as connected:
        shell(
            connected,
            f"""
            kubectl run client --image={AGNHOST} -- pause
            kubectl create deployment hello --image={AGNHOST}
            kubectl create service clusterip hello --tcp=80
            kubectl create namespace storage
            kubectl wait --for=condition=Ready pod/client""",
        )
        yield connected


def session(cluster: kubelearn.Cluster, key: str, title: str) -> Session:
    """Show an exercise that is passed once a pod ``done`` has been made."""

    def check(cluster: kubelearn.Cluster) -> str:
        try:
            cluster.core.read_namespaced_pod("done", cluster.namespace)
        except ApiException:
            raise NotYet("there is no pod `done`") from None
        return ""

    made = Exercise(key=key, title=title, task="Do it.", hints=("Think.",), solution="true", check=check)
    return Session(Lesson("99-none", (made,)), made, cluster)


def there(cluster: kubelearn.Cluster) -> list[str]:
    """Return what of the lesson is still there, and not about to go."""
    found: list[Any] = [
        *cluster.core.list_namespaced_pod(cluster.namespace, label_selector="run=client").items,
        *cluster.core.list_namespaced_service("default").items,
        *cluster.apps.list_namespaced_deployment("default").items,
        *cluster.core.list_namespace().items,
    ]
    names = {item.metadata.name for item in found if not item.metadata.deletion_timestamp}
    return sorted(names & {"client", "hello", "storage"})


def test_what_is_named_goes_and_kubectl_is_heard(cluster: kubelearn.Cluster) -> None:
    said = kubelearn.clean_up(
        cluster, "service/hello", "service/absent", "deployment/hello", "pod/client", "namespace/storage"
    )
    assert repr(said).splitlines() == [
        'service "hello" deleted from default namespace',
        'deployment.apps "hello" deleted from default namespace',
        'pod "client" deleted from default namespace',
        'Error from server (NotFound): services "absent" not found',
        'namespace "storage" deleted',
    ]
    assert said._repr_markdown_() == f"```text\n{said!r}\n```"
    assert there(cluster) == []
    shell(cluster, f"kubectl run client --image={AGNHOST} -- pause")  # the lesson can be run again at once


def test_again_nothing_is_there_and_that_is_said(cluster: kubelearn.Cluster) -> None:
    for _ in range(2):
        said = kubelearn.clean_up(cluster, "service/hello", "pod/client")
    assert repr(said).splitlines() == [
        'Error from server (NotFound): services "hello" not found',
        'Error from server (NotFound): pods "client" not found',
    ]


@pytest.mark.parametrize(
    ("objects", "says"),
    [
        ((), "No objects were named."),
        (("client",), "error: "),
        (("cleint/x",), "error: the server doesn't have a resource type"),
    ],
)
def test_a_slip_is_a_message(cluster: kubelearn.Cluster, objects: tuple[str, ...], says: str) -> None:
    assert says in repr(kubelearn.clean_up(cluster, *objects))
    assert there(cluster) == ["client", "hello", "storage"]


def test_nothing_goes_while_exercises_are_open(cluster: kubelearn.Cluster) -> None:
    one, two = session(cluster, "one", "the first task"), session(cluster, "two", "the second task")
    said = kubelearn.clean_up(cluster, "service/hello", "deployment/hello", "pod/client")
    assert (
        repr(said)
        == "Nothing was deleted yet. These exercises are not passed yet:\n\n- the first task\n- the second task\n\nWhat"
        " they need is still there, and so are service/hello, deployment/hello and pod/client. When you have passed"
        " them, run this cell again: then they are deleted. To delete now, add now=True as the last argument."
    )
    assert there(cluster) == ["client", "hello", "storage"]
    shell(cluster, f"kubectl run done --image={AGNHOST} -- pause")
    assert one.check().passed
    assert "This exercise is not passed yet:\n\n- the second task\n\nWhat it needs" in repr(
        kubelearn.clean_up(cluster, "pod/client")
    )
    assert two.check().passed
    one.reset()
    assert "- the first task" in repr(kubelearn.clean_up(cluster, "pod/client"))  # it begins again
    assert one.check().passed
    session(cluster, "two", "the second task")  # shown again, but passed
    assert repr(kubelearn.clean_up(cluster, "pod/client")) == 'pod "client" deleted from default namespace'


def test_now_means_now(cluster: kubelearn.Cluster) -> None:
    session(cluster, "one", "the first task")
    assert repr(kubelearn.clean_up(cluster, "pod/client", now=True)) == 'pod "client" deleted from default namespace'
    assert there(cluster) == ["hello", "storage"]


def test_exercises_of_another_cluster_do_not_matter_nor_is_it_touched(
    cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_kubeconfig(monkeypatch)
    with kubelearn.connect(pace=0) as other:
        session(other, "one", "the first task")
        monkeypatch.setenv("KUBECONFIG", str(other.kubeconfig))
        shell(other, f"kubectl run client --image={AGNHOST} -- pause; kubectl create namespace storage")
        assert repr(kubelearn.clean_up(cluster, "pod/client")) == 'pod "client" deleted from default namespace'
        assert there(cluster) == ["hello", "storage"]
        assert there(other) == ["client", "storage"]


def test_a_closed_handle_touches_nothing(cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with kubelearn.connect(pace=0) as short:
        session(short, "one", "the first task")
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig))
    for now in (False, True):
        assert (
            repr(kubelearn.clean_up(short, "pod/client", "namespace/storage", now=now))
            == "Nothing was deleted. The cluster of this notebook has ended. To go on, run the notebook's set-up cell,"
            " and then the cells that you need."
        )
    assert there(cluster) == ["client", "hello", "storage"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            kubelearn.kubectl.KubectlNotFoundError("kubectl was not found", "Install it."),
            "Kubectl was not found. Install it.",
        ),
        (subprocess.TimeoutExpired("kubectl delete", 240), "timed out after 240 seconds."),
    ],
)
def test_what_goes_wrong_is_told(
    cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(kubelearn.kubectl, "run", fail)
    told = repr(kubelearn.clean_up(cluster, "pod/client"))
    assert told.startswith("Something may still be there.")
    assert told.endswith(says)
