"""Nodes, and reviews of who asks and what they may."""

from __future__ import annotations

from tests.real_control_plane.compare.session import MERGE, Session


def nodes(session: Session) -> None:
    name = f"n-{session.namespace}"[:60]
    for body in (
        {"metadata": {"name": "A_"}},
        {"metadata": {"name": ""}},
        {"metadata": {"name": name}, "spec": {"taints": [{"key": "a b", "effect": "X"}]}},
        {"metadata": {"name": name}, "spec": {"podCIDR": "x", "unschedulable": True}},
        {"metadata": {"name": name}, "spec": {"unschedulable": True, "taints": [{"key": "a", "effect": "NoExecute"}]}},
    ):
        session.create("nodes", body)
    path = session.path("nodes", name)
    for change in (
        {"spec": {"podCIDR": "10.244.9.0/24"}},
        {"spec": {"providerID": "x"}},
        {"spec": {"providerID": "y"}},
        {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoSchedule"}]}},
        {"spec": {"taints": [{"key": "a", "value": "b c", "effect": "NoSchedule"}]}},
        {"metadata": {"labels": {"node-role.kubernetes.io/worker": ""}}},
        {"status": {"capacity": {"cpu": "x"}}},
    ):
        session.patch(path, change, MERGE)
    session.delete(path)
    session.delete(path)


def reviews(session: Session) -> None:
    session.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {})
    session.create(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1"},
        dryRun="All",
    )
    access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    for spec in (
        {},
        {"resourceAttributes": {"verb": "get", "resource": "pods"}},
        {"nonResourceAttributes": {"path": "/", "verb": "get"}},
        {"resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/"}},
        {"foo": 1},
    ):
        session.create(access, {"spec": spec})
    session.create(access, {})
    session.create(access, {"metadata": {"name": "x"}, "spec": {"resourceAttributes": {"verb": "get"}}})
    session.get(access)
    session.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {"spec": {"namespace": "default"}})
    session.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {"spec": {}})
    for token in ("", "wrong"):
        session.send("GET", "/api/v1/pods", token=token)
        session.send("GET", "/version", token=token)
        session.send("GET", "/healthz", token=token)
        session.send("GET", "/", token=token)
        session.send("GET", "/api", token=token)
        session.send("GET", "/foo", token=token)
        session.send("POST", session.path("pods"), {}, token=token)
        session.send("GET", session.path("pods", "web", "log"), token=token)
        session.send("GET", "/apis/apps/v1/namespaces/default/deployments/x/scale", token=token)
