"""In which namespace an object is: that of the request."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.patch.patching import check_name
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.objects import bare

ROLES = "clusterroles.rbac.authorization.k8s.io"


def placed(kind: str, namespace: str) -> Object:
    found = bare(kind, "x")
    found["metadata"]["namespace"] = namespace
    return found


def test_a_resource_without_namespaces_drops_what_a_manifest_says() -> None:
    registry = Registry(Store())
    assert "namespace" not in registry.create(ROLES, "", placed("ClusterRole", "course"))["metadata"]
    changed = {
        **placed("ClusterRole", "course"),
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }
    updated = registry.update(ROLES, "", changed)
    assert ("namespace" in updated["metadata"], updated["rules"]) == (False, changed["rules"])
    check_name(placed("ClusterRole", "course"), "x", "")


def test_another_namespace_than_the_requests_is_refused() -> None:
    registry = Registry(Store())
    registry.create("namespaces", "", bare("Namespace", "course"))
    with pytest.raises(ApiError) as refused:
        registry.create("configmaps", "course", placed("ConfigMap", "other"))
    with pytest.raises(ApiError) as unmoved:
        check_name(placed("ConfigMap", "other"), "x", "course")
    assert refused.value.code == unmoved.value.code == 400
