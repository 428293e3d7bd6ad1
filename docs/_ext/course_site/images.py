"""The images that pods can run, listed."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import kubelearn


class Images(SphinxDirective):
    """The directive ``images``: what ``kubelearn.images()`` shows, as a list, since its names are long for a phone."""

    def run(self) -> list[nodes.Node]:
        """Return the list."""
        return [nodes.definition_list("", *(_entry(*row) for row in kubelearn.images().rows))]


def _entry(name: str, tags: str, purpose: str) -> nodes.definition_list_item:
    said = nodes.paragraph("", "", nodes.Text(f"{purpose}. "), nodes.emphasis("", tags))
    return nodes.definition_list_item("", nodes.term("", "", nodes.literal("", name)), nodes.definition("", said))
