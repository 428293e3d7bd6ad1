"""Topology, selector and ports: the rows, the words and the drawings, made from objects of the API."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.views import ports, selector, topology
from kubelearn.views.objects import Object, Objects

HELLO = {"app": "hello"}


def pod(
    name: str,
    address: str,
    labels: dict[str, str],
    *,
    ready: bool = True,
    namespace: str = "default",
    node: str = "worker",
    declared: Object | None = None,
    **meta: Any,
) -> Object:
    container = {"name": "server", "ports": [declared] if declared else []}
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels, **meta},
        "spec": {"nodeName": node, "containers": [container]},
        "status": {
            "phase": "Running",
            "podIP": address,
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
        },
    }


def service(name: str, labels: dict[str, str], port: int = 8081, target: int | str = 8080) -> Object:
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"clusterIP": "10.96.0.7", "selector": labels, "ports": [{"port": port, "targetPort": target}]},
    }


def endpoints(name: str, *pods: str) -> Object:
    return {
        "metadata": {"name": f"{name}-x", "namespace": "default", "labels": {"kubernetes.io/service-name": name}},
        "ports": [{"name": "", "port": 8080}],
        "endpoints": [{"targetRef": {"name": pod}, "conditions": {"ready": True}} for pod in pods],
    }


@pytest.fixture
def objects() -> Objects:
    """Two pods behind ``hello``, one of them not ready; a client, a stranger in another namespace, and a Service whose selector matches nothing."""
    node = {
        "metadata": {"name": "worker"},
        "spec": {"podCIDR": "10.244.1.0/24"},
        "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.3"}]},
    }
    return {
        "nodes": [node],
        "services": [service("hello", HELLO), service("typo", {"app": "helo"})],
        "endpointslices": [endpoints("hello", "hello-a")],
        "pods": [
            pod("client", "10.244.1.4", {"run": "client"}),
            pod("hello-a", "10.244.1.2", HELLO),
            pod("hello-b", "10.244.1.3", HELLO, ready=False),
        ],
    }


def test_topology_in_rows_and_words(objects: Objects) -> None:
    found = topology.build(objects, calls=[("client", "hello"), ("hello", "client"), ("client", "nobody")])
    assert [(row["service"], row["ports"], row["pod"], row["traffic"]) for row in topology.table(found)] == [
        ("hello", "8081 → 8080", "hello-a", True),
        ("hello", "8081 → 8080", "hello-b", False),
        ("typo", "", "", False),
        ("", "", "client", False),
    ]
    assert (
        topology.describe(found)
        == "Node worker: client 10.244.1.4 Ready, hello-a 10.244.1.2 Ready, hello-b 10.244.1.3 Not ready. Service hello"
        " 10.96.0.7, port 8081 → 8080: 1 of 2 pods get traffic. Service typo 10.96.0.7: its selector app=helo"
        " matches no pod. Pod client calls Service hello. Pod hello-a calls Pod client."
    )


def test_terminating_and_unplaced_pods_are_in_the_topology(objects: Objects) -> None:
    objects["pods"].append(pod("old", "10.244.1.9", {}, deletionTimestamp="2026-01-01T00:00:00Z"))
    objects["pods"].append(
        {
            "metadata": {"name": "new", "namespace": "default"},
            "spec": {"containers": []},
            "status": {"phase": "Pending"},
        }
    )
    words = topology.describe(topology.build(objects))
    assert "old 10.244.1.9 Terminating" in words
    assert "On no node yet: new." in words


def test_many_pods_are_counted_not_drawn(objects: Objects) -> None:
    objects["pods"] += [pod(f"many-{number:02}", f"10.244.1.{50 + number}", HELLO) for number in range(40)]
    drawing = topology.draw(topology.build(objects))
    assert ">and 31 more</text>" in drawing.svg()
    assert "many-39 10.244.1.89 Ready" in drawing.alt


def test_drawings_in_svg_and_still_say_the_same(objects: Objects) -> None:
    drawing = topology.draw(topology.build(objects, calls=[("client", "hello")]))
    for word in ("hello-b", "10.244.1.3 · Not ready", "8081 → 8080", "no traffic", "matches no pod", "calls"):
        assert f">{word}</text>" in drawing.svg()
        assert word in [text.get_text() for text in drawing.picture().figure.axes[0].texts]
    assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.shapes if hasattr(box, "lines"))


def test_why_pods_are_in_or_out(objects: Objects) -> None:
    objects["pods"].append(pod("stranger", "10.244.1.8", HELLO, namespace="other"))
    objects["pods"].append(pod("web", "10.244.1.7", {"app": "web"}))
    assert {row["pod"]: row["why"] for row in selector.table(objects, "hello", "default")} == {
        "client": "out: has no label app",
        "hello-a": "in, and gets traffic",
        "hello-b": "in, but no traffic: Not ready",
        "web": "out: app is web, not hello",
        "stranger": "out: in the namespace other",
    }
    assert "1 of 5 pods get traffic" in selector.draw(objects, "hello", "default").alt
    with pytest.raises(LookupError, match="there is no Service 'nosuch'"):
        selector.table(objects, "nosuch", "default")


@pytest.mark.parametrize(("text", "found"), [("a=b, c=d", {"a": "b", "c": "d"}), ("", {}), ("a=", {"a": ""})])
def test_selectors_are_read(text: str, found: dict[str, str]) -> None:
    assert selector.parse(text) == found


@pytest.mark.parametrize("text", ["a", "=b"])
def test_other_texts_are_no_selectors(text: str) -> None:
    with pytest.raises(ValueError, match="write key=value"):
        selector.parse(text)


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
    found = ports.way(objects, url, answers)
    assert (found.broken_at, found.fault) == (step, fault)
    assert [row["step"] for row in ports.table(found) if row["broken"]] in ([], [step] * len(found.pods), [step])
    assert (fault or "The way is whole") in ports.draw(found).alt


def test_a_named_target_port_is_looked_up_in_the_pods(objects: Objects) -> None:
    objects["services"] = [service("hello", HELLO, target="web")]
    assert ports.way(objects, "http://hello:8081").fault == "no container has a port named web"
    objects["pods"][1] = pod("hello-a", "10.244.1.2", HELLO, declared={"name": "web", "containerPort": 3000})
    found = ports.way(objects, "http://hello:8081")
    assert (found.fault, [end["port"] for end in found.pods]) == ("", [3000, 0])
