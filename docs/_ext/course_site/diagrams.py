"""Mermaid's diagrams, which GitHub draws by itself, as pictures."""

from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

_LOGGER = logging.getLogger(__name__)

#: Where the pictures are, from the root of the repository.
FOLDER = Path("docs", "_static", "diagrams")
#: The theme of Mermaid's → the class that shows a picture only there.
THEMES = {"light": "only-light", "dark": "only-dark"}

#: What is written in a shape.
_PART = re.compile(r'[\[(]"([^"]+)"')


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
        title = f"Diagram: {section[0].astext()}"
        files = {theme: FOLDER / file_name(block.astext(), theme) for theme in THEMES}
        if not all(Path(self.app.srcdir, file).is_file() for file in files.values()):
            _LOGGER.warning("%s: python -m tests.site.diagrams draws it", title, location=block)
            return []
        # Wide ones are moved sideways on a phone, with the keyboard too.
        start = f'<div class="course-diagram" role="group" aria-label="{escape(title)}" tabindex="0">'
        alt = f"{title}. Its parts: {'; '.join(_PART.findall(block.astext())).replace('<br>', ' ')}"
        pictures = [
            nodes.image(uri=f"/{files[theme].as_posix()}", alt=alt, classes=[THEMES[theme]]) for theme in THEMES
        ]
        return [nodes.raw("", start, format="html"), *pictures, nodes.raw("", "</div>", format="html")]
