"""What makes pods: defaults, validation, changes, scale."""

from __future__ import annotations

from typing import Any

from tests.objects import (
    Object,
    container,
    cronjob,
    daemonset,
    deployment,
    job,
    merged,
    replicaset,
    replicationcontroller,
    statefulset,
    template,
)
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


def scales(session: Session) -> None:
    for resource, made in (("deployments", deployment()), ("replicasets", replicaset(name="alone"))):
        session.create(resource, made)
        name = made["metadata"]["name"]
        session.until(
            session.path(resource, name),
            lambda found: found["status"].get("observedGeneration") == found["metadata"]["generation"],
        )
        path = session.path(resource, name, "scale")
        session.get(path)
        session.get(path, accept=TABLE)
        for spec in (
            {"spec": {"replicas": -1}},
            {"spec": {"replicas": "x"}},
            {"spec": {"replicas": None}},
            {"spec": None},
            {"metadata": {"name": "x"}},
            {"metadata": {"resourceVersion": "1"}},
            {"metadata": {"uid": "x"}},
            {"foo": 1},
            {"status": {"replicas": 9}},
        ):
            session.patch(path, spec, MERGE)
            session.patch(path, spec, STRATEGIC)
        for body in (
            {"spec": {"replicas": 0}},
            {"metadata": {"name": name}, "spec": {"replicas": 0}},
            {"metadata": {"name": name, "namespace": session.namespace}, "spec": {"replicas": 0}},
            {"metadata": {"name": "x"}, "spec": {"replicas": 0}},
            {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": name}},
            {"metadata": {"name": name}, "spec": {"replicas": -2}},
        ):
            session.put(path, body)
        session.put(
            session.path(resource, "missing", "scale"), {"metadata": {"name": "missing"}, "spec": {"replicas": 1}}
        )
        session.get(session.path(resource, "missing", "scale"))
        session.delete(path)
        session.apply(path, {"kind": "Scale", "apiVersion": "autoscaling/v1", "spec": {"replicas": 0}})


def replicasets(session: Session) -> None:
    for number, (note, spec) in enumerate(
        {key: value for key, value in _DEPLOYMENTS.items() if "strategy" not in value}.items()
    ):
        session.create("replicasets", replicaset(f"r{number}", **spec), note=note)
    session.get("replicasets", accept=TABLE)


_JOBS: dict[str, Object] = {
    "plain": {},
    "no template": {"template": None},
    "restart": {"template": {"spec": {"restartPolicy": "Always"}}},
    "no restart": {"template": {"spec": {"restartPolicy": None}}},
    "parallel": {"parallelism": -1},
    "completions": {"completions": -1},
    "backoff": {"backoffLimit": -1},
    "deadline": {"activeDeadlineSeconds": -1},
    "ttl": {"ttlSecondsAfterFinished": -1},
    "suspend": {"suspend": True},
    "selector": {"selector": {"matchLabels": {"a": "b"}}},
    "manual": {
        "manualSelector": True,
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}},
    },
    "manual none": {"manualSelector": True},
    "three": {"completions": 3, "parallelism": 2},
    "zero": {"completions": 0, "parallelism": 0},
    "mode": {"completionMode": "X"},
    "replacement": {"podReplacementPolicy": "X"},
    "replacement ok": {"podReplacementPolicy": "Failed"},
    "unknown": {"foo": 1},
    "text": {"completions": "3"},
    "bad container": {"template": {"spec": {"containers": [{"name": "A"}]}}},
    "indexed": {"completionMode": "Indexed", "completions": 2},
    "indexed without": {"completionMode": "Indexed", "completions": None, "parallelism": 1},
    "per index": {"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1, "maxFailedIndexes": 3},
    "per index only": {"backoffLimitPerIndex": 1, "maxFailedIndexes": 1},
    "max without": {"completionMode": "Indexed", "completions": 2, "maxFailedIndexes": 1},
    "managed": {"managedBy": "example.com/x"},
    "managed bad": {"managedBy": "x"},
    "success": {
        "completionMode": "Indexed",
        "completions": 3,
        "successPolicy": {"rules": [{"succeededIndexes": "0,2"}]},
    },
    "success bad": {
        "completionMode": "Indexed",
        "completions": 3,
        "successPolicy": {"rules": [{}, {"succeededIndexes": "2-1"}, {"succeededCount": 4}, {"succeededIndexes": "x"}]},
    },
    "success plain": {"successPolicy": {"rules": [{"succeededCount": 1}]}},
    "failure": {
        "podFailurePolicy": {"rules": [{"action": "FailJob", "onPodConditions": [{"type": "DisruptionTarget"}]}]}
    },
    "failure bad": {
        "podFailurePolicy": {
            "rules": [
                {},
                {"action": "X", "onExitCodes": {"operator": "Y", "values": []}},
                {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [3, 0, 3], "containerName": "z"}},
                {
                    "action": "Count",
                    "onExitCodes": {"operator": "In", "values": [1]},
                    "onPodConditions": [{"type": "a b"}],
                },
            ]
        },
        "podReplacementPolicy": "TerminatingOrFailed",
    },
}


def jobs(session: Session) -> None:
    for number, (note, spec) in enumerate(_JOBS.items()):
        session.create("jobs", merged(job(f"j{number}"), {"spec": spec}), note=note)
    for name in ("", "A", "a" * 64, "a.b"):
        session.create("jobs", job(name))
    session.get("jobs", accept=TABLE)
    session.create("jobs", job("change", suspend=True))
    path = session.path("jobs", "change")
    session.until(path, lambda found: found["status"].get("conditions"))
    for change in (
        {"completions": 5},
        {"parallelism": 2},
        {"template": {"spec": {"containers": [container(image="x")]}}},
        {"selector": None},
        {"suspend": False},
        {"backoffLimit": 1},
        {"ttlSecondsAfterFinished": 5},
        {"parallelism": -1},
    ):
        session.patch(path, {"spec": change}, MERGE, dryRun="All")
    session.get(session.path("jobs", "change", "status"))
    session.delete(path, dryRun="All")


_STATEFULSETS: dict[str, Object] = {
    "plain": {},
    "service": {"serviceName": "web"},
    "service bad": {"serviceName": "A.b"},
    "parallel": {"podManagementPolicy": "Parallel"},
    "policy": {"podManagementPolicy": "X"},
    "on delete": {"updateStrategy": {"type": "OnDelete"}},
    "on delete with": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}},
    "strategy": {"updateStrategy": {"type": "X"}},
    "partition": {"updateStrategy": {"rollingUpdate": {"partition": -1}}},
    "unavailable": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 2}}},
    "retention": {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}},
    "retention bad": {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "X", "whenDeleted": "Y"}},
    "ordinals": {"ordinals": {"start": 3}},
    "ordinals bad": {"ordinals": {"start": -1}},
    "history": {"revisionHistoryLimit": -1},
    "negative": {"replicas": -1, "minReadySeconds": -1},
    "selector": {"selector": {"matchLabels": {"app": "other"}}},
    "no selector": {"selector": None},
    "empty selector": {"selector": {"matchLabels": None}},
    "restart": {"template": template(restartPolicy="Never", activeDeadlineSeconds=5)},
    "bad container": {"template": template(containers=[{"name": "A_"}])},
}


def statefulsets(session: Session) -> None:
    for number, (note, spec) in enumerate(_STATEFULSETS.items()):
        session.create("statefulsets", statefulset(f"s{number}", **spec), note=note)
    for name in ("", "A", "a.b"):
        session.create("statefulsets", statefulset(name))
    session.get("statefulsets", accept=TABLE)
    session.create("statefulsets", statefulset("change"))
    path = session.path("statefulsets", "change")
    for change in (
        {"serviceName": "other"},
        {"podManagementPolicy": "Parallel"},
        {"selector": {"matchLabels": {"b": "c"}}},
        {"replicas": 0, "minReadySeconds": 1, "revisionHistoryLimit": 2, "ordinals": {"start": 1}},
        {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}},
    ):
        session.patch(path, {"spec": change}, MERGE, dryRun="All")
    session.delete(path, dryRun="All")


_DAEMONSETS: dict[str, Object] = {
    "plain": {},
    "on delete": {"updateStrategy": {"type": "OnDelete"}},
    "strategy": {"updateStrategy": {"type": "X"}},
    "zero": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}},
    "surge": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": "10%"}}},
    "both": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}},
    "percent": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "150%"}}},
    "percent bad": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "x"}}},
    "negative": {"minReadySeconds": -1, "revisionHistoryLimit": -1},
    "selector": {"selector": {"matchLabels": {"app": "other"}}},
    "no selector": {"selector": None},
    "empty selector": {"selector": {"matchLabels": None}},
    "restart": {"template": template(restartPolicy="Never", activeDeadlineSeconds=5)},
}


def daemonsets(session: Session) -> None:
    for number, (note, spec) in enumerate(_DAEMONSETS.items()):
        session.create("daemonsets", daemonset(f"d{number}", **spec), note=note)
    session.get("daemonsets", accept=TABLE)
    session.create("daemonsets", daemonset("change"))
    path = session.path("daemonsets", "change")
    for change in (
        {"selector": {"matchLabels": {"b": "c"}}},
        {"minReadySeconds": 3},
        {"template": {"spec": {"terminationGracePeriodSeconds": 3}}},
    ):
        session.patch(path, {"spec": change}, MERGE, dryRun="All")


def replicationcontrollers(session: Session) -> None:
    for number, (note, spec) in enumerate(
        {
            "plain": {},
            "selector": {"selector": {"app": "web"}},
            "other": {"selector": {"app": "other"}},
            "no labels": {"template": {"metadata": None}},
            "no template": {"template": None},
            "negative": {"replicas": -1, "minReadySeconds": -1},
            "restart": {"template": template(restartPolicy="Never", activeDeadlineSeconds=5)},
        }.items()
    ):
        session.create("replicationcontrollers", replicationcontroller(f"r{number}", **spec), note=note)
    session.get("replicationcontrollers", accept=TABLE)


def cronjobs(session: Session) -> None:
    for number, (note, spec) in enumerate(
        {
            "plain": {},
            "words": {"schedule": "every day"},
            "range": {"schedule": "61 * * * *"},
            "step": {"schedule": "*/0 * * * *"},
            "text": {"schedule": "a * * * *"},
            "named": {"schedule": "@hourly"},
            "not named": {"schedule": "@never"},
            "every": {"schedule": "@every 1h"},
            "none": {"schedule": ""},
            "zone in it": {"schedule": "TZ=UTC 0 0 1 1 *"},
            "zone": {"timeZone": "Europe/Paris"},
            "zone bad": {"timeZone": "Europe/Pariss"},
            "zone local": {"timeZone": "Local"},
            "zone empty": {"timeZone": ""},
            "policy": {"concurrencyPolicy": "X"},
            "negative": {
                "startingDeadlineSeconds": -1,
                "successfulJobsHistoryLimit": -1,
                "failedJobsHistoryLimit": -1,
            },
            "selector": {"jobTemplate": {"spec": {"selector": {"matchLabels": {"a": "b"}}, "manualSelector": True}}},
            "template": {"jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Always"}}}}},
        }.items()
    ):
        session.create("cronjobs", cronjob(f"c{number}", **spec), note=note)
    for name in ("", "A", "a" * 53):
        session.create("cronjobs", cronjob(name))
    session.get("cronjobs", accept=TABLE)


def horizontal(session: Session) -> None:
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "maxReplicas": 3,
    }
    for change in (
        {},
        {"maxReplicas": 0},
        {"minReplicas": 5},
        {"minReplicas": 0},
        {"scaleTargetRef": {}},
        {
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
                }
            ]
        },
        {"metrics": [{"type": "X"}]},
        {"maxReplicas": None},
    ):
        session.create(
            "horizontalpodautoscalers",
            {"metadata": {"name": "web"}, "spec": merged(spec, change)},
            note=str(change),
            dryRun="All",
        )
