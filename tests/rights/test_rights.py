"""A short lesson on clusters that decide about rights; the whole course is ``python -m tests.rights``."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kubelearn
from kubelearn import widgets
from kubelearn.cluster.apiserver.authorization.attributes import Attributes
from kubelearn.course.exercises import find
from kubelearn.target import preflight
from kubelearn.target.preflight import Right
from kubelearn.views import selector, topology
from tests.exercises.bench import environment, shell

from .authorizer import Authorizer
from .cluster import guarded
from .manifest import CLUSTER_ROLE, ROLE, granted
from .roles import ASKED, CONFINED, TRIED, confined, course

TARGETS = Path(__file__).parent.parent.parent / "docs" / "targets.md"
IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53"
#: Each command that a lesson uses, once.
COMMANDS = f"""
    kubectl create deployment hello --image={IMAGE} -- /agnhost netexec --http-port=8080
    kubectl run client --image={IMAGE} --restart=Never -- pause
    kubectl expose deployment hello --port=8081 --target-port=8080
    kubectl rollout status deployment/hello --timeout=60s
    kubectl wait --for=condition=Ready pod/client --timeout=60s
    kubectl scale deployment hello --replicas=2
    kubectl set env deployment/hello VERSION=2
    kubectl rollout status deployment/hello --timeout=60s
    kubectl rollout undo deployment/hello
    kubectl rollout status deployment/hello --timeout=60s
    kubectl describe deployment,service,pod
    kubectl logs deployment/hello
    kubectl exec client -- sleep 0
    kubectl get endpointslices,events
    kubectl create service externalname docs --external-name=kubernetes.io --dry-run=client -o yaml | kubectl apply -f -
    kubectl label pod client color=red
    kubectl delete service,deployment --all
    kubectl delete pod client --grace-period=1
"""


@contextmanager
def cluster(authorizer: Authorizer, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a cluster with an authorizer; the context ``learner`` leads there."""
    with guarded(authorizer, seed=3) as kubeconfig:
        (folder / "config").write_text(kubeconfig)
        patch.setenv("KUBECONFIG", str(folder / "config"))
        patch.setenv("KUBELEARN_PROGRESS", str(folder / "progress.json"))
        yield


def test_what_the_preflight_asks_for_is_enough(kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authorizer = course()
    with cluster(authorizer, tmp_path, monkeypatch), kubelearn.connect(context="learner") as connected:
        shell(connected, COMMANDS)
        assert kubelearn.exercise("first-pod", connected).check().reason
        assert repr(connected) == "<Cluster context=learner v1.36 3 nodes Ready>"
        connected.reset()
    assert authorizer.denied.keys() <= TRIED


@pytest.mark.parametrize("key", ["call-by-address", "two-nodes"])
def test_exercises_are_done_and_reset_with_no_more(
    key: str, kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorizer = course()
    with cluster(authorizer, tmp_path, monkeypatch), kubelearn.connect(context="learner") as connected:
        session = kubelearn.exercise(key, connected)
        untouched = session.check()
        shell(connected, find(key)[1].solution)
        assert session.check().passed
        assert session.reset().check().reason == untouched.reason
    assert authorizer.denied.keys() <= TRIED


def test_with_a_namespace_only_the_lessons_go_on_without_the_rest(
    kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster(confined(), tmp_path, monkeypatch):
        with pytest.warns(UserWarning, match="some cells will be refused") as warned:
            connected = kubelearn.connect(context="learner", namespace=CONFINED)
        text = str(warned[0].message)
        assert (
            "see the nodes (00-start-here, 01-networking, 02-services, playground): nodes (list, watch); make a second"
            " namespace" in text
        )
        with connected:
            assert topology.picture(connected).alt == "There are no pods and no Services."
            connected.adopt("second")  # which an exercise would make; that it cannot be removed is no news to anybody
            shell(
                connected,
                f"kubectl create deployment hello --image={IMAGE} && kubectl rollout status deployment/hello && kubectl"
                " expose deployment hello --port=80",
            )
            assert repr(connected) == f"<Cluster context=learner v1.36 namespace {CONFINED}>"
            (pod,) = connected.core.list_namespaced_pod(CONFINED).items
            assert pod.spec.node_name in topology.picture(connected).alt
            shown = widgets.topology(connected)
            assert pod.metadata.name in shown.text
            shown.close()
            assert [row["pod"] for row in selector.rows(connected, "hello")] == [pod.metadata.name]
            nodes = subprocess.run(
                [kubectl, "get", "nodes"], capture_output=True, text=True, check=False, env=environment(connected)
            )
            assert (
                nodes.stderr
                == 'Error from server (Forbidden): nodes is forbidden: User "learner" cannot list resource "nodes" in'
                ' API group "" at the cluster scope\n'
            )
        with (
            pytest.warns(UserWarning, match="some cells"),
            kubelearn.connect(context="learner", namespace=CONFINED) as again,
        ):  # it was not removed
            assert again.apps.list_namespaced_deployment(CONFINED).items


def test_who_may_make_no_namespace_is_told_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authorizer = confined()
    with cluster(authorizer, tmp_path, monkeypatch):
        with pytest.raises(
            kubelearn.ConnectionFailedError,
            match=r"pods \(create, delete, .*name one of yours: .*or set KUBELEARN_NAMESPACE=NAME",
        ):
            kubelearn.connect(context="learner")
        monkeypatch.setenv("KUBELEARN_NAMESPACE", CONFINED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with kubelearn.connect(context="learner") as connected:
                assert connected.namespace == CONFINED
    assert not authorizer.used.keys() & {Right("create", "namespaces", namespaced=False)}


def test_a_role_with_what_is_needed_and_nothing_else_is_enough_for_ones_own_namespace(
    kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorizer = Authorizer(preflight.NEEDED, frozenset((CONFINED,)))  # it cannot even see that its namespace is there
    with (
        cluster(authorizer, tmp_path, monkeypatch),
        pytest.warns(UserWarning, match="some cells"),
        kubelearn.connect(context="learner", namespace=CONFINED) as connected,
    ):
        shell(connected, COMMANDS)


def test_the_documented_manifests_are_those_of_the_preflight() -> None:
    text = TARGETS.read_text()
    assert f"```yaml\n{ROLE}```" in text
    assert f"```yaml\n{CLUSTER_ROLE}```" in text
    assert granted(ROLE) == {(right.verb, right.resource) for right in preflight.NEEDED}
    assert granted(CLUSTER_ROLE) == {(right.verb, right.resource) for right in ASKED}


def test_the_cluster_role_edit_covers_what_all_lessons_need() -> None:
    assert all(
        confined().allows(Attributes(right.verb, group, resource, sub, CONFINED))
        for right in preflight.NEEDED
        for resource, sub, group in [parts(right)]
    )


def parts(right: Right) -> tuple[str, str, str]:
    found = right.attributes("")
    return found["resource"], found.get("subresource", ""), found.get("group", "")
