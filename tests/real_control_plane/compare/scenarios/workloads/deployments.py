"""Deployments, and ReplicaSets, which take most of the same fields."""

from __future__ import annotations

from tests.objects import Object, container, deployment, replicaset, template
from tests.real_control_plane.compare.session import MERGE, STRATEGIC, TABLE, Session

_ROLLING = "RollingUpdate"
_DEPLOYMENTS: dict[str, Object] = {
    "plain": {},
    "no replicas": {"replicas": None},
    "negative": {"replicas": -1},
    "text": {"replicas": "3"},
    "float": {"replicas": 1.5},
    "no selector": {"selector": None},
    "empty selector": {"selector": {"matchLabels": None}},
    "other labels": {"selector": {"matchLabels": {"app": "other"}}},
    "selector list": {"selector": ["a"]},
    "old selector": {"selector": {"app": "web"}},
    "expressions": {
        "selector": {"matchLabels": None, "matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}
    },
    "expressions bad": {
        "selector": {
            "matchExpressions": [
                {"key": "app", "operator": "X"},
                {"key": "a b", "operator": "Exists", "values": ["c"]},
                {"key": "c", "operator": "In"},
            ]
        }
    },
    "selector value": {"selector": {"matchLabels": {"app": "a b"}}},
    "no template": {"template": None},
    "empty template": {"template": {"metadata": None, "spec": None}},
    "no labels": {"template": {"metadata": None}},
    "bad labels": {"template": {"metadata": {"labels": {"app": "web", "a b": "c"}}}},
    "template name": {"template": {"metadata": {"name": "x", "namespace": "y"}}},
    "restart": {"template": template(restartPolicy="Never")},
    "deadline": {"template": template(activeDeadlineSeconds=5)},
    "no containers": {"template": template(containers=[])},
    "bad container": {"template": template(containers=[{"name": "A_"}])},
    "strategy": {"strategy": {"type": "X"}},
    "recreate": {"strategy": {"type": "Recreate"}},
    "recreate with": {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
    "rolling none": {"strategy": {"type": _ROLLING}},
    "no type": {"strategy": {"rollingUpdate": {"maxSurge": 2}}},
    "zero": {"strategy": {"type": _ROLLING, "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
    "zero percent": {"strategy": {"rollingUpdate": {"maxSurge": "0%", "maxUnavailable": "0%"}}},
    "percent": {"strategy": {"rollingUpdate": {"maxSurge": "150%", "maxUnavailable": "150%"}}},
    "percent bad": {"strategy": {"rollingUpdate": {"maxSurge": "x", "maxUnavailable": "5"}}},
    "surge negative": {"strategy": {"rollingUpdate": {"maxSurge": -1, "maxUnavailable": -5}}},
    "min ready": {"minReadySeconds": -1},
    "progress": {"progressDeadlineSeconds": 0},
    "progress min": {"progressDeadlineSeconds": 10, "minReadySeconds": 10},
    "progress neg": {"progressDeadlineSeconds": -1},
    "history": {"revisionHistoryLimit": -1},
    "history 0": {"revisionHistoryLimit": 0},
    "paused": {"paused": True},
    "paused text": {"paused": "yes"},
    "unknown": {"foo": 1, "template": template(foo=2)},
    "many": {
        "replicas": -1,
        "minReadySeconds": -1,
        "strategy": {"type": "X"},
        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "A"}]}},
    },
    "rollback": {"rollbackTo": {"revision": 1}},
    "status": {},
    "probe": {
        "template": template(
            containers=[container(readinessProbe={"httpGet": {"port": 80}}, ports=[{"containerPort": 80}])]
        )
    },
    "ports warn": {"template": template(containers=[container(ports=[{"containerPort": 80}, {"containerPort": 80}])])},
    "env warn": {
        "template": template(containers=[container(env=[{"name": "A", "value": "b"}, {"name": "A", "value": "c"}])])
    },
    "grace": {"template": template(terminationGracePeriodSeconds=-1)},
    "node label": {"template": template(nodeSelector={"beta.kubernetes.io/os": "linux"})},
    "image": {"template": template(containers=[container(image=None)])},
}
_CHANGES: list[Object] = [
    {"spec": {"selector": {"matchLabels": {"app": "x"}}}},
    {"spec": {"selector": {"matchLabels": {"b": "c"}}}},
    {"spec": {"selector": None}},
    {"spec": {"template": {"metadata": {"labels": {"app": "x"}}}}},
    {"spec": {"replicas": -1}},
    {"spec": {"replicas": None}},
    {"spec": {"replicas": 0}},
    {"spec": {"template": {"spec": {"restartPolicy": "Never"}}}},
    {"spec": {"template": {"spec": {"containers": [container(image="nginx:1.27")]}}}},
    {"spec": {"strategy": {"type": "Recreate"}}},
    {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}},
    {"spec": {"strategy": {"type": "RollingUpdate"}}},
    {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
    {"spec": {"paused": True}},
    {"spec": {"paused": None}},
    {"spec": {"revisionHistoryLimit": None}},
    {"spec": {"template": None}},
    {"metadata": {"annotations": {"deployment.kubernetes.io/revision": "9"}}},
    {"status": {"replicas": 5}},
    {"spec": {"template": {"spec": {"containers": [{"name": "d"}]}}}},
    {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}},
    {"spec": {"template": {"spec": {"containers": [{"name": "c", "$patch": "delete"}]}}}},
    {
        "spec": {
            "template": {
                "spec": {
                    "$setElementOrder/containers": [{"name": "c"}],
                    "containers": [{"name": "c", "env": [{"name": "A", "value": "1"}]}],
                }
            }
        }
    },
    {"spec": {"template": {"spec": {"nodeSelector": {"$patch": "replace", "a": "b"}}}}},
    {"spec": {"template": {"spec": {"containers": "x"}}}},
]


def deployments(session: Session) -> None:
    for number, (note, spec) in enumerate(_DEPLOYMENTS.items()):
        session.create("deployments", deployment(f"d{number}", **spec), note=note)
    for name in ("", "A", "a.b", "a" * 64, "a" * 254):
        session.create("deployments", deployment(name))
    session.create("deployments", {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "nospec"}})
    session.create("deployments", {**deployment("old"), "apiVersion": "extensions/v1beta1"})
    session.create("/apis/extensions/v1beta1/namespaces/default/deployments", deployment("old"))
    session.create("/apis/apps/v1beta1/namespaces/default/deployments", deployment("old"))
    session.get("deployments", accept=TABLE)
    session.get("deployments", labelSelector="app=web")


def changed_deployments(session: Session) -> None:
    session.create("deployments", deployment())
    path = session.path("deployments", "web")
    session.until(path, lambda found: found["status"].get("observedGeneration") == found["metadata"]["generation"])
    for change in _CHANGES:
        session.patch(path, change, MERGE, dryRun="All")
        session.patch(path, change, STRATEGIC, dryRun="All")
    session.put(path, deployment(template=template(containers=[container(image="nginx:1.27")])), dryRun="All")
    session.patch(
        session.path("deployments", "web", "status"),
        {"status": {"replicas": -1, "readyReplicas": 7, "collisionCount": -1}},
        MERGE,
    )


def replicasets(session: Session) -> None:
    for number, (note, spec) in enumerate(
        {key: value for key, value in _DEPLOYMENTS.items() if "strategy" not in value}.items()
    ):
        session.create("replicasets", replicaset(f"r{number}", **spec), note=note)
    session.get("replicasets", accept=TABLE)
