"""Jobs: defaults, and what they must say."""

from __future__ import annotations

import pytest

from kubelearn.cluster import meta
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


def create(api: FakeApi, **spec: object) -> Object:
    pod = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
    job: Object = {
        "kind": "Job",
        "apiVersion": "batch/v1",
        "metadata": {"name": "j"},
        "spec": {"template": pod, **spec},
    }
    return api.create("jobs.batch", job)


def test_with_a_limit_for_each_index_all_together_have_none(api: FakeApi) -> None:
    assert (
        create(api, completionMode="Indexed", completions=2, backoffLimitPerIndex=1)["spec"]["backoffLimit"]
        == 2**31 - 1
    )


_CODES = {"operator": "In", "values": [1]}
_INDEXED = {"completionMode": "Indexed", "completions": 3}


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        (
            {"completionMode": "Indexed", "parallelism": 1},
            ["spec.completions: Required value: when completion mode is Indexed"],
        ),
        (
            {"backoffLimitPerIndex": 1},
            ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
        ),
        (
            {**_INDEXED, "maxFailedIndexes": 4},
            [
                "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
                "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions",
            ],
        ),
        (
            {**_INDEXED, "completions": 100_001, "parallelism": 20_000, "backoffLimitPerIndex": 1},
            [
                "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
                "spec.parallelism: Invalid value: 20000: must be less than or equal to 10000 "
                "when completions are above 100000 and used with backoff limit per index",
            ],
        ),
        (
            {"managedBy": "me"},
            ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
        ),
        (
            {"managedBy": "example.com/some one"},
            [
                'spec.managedBy: Invalid value: "some one": Invalid path '
                r"(regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"
            ],
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "FailIndex", "onExitCodes": _CODES}]}},
            [
                'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": '
                "requires the backoffLimitPerIndex to be set"
            ],
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "Wait"}]}},
            [
                'spec.podFailurePolicy.rules[0].action: Unsupported value: "Wait": '
                'supported values: "Count", "FailIndex", "FailJob", "Ignore"',
                "spec.podFailurePolicy.rules[0]: Invalid value: "
                "specifying one of OnExitCodes and OnPodConditions is required",
            ],
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "Count", "onExitCodes": {"operator": "In", "values": [2, 0]}}]}},
            [
                "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: "
                "must not be 0 for the In operator",
                "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,0]: must be ordered",
            ],
        ),
        (
            {"podFailurePolicy": {"rules": []}, "podReplacementPolicy": "TerminatingOrFailed"},
            ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
        ),
        (
            {**_INDEXED, "successPolicy": {"rules": [{}]}},
            [
                "spec.successPolicy.rules[0]: Required value: "
                "at least one of succeededCount or succeededIndexes must be specified"
            ],
        ),
        (
            {**_INDEXED, "successPolicy": {"rules": [{"succeededIndexes": "0-3"}, {"succeededCount": 4}]}},
            [
                'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-3": '
                'error parsing succeededIndexes: too large index: "3"',
                "spec.successPolicy.rules[1].succeededCount: Invalid value: 4: "
                "must be less than or equal to 3 (the number of specified completions)",
            ],
        ),
    ],
)
def test_what_cannot_be(api: FakeApi, spec: Object, causes: list[str]) -> None:
    assert causes_of(lambda: create(api, **meta.thaw(spec))) == causes


def test_a_copy_with_the_labels_of_another_job_is_refused(api: FakeApi) -> None:
    labels = {"batch.kubernetes.io/controller-uid": "old", "job-name": "i"}
    job: Object = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "j"}}
    pod = {"metadata": {"labels": labels}, "spec": {"restartPolicy": "Never", "containers": [container()]}}
    causes = causes_of(lambda: api.create("jobs.batch", {**job, "spec": {"template": pod}}))
    uid = next(cause for cause in causes if "[batch.kubernetes.io/controller-uid]" in cause).rpartition("'")[0][-36:]
    shown = (
        f'{{"batch.kubernetes.io/controller-uid":"old","batch.kubernetes.io/job-name":"j",'
        f'"controller-uid":"{uid}","job-name":"i"}}'
    )
    assert causes == [
        f"spec.template.metadata.labels[job-name]: Invalid value: {shown}: must be 'j'",
        f"spec.template.metadata.labels[batch.kubernetes.io/controller-uid]: Invalid value: {shown}: must be '{uid}'",
        f"spec.template.metadata.labels: Invalid value: {shown}: `selector` does not match template `labels`",
    ]


def test_job_must_end(api: FakeApi) -> None:
    job: Object = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "j"}, "spec": {"template": TEMPLATE}}
    assert causes_of(lambda: api.create("jobs.batch", job)) == [
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    ]
