"""Rollouts of Deployments, and what ``kubectl rollout`` says of them."""

from __future__ import annotations

from typing import Any

from tests.objects import deployment, template
from tests.real_control_plane.compare.session import MERGE, Session
from tests.real_control_plane.compare.settled import NGINX, show, show_events, until_gone, until_settled

#: What is done to a Deployment, one after the other.
_CHANGES: tuple[Any, ...] = (
    {"spec": {"replicas": 3}},
    {"spec": {"template": {"spec": {"containers": [{**NGINX, "image": "nginx:1.26"}]}}}},
    {"spec": {"paused": True}},
    {"spec": {"paused": False}},
    {
        "spec": {"template": {"metadata": {"annotations": {"a": "b"}}}},
        "metadata": {"annotations": {"kubernetes.io/change-cause": "because"}},
    },
    {"spec": {"template": {"metadata": {"annotations": None}, "spec": {"containers": [NGINX]}}}},
)
_ROLLOUT_COMMANDS: tuple[Any, ...] = (
    ("rollout", "history", "deployment/web"),
    ("rollout", "history", "deployment/web", "--revision=4"),
    ("rollout", "status", "deployment/web"),
    ("describe", "deployment", "web"),
    ("get", "deployments,replicasets,pods", "-o", "wide"),
    ("rollout", "undo", "deployment/web"),
    ("rollout", "status", "deployment/web"),
    ("rollout", "undo", "deployment/web", "--to-revision=99"),
    ("rollout", "undo", "deployment/web", "--to-revision=2"),
    ("rollout", "status", "deployment/web"),
    ("rollout", "history", "deployment/web"),
    ("rollout", "pause", "deployment/web"),
    ("rollout", "pause", "deployment/web"),
    ("rollout", "undo", "deployment/web"),
    ("rollout", "resume", "deployment/web"),
    ("rollout", "resume", "deployment/web"),
    ("rollout", "restart", "deployment/web"),
    ("rollout", "status", "deployment/web"),
)


def rollouts(session: Session) -> None:
    session.create("deployments", deployment(replicas=2, template=template(containers=[NGINX])))
    until_settled(session)
    show(session, "deployments", "replicasets", "pods")
    path = session.path("deployments", "web")
    for change in _CHANGES:
        session.patch(path, change, MERGE, fieldManager="learner")
        if change != {"spec": {"paused": True}}:
            until_settled(session)
        else:
            session.until(
                path,
                lambda found: any(
                    each.get("reason") == "DeploymentPaused" for each in found["status"].get("conditions", ())
                ),
            )
        show(session, "deployments", "replicasets")
    for words in _ROLLOUT_COMMANDS:
        session.kubectl(*words)
    until_settled(session)
    show(session, "deployments")
    session.delete(path)
    until_gone(session, "replicasets")
    until_gone(session, "pods")
    show_events(session)


def failing_rollouts(session: Session) -> None:
    session.create(
        "deployments", deployment(replicas=2, progressDeadlineSeconds=2, template=template(containers=[NGINX]))
    )
    until_settled(session)
    session.patch(
        session.path("deployments", "web"),
        {"spec": {"template": {"spec": {"containers": [{**NGINX, "image": "nowhere.example.com/none:1"}]}}}},
        MERGE,
    )
    session.until(
        session.path("deployments", "web"),
        lambda found: any(each.get("reason") == "ProgressDeadlineExceeded" for each in found["status"]["conditions"]),
    )
    show(session, "deployments", "replicasets")
    session.kubectl("rollout", "status", "deployment/web")
    session.kubectl("rollout", "undo", "deployment/web")
    until_settled(session)
    show(session, "deployments", "replicasets")
