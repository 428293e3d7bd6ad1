"""Jobs, ReplicaSets and pods, once they are settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.objects import Object, container, deployment, job, merged, pod, template
from tests.real_control_plane.compare.session import MERGE, Session
from tests.real_control_plane.compare.settled import NGINX, show, show_events


def jobs(session: Session) -> None:
    def run(script: str, **spec: Any) -> Object:
        return merged(
            job(spec.pop("name", "web"), **spec),
            {
                "spec": {
                    "template": {
                        "spec": {
                            "schedulerName": None,
                            "containers": [{"name": "c", "image": "busybox:1.36", "command": ["sh", "-c", script]}],
                        }
                    }
                }
            },
        )

    session.create("jobs", run("true"))
    session.create("jobs", run("false", name="fails", backoffLimit=0))
    session.create("jobs", run("true", name="many", completions=3, parallelism=2))
    session.create("jobs", run("sleep 60", name="late", activeDeadlineSeconds=1))
    session.create("jobs", run("true", name="asleep", suspend=True))
    for name in ("web", "fails", "many", "late"):
        session.until(
            session.path("jobs", name),
            lambda found: any(each["type"] in ("Complete", "Failed") for each in found["status"].get("conditions", ())),
        )
    session.until(session.path("jobs", "asleep"), lambda found: found["status"].get("conditions"))
    for name in ("web", "fails", "many", "late", "asleep"):
        session.get(session.path("jobs", name), note="settled")
    session.kubectl("get", "jobs")
    session.kubectl("get", "jobs", "-o", "wide")
    session.kubectl("describe", "job", "many")
    session.kubectl("describe", "job", "fails")
    session.kubectl("logs", "job/web")
    session.kubectl("delete", "job", "--all")
    show_events(session)


def replicas(session: Session) -> None:
    session.create(
        "replicasets", {**deployment(replicas=2, template=template(containers=[NGINX])), "kind": "ReplicaSet"}
    )
    settled: Callable[[Any], bool] = lambda found: (  # noqa: E731
        found["status"].get("availableReplicas", 0) == found["spec"]["replicas"]
        and found["status"]["replicas"] == found["spec"]["replicas"]
        and found["status"].get("observedGeneration") == found["metadata"]["generation"]
    )
    path = session.path("replicasets", "web")
    session.until(path, settled)
    session.get(path)
    show(session, "pods")
    session.patch(session.path("replicasets", "web", "scale"), {"spec": {"replicas": 1}}, MERGE)
    session.until(path, settled)
    session.get(path)
    session.kubectl("describe", "rs", "web")
    session.create("pods", merged(pod("orphan", [NGINX]), {"spec": {"schedulerName": None}}))
    session.until("pods", lambda found: len(found["items"]) == 1)
    session.kubectl("get", "rs", "-o", "wide")
    session.delete(path, {"propagationPolicy": "Orphan"})
    session.until(path, lambda found: found.get("code") == 404)
    show(session, "pods")
    session.create(
        "deployments",
        merged(deployment("quota", template=template(serviceAccountName="missing")), {"spec": {"replicas": 1}}),
    )
    session.until(
        session.path("deployments", "quota"),
        lambda found: any(each["type"] == "ReplicaFailure" for each in found["status"].get("conditions", ())),
    )
    session.get(session.path("deployments", "quota"))
    show(session, "replicasets")
    show_events(session)
    session.delete(session.path("deployments", "quota"), {"propagationPolicy": "Foreground"})
    session.until(session.path("deployments", "quota"), lambda found: found.get("code") == 404)


#: Name, and what differs in the spec.
_PODS: tuple[Any, ...] = (
    ("plain", {}),
    ("crash", {"containers": [container(image="busybox:1.36", command=["false"])], "restartPolicy": "Never"}),
    ("done", {"containers": [container(image="busybox:1.36", command=["true"])], "restartPolicy": "OnFailure"}),
    ("pull", {"containers": [container(image="nowhere.example.com/none:1")]}),
    (
        "config",
        {
            "containers": [
                container(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "a"}}}])
            ]
        },
    ),
    ("init", {"initContainers": [container("i", image="busybox:1.36", command=["true"])]}),
)


def pods(session: Session) -> None:
    for name, more in _PODS:
        session.create("pods", merged(pod(name, **more), {"spec": {"schedulerName": None}}))
    session.until(session.path("pods", "plain"), lambda found: found["status"]["phase"] == "Running")
    session.until(session.path("pods", "crash"), lambda found: found["status"]["phase"] == "Failed")
    session.until(session.path("pods", "done"), lambda found: found["status"]["phase"] == "Succeeded")
    session.until(session.path("pods", "init"), lambda found: found["status"]["phase"] == "Running")
    session.until(
        session.path("pods", "config"),
        lambda found: any(
            "waiting" in each["state"] and each["state"]["waiting"]["reason"] == "CreateContainerConfigError"
            for each in found["status"].get("containerStatuses", ())
        ),
    )
    for name in ("plain", "crash", "done", "init", "config"):
        session.get(session.path("pods", name), note="settled")
    session.kubectl("describe", "pod", "plain")
    session.kubectl("describe", "pod", "init")
    session.kubectl("delete", "pod", "plain", "--now")
    session.kubectl("get", "pod", "plain")
    session.kubectl("logs", "plain")
    session.kubectl("logs", "crash")
    session.kubectl("exec", "crash", "--", "ls")
    session.kubectl("exec", "init", "-c", "nope", "--", "ls")
    session.kubectl("logs", "init", "-c", "nope")
    session.kubectl("logs", "init", "--previous")
