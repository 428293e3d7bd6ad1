"""A picture as a list of shapes, drawn as a still figure or as SVG for a widget: the same picture in both.

Lengths are CSS pixels, x to the right and y down, from the upper left corner.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from .display import Picture

#: Width of every picture: what a cell has room for in a window of 1280 pixels.
WIDTH = 760
#: Meaning → colour (Okabe and Ito) and hatch; ``""`` is the colour of text.
TONES = {
    "plain": ("", ""),
    "muted": ("#999999", "--"),
    "service": ("#0072B2", ""),
    "ready": ("#009E73", ""),
    "waiting": ("#E69F00", "//"),
    "broken": ("#D55E00", "xx"),
    "call": ("#CC79A7", ""),
    "old": ("#56B4E9", ".."),
}
#: Width of the strip at a box's left edge.
STRIP = 10
_ARROW = 8
_HALO = "paint-order:stroke;stroke:var(--jp-layout-color0,white);stroke-width:4px;stroke-linejoin:round"


def shorten(text: str, most: int) -> str:
    """Leave out the middle of a long name: its beginning says what it is, its end which one."""
    return text if len(text) <= most else text[: most // 2] + "…" + text[len(text) - (most - most // 2 - 1) :]


@dataclass(frozen=True)
class Box:
    """A rectangle with lines of text, and a hatched strip in its tone at the left edge.

    Attributes:
        lines: the first one is bold.
        tone: a key of :data:`TONES`; it also colours the border.
        dashed: whether the border is dashed.
        frame: whether it is a frame around others: its text stands at the top, and it has no strip.
    """

    x: float
    y: float
    width: float
    height: float
    lines: Sequence[str] = ()
    tone: str = "plain"
    dashed: bool = False
    frame: bool = False


@dataclass(frozen=True)
class Arrow:
    """A line from one point to another.

    Attributes:
        label: text beside its middle.
        bend: how far the line's middle lies beside the straight line, to the right (with its direction, seen from above) if positive.
        head: whether the end has an arrow head.
        at: where on the line the label stands, from 0 to 1.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    label: str = ""
    tone: str = "plain"
    dashed: bool = False
    bend: float = 0
    head: bool = True
    width: float = 1.6
    at: float = 0.5

    @property
    def control(self) -> tuple[float, float]:
        """The control point of the quadratic curve."""
        length = math.hypot(self.x2 - self.x1, self.y2 - self.y1) or 1
        across = (-(self.y2 - self.y1) / length, (self.x2 - self.x1) / length)
        return (self.x1 + self.x2) / 2 + 2 * self.bend * across[0], (self.y1 + self.y2) / 2 + 2 * self.bend * across[1]

    def point(self, at: float) -> tuple[float, float]:
        """Return the point of the curve at a place from 0 to 1."""
        cx, cy = self.control
        first, middle, last = (1 - at) ** 2, 2 * at * (1 - at), at**2
        return first * self.x1 + middle * cx + last * self.x2, first * self.y1 + middle * cy + last * self.y2

    @property
    def tip(self) -> list[tuple[float, float]]:
        """The corners of the arrow head."""
        cx, cy = self.control
        angle = math.atan2(self.y2 - cy, self.x2 - cx)
        sides = [
            (self.x2 - _ARROW * math.cos(angle + turn), self.y2 - _ARROW * math.sin(angle + turn))
            for turn in (0.45, -0.45)
        ]
        return [(self.x2, self.y2), *sides]


@dataclass(frozen=True)
class Text:
    """Text by itself.

    Attributes:
        anchor: which part of the text is at x: ``start``, ``middle`` or ``end``; y is the base line.
        halo: whether it stands out from what is behind it.
    """

    x: float
    y: float
    text: str
    size: float = 12
    anchor: str = "start"
    bold: bool = False
    halo: bool = False


@dataclass(frozen=True)
class Bar:
    """A rectangle filled with its tone's colour and hatch, for quantities and times.

    Attributes:
        faint: whether what is behind it shows through.
    """

    x: float
    y: float
    width: float
    height: float
    tone: str = "service"
    faint: bool = False


Shape = Box | Arrow | Text | Bar


@dataclass
class Drawing:
    """Shapes and what they show.

    Attributes:
        alt: the picture in words.
    """

    width: float
    height: float
    alt: str
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *shapes: Shape) -> None:
        """Put shapes on top of those that are there."""
        self.shapes.extend(shapes)

    def svg(self, identity: str = "") -> str:
        """Return the picture as SVG in the colours of JupyterLab's theme.

        Args:
            identity: the element's ``id``.
        """
        label, given = (
            html.escape(self.alt, quote=True),
            f'id="{html.escape(identity, quote=True)}" ' if identity else "",
        )
        parts = [
            f'<svg {given}role="img" aria-label="{label}" width="{self.width:g}" height="{self.height:g}" viewBox="0 0'
            f' {self.width:g} {self.height:g}" '
            f'style="display:block;width:100%;max-width:{self.width:g}px;min-width:{0.75 * self.width:g}px;height:auto;font-family:var(--jp-ui-font-family,sans-serif);color:var(--jp-ui-font-color1,black)">'
        ]
        for shape in self.shapes:
            parts.extend(_svg(shape))
        return "".join([*parts, "</svg>"])

    def picture(self) -> Picture:
        """Return the picture as a still figure with alt text."""
        from .still import figure_of  # and with it matplotlib

        return Picture(figure_of(self), self.alt)


def colour_of(tone: str, plain: str) -> str:
    """Return a tone's colour, and a plain one where it has none."""
    return TONES[tone][0] or plain


def _svg(shape: Shape) -> list[str]:
    if isinstance(shape, Box):
        return _svg_box(shape)
    if isinstance(shape, Arrow):
        return _svg_arrow(shape)
    if isinstance(shape, Bar):
        colour, hatch = colour_of(shape.tone, "currentColor"), TONES[shape.tone][1]
        opacity = ' opacity="0.2"' if shape.faint else ""
        rectangle = (
            f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{max(shape.width, 0):.1f}" height="{shape.height:.1f}"'
            f' fill="{colour}"{opacity}/>'
        )
        return [rectangle, _svg_hatch(shape.x, shape.y, max(shape.width, 0), shape.height, hatch)]
    return [_svg_text(shape)]


def _svg_text(text: Text) -> str:
    style = f' style="{_HALO}"' if text.halo else ""
    weight = ' font-weight="600"' if text.bold else ""
    return (
        f'<text x="{text.x:.1f}" y="{text.y:.1f}" font-size="{text.size:g}" text-anchor="{text.anchor}"{weight}'
        f' fill="currentColor"{style}>{html.escape(text.text)}</text>'
    )


def _svg_box(box: Box) -> list[str]:
    colour, hatch = colour_of(box.tone, "currentColor"), TONES[box.tone][1]
    dash = ' stroke-dasharray="5 3"' if box.dashed else ""
    fill = "none" if box.frame else "var(--jp-layout-color0,white)"
    size = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    parts = [f'<rect {size} rx="4" fill="{fill}" stroke="{colour}" stroke-width="1.6"{dash}/>']
    if not box.frame and TONES[box.tone][0]:
        parts.append(
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{STRIP}" height="{box.height:.1f}" rx="2" fill="{colour}"/>'
        )
        parts.append(_svg_hatch(box.x, box.y, STRIP, box.height, hatch))
    return [*parts, *(_svg_text(text) for text in lines_of(box))]


def _svg_hatch(x: float, y: float, width: float, height: float, hatch: str) -> str:
    if not hatch or width < 1:
        return ""
    strokes = []
    step, right, bottom = 7, x + width, y + height
    if "-" in hatch:
        strokes = [f"M{x:.1f} {row:.1f}H{right:.1f}" for row in _steps(y + 4, bottom, step)]
    elif "." in hatch:
        strokes = [
            f"M{column:.1f} {row:.1f}h2"
            for row in _steps(y + 4, bottom, step)
            for column in _steps(x + 3, right - 2, step)
        ]
    else:
        for start in _steps(x - height + 3, right, step):  # rising lines, cut to the rectangle
            left, end = max(start, x), min(start + height, right)
            strokes.append(f"M{left:.1f} {bottom - (left - start):.1f}L{end:.1f} {bottom - (end - start):.1f}")
            if "x" in hatch:
                strokes.append(f"M{left:.1f} {y + (left - start):.1f}L{end:.1f} {y + (end - start):.1f}")
    return f'<path d="{"".join(strokes)}" stroke="white" stroke-width="1.8" opacity="0.75"/>'


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + step * index for index in range(max(0, math.ceil((end - start) / step)))]


def lines_of(box: Box) -> list[Text]:
    """Place a box's lines: in its middle, or under the upper edge of a frame."""
    if box.frame:
        return [
            Text(box.x + 10, box.y + 17 + 15 * index, line, 12 if index == 0 else 11, bold=index == 0)
            for index, line in enumerate(box.lines)
        ]
    first = box.y + box.height / 2 - 15 * (len(box.lines) - 1) / 2 + 4
    return [
        Text(box.x + STRIP + 7, first + 15 * index, line, 12 if index == 0 else 11, bold=index == 0)
        for index, line in enumerate(box.lines)
    ]


def _svg_arrow(arrow: Arrow) -> list[str]:
    colour, (cx, cy) = colour_of(arrow.tone, "currentColor"), arrow.control
    dash = ' stroke-dasharray="5 3"' if arrow.dashed else ""
    parts = [
        f'<path d="M{arrow.x1:.1f} {arrow.y1:.1f}Q{cx:.1f} {cy:.1f} {arrow.x2:.1f} {arrow.y2:.1f}" fill="none"'
        f' stroke="{colour}" stroke-width="{arrow.width:g}"{dash}/>'
    ]
    if arrow.head:
        parts.append(f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in arrow.tip)}" fill="{colour}"/>')
    if arrow.label:
        x, y = arrow.point(arrow.at)
        parts.append(_svg_text(Text(x, y + 4, arrow.label, 11, "middle", halo=True)))
    return parts
