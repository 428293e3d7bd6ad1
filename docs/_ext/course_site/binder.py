"""The button that opens a page's notebook on Binder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx

from kubelearn.cli import jupyter


def offer(app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None) -> None:
    """Tell a page's template where its button leads: to its notebook, or to the first one."""
    folder, name = PurePosixPath(page).parent, PurePosixPath(page).name
    notebook = f"{name}.ipynb" if folder.name == "notebooks" else jupyter.start_page(Path(app.srcdir, "notebooks"))
    repository = PurePosixPath(app.config.course_site_repository.removeprefix("https://github.com/"))
    context["binder_notebook"] = folder.name == "notebooks"
    context["binder_url"] = (
        f"https://mybinder.org/v2/gh/{repository.parts[0]}/{repository.parts[1]}/main"
        f"?urlpath={quote(f'lab/tree/{jupyter.FOLDER}/{notebook}', safe='')}"
    )
