"""One JupyterLab and one Chromium for all tests in a browser, and notebooks opened in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

import kubelearn
from kubelearn.kubectl import run

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"

playwright: Any = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parent.parent.parent
#: Longest time for something to appear in the page, in milliseconds.
PATIENCE = 60_000
TOKEN = "lesson"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    folder: Path

    def request(self, method: str, path: str, body: object = None) -> Any:
        """Call JupyterLab's own API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", data, {"Authorization": f"token {TOKEN}"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def end_kernels(self) -> None:
        for session in self.request("GET", "/api/sessions"):
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def theme(self, name: str) -> None:
        self.request("PUT", "/lab/api/settings/@jupyterlab/apputils-extension:themes", {"raw": json.dumps({"theme": name})})


@pytest.fixture(scope="package")
def chromium() -> str:
    """Path of Chromium; without it the tests are skipped, but fail in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    return found


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with an empty folder and settings of its own."""
    folder = tmp_path_factory.mktemp("lab")
    env = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
           "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"), "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}",
               "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--allow-root"]
    log = folder / "lab.log"
    with log.open("w") as output:
        process = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        address = ""
        for line in process.stdout:  # ends when the server does
            output.write(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)/lab", line)
            if found:
                address = f"http://127.0.0.1:{found.group(1)}"
                break
    try:
        assert address, f"JupyterLab did not start: {log.read_text()}"
        yield Lab(address, folder)
    finally:
        process.terminate()
        process.communicate(timeout=30)


# For the package, not the session: while Playwright runs, no test may run an event loop of its own.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium."""
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def cluster() -> Iterator[kubelearn.Cluster]:
    """A cluster in this process, so that the test sees what the page does to it; notebooks reach it by :func:`attach`."""
    with kubelearn.connect(seed=1) as started:
        yield started


def attach(cluster: kubelearn.Cluster) -> str:
    """Return a cell that connects a notebook to the cluster of the test, as it would to a real one."""
    return f"import os, kubelearn\nos.environ['KUBECONFIG'] = {str(cluster.kubeconfig)!r}\ncluster = kubelearn.connect(context='kubelearn', namespace='default')\nfrom kubelearn import widgets"


@pytest.fixture
def hello(cluster: kubelearn.Cluster, kubectl: str) -> kubelearn.Cluster:
    """The cluster with three servers ``hello`` behind a Service, and a pod ``client``."""
    labels, name = {"app": "hello"}, cluster.namespace
    server = {"name": "agnhost", "image": AGNHOST, "args": ["netexec", "--http-port=8080"]}
    cluster.apps.create_namespaced_deployment(name, {
        "metadata": {"name": "hello"}, "spec": {"replicas": 3, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [server]}}}})
    cluster.core.create_namespaced_service(name, {"metadata": {"name": "hello"}, "spec": {"selector": labels, "ports": [{"port": 8081, "targetPort": 8080}]}})
    cluster.core.create_namespaced_pod(name, {"metadata": {"name": "client"}, "spec": {"containers": [{"name": "client", "image": AGNHOST, "args": ["pause"]}]}})
    for waiting in (("rollout", "status", "deployment/hello"), ("wait", "--for=condition=Ready", "pod/client")):
        assert run(*waiting, "--timeout=60s").returncode == 0
    cluster.exec("client", "sh", "-c", "until curl -s -m 1 http://hello:8081/hostname; do sleep 0.1; done")
    return cluster


#: Opens a notebook made of cells (or a finished one), runs all of it, and returns the page.
Open = Callable[..., Any]


@pytest.fixture
def notebook(lab: Lab, browser: Any, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Return a function that opens a notebook of the given cells and runs it; its kernel ends with the test.

    ``dark`` takes JupyterLab's dark theme; ``zoom=2`` is what the browser's zoom of 200 % does: half as many pixels, each twice as large.
    """
    contexts: list[Any] = []

    def open_notebook(cells: Sequence[str] | nbformat.NotebookNode, *, dark: bool = False, zoom: float = 1) -> Any:
        made = cells if isinstance(cells, nbformat.NotebookNode) else nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}})
        name = re.sub(r"\W+", "-", request.node.name) + f"{len(contexts)}.ipynb"
        nbformat.write(made, lab.folder / name)
        lab.theme("JupyterLab Dark" if dark else "JupyterLab Light")
        context = browser.new_context(viewport={"width": int(1280 / zoom), "height": int(1000 / zoom)}, device_scale_factor=zoom)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{lab.address}/lab/tree/{name}?token={TOKEN}&reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.get_by_text(re.compile(r"Python 3 \(ipykernel\) \| Idle")).wait_for(state="attached")  # before that, JupyterLab asks which kernel to take
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        return page

    yield open_notebook
    for number, context in enumerate(contexts):
        if os.environ.get("KUBELEARN_SCREENSHOTS"):
            context.pages[0].screenshot(path=Path(os.environ["KUBELEARN_SCREENSHOTS"]) / f"end-{request.node.name}-{number}.png")
        context.close()
    lab.end_kernels()
    lab.theme("JupyterLab Light")
