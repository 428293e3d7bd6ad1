"""Which groups, kinds and paths there are, and which methods they take."""

from __future__ import annotations

from typing import Any

from tests.objects import pod
from tests.real_control_plane.compare.session import (
    MERGE,
    Session,
)

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
#: What says which groups and resources there are.
_DOCUMENTS: tuple[Any, ...] = (
    "/api",
    "/apis",
    "/api/v1",
    "/apis/apps",
    "/apis/apps/v1",
    "/apis/batch",
    "/apis/batch/v1",
    "/apis/discovery.k8s.io",
    "/apis/discovery.k8s.io/v1",
    "/apis/events.k8s.io/v1",
    "/apis/coordination.k8s.io/v1",
    "/apis/autoscaling",
    "/apis/autoscaling/v2",
    "/apis/autoscaling/v1",
    "/apis/networking.k8s.io/v1",
    "/apis/authentication.k8s.io/v1",
    "/apis/authorization.k8s.io/v1",
    "/apis/policy/v1",
    "/apis/storage.k8s.io/v1",
)
#: Paths beside the objects, served and not served.
_PATHS: tuple[Any, ...] = (
    "/version",
    "/healthz",
    "/livez",
    "/readyz",
    "/readyz?verbose",
    "/livez/ping",
    "/healthz/nope",
    "/",
    "/foo",
    "/api/",
    "/apis/",
    "/api/v2",
    "/apis/nope",
    "/apis/nope/v1",
    "/apis/apps/v2",
    "/apis/apps/v1/foo",
    "/api/v1/foo",
    "/api/v1/namespaces/default/foo",
    "/api/v1/namespaces/default/pods/a/b/c",
    "/api/v1/pods/web",
    "/api/v1/namespaces/default/nodes",
    "/api/v1/nodes/x/y",
    "/openapi/v2x",
    "/openapi/v3/foo",
    "/metricsx",
    "/api/v1/watch/pods?timeoutSeconds=1",
    "/api/v1/proxy/x",
    "/apis/apps/v1/namespaces/default/deployments/x/foo",
    "/api/v1/componentstatuses",
    "/api/v1/namespaces/default/pods/",
    "/api/v1//pods",
    "/version/",
    "/apis/apps/",
    "/ui",
    "/swagger.json",
    "/API",
    "/favicon.ico",
)
#: Paths that do not take every method.
_NO_OBJECTS: tuple[Any, ...] = (
    "/api",
    "/apis/apps/v1",
    "/version",
    "/healthz",
    "/foo",
    "/api/v1/namespaces/default/pods/x/log",
    "/api/v1/namespaces/default",
    "/api/v1/nodes",
)


def discovery(session: Session) -> None:
    for path in _DOCUMENTS:
        session.get(path)
    session.get("/api", accept=_AGGREGATED)
    session.get("/apis", accept=_AGGREGATED)
    for path in _PATHS:
        answer = session.get(
            path, record=not path.startswith(("/version", "/readyz?", "/api/v1/componentstatuses")) and path != "/"
        )
        if path == "/version":
            session.answers.append(type(answer)(answer.request, answer.status, answer.headers, sorted(answer.body)))
    for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO"):
        for path in _NO_OBJECTS:
            if (method, path) not in (("DELETE", "/api/v1/nodes"), ("DELETE", "/api/v1/namespaces/default")):
                session.send(method, path)
    session.send("PUT", session.path("pods"), pod())
    session.send("POST", session.path("pods", "web"), pod())
    session.send("PATCH", session.path("pods"), {}, kind=MERGE)
    session.send("PATCH", session.path("pods", "x", "log"), {}, kind=MERGE)
