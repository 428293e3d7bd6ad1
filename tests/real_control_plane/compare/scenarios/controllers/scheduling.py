"""Pods that find no node."""

from __future__ import annotations

from tests.objects import Object, container, merged, pod
from tests.real_control_plane.compare.session import Session

#: Name, and what differs in the spec; none of them finds a node.
_UNSCHEDULABLE: dict[str, Object] = {
    "selector": {"nodeSelector": {"disk": "ssd"}},
    "cpu": {"containers": [container(resources={"requests": {"cpu": "1000"}})]},
    "memory": {"containers": [container(resources={"requests": {"memory": "100Ti"}})]},
    "both": {"containers": [container(resources={"requests": {"memory": "100Ti", "cpu": "1000"}})]},
    "gpu": {"containers": [container(resources={"limits": {"example.com/gpu": 1}})]},
    "affinity": {
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]
                }
            }
        }
    },
    "gated": {"schedulingGates": [{"name": "a.b/c"}]},
    "volume": {"volumes": [{"name": "v", "emptyDir": {}}], "nodeSelector": {"kubernetes.io/hostname": "nowhere"}},
    "tolerant": {"tolerations": [{"operator": "Exists"}], "nodeSelector": {"x": "y"}},
}


def scheduling(session: Session) -> None:
    for name, spec in _UNSCHEDULABLE.items():
        session.create("pods", merged(pod(name, **spec), {"spec": {"schedulerName": None}}))
    for name in _UNSCHEDULABLE:
        session.until(
            session.path("pods", name),
            lambda found: any(each["type"] == "PodScheduled" for each in found["status"].get("conditions", ())),
        )
        session.get(session.path("pods", name), note="settled")
    session.kubectl("get", "pods")
    session.until(
        "events",
        lambda found: (
            len([event for event in found["items"] if event["reason"] == "FailedScheduling"]) >= len(_UNSCHEDULABLE) - 1
        ),
    )
    for event in sorted(
        session.get("events", record=False).body["items"], key=lambda event: event["involvedObject"]["name"]
    ):
        if event["reason"] == "FailedScheduling":
            event["metadata"]["managedFields"] = None
            session.answers.append(
                type(session.answers[-1])(f"event of {event['involvedObject']['name']}", 200, {}, event)
            )
    session.kubectl("describe", "pod", "cpu")
