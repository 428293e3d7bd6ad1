"""What the web site of the course adds to Sphinx.

- ``links``: links of the repository lead to a page of the site, or to the file on GitHub.
- ``notebooks``: hints are folded below their exercise, pictures have their alt text, nothing waits for a kernel.
- ``diagrams``: Mermaid's diagrams as the pictures that ``python -m tests.site.diagrams`` has made of them.
- ``images``: the images of the catalogue, listed.
- ``cells``: shell commands in cells are coloured as such.
- ``binder``: where a page's button leads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from . import binder, cells, diagrams, images, links, notebooks


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what is here."""
    app.add_config_value("course_site_repository", "", "env")
    app.add_directive("images", images.Images)
    app.add_lexer(cells.CellLexer.aliases[0], cells.CellLexer)
    app.add_transform(diagrams.Diagrams)
    app.connect("source-read", _read)
    app.connect("html-page-context", binder.offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _read(app: Sphinx, name: str, content: list[str]) -> None:
    """Change a page's text before it is parsed."""
    source = Path(app.env.doc2path(name))
    relink = links.Links(Path(app.srcdir), app.env.found_docs, app.config.course_site_repository)
    if source.suffix == ".ipynb":
        content[0] = notebooks.prepared(content[0], lambda text: relink.of(text, source))
    else:
        content[0] = relink.of(content[0], source)
