"""The subresource ``scale``, and the autoscaler that writes it."""

from __future__ import annotations

from typing import Any

from tests.objects import deployment, merged, replicaset
from tests.real_control_plane.compare.session import MERGE, STRATEGIC, TABLE, Session


def scales(session: Session) -> None:
    for resource, made in (("deployments", deployment()), ("replicasets", replicaset(name="alone"))):
        session.create(resource, made)
        name = made["metadata"]["name"]
        session.until(
            session.path(resource, name),
            lambda found: found["status"].get("observedGeneration") == found["metadata"]["generation"],
        )
        path = session.path(resource, name, "scale")
        session.get(path)
        session.get(path, accept=TABLE)
        for spec in (
            {"spec": {"replicas": -1}},
            {"spec": {"replicas": "x"}},
            {"spec": {"replicas": None}},
            {"spec": None},
            {"metadata": {"name": "x"}},
            {"metadata": {"resourceVersion": "1"}},
            {"metadata": {"uid": "x"}},
            {"foo": 1},
            {"status": {"replicas": 9}},
        ):
            session.patch(path, spec, MERGE)
            session.patch(path, spec, STRATEGIC)
        for body in (
            {"spec": {"replicas": 0}},
            {"metadata": {"name": name}, "spec": {"replicas": 0}},
            {"metadata": {"name": name, "namespace": session.namespace}, "spec": {"replicas": 0}},
            {"metadata": {"name": "x"}, "spec": {"replicas": 0}},
            {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": name}},
            {"metadata": {"name": name}, "spec": {"replicas": -2}},
        ):
            session.put(path, body)
        session.put(
            session.path(resource, "missing", "scale"), {"metadata": {"name": "missing"}, "spec": {"replicas": 1}}
        )
        session.get(session.path(resource, "missing", "scale"))
        session.delete(path)
        session.apply(path, {"kind": "Scale", "apiVersion": "autoscaling/v1", "spec": {"replicas": 0}})


def horizontal(session: Session) -> None:
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "maxReplicas": 3,
    }
    for change in (
        {},
        {"maxReplicas": 0},
        {"minReplicas": 5},
        {"minReplicas": 0},
        {"scaleTargetRef": {}},
        {
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
                }
            ]
        },
        {"metrics": [{"type": "X"}]},
        {"maxReplicas": None},
    ):
        session.create(
            "horizontalpodautoscalers",
            {"metadata": {"name": "web"}, "spec": merged(spec, change)},
            note=str(change),
            dryRun="All",
        )
