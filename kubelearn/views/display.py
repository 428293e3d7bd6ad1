"""What cells show: pictures with alt text, and tables that read well as text too."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colour-blind safe colours (Okabe and Ito, https://jfly.uni-koeln.de/color/), blue first.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
#: Hatches beside the colours, for those who do not tell colours apart and for print.
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo", "--")


class Picture:
    """A still figure with a description.

    Shown as an image with alt text; where there are no images, the description is what remains.

    Attributes:
        figure: the matplotlib figure; it belongs to no backend, so nothing has to close it.
        alt: description in words.
    """

    def __init__(self, figure: Figure, alt: str):
        self.figure, self.alt = figure, alt

    def png(self) -> bytes:
        """Return the picture as PNG."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"text/plain": self.alt, "image/png": base64.b64encode(self.png()).decode()}
        return data, {"image/png": {"alt": self.alt}}

    def __repr__(self) -> str:
        return self.alt


class Table:
    """Rows under headings.

    Attributes:
        headings: names of the columns.
        rows: the cells, one sequence a row.
    """

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = ""):
        self.headings, self.rows, self.caption = list(headings), [list(row) for row in rows], caption

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="text-align:left">{html.escape(str(h))}</th>' for h in self.headings)
        body = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{html.escape(str(cell))}</td>' for cell in row) + "</tr>"
            for row in self.rows
        )
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        cells = [self.headings, *([str(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.headings))]
        return "\n".join(
            "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        )
