"""Whether a Service was made from a manifest, as its managers and its form tell."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import ApiClient

from kubelearn.course.exercises.authorship import by_manifest
from kubelearn.course.exercises.core import NotYet


def service(*managers: str, app: str = "menu", port: str = "8081-3000") -> Any:
    """Return a Service as the client has it."""
    found = {
        "metadata": {
            "name": "menu",
            "labels": {"app": app},
            "managedFields": [{"manager": manager, "operation": "Update"} for manager in managers],
        },
        "spec": {"ports": [{"name": port, "port": 8081}]},
    }
    return ApiClient()._ApiClient__deserialize(found, "V1Service")


def noted(found: Any, manager: str) -> Any:
    """Return the Service, with a manager more that wrote annotations only."""
    entry = {"manager": manager, "operation": "Update", "fieldsV1": {"f:metadata": {"f:annotations": {}}}}
    found.metadata.managed_fields.append(ApiClient()._ApiClient__deserialize(entry, "V1ManagedFieldsEntry"))
    return found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (service("kubectl-expose"), "`kubectl expose`"),
        (service("kubectl-expose", "kubectl-patch", "kubectl-edit"), "`kubectl expose`"),
        (noted(service("kubectl-expose"), "kubectl"), "`kubectl expose`"),
        (service("kubectl-create"), "`kubectl create service`"),
        (service("kubectl-create", "kubectl-set"), "`kubectl create service`"),
    ],
)
def test_a_command_without_a_manifest_is_named(found: Any, said: str) -> None:
    with pytest.raises(NotYet, match=said):
        by_manifest(found)


@pytest.mark.parametrize(
    "found",
    [
        service("kubectl-client-side-apply"),
        service("kubectl-expose", "kubectl-client-side-apply"),
        service("kubectl-expose", "kubectl-replace"),
        service("kubectl"),
        service("kubectl-create", port="http"),
        service("kubectl-create", app="card"),
        service("OpenAPI-Generator"),
        service(),
    ],
    ids=lambda found: str([entry.manager for entry in found.metadata.managed_fields or ()]),
)
def test_a_manifest_counts_however_it_came(found: Any) -> None:
    by_manifest(found)
