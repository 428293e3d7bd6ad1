"""The topology: its rows, its words and its drawing, made from objects of the API."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.views import topology
from kubelearn.views.objects import Object, Objects
from kubelearn.views.shapes import GUTTER, NARROW, WIDTH, Arrow, Box, extent, label_of, lines_of
from kubelearn.views.topology.labels import spread

from .made import HELLO, endpoints, pod, service


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


def test_in_one_line_it_is_counted_who_gets_traffic(objects: Objects) -> None:
    found = topology.build(objects, calls=[("client", "hello")])
    assert found.outcome == "3 pods on 1 node. Pods that get traffic: hello 1 of 2, typo none."
    objects["services"] = []
    objects["pods"] = objects["pods"][:1]
    assert topology.build(objects).outcome == "1 pod on 1 node."
    assert topology.build({**objects, "pods": []}).outcome == "There are no pods and no Services."


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


def test_everything_has_its_name_and_its_place(objects: Objects) -> None:
    drawing = topology.draw(topology.build(objects, calls=[("client", "hello")]))
    for word in ("Service hello", "hello-b", "10.244.1.3 · Not ready", "8081 → 8080", "no traffic", "calls"):
        assert f">{word}</text>" in drawing.svg()
    assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.shapes if hasattr(box, "lines"))


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_without_a_service_no_place_is_kept_for_one(objects: Objects, width: float) -> None:
    found = topology.build({**objects, "services": [], "endpointslices": []}, calls=[("client", "hello-a")])
    boxes = [shape for shape in topology.draw(found, width).shapes if isinstance(shape, Box)]
    assert min(box.x for box in boxes) <= GUTTER
    assert max(box.x + box.width for box in boxes) >= width * 0.85


def test_narrow_services_stand_above_and_their_arrows_beside_what_is_between(objects: Objects) -> None:
    drawing = topology.draw(topology.build(objects), NARROW)
    boxes = [shape for shape in drawing.shapes if isinstance(shape, Box)]
    services = [box for box in boxes if box.lines[0].startswith("Service ")]
    nodes = [box for box in boxes if box.frame]
    assert max(box.y + box.height for box in services) < min(box.y for box in nodes)
    arrows = [shape for shape in drawing.shapes if isinstance(shape, Arrow)]
    assert len(arrows) == 2
    assert all(0 < arrow.point(0.5)[0] < GUTTER for arrow in arrows)


def policy(name: str, selects: dict[str, str], **spec: Any) -> Object:
    spec = {"podSelector": {"matchLabels": selects}, "policyTypes": ["Ingress"], **spec}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


ONLY_8080 = [{"ports": [{"protocol": "TCP", "port": 8080}]}]


def test_a_call_that_a_policy_drops_says_which_one(objects: Objects) -> None:
    objects["networkpolicies"] = [policy("nobody", HELLO)]
    found = topology.build(objects, calls=[("client", "hello")])
    assert [call.dropped_by for call in found.calls] == [["nobody"]]
    assert (
        "Pod client calls Service hello, dropped: NetworkPolicy nobody isolates the pod, and does not allow this"
        " (ingress to default/hello-a). NetworkPolicy nobody isolates hello-a, hello-b."
    ) in found.summary
    drawing = topology.draw(found)
    for text in ("dropped: nobody", "10.244.1.2 · Ready · isolated"):
        assert f">{text}</text>" in drawing.svg()
    assert "nobody" in drawing.alt


def test_a_call_that_the_policies_allow_is_a_call(objects: Objects) -> None:
    objects["networkpolicies"] = [policy("nobody", HELLO), policy("port", HELLO, ingress=ONLY_8080)]
    found = topology.build(objects, calls=[("client", "hello")])
    assert "Pod client calls Service hello. NetworkPolicy nobody isolates" in found.summary
    assert ">calls</text>" in topology.draw(found).svg()


def test_egress_and_several_policies_are_named(objects: Objects) -> None:
    client = {"run": "client"}
    objects["networkpolicies"] = [
        policy("quiet", client, policyTypes=["Egress"]),
        policy("names", client, policyTypes=["Egress"], egress=[{"ports": [{"protocol": "UDP", "port": 53}]}]),
    ]
    found = topology.build(objects, calls=[("client", "hello"), ("client", "hello-a"), ("hello", "client")])
    assert [call.dropped_by for call in found.calls] == [["quiet", "names"], ["quiet", "names"], []]
    assert (
        "Pod client calls Pod hello-a, dropped: NetworkPolicies quiet, names isolate the pod, and none of them allows"
        " this (egress from default/client)."
    ) in found.summary
    assert ">dropped: quiet + 1</text>" in topology.draw(found).svg()


def test_some_pods_of_a_service_may_be_reached(objects: Objects) -> None:
    objects["pods"][2] = pod("hello-b", "10.244.1.3", HELLO | {"version": "2"})
    objects["endpointslices"] = [endpoints("hello", "hello-a", "hello-b")]
    objects["networkpolicies"] = [policy("second", {"version": "2"})]
    found = topology.build(objects, calls=[("client", "hello")])
    assert "Pod client calls Service hello, dropped at 1 of 2 pods: NetworkPolicy second isolates" in found.summary
    assert ">1 of 2 dropped: second</text>" in topology.draw(found).svg()


def test_a_call_that_is_dropped_is_no_way(objects: Objects) -> None:
    calls = [("client", "hello")]
    assert topology.way(topology.build(objects, calls), "client", "hello-a").stops
    objects["networkpolicies"] = [policy("nobody", HELLO)]
    assert not topology.way(topology.build(objects, calls), "client", "hello-a").stops


def test_namespaces_that_may_not_be_seen_have_a_name(objects: Objects) -> None:
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}
    objects["networkpolicies"] = [policy("own", HELLO, ingress=[{"from": [peer]}])]
    assert not topology.build(objects, calls=[("client", "hello")]).calls[0].drops
    objects["namespaces"] = [{"metadata": {"name": "default", "labels": {"team": "a"}}}]
    assert topology.build(objects, calls=[("client", "hello")]).calls[0].dropped


def crowded(*, dropped: bool) -> topology.Topology:
    """Return three Services before a dozen pods, and two clients that call several of them."""
    names = ("prices", "shop", "stock")
    pods = []
    for number in range(12):
        app, node = names[number % 3], f"worker-{number % 2}"
        pods.append(pod(f"{app}-{number}", f"10.244.1.{number + 10}", {"app": app}, ready=number != 4, node=node))
    ready = [each["metadata"]["name"] for each in pods if each["metadata"]["name"] != "shop-4"]
    clients = [pod(name, f"10.244.1.{number}", {"run": name}) for number, name in enumerate(("till", "walker"), 2)]
    objects: Objects = {
        "nodes": [],
        "pods": sorted([*pods, *clients], key=lambda each: str(each["metadata"]["name"])),
        "services": [service(name, {"app": name}) for name in names],
        "endpointslices": [endpoints(name, *(each for each in ready if each.startswith(name))) for name in names],
        "networkpolicies": [policy("only-for-those-who-may", {"app": "shop"})] if dropped else [],
        "namespaces": [],
    }
    calls = [("till", "stock"), ("till", "shop"), ("walker", "stock"), ("walker", "shop"), ("shop", "prices")]
    return topology.build(objects, calls)


@pytest.mark.parametrize("dropped", [False, True])
@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_no_label_lies_on_another_or_on_what_a_box_says(width: float, dropped: bool) -> None:
    drawing = topology.draw(crowded(dropped=dropped), width)
    arrows = [shape for shape in drawing.shapes if isinstance(shape, Arrow)]
    labels = [extent(label_of(arrow, width)) for arrow in arrows if arrow.label]
    words = [extent(text) for shape in drawing.shapes if isinstance(shape, Box) for text in lines_of(shape)]
    assert len({arrow.label for arrow in arrows} & {"calls", "dropped: only-…-may", "dropped: only-for-…who-may"})
    assert len(labels) >= (5 if width == WIDTH else 2)
    for number, label in enumerate(labels):
        assert not any(label.meets(other) for other in [*labels[:number], *words])


def test_a_label_is_beside_other_arrows_and_said_once_where_it_has_no_place_of_its_own() -> None:
    label = "80 → 8080"
    fan = [Arrow(0, 100, 300, 100 + 4 * number, label) for number in range(3)]
    across = Arrow(216, 0, 216, 200)
    first, second, third, same = spread([*fan, across], [], WIDTH)
    assert [each.label for each in (first, second, third)].count(label) == 1
    moved = next(each for each in (first, second, third) if each.label)
    covered = extent(label_of(moved, WIDTH))
    assert not any(covered.holds(*across.point(step / 50)) for step in range(51))
    assert same == across


def test_the_only_label_of_its_kind_stays_though_arrows_cross_it() -> None:
    crossing = [Arrow(x, 0, x, 100) for x in range(0, 300, 10)]
    assert spread([Arrow(0, 50, 300, 50, "calls"), *crossing], [], WIDTH)[0].label == "calls"
