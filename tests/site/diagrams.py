"""Draw Mermaid's diagrams of the pages for the site: ``python -m tests.site.diagrams``, after a diagram has changed.

GitHub and JupyterLab draw them by themselves. The site's pages load nothing from elsewhere, and Mermaid is no Python:
so the pictures are kept, and JupyterLab's Mermaid makes them, in Chromium.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
from course_site.diagrams import FOLDER, THEMES, file_name

from tests.browser.lab import browsing, open_notebook

from .building import ROOT, diagrams


def main() -> None:
    folder = ROOT / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    names = {file_name(source, theme) for source in diagrams() for theme in THEMES}
    for old in folder.iterdir():
        if old.name not in names:
            old.unlink()
    sources = [
        source for source in diagrams() if not all((folder / file_name(source, theme)).exists() for theme in THEMES)
    ]
    if sources:
        _draw(sources, folder)
    print(f"{len(sources)} diagrams drawn, in {folder}")


def _draw(sources: list[str], folder: Path) -> None:
    with browsing() as (lab, browser):
        for theme in THEMES:
            page = open_notebook(lab, browser, theme, _notebook(sources), dark=theme == "dark")
            for source, picture in zip(sources, _drawn(page, len(sources)), strict=True):
                (folder / file_name(source, theme)).write_text(picture, encoding="utf-8")
            page.context.close()


def _notebook(sources: list[str]) -> nbformat.NotebookNode:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_markdown_cell(f"```mermaid\n{source}```") for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _drawn(page: Any, number: int) -> list[str]:
    """Return the pictures of a notebook's diagrams."""
    pictures = page.locator(".jp-RenderedMermaid img")
    pictures.nth(number - 1).wait_for()
    addresses = [pictures.nth(index).get_attribute("src") for index in range(number)]
    return [_short(unquote(address)) for address in addresses]


def _short(picture: str) -> str:
    """Return a picture without what only Mermaid's own scripts read, and without its many decimal places."""
    picture = re.sub(r' data-[\w-]+="[^"]*"', "", picture[picture.index("<svg") :])
    return re.sub(r"(\d\.\d\d)\d+", r"\1", picture) + "\n"


if __name__ == "__main__":
    main()
