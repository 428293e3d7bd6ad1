"""A drawing as a figure of matplotlib's, for what takes no SVG: slides, prints, a PDF.

A module of its own, because cells do without matplotlib: it takes half a second and 60 MB.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from .colours import colour_of, hatch_of
from .shapes import STRIP, Arrow, Bar, Box, Marks, Shape, Text, label_of, lines_of

_POINTS = 0.72  # of a CSS pixel, at 100 dots an inch


def figure_of(shapes: Sequence[Shape], width: float, height: float) -> Figure:
    """Draw shapes; the figure belongs to no backend, so nothing has to close it.

    Args:
        width: in CSS pixels, of which an inch has 100.
        height: in the same.
    """
    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    for order, shape in enumerate(shapes):
        _plot(axes, shape, order + 2)
    for shape in shapes:
        if isinstance(shape, Arrow) and shape.label:
            _plot_text(axes, label_of(shape, width), len(shapes) + 2)
    return figure


def _plot(axes: Axes, shape: Shape, order: int) -> None:
    if isinstance(shape, Box):
        _plot_box(axes, shape, order)
    elif isinstance(shape, Bar):
        _plot_bar(axes, shape, order)
    elif isinstance(shape, Arrow):
        _plot_arrow(axes, shape, order)
    elif isinstance(shape, Marks):
        axes.vlines(
            shape.xs,
            shape.y,
            shape.y + shape.height,
            colors=colour_of(shape.tone),
            linewidth=shape.width * _POINTS,
            zorder=order,
        )
    else:
        _plot_text(axes, shape, order)


def _plot_bar(axes: Axes, bar: Bar, order: int) -> None:
    axes.add_patch(
        Rectangle(
            (bar.x, bar.y),
            max(bar.width, 0),
            bar.height,
            facecolor=colour_of(bar.tone),
            hatch=hatch_of(bar.tone),
            edgecolor="white",
            linewidth=0,
            alpha=0.2 if bar.faint else 1,
            zorder=order,
        )
    )


def _plot_box(axes: Axes, box: Box, order: int) -> None:
    colour = colour_of(box.tone)
    axes.add_patch(
        FancyBboxPatch(
            (box.x + 3, box.y + 3),
            box.width - 6,
            box.height - 6,
            boxstyle="round,pad=3",
            edgecolor=colour,
            facecolor="none" if box.frame else "white",
            linewidth=1.2,
            linestyle="--" if box.dashed else "-",
            zorder=order,
        )
    )
    if box.has_strip:
        axes.add_patch(
            Rectangle(
                (box.x, box.y),
                STRIP,
                box.height,
                facecolor=colour,
                hatch=hatch_of(box.tone) * 2,
                edgecolor="white",
                linewidth=0,
                zorder=order,
            )
        )
    for text in lines_of(box):
        _plot_text(axes, text, order)


def _plot_arrow(axes: Axes, arrow: Arrow, order: int) -> None:
    colour = colour_of(arrow.tone)
    corners = [(arrow.x1, arrow.y1), arrow.control, (arrow.x2, arrow.y2)]
    axes.add_patch(
        PathPatch(
            Path(corners, [Path.MOVETO, Path.CURVE3, Path.CURVE3]),
            fill=False,
            edgecolor=colour,
            linewidth=arrow.width * _POINTS,
            linestyle="--" if arrow.dashed else "-",
            zorder=order,
        )
    )
    if arrow.head:
        axes.add_patch(Polygon(arrow.tip, closed=True, facecolor=colour, edgecolor="none", zorder=order))


def _plot_text(axes: Axes, text: Text, order: int) -> None:
    sides = {"start": "left", "middle": "center", "end": "right"}
    axes.text(
        text.x,
        text.y,
        text.text,
        fontsize=text.size * _POINTS * 0.92,
        ha=sides[text.anchor],
        va="baseline",
        weight="bold" if text.bold else "normal",
        zorder=order + 0.5,
        path_effects=[withStroke(linewidth=3 * _POINTS, foreground="white")],
    )
