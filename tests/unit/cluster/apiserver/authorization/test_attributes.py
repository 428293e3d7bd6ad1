"""What a request asks for."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.authentication import ANONYMOUS
from kubelearn.cluster.apiserver.authorization.attributes import Attributes, asked, refusal


def _written(found: Attributes) -> str:
    """Write what is asked for as ``VERB RESOURCE.GROUP NAMESPACE NAME``, or ``VERB PATH``."""
    if found.path:
        return f"{found.verb} {found.path}"
    qualified = f"{found.what}.{found.group}" if found.group else found.what
    return " ".join(part for part in (found.verb, qualified, found.namespace, found.name) if part)


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET /api/v1/namespaces/x/pods", ["list pods x"]),
        ("GET /api/v1/namespaces/x/pods?watch=true", ["watch pods x"]),
        ("GET /api/v1/namespaces/x/pods?watch=0", ["list pods x"]),
        ("GET /api/v1/namespaces/x/pods?fieldSelector=metadata.name=p", ["list pods x p"]),
        ("GET /api/v1/namespaces/x/pods?fieldSelector=status.phase=Running", ["list pods x"]),
        ("GET /api/v1/pods", ["list pods"]),
        ("HEAD /api/v1/namespaces/x/pods/p/", ["get pods x p"]),
        ("GET /api/v1/namespaces/x/pods/p/exec", ["get pods/exec x p", "create pods/exec x p"]),
        ("POST /api/v1/namespaces/x/pods/p/exec", ["create pods/exec x p"]),
        ("GET /api/v1/namespaces/x/services/web:80/proxy/a/b", ["get services/proxy x web:80"]),
        ("GET /api/v1/namespaces/x", ["get namespaces x x"]),
        ("GET /api/v1/namespaces/x/status", ["get namespaces/status x x"]),
        ("PUT /api/v1/namespaces/x/finalize", ["update namespaces/finalize x x"]),
        ("DELETE /api/v1/namespaces/x/services", ["deletecollection services x"]),
        ("POST /api/v1/namespaces/x/services", ["create services x"]),
        ("GET /api/v1/nodes", ["list nodes"]),
        ("PATCH /apis/apps/v1/namespaces/x/deployments/d/scale", ["patch deployments/scale.apps x d"]),
        # Whether there is such a resource is not asked.
        ("GET /apis/birds.example.com/v1/namespaces/x/swans", ["list swans.birds.example.com x"]),
        ("GET /apis/apps/v1", ["get /apis/apps/v1"]),
        ("GET /api/v1", ["get /api/v1"]),
        ("POST /version", ["post /version"]),
        ("GET /openapi/v3/apis/apps/v1", ["get /openapi/v3/apis/apps/v1"]),
    ],
)
def test_what_a_request_needs(request_line: str, expected: list[str]) -> None:
    method, url = request_line.split()
    path, _, query = url.partition("?")
    found = asked(method, path, dict([query.split("=", 1)]) if query else {})
    assert [_written(each) for each in found] == expected


@pytest.mark.parametrize(
    ("asked_for", "text"),
    [
        (
            Attributes("list", "", "pods", namespace="x"),
            'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the '
            'namespace "x"',
        ),
        (
            Attributes("create", "", "pods", "exec", "x", "web"),
            'pods "web" is forbidden: User "system:anonymous" cannot create resource "pods/exec" in API group "" in '
            'the namespace "x"',
        ),
        (
            Attributes("get", "apps", "deployments", name="web"),
            'deployments.apps "web" is forbidden: User "system:anonymous" cannot get resource "deployments" in API '
            'group "apps" at the cluster scope',
        ),
        (Attributes("get", path="/metrics"), 'forbidden: User "system:anonymous" cannot get path "/metrics"'),
    ],
)
def test_the_words_of_a_refusal(asked_for: Attributes, text: str) -> None:
    assert refusal(ANONYMOUS, asked_for).message == text
    assert refusal(ANONYMOUS, asked_for, "RBAC: odd").message == f"{text}: RBAC: odd"
