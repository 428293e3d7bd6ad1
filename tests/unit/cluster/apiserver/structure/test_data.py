"""The committed file fits together: references, list types, and what is served."""

from __future__ import annotations

import re

import pytest

from kubelearn.cluster.apiserver.resources import RESOURCES
from kubelearn.cluster.apiserver.structure import data, served, types
from kubelearn.cluster.apiserver.structure.names import message_for, message_name, schema_name
from kubelearn.cluster.apiserver.structure.types import Field, Type

#: Kinds that are only listed, and of other modules than the structure is made from.
_UNDESCRIBED = ("customresourcedefinitions.apiextensions.k8s.io",)
#: Kinds that are query parameters, never a body: they have no schema.
_OPTIONS = re.compile(r"(Pod|Node|Service)\w+Options")


def every_type() -> list[Type]:
    return [found for message in sorted(data.messages()) if (found := types.of(message)) is not None]


def every_field() -> list[tuple[str, Field]]:
    return [(f"{found.name}.{field.name}", field) for found in every_type() for field in found.declared]


def test_every_reference_resolves() -> None:
    assert len(every_type()) == len(data.messages())
    assert [name for name, field in every_field() if field.type not in types.VALUES | data.messages()] == []


def test_list_and_map_types() -> None:
    for name, field in every_field():
        allowed = {"list": ("atomic", "set", "map", "")}.get(field.cardinality, ("",))
        assert field.list_type in (("", "atomic") if field.type == "bytes" else allowed), name
        assert bool(field.keys) == (field.list_type == "map"), name
        assert set(field.keys) <= set(types.fields(field.type)), name
        assert field.map_type in ("", "atomic", "granular"), name
        if field.merge_key:
            assert field.merge_key in types.fields(field.type), name
            assert field.strategy, name


def test_numbers_of_a_message_are_different() -> None:
    for found in every_type():
        numbers = [field.number for field in found.declared]
        assert 0 not in numbers, found.name
        assert len(set(numbers)) == len(numbers), found.name


def test_embedded_structs_are_types() -> None:
    embedded = [(name, field) for name, field in every_field() if field.embedded]
    assert embedded
    assert [name for name, field in embedded if not types.fields(field.type)] == []


def test_every_served_resource_has_a_type_and_a_list() -> None:
    for resource in RESOURCES:
        message = message_for(resource.api_version, resource.kind)
        found = types.of(message)
        if resource.key in _UNDESCRIBED:
            assert found is None
            continue
        assert found is not None, resource.key
        assert (resource.group, resource.version, resource.kind) in found.kinds
        if "list" in resource.verbs:
            assert types.fields(f"{message}List")["items"].type == message
        for sub in resource.subresources.values():
            api_version = f"{sub.group}/{sub.version}" if sub.group else sub.version
            assert _OPTIONS.fullmatch(sub.kind) or types.fields(message_for(api_version, sub.kind)), sub


def test_the_real_server_serves_more() -> None:
    keys = [resource.key for resource in served.resources()]
    assert keys[:2] == ["bindings", "componentstatuses"]
    assert {resource.key for resource in RESOURCES} < set(keys)
    assert data.served()["version"].startswith(data.FILE.stem.replace("kubernetes-", "v") + ".")


def test_types_are_decoded_when_needed() -> None:
    assert data.of_type("core.v1.Nonsense") is None
    found = data.of_type("core.v1.Namespace")
    assert found is not None
    fields, marks = found
    assert [field[0] for field in fields] == ["metadata", "spec", "status"]
    assert marks == {"kind": 1, "kinds": [["", "v1", "Namespace"]]}


@pytest.mark.parametrize(
    ("message", "schema"),
    [
        ("core.v1.Service", "io.k8s.api.core.v1.Service"),
        ("meta.v1.Status", "io.k8s.apimachinery.pkg.apis.meta.v1.Status"),
        ("intstr.IntOrString", "io.k8s.apimachinery.pkg.util.intstr.IntOrString"),
        ("resource.Quantity", "io.k8s.apimachinery.pkg.api.resource.Quantity"),
        ("resource.v1.Device", "io.k8s.api.resource.v1.Device"),
        ("runtime.RawExtension", "io.k8s.apimachinery.pkg.runtime.RawExtension"),
    ],
)
def test_names_of_schemas(message: str, schema: str) -> None:
    assert schema_name(message) == schema
    assert message_name(schema) == message


@pytest.mark.parametrize(
    ("api_version", "kind", "message"),
    [
        ("v1", "Pod", "core.v1.Pod"),
        ("networking.k8s.io/v1", "Ingress", "networking.v1.Ingress"),
        ("rbac.authorization.k8s.io/v1", "Role", "rbac.v1.Role"),
        ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "flowcontrol.v1.FlowSchema"),
        ("apps/v1", "DeleteOptions", "meta.v1.DeleteOptions"),
    ],
)
def test_types_of_kinds(api_version: str, kind: str, message: str) -> None:
    assert message_for(api_version, kind) == message
    assert types.fields(message)
