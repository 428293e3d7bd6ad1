"""Which verb a request means, and that something answers every verb."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.endpoints.handlers import Verbs
from kubelearn.cluster.apiserver.endpoints.requests import parse_path, verb_of
from kubelearn.cluster.apiserver.endpoints.writing import APPLY
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import RESOURCES
from kubelearn.cluster.store import Store

_PODS = "/api/v1/namespaces/a/pods"


def _verb(method: str, path: str) -> str:
    request = make_mocked_request(method, path)
    target = parse_path(request.path)
    assert target is not None
    return verb_of(request, target)


@pytest.mark.parametrize(
    ("method", "path", "verb"),
    [
        ("GET", f"{_PODS}/web", "get"),
        ("HEAD", f"{_PODS}/web", "get"),
        ("GET", f"{_PODS}/web?watch=1", "get"),
        ("GET", f"{_PODS}/web/status", "get"),
        ("GET", _PODS, "list"),
        ("HEAD", _PODS, "list"),
        ("GET", "/api/v1/pods", "list"),
        ("GET", f"{_PODS}?watch=false", "list"),
        ("GET", f"{_PODS}?watch=0", "list"),
        ("GET", f"{_PODS}?watch", "watch"),
        ("GET", "/api/v1/pods?watch=true", "watch"),
        ("POST", _PODS, "create"),
        ("POST", "/api/v1/namespaces", "create"),
        ("PUT", f"{_PODS}/web", "update"),
        ("PATCH", f"{_PODS}/web/status", "patch"),
        ("DELETE", f"{_PODS}/web", "delete"),
        ("DELETE", _PODS, "deletecollection"),
        ("DELETE", "/api/v1/nodes", "deletecollection"),
    ],
)
def test_verbs(method: str, path: str, verb: str) -> None:
    assert _verb(method, path) == verb


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{_PODS}/web"),
        ("POST", "/api/v1/pods"),
        ("PUT", _PODS),
        ("PATCH", _PODS),
        ("DELETE", "/api/v1/pods"),
        ("OPTIONS", _PODS),
        ("OPTIONS", f"{_PODS}/web"),
        ("TRACE", "/api/v1/nodes"),
    ],
)
def test_methods_that_are_no_verbs(method: str, path: str) -> None:
    with pytest.raises(ApiError) as caught:
        _verb(method, path)
    assert caught.value.code == 405


def test_every_verb_of_a_resource_is_answered() -> None:
    methods = Verbs(Registry(Store())).methods
    assert set(methods) == {verb for resource in RESOURCES for verb in resource.verbs}


_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_LISTED = "/apis/networking.k8s.io/v1/servicecidrs"


@pytest.mark.parametrize(
    ("method", "path", "media_type", "code", "text"),
    [
        ("POST", _CRDS, "application/json", 405, "does not emulate CustomResourceDefinitions: the kinds of"),
        ("PATCH", f"{_CRDS}/x", APPLY, 405, "does not emulate CustomResourceDefinitions: the kinds of"),
        ("PATCH", f"{_CRDS}/x", "application/merge-patch+json", 404, '"x" not found'),
        ("DELETE", f"{_CRDS}/x", "application/json", 404, '"x" not found'),
        ("PUT", f"{_CRDS}/x", "application/json", 404, '"x" not found'),
        ("PUT", f"{_LISTED}/kubernetes", "application/json", 405, "does not emulate ServiceCIDRs: there is one range"),
        ("POST", "/api/v1/namespaces/a/pods/web/log", "application/json", 405, "the server does not allow this method"),
    ],
)
async def test_who_meets_a_limit_is_told_so(method: str, path: str, media_type: str, code: int, text: str) -> None:
    registry = Registry(Store())
    bootstrap.service_range(registry)
    request = make_mocked_request(method, path, headers={"Content-Type": media_type})
    target = parse_path(request.path)
    assert target is not None
    with pytest.raises(ApiError) as caught:
        await Verbs(registry).answer(request, target)
    assert (caught.value.code, text in caught.value.message) == (code, True)
