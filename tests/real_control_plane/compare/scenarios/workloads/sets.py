"""StatefulSets, DaemonSets and ReplicationControllers."""

from __future__ import annotations

from tests.objects import Object, daemonset, replicationcontroller, statefulset, template
from tests.real_control_plane.compare.session import MERGE, TABLE, Session

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
