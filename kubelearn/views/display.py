"""What cells show: pictures with alt text, and tables that read well as text too."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Data of an output, and its metadata, both by MIME type.
Bundle = tuple[dict[str, Any], dict[str, Any]]

_LEFT = 'style="text-align:left"'
#: An image does not know the page around it: dark pages of Jupyter, VS Code and Colab say so to it. Others do by
#: themselves, or are light.
_THEMES = (
    "<style>[data-jp-theme-light=true] .kubelearn-still{color-scheme:light}"
    "[data-jp-theme-light=false] .kubelearn-still,.vscode-dark .kubelearn-still,"
    "[theme=dark] .kubelearn-still{color-scheme:dark}</style>"
)
#: Widest window, in CSS pixels, in which a picture is restacked: beside the cell there are margins and a side bar.
_NARROW_WINDOW = 1000


class Picture:
    """A still picture with a description.

    Shown as an image with alt text that follows the theme, and is restacked in narrow windows; where there are no
    images, the description is what remains.

    Attributes:
        svg: the picture, for wide pages.
        alt: description in words.
        narrow: the same for narrow pages.
        figure: draws it with matplotlib, for a slide or a print: ``picture.figure().savefig("shop.pdf")``.
    """

    def __init__(self, svg: str, alt: str, narrow: str, figure: Callable[[], Figure]):
        self.svg = svg
        self.alt = alt
        self.narrow = narrow
        self.figure = figure

    def inline(self) -> str:
        """Return both pictures as HTML; the page shows the one that fits."""
        return f'<div class="kubelearn-wide">{self.svg}</div><div class="kubelearn-narrow">{self.narrow}</div>'

    def bundle(self, note: str = "") -> Bundle:
        """Return what an output carries, for viewers of all kinds.

        HTML comes first almost everywhere, and only there does the image keep its alt text. It holds an image and not
        the SVG itself, which GitHub and untrusted notebooks would take out of it.

        Args:
            note: a sentence below the picture.
        """
        below = f"<p><small>{html.escape(note)}</small></p>" if note else ""
        source = f'<source media="(max-width:{_NARROW_WINDOW}px)" srcset="{_address(self.narrow)}">'
        alt = html.escape(self.alt, quote=True)
        image = f'<img class="kubelearn-still" alt="{alt}" style="max-width:100%" src="{_address(self.svg)}">'
        shown = f"{_THEMES}<picture>{source}{image}</picture>{below}"
        data = {"text/plain": self.alt, "text/html": shown, "image/svg+xml": self.svg}
        return data, {"image/svg+xml": {"alt": self.alt}}

    def _repr_mimebundle_(self, **_options: Any) -> Bundle:
        return self.bundle()

    def __repr__(self) -> str:
        return self.alt


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


class Table:
    """Rows under headings.

    Attributes:
        headings: names of the columns.
        rows: the cells, one sequence a row.
        caption: what stands above; empty without.
    """

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = ""):
        self.headings = list(headings)
        self.rows = [list(row) for row in rows]
        self.caption = caption

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def html(self) -> str:
        """Return the table as HTML."""
        head = "".join(f'<th scope="col" {_LEFT}>{html.escape(str(heading))}</th>' for heading in self.headings)
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows)
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        cells = [self.headings, *([str(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.headings))]
        return "\n".join(
            "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        )


def _cell(value: object) -> str:
    return f"<td {_LEFT}>{html.escape(str(value))}</td>"
