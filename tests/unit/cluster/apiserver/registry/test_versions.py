"""Which state a write says that it replaces: resourceVersions are numbers."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.objects import bare

TOO_LARGE = str(1 << 64)


@pytest.fixture
def registry() -> Registry:
    registry = Registry(Store())
    registry.create("namespaces", "", bare("Namespace", "course"))
    registry.create("configmaps", "course", bare("ConfigMap", "c"))
    return registry


def config_map(name: str, version: str) -> Object:
    found = bare("ConfigMap", name)
    found["metadata"]["resourceVersion"] = version
    return {**found, "data": {"a": "b"}}


@pytest.mark.parametrize("version", ["", "0", "00"])
def test_an_update_that_takes_any_state(registry: Registry, version: str) -> None:
    assert registry.update("configmaps", "course", config_map("c", version))["data"] == {"a": "b"}


def test_an_update_of_the_stored_state(registry: Registry) -> None:
    stored = registry.get("configmaps", "course", "c")["metadata"]["resourceVersion"]
    assert registry.update("configmaps", "course", config_map("c", f"0{stored}"))["data"] == {"a": "b"}


@pytest.mark.parametrize(
    ("version", "code", "said"),
    [
        ("1", 409, "the object has been modified"),
        ("x", 400, 'strconv.ParseUint: parsing "x": invalid syntax'),
        ("-1", 400, 'strconv.ParseUint: parsing "-1": invalid syntax'),
        ("٣", 400, 'strconv.ParseUint: parsing "٣": invalid syntax'),
        (TOO_LARGE, 400, f'strconv.ParseUint: parsing "{TOO_LARGE}": value out of range'),
    ],
)
def test_an_update_of_another_state(registry: Registry, version: str, code: int, said: str) -> None:
    with pytest.raises(ApiError) as refused:
        registry.update("configmaps", "course", config_map("c", version))
    assert (refused.value.code, said in refused.value.message) == (code, True)


@pytest.mark.parametrize("version", ["", "0", "v1", TOO_LARGE])
def test_a_new_object_whose_version_is_no_revision(registry: Registry, version: str) -> None:
    assert registry.create("configmaps", "course", config_map("new", version))["metadata"]["name"] == "new"


def test_a_new_object_that_claims_to_be_stored(registry: Registry) -> None:
    with pytest.raises(ApiError) as refused:
        registry.create("configmaps", "course", config_map("new", "1"))
    assert refused.value.code == 400
    assert refused.value.message == "resourceVersion should not be set on objects to be created"


@pytest.mark.parametrize("version", ["", "0"])
def test_a_kind_whose_updates_must_name_a_state(registry: Registry, version: str) -> None:
    registry.create("leases.coordination.k8s.io", "course", bare("Lease", "l"))
    sent = bare("Lease", "l")
    sent["metadata"]["resourceVersion"] = version
    with pytest.raises(ApiError) as refused:
        registry.update("leases.coordination.k8s.io", "course", sent)
    assert "metadata.resourceVersion: Invalid value: 0: must be specified for an update" in refused.value.message
