"""The way from a URL to the port of a container, and where it breaks."""

from __future__ import annotations

import pytest

from kubelearn.views import ports
from kubelearn.views.objects import Objects

from .made import HELLO, pod, service

OPEN, REFUSED = {("10.244.1.2", 8080): "open"}, {("10.244.1.2", 8080): "refused"}


@pytest.mark.parametrize(
    ("url", "answers", "step", "fault"),
    [
        ("http://hello:8081", OPEN, "", ""),
        ("http://hello:8081", {}, "", ""),
        ("hello.default.svc.cluster.local:8081", OPEN, "", ""),
        ("http://nosuch", OPEN, "url", "there is no Service nosuch"),
        ("http://hello/", OPEN, "port", "the Service has no port 80, but 8081"),
        ("http://typo:8081", OPEN, "pod", "the selector app=helo matches no pod"),
        ("http://hello:8081", REFUSED, "pod", "nothing listens on port 8080 in 1 of 1 ready pods (connection refused)"),
    ],
)
def test_where_the_way_breaks(objects: Objects, url: str, answers: ports.Answers, step: str, fault: str) -> None:
    found = ports.build(objects, url, answers)
    assert (found.broken_at, found.fault) == (step, fault)
    assert [row["step"] for row in found.rows() if row["broken"]] in ([], [step] * len(found.pods), [step])
    assert (fault or "The path is complete") in ports.draw(found).alt


def test_a_named_target_port_is_looked_up_in_the_pods(objects: Objects) -> None:
    objects["services"] = [service("hello", HELLO, target="web")]
    assert ports.build(objects, "http://hello:8081").fault == "no container has a port named web"
    objects["pods"][1] = pod("hello-a", "10.244.1.2", HELLO, declared={"name": "web", "containerPort": 3000})
    found = ports.build(objects, "http://hello:8081")
    assert (found.fault, [end.port for end in found.pods]) == ("", [3000, 0])
