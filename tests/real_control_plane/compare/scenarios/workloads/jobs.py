"""Jobs and CronJobs."""

from __future__ import annotations

from tests.objects import Object, container, cronjob, job, merged
from tests.real_control_plane.compare.session import MERGE, TABLE, Session

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
