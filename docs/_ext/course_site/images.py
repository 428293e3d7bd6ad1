"""The table of the images that pods can run."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from kubelearn.target.connection import images_like


class Images(SphinxDirective):
    """The directive ``images``: what ``kubelearn.images()`` shows."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows, _ = images_like("")
        lines = ["| Image | Tags | What it does |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | {tags} | {purpose} |" for name, tags, purpose in rows]
        return self.parse_text_to_nodes("\n".join(lines))
