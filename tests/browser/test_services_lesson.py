"""The Services lesson in JupyterLab, in a real browser: run it up to the widget, use the widget, see the cluster follow."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

playwright: Any = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120_000


@pytest.fixture(scope="module")
def chromium() -> str:
    """Path of Chromium; without it the tests are skipped, but fail in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    return found


def lesson_until_widget(target: Path) -> None:
    """Write the lesson without outputs, and without what follows the widget (the end cleans up)."""
    notebook = nbformat.read(ROOT / "notebooks" / "02-services.ipynb", as_version=4)
    last = next(index for index, cell in enumerate(notebook.cells) if cell.id == "widget")
    notebook.cells = notebook.cells[: last + 1]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, target)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab with the lesson in it."""
    folder = tmp_path_factory.mktemp("lab")
    lesson_until_widget(folder / "lesson.ipynb")
    env = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
           "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"), "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=lesson",
               "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--allow-root"]
    log = folder / "lab.log"
    with log.open("w") as output:
        process = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
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
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_learner_runs_the_lesson_and_uses_the_widget(lab: str, chromium: str, kubectl: str) -> None:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"{lab}/lab/tree/lesson.ipynb?token=lesson&reset")
        page.get_by_role("heading", name=re.compile("Services: one address")).wait_for(timeout=PATIENCE)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        button = page.get_by_role("button", name="Send requests")
        button.wait_for(timeout=PATIENCE)

        button.click()
        page.get_by_text(re.compile(r"300 of 300 requests were answered by 3 of 3 pods")).last.wait_for(timeout=PATIENCE)
        assert page.get_by_role("img", name=re.compile("300 of 300 requests")).count() >= 1

        number = page.get_by_role("spinbutton").first
        number.fill("5")
        number.press("Enter")
        page.get_by_text("5 of 5 replicas are ready").wait_for(timeout=PATIENCE)
        if os.environ.get("KUBELEARN_SCREENSHOT"):
            page.wait_for_timeout(1500)
            button.click()
            page.get_by_text(re.compile(r"answered by 5 of 5 pods")).last.wait_for(timeout=PATIENCE)
            page.screenshot(path=os.environ["KUBELEARN_SCREENSHOT"])
        browser.close()
