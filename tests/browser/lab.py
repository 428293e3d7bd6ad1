"""A JupyterLab for tests and benchmarks, and notebooks opened in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import urllib3

#: Longest time for something to appear in the page, in milliseconds.
PATIENCE = 60_000
TOKEN = "lesson"
#: Jupyter prints its address a moment before it listens.
UNTIL_IT_LISTENS = urllib3.Retry(connect=50, backoff_factor=0.02, backoff_max=0.5)
#: Settings of JupyterLab that come with the package.
_SHIPPED = Path(__file__).parent.parent.parent / "jupyter" / "lab" / "kubelearn.json"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    folder: Path

    def request(self, method: str, path: str, body: object = None) -> Any:
        """Call JupyterLab's own API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.address}{path}", data, {"Authorization": f"token {TOKEN}"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def end_kernels(self) -> None:
        for session in self.request("GET", "/api/sessions"):
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def theme(self, name: str) -> None:
        self.request(
            "PUT", "/lab/api/settings/@jupyterlab/apputils-extension:themes", {"raw": json.dumps({"theme": name})}
        )


def find_chromium() -> str | None:
    """Return the path of a Chromium of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def _options() -> list[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return [
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--allow-root",
    ]


def _set(folder: Path, settings: dict[str, Any]) -> None:
    """Write settings, plugin → its own, as if somebody had chosen them in the menu."""
    for plugin, own in settings.items():
        path = folder / f"{plugin.replace(':', '/')}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(own))


@contextmanager
def running(folder: Path, command: Sequence[str] = ()) -> Iterator[Lab]:
    """Run a JupyterLab with an empty folder and settings of its own.

    Args:
        command: what starts it, with options of its own, in the folder; by default JupyterLab itself.
    """
    command = command or ["jupyterlab", f"--ServerApp.root_dir={folder}"]
    env = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
    }
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    _set(folder / "settings", {**quiet, **json.loads(_SHIPPED.read_text())})
    process = subprocess.Popen(
        [sys.executable, "-m", *command, *_options()],
        env=env,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    address, known = [""], threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:  # ends when the server does
            lines.append(line)
            found = re.search(r"(http://127\.0\.0\.1:\d+\S*)/lab", line)
            if found:
                address[0] = found[1]
                known.set()
        known.set()

    reader = threading.Thread(target=listen)
    reader.start()
    try:
        assert known.wait(120), f"JupyterLab did not start: {''.join(lines)}"
        assert address[0], f"JupyterLab did not start: {''.join(lines)}"
        with urllib3.PoolManager(retries=UNTIL_IT_LISTENS, timeout=30) as pool:
            pool.request("GET", f"{address[0]}/api")
        yield Lab(address[0], folder)
    finally:
        process.terminate()
        process.wait(timeout=30)
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def browsing() -> Iterator[tuple[Lab, Any]]:
    """Run a JupyterLab and a Chromium, for a program that cannot do without.

    Raises:
        SystemExit: there is no Chromium.
    """
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as lab, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield lab, browser
        lab.end_kernels()
        browser.close()


def open_notebook(
    lab: Lab,
    browser: Any,
    name: str,
    cells: Sequence[str] | nbformat.NotebookNode,
    *,
    dark: bool = False,
    zoom: float = 1,
    width: int = 1280,
    run: bool = True,
) -> Any:
    """Open a notebook of the given cells in a window of its own, run all of it, and return the page.

    Args:
        dark: take JupyterLab's dark theme.
        width: of the window.
        run: whether to run it; what its outputs show is there before.
        zoom: 2 is what the browser's zoom of 200 % does: half as many pixels, each twice as large.
    """
    if not isinstance(cells, nbformat.NotebookNode):
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        cells = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel})
    nbformat.write(cells, lab.folder / f"{name}.ipynb")
    lab.theme("JupyterLab Dark" if dark else "JupyterLab Light")
    context = browser.new_context(
        viewport={"width": int(width / zoom), "height": int(1000 / zoom)}, device_scale_factor=zoom
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab.address}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    # Before its kernel is there, JupyterLab asks which one to take.
    page.get_by_text(re.compile(r"(kubelearn|Python 3 \(ipykernel\)) \| Idle")).wait_for(state="attached")
    if run:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
    return page
