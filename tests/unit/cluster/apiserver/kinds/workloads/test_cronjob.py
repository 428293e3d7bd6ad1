"""CronJobs: defaults, and what they must say."""

from __future__ import annotations

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


def create(api: FakeApi, name: str = "tick", **spec: object) -> Object:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}
    given: Object = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}}, **spec}
    body: Object = {"kind": "CronJob", "apiVersion": "batch/v1", "metadata": {"name": name}, "spec": given}
    return api.create("cronjobs.batch", body)


def test_defaults(api: FakeApi) -> None:
    made = create(api)
    spec = dict(made["spec"])
    job = spec.pop("jobTemplate")
    assert spec == {
        "schedule": "* * * * *",
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    }
    # What a Job has by default each Job gets; the pods' template is filled in here.
    assert list(job["spec"]) == ["template"]
    assert job["spec"]["template"]["spec"]["dnsPolicy"] == "ClusterFirst"
    assert made["status"] == {}


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        ({"schedule": ""}, ["spec.schedule: Required value"]),
        (
            {"schedule": "every day"},
            ['spec.schedule: Invalid value: "every day": expected exactly 5 fields, found 2: [every day]'],
        ),
        (
            {"schedule": "TZ=UTC * * * * *"},
            [
                'spec.schedule: Invalid value: "TZ=UTC * * * * *": '
                "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
            ],
        ),
        ({"timeZone": ""}, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']),
        (
            {"timeZone": "local"},
            [
                'spec.timeZone: Invalid value: "local": '
                "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
            ],
        ),
        (
            {"timeZone": "Mars/Base"},
            ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'],
        ),
        (
            {"concurrencyPolicy": "Maybe"},
            ['spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"'],
        ),
        (
            {"startingDeadlineSeconds": -1, "failedJobsHistoryLimit": -2},
            [
                "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
                "spec.failedJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
            ],
        ),
        (
            {"jobTemplate": {"spec": {"completionMode": "Some", "selector": {}}}},
            [
                'spec.jobTemplate.spec.completionMode: Unsupported value: "Some": '
                'supported values: "NonIndexed", "Indexed"',
                "spec.jobTemplate.spec.template.spec.containers: Required value",
                'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
                "spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated",
            ],
        ),
    ],
)
def test_what_cannot_be(api: FakeApi, spec: Object, causes: list[str]) -> None:
    assert causes_of(lambda: create(api, **meta.thaw(spec))) == causes


def test_names_leave_room_for_the_time(api: FakeApi) -> None:
    assert causes_of(lambda: create(api, "n" * 53)) == [
        f'metadata.name: Invalid value: "{"n" * 53}": must be no more than 52 characters'
    ]
