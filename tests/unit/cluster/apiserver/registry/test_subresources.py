"""What a subresource takes of an object that is sent to it."""

from __future__ import annotations

from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.store import Store
from tests.objects import bare
from tests.unit.cluster.apiserver.kinds.pod.pods import pod_with

DEBUGGER = {"name": "debugger", "image": "busybox:1.36"}


def test_ephemeral_containers_are_all_that_their_subresource_takes() -> None:
    registry = Registry(Store())
    registry.create("namespaces", "", bare("Namespace", "course"))
    registry.create("serviceaccounts", "course", bare("ServiceAccount", "default"))
    pod = registry.create("pods", "course", pod_with())
    sent = {
        **bare("Pod", "p"),
        "spec": {"ephemeralContainers": [DEBUGGER], "nodeName": "elsewhere"},
        "status": {"phase": "Succeeded"},
    }
    written = registry.update("pods", "course", sent, subresource="ephemeralcontainers")
    completed = {
        **DEBUGGER,
        "imagePullPolicy": "IfNotPresent",
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }
    assert written["spec"] == {**pod["spec"], "ephemeralContainers": [completed]}
    assert written["status"] == pod["status"]
    assert written["metadata"]["generation"] == 2
