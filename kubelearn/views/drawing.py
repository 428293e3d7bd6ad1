"""A picture as a list of shapes, drawn as SVG: the same for a widget and for a still picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .display import Picture
from .shapes import NARROW, WIDTH, Shape
from .svg import svg_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass
class Drawing:
    """Shapes and what they show; width and height are CSS pixels.

    Attributes:
        alt: the picture in words.
        shapes: from the back to the front.
        measured: whether it shows times that were measured: two runs never draw the same.
    """

    width: float
    height: float
    alt: str
    shapes: list[Shape] = field(default_factory=list)
    measured: bool = False

    @property
    def narrow(self) -> bool:
        """Whether there is no room for things beside each other."""
        return self.width < WIDTH

    def add(self, *shapes: Shape) -> None:
        """Put shapes on top of those that are there."""
        self.shapes.extend(shapes)

    def svg(self) -> str:
        """Return the picture as SVG."""
        return svg_of(self.shapes, self.width, self.height, self.alt, measured=self.measured)

    def figure(self) -> Figure:
        """Return the picture as a figure of matplotlib's."""
        from .figure import figure_of  # and with it matplotlib, which cells do without

        return figure_of(self.shapes, self.width, self.height)


def picture_of(draw: Callable[[float], Drawing]) -> Picture:
    """Return a picture for pages of every width.

    Args:
        draw: makes a drawing of a width, :data:`~kubelearn.views.shapes.WIDTH` or
            :data:`~kubelearn.views.shapes.NARROW`.
    """
    wide, narrow = draw(WIDTH), draw(NARROW)
    return Picture(wide.svg(), wide.alt, narrow.svg(), wide.figure)
