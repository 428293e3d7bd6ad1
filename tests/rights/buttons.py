"""Press what the notebooks show and do not press: every button of every widget, and the end of a handle."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import kubelearn
from kubelearn import widgets
from kubelearn.views import decisions, names, ports, rollout, selector, topology, traffic, variables
from kubelearn.widgets import LiveWidget
from tests.exercises.bench import shell

_IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53"
_LIMIT = 60.0


def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait until a widget has done something.

    Raises:
        TimeoutError: it does not.
    """
    end = time.monotonic() + _LIMIT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


def press(widget: LiveWidget, button: str) -> None:
    """Press a button, and wait until its work is done.

    Raises:
        RuntimeError: the widget says that it did not work.
    """
    getattr(widget, button).click()
    wait(lambda: not widget._work, f"{type(widget).__name__}.{button} has no end")
    if "did not work" in widget._message:
        raise RuntimeError(f"{type(widget).__name__}.{button}: {widget._message}")


def begin(cluster: kubelearn.Cluster) -> None:
    """Make what the lessons have: a Deployment ``hello``, its Service, and a client."""
    shell(
        cluster,
        f"""
        kubectl create deployment hello --replicas=2 --image={_IMAGE} -- /agnhost netexec --http-port=8080
        kubectl expose deployment hello --port=8081 --target-port=8080
        kubectl run client --image={_IMAGE} --restart=Never -- pause
        kubectl rollout status deployment/hello --timeout=120s
        kubectl wait --for=condition=Ready pod/client --timeout=120s""",
    )
    traffic.settle(cluster, "hello")


def press_all(cluster: kubelearn.Cluster) -> None:
    """Use every widget."""
    shown = widgets.traffic(cluster, deployment="hello", service="hello", port=8081)
    shown.count.value = 5
    for button in ("button", "kill"):
        press(shown, button)
    shown.affinity.value = True
    shown.scale(3)
    explorer = widgets.variables(cluster, selector="app=hello")
    for button in ("create", "delete", "replace"):
        press(explorer, button)
    chooser = widgets.selector(cluster, "hello")
    for button in ("set_selector", "set_labels"):
        press(chooser, button)
    press(widgets.names(cluster, "hello"), "button")
    press(widgets.ports(cluster, "http://hello:8081"), "again")
    press(widgets.decisions(cluster, "http://hello:8081/hostname"), "button")
    press(widgets.rollout(cluster, deployment="hello", service="hello", port=8081), "button")
    widgets.topology(cluster)


def draw_all(cluster: kubelearn.Cluster) -> None:
    """Draw every picture that stands still."""
    for still in (
        topology.picture(cluster),
        selector.picture(cluster, "hello"),
        ports.picture(cluster, "http://hello:8081"),
        names.picture(cluster, "hello"),
        variables.picture(cluster),
        decisions.picture(cluster, "http://hello:8081/hostname"),
        rollout.picture(rollout.record(cluster, deployment="hello", service="hello", port=8081)),
    ):
        assert still._repr_mimebundle_()


def main() -> int:
    with kubelearn.connect() as cluster:
        print(repr(cluster))
        begin(cluster)
        press_all(cluster)
        draw_all(cluster)
        if cluster.namespace.startswith("kubelearn-"):
            cluster.reset()
    return 0


if __name__ == "__main__":
    sys.exit(main())
