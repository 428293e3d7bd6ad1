"""A reset brings the situation back, whatever was done to names, labels, selectors and owners.

What is not the exercise's stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import kubelearn
from kubelearn.course.exercises import Session, belongings, find
from tests.conftest import keep_kubeconfig

from .bench import begun, shell

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
#: What a lesson has made before its exercises, and, below, while they are there.
LESSON = f"""
kubectl create deployment hello --image={AGNHOST} --replicas=2 -- /agnhost netexec
kubectl expose deployment hello --port=8081 --target-port=8080
kubectl run client --image={AGNHOST} -- pause
kubectl run window --image={AGNHOST} --labels=app=cart-apart -- pause
kubectl rollout status deployment/hello
kubectl wait --for=condition=Ready pod/client pod/window
"""
LATER = f"""
kubectl create deployment hello-next --image={AGNHOST} -- /agnhost netexec
kubectl expose deployment hello --name=hello-door --port=80 --target-port=8080
kubectl rollout status deployment/hello-next
"""
DEPLOYMENT = """
kubectl apply -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {labels}}}
  template:
    metadata: {{labels: {labels}}}
    spec: {{containers: [{{name: web, image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: [netexec]}}]}}
END
kubectl rollout status deployment/{name}
"""
SLICE = """
kubectl apply -f - <<END
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: by-hand, labels: {kubernetes.io/service-name: shop}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [10.244.1.99]}]
END
"""
JOB = """
kubectl apply -f - <<END
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    metadata: {labels: {app: store}}
    spec:
      restartPolicy: Never
      containers: [{name: web, image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: [pause]}]
END
kubectl wait --for=condition=Ready pod -l app=store
"""
EXERCISES = ["reach-the-pods", "take-one-out", "keep-the-address", "case-letters", "one-port-twice"]
CHANGES = {
    "another selector, to the lesson's pods": ("reach-the-pods", "kubectl set selector service shop app=hello"),
    "the Service under another name": (
        "reach-the-pods",
        "kubectl delete service shop; kubectl expose deployment shop --name=shopping --port=8081",
    ),
    "a Service more, for the same pods": (
        "reach-the-pods",
        "kubectl expose deployment shop --name=shop-too --port=80 --target-port=8080",
    ),
    "a Deployment with other labels": (
        "reach-the-pods",
        "kubectl delete deployment shop" + DEPLOYMENT.format(name="shop", labels="{app: kiosk, tier: front}"),
    ),
    "pods that lost their label": ("reach-the-pods", "kubectl label pods -l app=shop app=elsewhere --overwrite"),
    "pods that lost all labels": ("reach-the-pods", "kubectl label pods -l app=shop app- pod-template-hash-"),
    "pods of a Deployment by hand that lost their labels, and then it": (
        "reach-the-pods",
        "kubectl delete deployment shop"
        + DEPLOYMENT.format(name="shop", labels="{app: kiosk}")
        + "kubectl label pods -l app=kiosk app=nobody --overwrite; kubectl delete deployment shop --cascade=orphan",
    ),
    "a ReplicaSet without its Deployment": ("reach-the-pods", "kubectl delete deployment shop --cascade=orphan"),
    "pods without ReplicaSet and Deployment": (
        "reach-the-pods",
        "kubectl delete deployment shop --cascade=orphan; kubectl delete replicaset -l app=shop --cascade=orphan",
    ),
    "an orphan without the mark": (
        "reach-the-pods",
        (
            "kubectl label pods -l app=shop app=elsewhere --overwrite; kubectl annotate pods -l app=elsewhere"
            " kubelearn/exercise-"
        ),
    ),
    "a pod by hand for the Service": (
        "reach-the-pods",
        f"kubectl run by-hand --image={AGNHOST} --labels=app=store -- netexec",
    ),
    "a pod by hand among the Deployment's": (
        "reach-the-pods",
        f"kubectl run by-hand --image={AGNHOST} --labels=app=shop -- netexec",
    ),
    "a label for a pod of the lesson": ("reach-the-pods", "kubectl label pod client app=store"),
    "another label for a pod of the lesson": ("reach-the-pods", "kubectl label pod window app=shop --overwrite"),
    "a Job's pod for the Service": ("reach-the-pods", JOB),
    "an EndpointSlice by hand": ("reach-the-pods", SLICE),
    "a copy of the Deployment under another name": (
        "reach-the-pods",
        (
            "kubectl get deployment shop -o yaml | sed 's/^  name: shop$/  name: shop-copy/; /uid:/d;"
            " /resourceVersion:/d' | kubectl create -f -"
        ),
    ),
    "a Deployment by hand for the Service": (
        "reach-the-pods",
        DEPLOYMENT.format(name="other", labels="{app: store, size: small}"),
    ),
    "nothing is left": ("reach-the-pods", "kubectl delete deployment,service shop"),
    "two pods apart, without their batch": (
        "take-one-out",
        """
        for pod in $(kubectl get pods -l app=cart -o name | head -2); do
          kubectl label $pod app=cart-apart batch- --overwrite
        done
        kubectl rollout status deployment/cart""",
    ),
    "members by another label": (
        "take-one-out",
        """
        kubectl label $(kubectl get pods -l app=cart -o name | head -1) member=yes
        kubectl set selector service cart member=yes""",
    ),
    "another Service of the name": (
        "keep-the-address",
        """
        kubectl delete service clock
        kubectl expose deployment clock-v2 --name=clock --port=8081 --target-port=4000
        kubectl delete pod clock-watcher --grace-period=1""",
    ),
    "the version that is looked for": ("keep-the-address", DEPLOYMENT.format(name="clock", labels="{app: clock-v1}")),
    "labels of the template": (
        "case-letters",
        """
        kubectl patch deployment letters -p '{"spec": {"template": {"metadata": {"labels": {"tier": "front"}}}}}'
        kubectl rollout status deployment/letters
        kubectl delete deployment writer --cascade=orphan""",
    ),
    "a pod by hand in the place of the first": (
        "one-port-twice",
        f"kubectl delete pod twins --grace-period=1; kubectl run twins --image={AGNHOST} -- pause",
    ),
}


@pytest.fixture(scope="module")
def cluster(kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[kubelearn.Cluster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBELEARN_PROGRESS", str(tmp_path_factory.mktemp("reset") / "progress.json"))
        keep_kubeconfig(patch)
        with kubelearn.connect(pace=0) as connected:
            shell(connected, LESSON)
            yield connected


@pytest.fixture(scope="module")
def sessions(cluster: kubelearn.Cluster) -> dict[str, Session]:
    shown = {key: begun(key, cluster) for key in EXERCISES}
    shell(cluster, LATER)
    return shown


def things(cluster: kubelearn.Cluster) -> list[belongings.Thing]:
    return [thing for thing in belongings._things(cluster) if thing.kind != "endpointslice" or not thing.owner]


def is_of(thing: belongings.Thing, exercise: str) -> bool:
    """Say whether a thing is the exercise's, by its name or by the mark that it had in the beginning."""
    return thing.mark == exercise or str(thing) in find(exercise)[1].owns


def shape(cluster: kubelearn.Cluster) -> list[Any]:
    """Return what is there, without what is made up: hashes, uids, generated names."""
    found = [
        (
            thing.kind,
            "" if thing.deployment else thing.name,
            thing.deployment,
            thing.mark,
            sorted(thing.finds.items()),
            sorted((key, value) for key, value in thing.labels.items() if key != "pod-template-hash"),
            bool(thing.owner),
            thing.going,
        )
        for thing in things(cluster)
    ]
    return sorted(found)


@pytest.mark.parametrize("change", CHANGES)
def test_the_situation_comes_back_and_everything_else_stays(
    change: str, cluster: kubelearn.Cluster, sessions: dict[str, Session]
) -> None:
    exercise, commands = CHANGES[change]
    session = sessions[exercise]
    untouched, before = session.check(), shape(cluster)
    others = {str(thing): thing.uid for thing in things(cluster) if not is_of(thing, exercise)}
    assert {
        "pod/client",
        "pod/window",
        "deployment/hello",
        "service/hello",
        "deployment/hello-next",
        "service/hello-door",
    } <= set(others)
    shell(cluster, commands)
    assert shape(cluster) != before
    assert repr(session.reset()).endswith("Everything is back as it was at the beginning.")
    assert shape(cluster) == before
    assert {str(thing): thing.uid for thing in things(cluster) if not is_of(thing, exercise)} == others
    again = session.check()
    assert (again.kind, again.reason) == (untouched.kind, untouched.reason)


def test_marks_are_no_labels(cluster: kubelearn.Cluster, sessions: dict[str, Session]) -> None:
    for kind in ("deployments", "replicasets", "pods", "services"):
        assert "kubelearn" not in shell(cluster, f"kubectl get {kind} --show-labels")


def test_parts_of_the_lab_leave_one_another_alone(kubectl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_kubeconfig(monkeypatch)
    with kubelearn.connect(pace=0) as cluster:
        deploy, expose = (begun(key, cluster) for key in ("lab-deploy", "lab-expose"))
        shell(
            cluster,
            find("lab-deploy")[1].solution.replace(
                "kubectl create", "kubectl delete deployment names greeter --cascade=foreground; kubectl create", 1
            ),
        )
        shell(cluster, f"{find('lab-expose')[1].solution}\nkubectl expose deployment names --name=name --port=8081")
        made = {str(thing): thing.uid for thing in things(cluster)}
        expose.reset()
        left = {str(thing): thing.uid for thing in things(cluster)}
        assert set(made.items()) - set(left.items()) == {
            (name, made[name]) for name in ("service/names", "service/name")
        }
        shell(cluster, find("lab-expose")[1].solution)
        service = cluster.core.read_namespaced_service("names", cluster.namespace)
        shell(
            cluster,
            "kubectl delete deployment names --cascade=orphan; kubectl label pods -l app=names app=x --overwrite",
        )
        deploy.reset()
        assert {str(thing) for thing in things(cluster)} - {"service/kubernetes", "endpointslice/kubernetes"} == {
            "service/names"
        }
        assert cluster.core.read_namespaced_service("names", cluster.namespace).metadata.uid == service.metadata.uid


def test_what_does_not_go_is_named(
    cluster: kubelearn.Cluster, sessions: dict[str, Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belongings, "_GONE", 0.5)
    shell(
        cluster,
        f"""
        kubectl run by-hand --image={AGNHOST} --labels=app=store -- netexec
        kubectl patch pod by-hand -p '{{"metadata": {{"finalizers": ["example.org/stay"]}}}}'""",
    )
    assert "after 0.5 s, this is still there: pod/by-hand" in repr(sessions["reach-the-pods"].reset())
    shell(cluster, """kubectl patch pod by-hand -p '{"metadata": {"finalizers": null}}'""")
    assert sessions["reach-the-pods"].reset().check().kind.value == "Not attempted"
