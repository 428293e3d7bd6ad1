"""The explorers of names, variables, rollouts and decisions in JupyterLab.

They are used by mouse and by keyboard, and the effect is seen in the cluster.
"""

from __future__ import annotations

import re

import pytest

from kubelearn import Cluster
from tests.unit import pods

from .conftest import Open, attach
from .test_widgets import keep, picture, violations

URL = "http://hello:8081/hostname"


def test_names_are_looked_up_by_keyboard_and_by_mouse(hello: Cluster, notebook: Open) -> None:
    hello.core.create_namespace({"metadata": {"name": "shop"}})
    page = notebook([attach(hello), 'widgets.names(cluster, "hello")'])
    picture(page, "'hello', asked from namespace default: 10.96.").wait_for()
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill("hello.default")
    name.press("Enter")
    picture(page, "'hello.default', asked from namespace default: .* after 2 queries").wait_for()
    space = page.get_by_role("combobox", name="Namespace")
    space.fill("shop")
    space.press("Tab")
    page.keyboard.press("Enter")  # the button has the focus now
    picture(page, "asked from namespace shop: .* after 2 queries, as hello.default.svc").wait_for()
    name.fill("hello")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("status").filter(
        has_text="'hello', asked from namespace shop: no address after 4 queries"
    ).wait_for()
    keep(page, "names-light")


def test_names_follow_the_cluster(hello: Cluster, notebook: Open) -> None:
    page = notebook([attach(hello), 'widgets.names(cluster, "later")'], dark=True)
    picture(page, "'later', .*no address").wait_for()
    address = pods.expose(hello, "later")
    picture(page, f"'later', .*{re.escape(address)} after 1 query").wait_for()
    keep(page, "names-dark")


def test_a_service_made_in_the_page_is_in_the_cluster_and_a_new_pod_knows_it(hello: Cluster, notebook: Open) -> None:
    page = notebook([attach(hello), 'widgets.variables(cluster, selector="app=hello", service="fresh")'])
    picture(page, "knows .*kubernetes").wait_for()
    page.get_by_role("button", name="Create Service").click()
    picture(page, "does not know fresh").wait_for()
    assert hello.core.read_namespaced_service("fresh", "default").spec.ports[0].port == 80
    pod = page.get_by_role("combobox", name="Pod")
    gone = pod.input_value()
    assert gone.startswith("hello-")
    pod.press("Tab")
    page.keyboard.press("Space")  # Delete pod
    picture(page, " knows fresh").wait_for()
    assert gone not in [
        item.metadata.name
        for item in hello.core.list_namespaced_pod("default").items
        if not item.metadata.deletion_timestamp
    ]
    keep(page, "variables-light")


def test_an_update_is_drawn_while_it_happens(hello: Cluster, notebook: Open) -> None:
    page = notebook([attach(hello), 'widgets.rollout(cluster, "hello", "hello", 8081)'])
    page.get_by_role("img", name="Rolling update of hello: not begun.").wait_for()
    before = revision(hello)
    page.locator(".jp-OutputArea").get_by_role("button", name="Update").click()
    picture(page, "finished: 3 old pods, 3 new pods").wait_for()
    assert revision(hello) == before + 1
    page.locator(".jp-OutputArea button:enabled", has_text="Update").wait_for()  # the picture is whole
    keep(page, "rollout-light")
    page.get_by_role("checkbox", name="preStop: sleep 2").press("Space")
    button = page.locator(".jp-OutputArea").get_by_role("button", name="Update")
    button.press("Enter")
    page.get_by_role("status").filter(has_text="update once more").wait_for()
    page.locator(".jp-OutputArea button:disabled", has_text="Update").wait_for()
    enabled = page.locator(".jp-OutputArea button:enabled", has_text="Update")
    enabled.wait_for()
    button.press("Enter")
    picture(page, "under way").wait_for()
    page.locator("svg text", has_text="stopping").first.wait_for()  # the old pods wait now
    picture(page, "finished: 3 old pods, 3 new pods").wait_for()
    hook = hello.apps.read_namespaced_deployment("hello", "default").spec.template.spec.containers[0].lifecycle.pre_stop
    assert hook._exec.command == ["sleep", "2"]
    page.locator(".jp-OutputArea button:enabled", has_text="Update").wait_for()
    keep(page, "rollout-prestop")


def revision(cluster: Cluster) -> int:
    return int(
        cluster.apps.read_namespaced_deployment("hello", "default").metadata.annotations[
            "deployment.kubernetes.io/revision"
        ]
    )


def test_one_request_is_explained(hello: Cluster, notebook: Open) -> None:
    page = notebook([attach(hello), f'widgets.decisions(cluster, "{URL}")'])
    picture(page, r"Rule: KUBE-SERVICES: .*Answer: 200: hello-").wait_for()
    keep(page, "decisions-light")
    url = page.get_by_role("textbox", name="URL")
    url.fill("http://hello:80/")
    url.press("Enter")
    picture(page, "but that has port 8081, not 80").wait_for()
    url.fill("http://nobody/")
    page.get_by_role("button", name="Send one request").click()
    picture(page, "no such name").wait_for()


CELLS = {
    "decisions": (f"widgets.decisions(cluster, '{URL}')", "Answer: 200"),
    "names": ("widgets.names(cluster, 'hello')", "'hello', asked from namespace default"),
    "rollout": ("widgets.rollout(cluster, 'hello', 'hello', 8081)", "not begun"),
    "variables": ("widgets.variables(cluster)", "client knows"),
}


@pytest.mark.parametrize("name", CELLS)
def test_dark_and_at_200_percent(hello: Cluster, notebook: Open, name: str) -> None:
    cell, words = CELLS[name]
    for dark, zoom in ((True, 1), (False, 2)):
        page = notebook([attach(hello), cell], dark=dark, zoom=zoom)
        picture(page, words).wait_for()
        if name == "rollout":
            page.locator(".jp-OutputArea").get_by_role("button", name="Update").click()
            picture(page, "finished").wait_for()
            page.locator(".jp-OutputArea button:enabled", has_text="Update").wait_for()  # the picture is whole
        assert violations(page) == []
        for control in page.locator(".jp-OutputArea-output").locator("button, input:visible, select").all():
            box, room = control.bounding_box(), page.locator(".jp-OutputArea-output").last.bounding_box()
            assert box["x"] + box["width"] <= room["x"] + room["width"] + 1  # nothing is cut off at the right
        keep(page, f"{name}-{'dark' if dark else 'zoom'}")
