"""Namespaces: made, immortal, on their way out."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.apiserver.kinds.others.namespace import check_namespace
from kubelearn.cluster.apiserver.resources import BY_KEY
from tests.unit.strategy_fakes import FakeApi, causes_of


def test_namespace(api: FakeApi) -> None:
    namespace = api.create("namespaces", {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "alpha"}})
    assert namespace["metadata"]["labels"] == {"kubernetes.io/metadata.name": "alpha"}
    assert (namespace["spec"], namespace["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})
    assert causes_of(
        lambda: api.create("namespaces", {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "Beta_1"}})
    ) == [
        (
            'metadata.name: Invalid value: "Beta_1": a lowercase RFC 1123 label must consist of lower case'
            " alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name', "
            " or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("default", True), ("kube-system", True), ("kube-public", True), ("kube-node-lease", False), ("alpha", False)],
)
def test_immortal_namespaces(name: str, kept: bool) -> None:
    check = for_resource("namespaces").check_delete
    if not kept:
        check({"metadata": {"name": name}})
        return
    with pytest.raises(errors.ApiError) as caught:
        check({"metadata": {"name": name}})
    assert (caught.value.code, caught.value.message) == (
        403,
        f'namespaces "{name}" is forbidden: this namespace may not be deleted',
    )


def test_creation_needs_a_living_namespace(api: FakeApi) -> None:
    services = BY_KEY["services"]
    with pytest.raises(errors.ApiError, match=r'^namespaces "gamma" not found$') as missing:
        check_namespace(api, "gamma", services, "q")
    assert missing.value.details == {"name": "gamma", "kind": "namespaces"}
    api.store.put(
        "namespaces",
        {"metadata": {"name": "d7", "deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Terminating"}},
    )
    with pytest.raises(errors.ApiError) as terminating:
        check_namespace(api, "d7", services, "q")
    assert (
        terminating.value.message
        == 'services "q" is forbidden: unable to create new content in namespace d7 because it is being terminated'
    )
    assert terminating.value.details is not None
    assert terminating.value.details["causes"] == [
        {
            "reason": "NamespaceTerminating",
            "message": "namespace d7 is being terminated",
            "field": "metadata.namespace",
        },
    ]
