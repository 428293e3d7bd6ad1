"""Mermaid's diagrams, which GitHub draws by itself, as pictures."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

#: Where the pictures are, from the root of the repository.
FOLDER = Path("docs", "_static", "diagrams")
#: The theme of Mermaid's → the class that shows a picture only there.
THEMES = {"light": "only-light", "dark": "only-dark"}


def file_name(source: str, theme: str) -> str:
    """Return what the picture of a diagram is called: another text is another picture."""
    return f"{hashlib.sha256(source.strip().encode()).hexdigest()[:16]}-{theme}.svg"


class Diagrams(SphinxTransform):
    """Puts pictures in the place of Mermaid's text."""

    default_priority = 400

    def apply(self) -> None:
        """Replace the diagrams of a page."""
        for block in list(self.document.findall(nodes.literal_block)):
            if block.get("language") == "mermaid":
                block.replace_self(self._pictures(block))

    def _pictures(self, block: nodes.literal_block) -> list[nodes.Node]:
        section = block.parent
        while not isinstance(section, nodes.section):
            section = section.parent
        title = escape(f"Diagram: {section[0].astext()}")
        # Wide ones are moved sideways on a phone, with the keyboard too.
        start = nodes.raw(
            "", f'<div class="course-diagram" role="group" aria-label="{title}" tabindex="0">', format="html"
        )
        names = {theme: f"/{(FOLDER / file_name(block.astext(), theme)).as_posix()}" for theme in THEMES}
        pictures = [nodes.image(uri=name, alt=title, classes=[THEMES[theme]]) for theme, name in names.items()]
        return [nodes.raw("", start, format="html"), *pictures, nodes.raw("", "</div>", format="html")]
