"""What pictures are made of: boxes, arrows, texts and bars, and where their parts are.

Lengths are CSS pixels, x to the right and y down, from the upper left corner.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

#: Width of every picture: what a cell has room for in a window of 1280 pixels.
WIDTH = 760
#: Width of the same picture, restacked, where there is less room: a narrow window, a phone, a zoom of 200 %.
NARROW = 400
#: What is free left of boxes that stand below each other, for the arrows that join them.
GUTTER = 36
#: Width of the strip at a box's left edge.
STRIP = 10
_ARROW = 8
#: Width of a character in its text's size, on average.
_CHARACTER = 0.56
#: The same of bold ones, in a wide font; of those that names have, of all others, and on average.
_BOLD = {
    **dict.fromkeys("ijl.,: ", 0.37),
    **dict.fromkeys("frt-/", 0.47),
    **dict.fromkeys("csz", 0.6),
    "m": 1.05,
    "w": 0.93,
}
_BOLD_OTHERS, _BOLD_ON_AVERAGE = 0.7, 0.62


def shorten(text: str, most: int) -> str:
    """Leave out the middle of a long name: its beginning says what it is, its end which one."""
    return text if len(text) <= most else text[: most // 2] + "…" + text[len(text) - (most - most // 2 - 1) :]


@dataclass(frozen=True)
class Box:
    """A rectangle with lines of text, and a hatched strip in its tone at the left edge.

    Attributes:
        lines: the first one is bold.
        tone: a key of :data:`~kubelearn.views.colours.TONES`; it also colours the border.
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

    @property
    def has_strip(self) -> bool:
        """Whether a strip at its edge shows its tone: not for a frame, nor in the colour of text."""
        return not self.frame and self.tone != "plain"


@dataclass(frozen=True)
class Arrow:
    """A line from one point to another.

    Attributes:
        label: text beside its middle.
        bend: how far the line's middle lies beside the straight line; if positive, to the right (with its direction,
            seen from above).
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
        first = (1 - at) ** 2
        middle = 2 * at * (1 - at)
        last = at**2
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
    """

    x: float
    y: float
    text: str
    size: float = 12
    anchor: str = "start"
    bold: bool = False


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


@dataclass(frozen=True)
class Marks:
    """Upright lines beside each other, from y down, for what happens often.

    Attributes:
        xs: where they are.
        width: of each.
    """

    xs: Sequence[float]
    y: float
    height: float
    width: float
    tone: str


Shape = Box | Arrow | Text | Bar | Marks


class Extent(NamedTuple):
    """A rectangle that something covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Extent) -> bool:
        """Return whether both cover a place."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def encloses(self, other: Extent) -> bool:
        """Return whether the other one lies in it."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        return self.left < x < self.right and self.top < y < self.bottom


def lines_of(box: Box) -> list[Text]:
    """Place a box's lines: in its middle, or under the upper edge of a frame."""
    if box.frame:
        x, first = box.x + 10, box.y + 17
    else:
        x, first = box.x + STRIP + 7, box.y + box.height / 2 - 15 * (len(box.lines) - 1) / 2 + 4
    return [
        Text(x, first + 15 * index, line, 12 if index == 0 else 11, bold=index == 0)
        for index, line in enumerate(box.lines)
    ]


def label_of(arrow: Arrow, width: float) -> Text:
    """Place an arrow's label on its line, inside a picture of a width."""
    x, y = arrow.point(arrow.at)
    half = len(arrow.label) * 11 * _CHARACTER / 2
    return Text(min(max(x, half + 4), width - half - 4), y + 4, arrow.label, 11, "middle")


def extent(text: Text) -> Extent:
    """Return what a text covers, as far as the width of its characters is known."""
    length = len(text.text) * text.size * _CHARACTER
    left = text.x - length * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    return Extent(left, text.y - text.size * 0.8, left + length, text.y + text.size * 0.25)


def beside(above: Box, below: Box, tone: str, *, dashed: bool = False) -> Arrow:
    """Return an arrow from a box to one below it, left of those in between."""
    start, end = above.y + above.height / 2, below.y + below.height / 2
    return Arrow(above.x, start, below.x, end, tone=tone, dashed=dashed, bend=GUTTER - 12)


def length_of_bold(text: str, size: float = 12) -> float:
    """Return how much room a bold text needs, at a size."""
    return size * sum(_BOLD.get(character, _BOLD_OTHERS) for character in text)


def fit(name: str, width: float, size: float = 12) -> str:
    """Shorten a name in bold letters as far as a width asks for it."""
    shorter = (shorten(name, most) for most in range(len(name), 3, -1))
    return next((short for short in shorter if length_of_bold(short, size) <= width), name[:1])


def room(width: float, size: float = 11) -> int:
    """Return how many characters fit a width, at a size of text."""
    return int(width / (size * _CHARACTER))


def wrap(text: str, width: float, size: float = 11) -> list[str]:
    """Return a text in lines that fit a width; a name is broken, at a hyphen, only if no line has room for it."""
    most = room(width, size)
    return textwrap.wrap(text, most, break_on_hyphens=any(len(word) > most for word in text.split()))


def paragraph(text: str, x: float, y: float, width: float, size: float = 11, *, bold: bool = False) -> list[Text]:
    """Place a text in lines of a width; y is the first one's base line."""
    lines = wrap(text, width * _CHARACTER / _BOLD_ON_AVERAGE if bold else width, size)
    return [Text(x, y + (size + 4) * index, line, size, bold=bold) for index, line in enumerate(lines)]
