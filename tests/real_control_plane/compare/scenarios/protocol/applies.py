"""Server-side apply."""

from __future__ import annotations

from typing import Any

from tests.objects import config, deployment, merged, pod, service, template
from tests.real_control_plane.compare.session import (
    APPLY,
    MERGE,
    Session,
)

_BASE = deployment(replicas=None)
#: What cannot be applied to a Deployment.
_BAD_BODIES: tuple[Any, ...] = (
    "",
    "x",
    "[]",
    "{}",
    "kind: Deployment",
    "apiVersion: apps/v1",
    {"apiVersion": "apps/v1", "kind": "Deployment"},
    {"apiVersion": "apps/v1", "kind": "Pod"},
    {"apiVersion": "v1", "kind": "Deployment"},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "other"}},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}},
    merged(_BASE, {"metadata": {"managedFields": [{"manager": "x"}]}}),
    merged(_BASE, {"metadata": {"uid": "x"}}),
    merged(_BASE, {"metadata": {"resourceVersion": "1"}}),
    merged(_BASE, {"spec": {"replicas": "x"}}),
    merged(_BASE, {"spec": {"foo": 1}}),
    merged(
        _BASE,
        {"spec": {"template": template(containers=[{"name": "a", "image": "x"}, {"name": "a", "image": "y"}])}},
    ),
    merged(_BASE, {"spec": {"template": template(containers=[{"image": "x"}])}}),
    merged(
        _BASE,
        {
            "spec": {
                "template": template(
                    containers=[{"name": "a", "image": "x", "ports": [{"containerPort": 80}, {"containerPort": 80}]}]
                )
            }
        },
    ),
    merged(_BASE, {"status": {"replicas": 5}}),
    {"apiVersion": "apps/v2", "kind": "Deployment", "metadata": {"name": "web"}},
    merged(_BASE, {"spec": {"replicas": -1}}),
    merged(_BASE, {"metadata": {"labels": {"a b": "c"}}}),
)


def _applied_deployments(session: Session) -> None:
    """Apply a Deployment by several managers, and what cannot be applied."""
    path = session.path("deployments", "web")
    session.apply(path, _BASE)
    session.apply(path, _BASE, None)
    session.apply(path, _BASE, "")
    session.apply(path, _BASE)
    session.apply(path, deployment(replicas=0), "other")
    session.apply(path, deployment(replicas=1), "m", dryRun="All")
    session.apply(
        path,
        deployment(replicas=1, template=template(containers=[{"name": "c", "image": "other"}])),
        "third",
        dryRun="All",
    )
    session.apply(
        path,
        deployment(replicas=1, template=template(containers=[{"name": "c", "image": "other"}])),
        "third",
        force="true",
        dryRun="All",
    )
    session.apply(
        path,
        deployment(
            replicas=0,
            template=template(
                containers=[{"name": "c", "image": "registry.k8s.io/pause:3.10", "env": [{"name": "A", "value": "b"}]}]
            ),
        ),
        "fourth",
    )
    session.apply(path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}, "fourth")
    session.apply(path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}, "m")
    for body in _BAD_BODIES:
        session.apply(path, body, "bad", force="true")
    session.apply(
        session.path("deployments", "missing"),
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "missing"}},
    )


def _applied_ports(session: Session) -> None:
    """Apply a list that is merged by a key of two fields."""
    session.apply(
        session.path("services", "s"), service("s", ports=[{"port": 80}, {"port": 80, "protocol": "UDP", "name": "u"}])
    )
    session.apply(
        session.path("services", "s"), service("s", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 81}])
    )
    session.apply(
        session.path("services", "s"), service("s", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 80}])
    )
    session.apply(
        session.path("services", "s"), service("s", ports=[{"name": "b", "port": 81}], selector={"a": "b"}), "two"
    )


def _applied_maps(session: Session) -> None:
    """Apply single keys of a map."""
    session.apply(session.path("configmaps", "c"), config("c", data={"a": "b"}))
    session.apply(session.path("configmaps", "c"), config("c", data={"a": "c"}), "two")
    session.apply(session.path("configmaps", "c"), config("c", data={"a": "c"}), "two", force="true")
    session.apply(session.path("configmaps", "c"), config("c", data={"b": "c"}))
    session.apply(session.path("configmaps", "c"), config("c"), "two")
    session.patch(session.path("configmaps", "c"), {"data": {"b": "updated"}}, MERGE, fieldManager="updater")
    session.apply(session.path("configmaps", "c"), config("c", data={"b": "c", "d": "e"}))


def _applied_pods(session: Session) -> None:
    """Apply what cannot change, and statuses."""
    session.apply(session.path("pods", "p"), pod("p"))
    session.apply(
        session.path("pods", "p"), merged(pod("p"), {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}), "two"
    )
    session.apply(
        session.path("pods", "p", "status"),
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "status": {"message": "hello"}},
    )
    session.apply(
        session.path("pods", "missing", "status"),
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "missing"}, "status": {"message": "hello"}},
    )


def _applied_without_name(session: Session) -> None:
    """Apply an object that leaves its name to the path, and force what is no apply."""
    session.send(
        "PATCH",
        session.path("configmaps", "y"),
        "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n",
        kind=APPLY,
        query={"fieldManager": "m"},
    )
    session.send(
        "PATCH",
        session.path("configmaps", "y"),
        "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n",
        kind=APPLY,
        query={"fieldManager": "m", "force": "x"},
    )
    session.patch(session.path("configmaps", "y"), {}, MERGE, force="true")


def applies(session: Session) -> None:
    """Server-side apply."""
    _applied_deployments(session)
    _applied_ports(session)
    _applied_maps(session)
    _applied_pods(session)
    _applied_without_name(session)
