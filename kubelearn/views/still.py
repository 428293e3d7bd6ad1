"""A drawing as a still figure of matplotlib's.

A module of its own, because who only draws widgets does without matplotlib: it takes half a second and 60 MB.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from .drawing import STRIP, TONES, Arrow, Bar, Box, Drawing, Shape, Text, colour_of, lines_of

_POINTS = 0.72  # of a CSS pixel, at 100 dots an inch


def figure_of(drawing: Drawing) -> Figure:
    """Draw the shapes; the figure belongs to no backend, so nothing has to close it."""
    figure = Figure(figsize=(drawing.width / 100, drawing.height / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.axis("off")
    for order, shape in enumerate(drawing.shapes):
        _plot(axes, shape, order + 2)
    return figure


def _plot(axes: Axes, shape: Shape, order: int) -> None:
    if isinstance(shape, Box):
        _plot_box(axes, shape, order)
    elif isinstance(shape, Bar):
        axes.add_patch(
            Rectangle(
                (shape.x, shape.y),
                max(shape.width, 0),
                shape.height,
                facecolor=colour_of(shape.tone, "black"),
                hatch=TONES[shape.tone][1],
                edgecolor="white",
                linewidth=0,
                alpha=0.2 if shape.faint else 1,
                zorder=order,
            )
        )
    elif isinstance(shape, Arrow):
        _plot_arrow(axes, shape, order)
    else:
        _plot_text(axes, shape, order)


def _plot_box(axes: Axes, box: Box, order: int) -> None:
    colour, hatch = colour_of(box.tone, "black"), TONES[box.tone][1]
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
    if not box.frame and TONES[box.tone][0]:
        axes.add_patch(
            Rectangle(
                (box.x, box.y),
                STRIP,
                box.height,
                facecolor=colour,
                hatch=hatch * 2,
                edgecolor="white",
                linewidth=0,
                zorder=order,
            )
        )
    for text in lines_of(box):
        _plot_text(axes, text, order)


def _plot_arrow(axes: Axes, arrow: Arrow, order: int) -> None:
    colour = colour_of(arrow.tone, "black")
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
    if arrow.label:
        x, y = arrow.point(arrow.at)
        _plot_text(axes, Text(x, y + 4, arrow.label, 11, "middle", halo=True), order)


def _plot_text(axes: Axes, text: Text, order: int) -> None:
    sides = {"start": "left", "middle": "center", "end": "right"}
    halo = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}
    axes.text(
        text.x,
        text.y,
        text.text,
        fontsize=text.size * _POINTS * 0.92,
        ha=sides[text.anchor],
        va="baseline",
        weight="bold" if text.bold else "normal",
        zorder=order + 0.5,
        bbox=halo if text.halo else None,
    )
