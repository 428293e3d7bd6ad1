"""What cells show: pictures with alt text, and tables that read well as text too."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 'style="text-align:left"'


class Picture:
    """A still figure with a description.

    Shown as an image with alt text; where there are no images, the description is what remains.

    Attributes:
        figure: the matplotlib figure; it belongs to no backend, so nothing has to close it.
        alt: description in words.
    """

    def __init__(self, figure: Figure, alt: str):
        self.figure = figure
        self.alt = alt

    def png(self) -> bytes:
        """Return the picture as PNG."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"text/plain": self.alt, "image/png": base64.b64encode(self.png()).decode()}
        return data, {"image/png": {"alt": self.alt}}

    def __repr__(self) -> str:
        return self.alt


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
