"""Jobs: defaults, and what they must say."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver import errors, limits
from kubelearn.cluster.meta import Object
from tests.objects import container, template
from tests.unit.strategy_fakes import FakeApi, causes_of

TEMPLATE = template(containers=[container(image="nginx:1.27")])


def test_job(api: FakeApi) -> None:
    job = api.create(
        "jobs.batch",
        {
            "kind": "Job",
            "apiVersion": "batch/v1",
            "metadata": {"name": "j"},
            "spec": {
                "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
            },
        },
    )
    spec, uid = job["spec"], job["metadata"]["uid"]
    assert {
        key: spec[key]
        for key in ("completions", "parallelism", "backoffLimit", "completionMode", "suspend", "podReplacementPolicy")
    } == {
        "completions": 1,
        "parallelism": 1,
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
    }
    assert spec["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert spec["template"]["metadata"]["labels"] == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "j",
        "controller-uid": uid,
        "job-name": "j",
    }


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ({"completionMode": "Indexed", "completions": 2}, "completionMode Indexed"),
        ({"managedBy": "example.com/x"}, "managedBy"),
        ({"podFailurePolicy": {"rules": []}}, "podFailurePolicy"),
    ],
)
def test_what_jobs_do_not_do_is_refused(api: FakeApi, spec: Object, what: str) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
    with pytest.raises(errors.ApiError) as caught:
        api.create(
            "jobs.batch",
            {
                "kind": "Job",
                "apiVersion": "batch/v1",
                "metadata": {"name": "j"},
                "spec": {**spec, "template": template},
            },
        )
    assert (caught.value.code, caught.value.message) == (
        403,
        f'jobs.batch "j" is forbidden: {limits.field(f"Jobs with {what}")}',
    )


def test_job_must_end(api: FakeApi) -> None:
    job: Object = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "j"}, "spec": {"template": TEMPLATE}}
    assert causes_of(lambda: api.create("jobs.batch", job)) == [
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    ]
