"""A picture as a list of shapes, drawn as a still figure or as SVG for a widget: the same picture in both."""

from __future__ import annotations

from dataclasses import dataclass, field

from .display import Picture
from .shapes import Shape
from .svg import svg_of


@dataclass
class Drawing:
    """Shapes and what they show; width and height are CSS pixels.

    Attributes:
        alt: the picture in words.
        shapes: from the back to the front.
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
        return svg_of(self.shapes, self.width, self.height, self.alt, identity)

    def picture(self) -> Picture:
        """Return the picture as a still figure with alt text."""
        from .still import figure_of  # and with it matplotlib, which widgets do without

        return Picture(figure_of(self.shapes, self.width, self.height), self.alt)
