"""Metadata of every kind."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (
            {"annotations": {"a": "x" * 2**18}},
            ["metadata.annotations: Too long: may not be more than 262144 bytes"],
        ),
        ({"annotations": {"UPPER": "x", "a/B": "y"}}, []),
        (
            {"labels": {"a/b/c": "x"}},
            [
                (
                    'metadata.labels: Invalid value: "a/b/c": a valid label key must consist of alphanumeric'
                    " characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g."
                    " 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g."
                    " 'example.com/MyName')"
                ),
            ],
        ),
        (
            {"labels": {"a": "x" * 64}},
            [f'metadata.labels: Invalid value: "{"x" * 64}": must be no more than 63 bytes'],
        ),
        (
            {"annotations": {f"{'p' * 254}/{'n' * 64}": "x"}},
            [
                (
                    f'metadata.annotations: Invalid value: "{"p" * 254}/{"n" * 64}": {part} part must be no more than'
                    f" {limit} bytes"
                )
                for part, limit in (("prefix", 253), ("name", 63))
            ],
        ),
        (
            {"name": "n" * 254},
            [f'metadata.name: Invalid value: "{"n" * 254}": must be no more than 253 characters'],
        ),
        (
            {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod"}]},
            [f'metadata.ownerReferences.{key}: Invalid value: "": must not be empty' for key in ("name", "uid")],
        ),
        (
            {"finalizers": ["orphan", "foregroundDeletion"]},
            [
                (
                    'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and'
                    " foregroundDeletion cannot be both set"
                ),
            ],
        ),
    ],
)
def test_metadata(api: FakeApi, metadata: Object, expected: list[str]) -> None:
    obj: Object = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c", **metadata}}
    assert causes_of(lambda: api.create("configmaps", obj)) == expected


def test_no_new_finalizers_while_going(api: FakeApi) -> None:
    api.create(
        "configmaps",
        {
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {"name": "c", "finalizers": ["a/b"], "deletionTimestamp": "x"},
        },
    )
    assert causes_of(
        lambda: api.update("configmaps", "c", lambda obj: obj["metadata"]["finalizers"].append("c/d"))
    ) == [
        (
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new"
            ' finalizers []string{"c/d"}'
        ),
    ]
