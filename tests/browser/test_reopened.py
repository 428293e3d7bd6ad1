"""A notebook that is only read shows its pictures: opened again, in dark themes, in narrow windows, and as HTML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter

from kubelearn import Cluster

from .conftest import ROOT, Open, attach
from .lab import Lab
from .test_widgets import keep, picture, violations

CELL = "widgets.topology(cluster, calls=[('client', 'hello')])"
#: What the widget's picture says of the cluster ``hello``.
SAYS = "3 of 3 pods get traffic"


def saved(page: Any, path: Path) -> nbformat.NotebookNode:
    """Save the notebook that a page shows, and return what is in its file."""
    page.get_by_role("menuitem", name="File", exact=True).click()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url):
        page.get_by_text("Save Notebook", exact=True).click()
    return nbformat.read(path, as_version=4)


def test_a_notebook_that_is_opened_again_shows_the_picture_and_no_error(
    hello: Cluster, notebook: Open, lab: Lab
) -> None:
    page = notebook([attach(hello), CELL], name="again")
    picture(page, SAYS).wait_for()
    content = saved(page, lab.folder / "again.ipynb")
    assert content.metadata.widgets["application/vnd.jupyter.widget-state+json"].state
    page.goto("about:blank")
    lab.end_kernels()
    page = notebook(content, name="again", run=False)
    picture(page, SAYS).wait_for()
    page.get_by_text("run the cell to make it live").wait_for()
    assert page.get_by_text("model not found").count() == 0
    assert violations(page) == []
    keep(page, "reopened")


@pytest.mark.parametrize("dark", [False, True])
def test_outputs_without_widgets_show_the_still_picture(hello: Cluster, notebook: Open, lab: Lab, dark: bool) -> None:
    """So they are stored in the course's own notebooks, and shown to who does not trust them, too."""
    content = nbformat.read(ROOT / "notebooks" / "02-services.ipynb", as_version=4)
    content.cells = [cell for cell in content.cells if cell.id in ("live", "widget-still")]
    page = notebook(content, name=f"stored-{dark}", run=False, dark=dark)
    picture(page, "5 of 5 pods").wait_for()
    assert page.get_by_text("Run the cell to make it live").count() == 1
    assert violations(page) == []
    keep(page, "stored-dark" if dark else "stored-light")


def test_as_html_pictures_have_their_description(browser: Any, tmp_path: Path) -> None:
    body, _ = HTMLExporter().from_filename(str(ROOT / "notebooks" / "02-services.ipynb"))
    (tmp_path / "02.html").write_text(body, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto((tmp_path / "02.html").as_uri())
    page.get_by_role("img", name=re.compile("5 of 5 pods")).wait_for()
    found = Axe().run(page, ".jp-OutputArea-output").response["violations"]
    page.close()
    assert [f"{entry['id']}: {node['html'][:160]}" for entry in found for node in entry["nodes"]] == []


@pytest.mark.parametrize("dark", [False, True])
def test_cards_stand_out_and_are_read_in_light_and_dark(notebook: Open, dark: bool) -> None:
    content = nbformat.read(ROOT / "notebooks" / "00-start-here.ipynb", as_version=4)
    shown = ("first", "check-before", "hint", "check-after", "progress")
    content.cells = [cell for cell in content.cells if cell.id in shown]
    page = notebook(content, name=f"cards-{dark}", run=False, dark=dark)
    page.get_by_text("The whole course:").last.wait_for()
    frames = page.locator(".jp-OutputArea-output div[style*=border]")
    styles = [frame.evaluate("card => getComputedStyle(card).borderLeft") for frame in frames.all()]
    assert len(set(styles)) == len(shown) - 1  # the progress is no card
    assert violations(page) == []
