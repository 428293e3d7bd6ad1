"""Schemas are those that a real 1.36.3 serves, but for the words."""

from __future__ import annotations

import functools
import gzip
from typing import Any

import orjson
import pytest

from kubelearn.cluster.apiserver.openapi import descriptions, schemas
from kubelearn.cluster.apiserver.openapi import document as openapi
from kubelearn.cluster.apiserver.structure import data, types
from tests import structure


@functools.cache
def real() -> dict[str, Any]:
    """Return what ``python -m tests.structure`` was given, by name."""
    found: dict[str, Any] = orjson.loads(gzip.decompress(structure.SCHEMAS.read_bytes()))
    return found


def unworded(value: Any) -> Any:
    """Return a schema without descriptions, and a reference that nothing stands beside as it is."""
    if isinstance(value, list):
        return [unworded(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: unworded(item) for key, item in value.items() if key != "description" or isinstance(item, dict)}
    return kept["allOf"][0] if list(kept) == ["allOf"] else kept


@pytest.mark.parametrize("path", sorted(openapi.DOCUMENTS))
def test_every_schema_is_the_real_one(path: str) -> None:
    body = openapi.document(path)
    assert body is not None
    served = orjson.loads(body)["components"]["schemas"]
    assert served
    for name, schema in served.items():
        assert unworded(schema) == unworded(real()[name]), name


def test_kinds_that_are_not_served_yet_are_the_real_ones() -> None:
    builder = schemas.Builder()
    for found in filter(None, map(types.of, data.messages())):
        for group, version, kind in found.kinds:
            builder.add_kind(f"{group}/{version}" if group else version, kind)
    assert len(builder.schemas) > 500
    for name, schema in builder.schemas.items():
        assert unworded(orjson.loads(orjson.dumps(schema))) == unworded(real()[name]), name


def test_descriptions() -> None:
    body = openapi.document("apis/apps/v1")
    assert body is not None
    described = orjson.loads(body)["components"]["schemas"]
    missing = [name for name, schema in described.items() if not schema.get("description")]
    assert len(missing) < len(described) / 10, missing


@pytest.mark.parametrize(
    ("message", "field", "begin"),
    [
        ("networking.v1.IPBlock", "except", "except is a slice of CIDRs"),
        ("networking.v1.NetworkPolicyIngressRule", "from", "from is a list of sources"),
        ("networking.v1.NetworkPolicyPeer", "ipBlock", "ipBlock defines policy on a particular IPBlock."),
        ("apps.v1.StatefulSet", "spec", "Spec defines the desired identities of pods in this set."),
        ("rbac.v1.RoleBinding", "roleRef", "roleRef can reference a Role in the current namespace"),
    ],
)
def test_words_of_fields_that_are_objects_or_python_keywords(message: str, field: str, begin: str) -> None:
    assert descriptions.of_fields(message)[field].startswith(begin)
