"""Endpoints of Services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.objects import container, merged, pod, service
from tests.real_control_plane.compare.session import MERGE, Session
from tests.real_control_plane.compare.settled import NGINX, show_events

_SERVICE_COMMANDS: tuple[Any, ...] = (
    ("describe", "service", "waiting"),
    ("describe", "service", "outside"),
    ("get", "services,endpoints,endpointslices"),
    ("get", "svc", "-o", "wide"),
    ("get", "endpoints", "waiting", "-o", "yaml"),
    ("describe", "endpoints", "waiting"),
    ("describe", "pod", "unready"),
    ("get", "pods", "-o", "wide"),
    ("get", "pod", "unready", "-o", "yaml"),
)


def _make_services(session: Session) -> None:
    """Make Services of all kinds, and pods for them."""
    session.create("services", service())
    session.create(
        "services", service("headless", clusterIP="None", ports=[{"name": "http", "port": 80, "targetPort": "http"}])
    )
    session.create("services", service("waiting", selector={"app": "nobody"}))
    session.create("services", service("outside", selector=None))
    session.create(
        "endpoints",
        {"metadata": {"name": "outside"}, "subsets": [{"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]}]},
    )
    session.create("services", service("early", publishNotReadyAddresses=True))
    for number in range(2):
        session.create(
            "pods",
            merged(
                pod(f"p{number}", [{**NGINX, "ports": [{"name": "http", "containerPort": 80}]}]),
                {"spec": {"schedulerName": None}},
            ),
        )
    unready = container("c", image="nginx:1.27", readinessProbe={"exec": {"command": ["false"]}})
    session.create("pods", merged(pod("unready", [unready]), {"spec": {"schedulerName": None}}))


def _until_endpoints(session: Session) -> None:
    """Wait for the endpoints of all Services."""
    ready: Callable[[Any], bool] = lambda found: (  # noqa: E731
        len(found.get("subsets", ())) == 1
        and len(found["subsets"][0].get("addresses", ())) == 2
        and len(found["subsets"][0].get("notReadyAddresses", ())) == 1
    )
    session.until(session.path("endpoints", "web"), ready)
    session.until(
        session.path("endpoints", "headless"),
        lambda found: len((found.get("subsets") or [{}])[0].get("addresses", ())) == 2,
    )
    session.until("endpointslices", lambda found: len(found["items"]) >= 5)
    session.until(
        "endpointslices",
        lambda found: all(
            len(item["endpoints"] or ()) == 3
            for item in found["items"]
            if item["metadata"]["name"].startswith(("web", "early"))
        ),
    )


def _show_endpoints(session: Session) -> None:
    """Compare the endpoints, with the pods in order."""
    for name in ("web", "headless", "waiting", "outside", "early"):
        answer = session.get(session.path("endpoints", name), record=False)
        for subset in answer.body.get("subsets", ()):
            for key in ("addresses", "notReadyAddresses"):
                subset.get(key, []).sort(key=lambda address: address.get("targetRef", {}).get("name", ""))
        session.answers.append(type(answer)(f"{answer.request} settled", answer.status, answer.headers, answer.body))
        answer = session.get("endpointslices", labelSelector=f"kubernetes.io/service-name={name}", record=False)
        for item in answer.body["items"]:
            (item["endpoints"] or []).sort(key=lambda each: each.get("targetRef", {}).get("name", ""))
        session.answers.append(type(answer)(f"{answer.request} settled", answer.status, answer.headers, answer.body))


def _change_services(session: Session) -> None:
    """Take away a selector, a label, and a Service."""
    session.patch(session.path("services", "web"), {"spec": {"selector": None}}, MERGE)
    session.patch(session.path("services", "headless"), {"metadata": {"labels": {"new": "label"}}}, MERGE)
    session.until(
        session.path("endpoints", "headless"), lambda found: found["metadata"].get("labels", {}).get("new") == "label"
    )
    session.get(session.path("endpoints", "headless"), note="relabelled")
    session.delete(session.path("services", "early"))
    session.until(session.path("endpoints", "early"), lambda found: found.get("code") == 404)
    session.until(
        "endpointslices", lambda found: not any(item["metadata"]["name"].startswith("early") for item in found["items"])
    )


def services(session: Session) -> None:
    """Services, with endpoints by selector, by hand, and none."""
    _make_services(session)
    _until_endpoints(session)
    _show_endpoints(session)
    for words in _SERVICE_COMMANDS:
        session.kubectl(*words)
    _change_services(session)
    show_events(session)
