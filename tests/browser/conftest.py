"""One JupyterLab and one Chromium for all tests in a browser, and notebooks opened in them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest

import kubelearn
from kubelearn.target.kubectl import run

from .lab import PATIENCE, Lab, find_chromium, open_notebook, running

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"

playwright: Any = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="package")
def chromium() -> str:
    """Path of Chromium; without it the tests are skipped, but fail in CI."""
    found = find_chromium()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    return found


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with an empty folder and settings of its own."""
    with running(tmp_path_factory.mktemp("lab")) as started:
        yield started


# For the package, not the session: while Playwright runs, no test may run an event loop of its own.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium."""
    playwright.expect.set_options(timeout=PATIENCE)  # by itself five seconds, in which a busy machine may show nothing
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def cluster() -> Iterator[kubelearn.Cluster]:
    """A cluster in this process, so that the test sees what the page does to it.

    Notebooks reach it by :func:`attach`.
    """
    with kubelearn.connect(seed=1) as started:
        yield started


def attach(cluster: kubelearn.Cluster) -> str:
    """Return a cell that connects a notebook to the cluster of the test, as it would to a real one."""
    return (
        f"import os, kubelearn\nos.environ['KUBECONFIG'] = {str(cluster.kubeconfig)!r}\ncluster ="
        " kubelearn.connect(context='kubelearn', namespace='default')\nfrom kubelearn import widgets"
    )


@pytest.fixture
def hello(cluster: kubelearn.Cluster, kubectl: str) -> kubelearn.Cluster:
    """The cluster with three servers ``hello`` behind a Service, and a pod ``client``."""
    labels, name = {"app": "hello"}, cluster.namespace
    server = {"name": "agnhost", "image": AGNHOST, "args": ["netexec", "--http-port=8080"]}
    cluster.apps.create_namespaced_deployment(
        name,
        {
            "metadata": {"name": "hello"},
            "spec": {
                "replicas": 3,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [server]}},
            },
        },
    )
    cluster.core.create_namespaced_service(
        name,
        {"metadata": {"name": "hello"}, "spec": {"selector": labels, "ports": [{"port": 8081, "targetPort": 8080}]}},
    )
    cluster.core.create_namespaced_pod(
        name,
        {
            "metadata": {"name": "client"},
            "spec": {"containers": [{"name": "client", "image": AGNHOST, "args": ["pause"]}]},
        },
    )
    for waiting in (("rollout", "status", "deployment/hello"), ("wait", "--for=condition=Ready", "pod/client")):
        assert run(*waiting, "--timeout=60s").returncode == 0
    cluster.exec("client", "sh", "-c", "until curl -s -m 1 http://hello:8081/hostname; do sleep 0.1; done")
    return cluster


#: Opens a notebook made of cells (or a finished one), runs all of it, and returns the page.
Open = Callable[..., Any]


@pytest.fixture
def notebook(lab: Lab, browser: Any, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Return a function that opens a notebook of the given cells and runs it; its kernel ends with the test.

    Its options are those of :func:`~tests.browser.lab.open_notebook`.
    """
    pages: list[Any] = []

    def open_one(cells: Sequence[str] | nbformat.NotebookNode, *, name: str = "", **options: Any) -> Any:
        name = name or re.sub(r"\W+", "-", request.node.name) + str(len(pages))
        pages.append(open_notebook(lab, browser, name, cells, **options))
        return pages[-1]

    yield open_one
    for number, page in enumerate(pages):
        if os.environ.get("KUBELEARN_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["KUBELEARN_SCREENSHOTS"]) / f"end-{request.node.name}-{number}.png")
        page.context.close()
    lab.end_kernels()
    lab.theme("JupyterLab Light")
