"""The widgets in JupyterLab, in a real browser.

They are drawn, and used by mouse and by keyboard, with effect in the page and in the cluster.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from kubelearn import Cluster
from kubelearn.target.kubectl import run

from .conftest import Open, attach


def picture(page: Any, text: str) -> Any:
    """Return the picture whose description has the text."""
    return page.get_by_role("img", name=re.compile(text))


def keep(page: Any, name: str) -> None:
    """Keep a screenshot, if a folder for them is given."""
    if os.environ.get("KUBELEARN_SCREENSHOTS"):
        page.get_by_role("img").last.scroll_into_view_if_needed()
        page.screenshot(path=Path(os.environ["KUBELEARN_SCREENSHOTS"]) / f"{name}.png")


def violations(page: Any, where: str = ".jp-OutputArea-output") -> list[str]:
    """Return what axe-core finds wrong in a part of the page: by default, the outputs of the notebook's cells."""
    found = Axe().run(page, where).response["violations"]
    return [f"{entry['id']}: {entry['help']}: {node['html'][:160]}" for entry in found for node in entry["nodes"]]


def replicas(cluster: Cluster) -> int:
    return int(cluster.apps.read_namespaced_deployment_scale("hello", "default").spec.replicas)


def test_topology_follows_the_cluster(notebook: Open, hello: Cluster) -> None:
    page = notebook([attach(hello), "widgets.topology(cluster, calls=[('client', 'hello')])"])
    picture(
        page, r"Service hello [\d.]+, port 8081 → 8080: 3 of 3 pods get traffic.*Pod client calls Service hello"
    ).wait_for()
    run("scale", "deployment/hello", "--replicas=5")
    picture(page, "5 of 5 pods get traffic").wait_for()
    run("create", "service", "clusterip", "typo", "--tcp=80:80")
    picture(page, "its selector app=typo matches no pod").wait_for()
    assert violations(page) == []
    keep(page, "topology")


def test_traffic_by_mouse(notebook: Open, hello: Cluster) -> None:
    page = notebook([attach(hello), "widgets.traffic(cluster, 'hello', 'hello', 8081)"])
    page.get_by_role("button", name="Send requests").click()
    picture(page, "300 of 300 requests were answered by 3 of 3 pods").wait_for()

    slider = page.get_by_role("slider", name="Replicas")
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.get_by_text("10 of 10 replicas are ready").wait_for()
    assert replicas(hello) == 10

    page.get_by_role("checkbox", name="session affinity").check()
    page.get_by_text("session affinity is ClientIP now").wait_for()
    assert hello.core.read_namespaced_service("hello", "default").spec.session_affinity == "ClientIP"
    assert violations(page) == []
    keep(page, "traffic")


@pytest.mark.parametrize(
    ("width", "buttons"), [(1280, ()), (800, ("Send requests", "Start steady rate", "Delete pod"))]
)
def test_controls_line_up(notebook: Open, hello: Cluster, width: int, buttons: Sequence[str]) -> None:
    page = notebook([attach(hello), "widgets.traffic(cluster, 'hello', 'hello', 8081)"], width=width)
    live = page.locator(".kubelearn-live")
    live.get_by_role("slider", name="Replicas").wait_for()
    fields = (("slider", "Replicas"), ("spinbutton", "Requests"), ("combobox", "Pod"), ("checkbox", "one connection"))
    columns = [*fields, *(("button", name) for name in buttons)]
    lefts = [live.get_by_role(role, name=name).bounding_box()["x"] for role, name in columns]
    assert max(lefts) - min(lefts) <= 4, lefts


def test_traffic_by_keyboard(notebook: Open, hello: Cluster) -> None:
    page = notebook([attach(hello), "widgets.traffic(cluster, 'hello', 'hello', 8081)"])
    slider = page.get_by_role("slider", name="Replicas")
    page.get_by_text("No requests yet").wait_for()
    slider.press("ArrowRight")
    page.get_by_text("4 of 4 replicas are ready").wait_for()
    assert replicas(hello) == 4

    page.get_by_role("button", name="Start steady rate").focus()
    page.keyboard.press("Space")
    picture(page, r"[1-9]\d* of [1-9]\d* requests were answered by [1-4] of 4 pods").wait_for()
    page.get_by_role("checkbox", name="table").focus()
    page.keyboard.press("Space")
    page.get_by_role("columnheader", name="Expected (95 % band)").wait_for()
    before = page.get_by_role("combobox", name="Pod").input_value()
    page.get_by_role("button", name="Delete pod").focus()
    page.keyboard.press("Enter")
    page.get_by_text(f"Deleted pod {before}").wait_for()
    picture(page, "The pods behind the Service changed meanwhile").wait_for()
    page.get_by_role("button", name="Stop sending").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Start steady rate").wait_for()
    assert violations(page) == []


def test_selector_by_mouse_and_keyboard(notebook: Open, hello: Cluster) -> None:
    page = notebook([attach(hello), "widgets.selector(cluster, service='hello')"])
    picture(page, "3 of 4 pods get traffic.*client: out: has no label app").wait_for()
    box = page.get_by_role("textbox", name="Selector")
    box.fill("app=helo")
    page.get_by_role("button", name="Set selector").click()
    picture(page, "0 of 4 pods get traffic.*out: app is hello, not helo").wait_for()
    assert hello.core.read_namespaced_service("hello", "default").spec.selector == {"app": "helo"}

    page.get_by_role("combobox", name="Pod").select_option("client")
    labels = page.get_by_role("textbox", name="Labels")
    labels.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("app=helo")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    picture(page, "1 of 4 pods get traffic.*client: in: gets traffic").wait_for()
    assert hello.core.read_namespaced_pod("client", "default").metadata.labels == {"app": "helo"}

    run("patch", "service", "hello", "-p", '{"spec":{"selector":{"app":"hello"}}}')
    picture(page, "3 of 4 pods get traffic").wait_for()
    page.wait_for_function("document.querySelector('.jp-OutputArea-output input[type=text]').value === 'app=hello'")
    assert violations(page) == []
    keep(page, "selector")


def test_ports_by_mouse_and_keyboard(notebook: Open, hello: Cluster) -> None:
    page = notebook([attach(hello), "widgets.ports(cluster, url='http://hello:8081')"])
    picture(page, r"port 8080 of 3 pods\. The path is complete").wait_for()
    url = page.get_by_role("textbox", name="URL")
    url.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("http://hello")
    page.keyboard.press("Enter")
    picture(page, "the Service has no port 80, but 8081").wait_for()
    run("expose", "deployment/hello", "--name=deaf", "--port=80", "--target-port=3000")
    url.fill("http://deaf")
    page.get_by_role("button", name="Try again").click()
    picture(page, r"nothing listens on port 3000 in 3 of 3 ready pods \(connection refused\)").wait_for()
    assert violations(page) == []
    keep(page, "ports")


CELLS = {
    "ports": ("widgets.ports(cluster, url='http://hello:8081')", "The path is complete"),
    "selector": ("widgets.selector(cluster, service='hello')", "3 of 4 pods get traffic"),
    "topology": ("widgets.topology(cluster, calls=[('client', 'hello')])", "3 of 3 pods get traffic"),
    "traffic": ("widgets.traffic(cluster, 'hello', 'hello', 8081)", "No requests yet"),
}


#: How far texts of the picture stand out of the place that is there for it, in pixels, and the smallest one's size.
FIT = """picture => {
  const place = picture.closest(".kubelearn-frame").getBoundingClientRect();
  const texts = [...picture.querySelectorAll("text")];
  const boxes = texts.map(text => text.getBoundingClientRect());
  const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
  return [
    Math.max(...boxes.map(box => Math.max(place.left - box.left, box.right - place.right, 0))),
    Math.min(...texts.map(text => parseFloat(text.getAttribute("font-size")) * scale)),
  ];
}"""


@pytest.mark.parametrize("name", CELLS)
def test_dark_and_in_narrow_windows(notebook: Open, hello: Cluster, name: str) -> None:
    cell, words = CELLS[name]
    # What 200 % shows of 7 pixels is as large as 14.
    for tag, options, least in (("dark", {"dark": True}, 10), ("800", {"width": 800}, 9), ("zoom", {"zoom": 2}, 6.5)):
        page = notebook([attach(hello), cell], **options)
        shown = picture(page, words)
        shown.wait_for()
        if name == "traffic":
            page.get_by_role("button", name="Send requests").click()
            picture(page, "300 of 300").wait_for()
            shown = picture(page, "300 of 300")
        assert violations(page) == []
        cut, smallest = shown.evaluate(FIT)
        assert cut < 1, tag
        assert smallest >= least, tag
        keep(page, f"{name}-{tag}")
