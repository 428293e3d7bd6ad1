"""What may change in a pod."""

from __future__ import annotations

from tests.objects import Object, container, pod
from tests.real_control_plane.compare.scenarios.pods.containers import HTTP
from tests.real_control_plane.compare.session import JSON_PATCH, MERGE, STRATEGIC, Session

_CHANGES: list[Object] = [
    {"spec": {"containers": [container(image="nginx:1.27")]}},
    {"spec": {"containers": [container(image="")]}},
    {"spec": {"containers": [container(image=" a")]}},
    {"spec": {"containers": [container(env=[{"name": "A", "value": "b"}])]}},
    {"spec": {"containers": [container(), container("d")]}},
    {"spec": {"containers": [container("other")]}},
    {"spec": {"containers": []}},
    {"spec": {"activeDeadlineSeconds": 100}},
    {"spec": {"activeDeadlineSeconds": 200}},
    {"spec": {"activeDeadlineSeconds": None}},
    {"spec": {"terminationGracePeriodSeconds": 5}},
    {"spec": {"restartPolicy": "Never"}},
    {"spec": {"nodeName": "kubelearn-worker"}},
    {"spec": {"tolerations": [{"key": "x", "operator": "Exists"}]}},
    {"spec": {"nodeSelector": {"a": "b"}}},
    {"spec": {"serviceAccountName": "other"}},
    {"spec": {"hostname": "h"}},
    {"spec": {"schedulingGates": [{"name": "a"}]}},
    {"metadata": {"labels": {"a": "b c"}}},
    {"metadata": {"labels": {"app": None, "x": "y"}}},
    {"metadata": {"annotations": {"a": "b"}}},
    {"metadata": {"name": "x"}},
    {"metadata": {"finalizers": ["example.com/f"]}},
    {"metadata": {"finalizers": ["example.com/g"]}},
    {"metadata": {"finalizers": None}},
    {"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}]}},
    {"spec": {"dnsPolicy": "Default"}},
    {"spec": {"containers": None}},
    {"spec": None},
    {"status": {"phase": "Failed"}},
    {"spec": {"priority": 7}},
    {"spec": {"volumes": []}},
    {"spec": {"containers": [container(resources={"requests": {"cpu": "1"}})]}},
    {"spec": {"containers": [container(readinessProbe=HTTP)]}},
    {"spec": {"foo": "bar"}},
    {"spec": {"hostNetwork": "x"}},
]


def changed_pods(session: Session) -> None:
    session.create("pods", pod())
    path = session.path("pods", "web")
    for change in _CHANGES:
        session.patch(path, change, MERGE)
        session.patch(path, change, STRATEGIC)
    session.patch(path, [{"op": "replace", "path": "/spec/containers/0/image", "value": "nginx:1.26"}], JSON_PATCH)
    session.patch(
        session.path("pods", "web", "status"),
        {
            "status": {
                "phase": "Running",
                "podIP": "1.2.3.4",
                "podIPs": [{"ip": "1.2.3.4"}],
                "conditions": [{"type": "Ready", "status": "True"}],
            }
        },
        STRATEGIC,
    )
    session.patch(
        session.path("pods", "web", "status"),
        {"status": {"phase": "Sideways", "podIPs": [{"ip": "x"}], "conditions": [{"type": "a b", "status": "Maybe"}]}},
        STRATEGIC,
    )
    session.patch(
        session.path("pods", "web", "status"),
        {"metadata": {"labels": {"status": "yes"}}, "spec": {"nodeName": "x"}},
        MERGE,
    )
    session.patch(session.path("pods", "web", "status"), {"status": {"qosClass": "Guaranteed"}}, MERGE)
    session.put(path, pod())
    session.put(path, pod("other"))
    session.put(session.path("pods", "missing"), pod("missing"))
    session.patch(session.path("pods", "missing"), {}, MERGE)
