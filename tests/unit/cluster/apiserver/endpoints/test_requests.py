"""What URLs name."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.endpoints.requests import parse_path


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/v1/pods", ("pods", "", "", "", "")),
        ("/api/v1/namespaces/a/services/web", ("services", "a", "web", "", "")),
        ("/api/v1/namespaces/a", ("namespaces", "", "a", "", "")),
        ("/api/v1/namespaces/a/finalize", ("namespaces", "", "a", "finalize", "")),
        ("/apis/apps/v1/namespaces/a/deployments/web/scale", ("deployments", "a", "web", "scale", "")),
        ("/api/v1/namespaces/a/services/web:80/proxy/x/proxy/y", ("services", "a", "web:80", "proxy", "/x/proxy/y")),
        ("/api/v1/namespaces/a/services/proxy-web/proxy/x", ("services", "a", "proxy-web", "proxy", "/x")),
        ("/api/v1/namespaces/proxy/services/proxy/proxy/", ("services", "proxy", "proxy", "proxy", "/")),
    ],
)
def test_resources(path: str, named: tuple[str, ...]) -> None:
    target = parse_path(path)
    assert target is not None
    assert (target.resource.plural, target.namespace, target.name, target.subresource, target.tail) == named


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/apis/apps/v1",
        "/api/v1/nowhere",
        "/api/v1/pods/a",
        "/api/v1/namespaces/a/pods/b/nosuch",
        "/api/v1/namespaces/a/pods/b/log/c",
        "/api/v1/namespaces//pods",
        "/api/v1//pods",
    ],
)
def test_everything_else(path: str) -> None:
    assert parse_path(path) is None
