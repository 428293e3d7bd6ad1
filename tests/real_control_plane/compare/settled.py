"""Waits until controllers have done their work, and compares what they made."""

from __future__ import annotations

from tests.real_control_plane.compare.session import Session

NGINX = {"name": "c", "image": "nginx:1.27", "ports": [{"containerPort": 80}]}


def until_settled(session: Session, name: str = "web") -> None:
    """Wait until a Deployment is rolled out."""
    session.until(
        session.path("deployments", name),
        lambda found: (
            found["status"].get("observedGeneration") == found["metadata"]["generation"]
            and found["status"].get("updatedReplicas", 0) == found["spec"]["replicas"]
            and found["status"].get("replicas", 0) == found["spec"]["replicas"]
            and found["status"].get("availableReplicas", 0) == found["spec"]["replicas"]
            and any(each.get("reason") == "NewReplicaSetAvailable" for each in found["status"].get("conditions", ()))
        ),
    )


def until_gone(session: Session, resource: str) -> None:
    """Wait until there is nothing of a resource."""
    session.until(resource, lambda found: not found["items"])


def show(session: Session, *resources: str) -> None:
    """Compare objects in the order of their revisions; of pods, one, whatever its node."""
    for resource in resources:
        answer = session.get(resource, record=False)
        items = sorted(
            (item for item in answer.body["items"]),
            key=lambda item: (
                item["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", ""),
                item["metadata"]["name"],
            ),
        )
        if resource == "pods":
            items = [{**item, "spec": {**item["spec"], "nodeName": "<node>"}} for item in items[:1]]
        session.answers.append(type(answer)(f"{answer.request} settled", answer.status, answer.headers, items))


def show_events(session: Session) -> None:
    """Compare which events there are, not when nor how often."""
    answer = session.get("events", record=False)
    seen = sorted(
        {
            (
                event["involvedObject"]["kind"],
                event["type"],
                event["reason"],
                event["message"],
                event["source"].get("component", event.get("reportingComponent", "")),
            )
            for event in answer.body["items"]
            if event["involvedObject"]["kind"] in ("Deployment", "ReplicaSet", "Job", "Pod", "Service", "Endpoints")
        }
    )
    masked = sorted({str(each) for each in seen})
    session.answers.append(type(answer)(f"{answer.request} all", answer.status, {}, masked))
