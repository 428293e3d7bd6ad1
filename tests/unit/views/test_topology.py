"""The topology: its rows, its words and its drawing, made from objects of the API."""

from __future__ import annotations

from kubelearn.views import topology
from kubelearn.views.objects import Objects

from .made import HELLO, pod


def test_topology_in_rows_and_words(objects: Objects) -> None:
    found = topology.build(objects, calls=[("client", "hello"), ("hello", "client"), ("client", "nobody")])
    assert [(row["service"], row["ports"], row["pod"], row["traffic"]) for row in found.rows()] == [
        ("hello", "8081 → 8080", "hello-a", True),
        ("hello", "8081 → 8080", "hello-b", False),
        ("typo", "", "", False),
        ("", "", "client", False),
    ]
    assert (
        found.summary
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
    words = topology.build(objects).summary
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
