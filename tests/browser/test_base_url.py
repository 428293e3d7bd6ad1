"""A JupyterLab that is not at the root of its address, as on a JupyterHub and behind jupyter-server-proxy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kubelearn import Cluster

from .conftest import attach
from .lab import TOKEN, open_notebook, running

BASE = "/user/learner/"


def test_the_first_page_and_the_widgets_need_nothing_outside_the_base_url(
    browser: Any, hello: Cluster, tmp_path: Path
) -> None:
    command = ["kubelearn", "lab", ".", f"--ServerApp.base_url={BASE}"]
    with running(tmp_path, command) as lab:
        page = browser.new_page()
        page.goto(f"{lab.address}/?token={TOKEN}")
        page.get_by_role("heading", name="Start here").wait_for()
        page.close()

        page = open_notebook(lab, browser, "base", [attach(hello), "widgets.traffic(cluster, 'hello', 'hello', 8081)"])
        page.get_by_role("button", name="Send requests").click()
        page.get_by_role("img", name=re.compile("300 of 300 requests were answered by 3 of 3 pods")).wait_for()
        asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
        page.context.close()
        lab.end_kernels()
    assert len(asked) > 10
    assert [url for url in asked if url.startswith("http") and not urlsplit(url).path.startswith(BASE)] == []
