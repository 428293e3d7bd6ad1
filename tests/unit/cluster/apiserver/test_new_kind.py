"""A kind needs no more than its name in ``resources.py`` to be stored, patched, applied, explained and listed."""

from __future__ import annotations

import orjson
import pytest

from kubelearn.cluster.apiserver import resources
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.managedfields.apply import apply
from kubelearn.cluster.apiserver.openapi import schemas
from kubelearn.cluster.apiserver.patch.strategic import strategic_merge
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.serializer import strict
from kubelearn.cluster.apiserver.structure import served
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.unit.cluster.apiserver.serializer.wire import body_of

KEY = "ingressclasses.networking.k8s.io"
PARAMETERS: Object = {"f:kind": {}, "f:name": {}, "f:scope": {}}
API_VERSION, KIND = "networking.k8s.io/v1", "IngressClass"


@pytest.fixture
def resource(monkeypatch: pytest.MonkeyPatch) -> Resource:
    """Serve a kind that nobody has written anything for."""
    found = next(Resource(*real) for real in served.resources() if real.key == KEY)
    monkeypatch.setitem(resources.BY_KEY, KEY, found)
    return found


def nginx() -> Object:
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": "nginx"},
        "spec": {"controller": "k8s.io/nginx", "parameters": {"kind": "Settings", "name": "a", "scope": "Cluster"}},
    }


def test_it_is_named_as_on_a_real_server(resource: Resource) -> None:
    assert (resource.singular, resource.namespaced, resource.short_names) == ("ingressclass", False, ())
    assert "deletecollection" in resource.verbs


def test_it_is_decoded_and_stored(resource: Resource) -> None:
    given = nginx()
    given["spec"] |= {"frob": 1, "parameters": {**given["spec"]["parameters"], "namespace": None}}
    decoded, problems = strict.decode(given, API_VERSION, KIND)
    assert (decoded, problems) == (nginx(), ['unknown field "spec.frob"'])
    registry = Registry(Store(), 1)
    stored = registry.create(KEY, "", decoded, manager="kubectl-create")
    assert registry.get(KEY, "", "nginx")["spec"] == nginx()["spec"]
    [entry] = stored["metadata"]["managedFields"]
    assert entry["fieldsV1"] == {"f:spec": {"f:controller": {}, "f:parameters": {".": {}, **PARAMETERS}}}


def test_it_is_patched_and_applied(resource: Resource) -> None:
    patched = strategic_merge(nginx(), {"spec": {"parameters": {"name": "b"}}}, API_VERSION, KIND)
    assert patched["spec"]["parameters"] == {"kind": "Settings", "name": "b", "scope": "Cluster"}
    applied = apply(None, nginx(), "me", False, API_VERSION, KIND)
    [entry] = applied["metadata"]["managedFields"]
    assert entry["fieldsV1"] == {"f:spec": {"f:controller": {}, "f:parameters": PARAMETERS}}


def test_it_comes_as_protobuf() -> None:
    value = body_of(API_VERSION, KIND, {"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/nginx"}})
    assert value["spec"] == {"controller": "k8s.io/nginx"}


def test_it_is_explained_and_listed(resource: Resource) -> None:
    builder = schemas.Builder()
    builder.add_kind(API_VERSION, KIND, listed=True)
    spec = builder.schemas["io.k8s.api.networking.v1.IngressClassSpec"]
    assert set(spec["properties"]) == {"controller", "parameters"}
    assert "io.k8s.api.networking.v1.IngressClassList" in builder.schemas
    made = tables.table(resource, [{**nginx(), "metadata": {"name": "nginx", "creationTimestamp": None}}])
    assert made["rows"][0]["cells"][0] == "nginx"
    assert orjson.dumps(made)
