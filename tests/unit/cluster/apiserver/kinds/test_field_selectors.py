"""Fields that lists can be selected by."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object


@pytest.mark.parametrize(
    ("resource", "field", "obj", "value"),
    [
        ("pods", "spec.nodeName", {"spec": {"nodeName": "n"}}, "n"),
        ("pods", "status.phase", {"status": {"phase": "Running"}}, "Running"),
        ("events", "involvedObject.name", {"involvedObject": {"name": "x"}}, "x"),
        ("secrets", "type", {"type": "Opaque"}, "Opaque"),
        ("namespaces", "status.phase", {"status": {"phase": "Active"}}, "Active"),
        ("services", "spec.type", {"spec": {"type": "NodePort"}}, "NodePort"),
        ("nodes", "spec.unschedulable", {"spec": {}}, "false"),
        ("jobs.batch", "status.successful", {"status": {}}, "0"),
    ],
)
def test_field_selectors(resource: str, field: str, obj: Object, value: str) -> None:
    assert for_resource(resource).field_selectors[field](obj) == value
