"""A drawing as SVG: in a page of JupyterLab's in the colours of its theme, by itself light or dark, as is preferred.

What a viewer leaves of it without its style is still whole: GitHub, for one, takes styles away.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from .colours import colour_of, hatch_of
from .shapes import STRIP, Arrow, Bar, Box, Marks, Shape, Text, label_of, lines_of

#: Everything that depends on the theme; scoped, for an SVG's style is that of the whole page around it.
_STYLE = (
    ".kubelearn-picture{color:var(--jp-ui-font-color1,#1f2328);--ground:var(--jp-layout-color0,#fff)}"
    "@media (prefers-color-scheme:dark){"
    ".kubelearn-picture{color:var(--jp-ui-font-color1,#e6edf3);--ground:var(--jp-layout-color0,#111)}}"
    ".kubelearn-picture text{paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}"
    ".kubelearn-picture .ground{fill:var(--ground)}"
)


def svg_of(shapes: Sequence[Shape], width: float, height: float, alt: str, *, measured: bool = False) -> str:
    """Return shapes as an SVG element that needs nothing around it; labels lie under no arrow.

    Args:
        alt: the picture in words, for screen readers.
        measured: whether two runs never draw the same; says so to who compares them.
    """
    label = html.escape(alt, quote=True)
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    kinds = "kubelearn-picture measured" if measured else "kubelearn-picture"
    named = f'class="{kinds}" role="img" aria-label="{label}"'
    # A line for each shape: who compares two versions of a notebook sees what has changed.
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {named} {size} font-family="sans-serif"><style>{_STYLE}</style>']
    parts += ["".join(_svg(shape)) for shape in shapes]
    parts += [_svg_text(label_of(shape, width)) for shape in shapes if isinstance(shape, Arrow) and shape.label]
    return "\n".join([*parts, "</svg>"])


def _svg(shape: Shape) -> list[str]:
    if isinstance(shape, Box):
        return _svg_box(shape)
    if isinstance(shape, Arrow):
        return _svg_arrow(shape)
    if isinstance(shape, Marks):
        return [_svg_marks(shape)]
    if isinstance(shape, Bar):
        return _svg_bar(shape)
    return [_svg_text(shape)]


def _svg_bar(bar: Bar) -> list[str]:
    width = max(bar.width, 0)
    opacity = ' opacity="0.2"' if bar.faint else ""
    size = f'x="{bar.x:.1f}" y="{bar.y:.1f}" width="{width:.1f}" height="{bar.height:.1f}"'
    rectangle = f'<rect {size} fill="{colour_of(bar.tone, "currentColor")}"{opacity}/>'
    return [rectangle, _svg_hatch(bar.x, bar.y, width, bar.height, hatch_of(bar.tone))]


def _svg_marks(marks: Marks) -> str:
    lines = "".join(f"M{x:.1f} {marks.y:.1f}v{marks.height:g}" for x in marks.xs)
    return f'<path d="{lines}" stroke="{colour_of(marks.tone, "currentColor")}" stroke-width="{marks.width:g}"/>'


def _svg_text(text: Text) -> str:
    weight = ' font-weight="600"' if text.bold else ""
    return (
        f'<text x="{text.x:.1f}" y="{text.y:.1f}" font-size="{text.size:g}" text-anchor="{text.anchor}"{weight}'
        f' fill="currentColor">{html.escape(text.text)}</text>'
    )


def _svg_box(box: Box) -> list[str]:
    colour = colour_of(box.tone, "currentColor")
    dash = ' stroke-dasharray="5 3"' if box.dashed else ""
    ground = "" if box.frame else ' class="ground"'
    size = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    parts = [f'<rect {size} rx="4" fill="none"{ground} stroke="{colour}" stroke-width="1.6"{dash}/>']
    if box.has_strip:
        strip = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{STRIP}" height="{box.height:.1f}"'
        parts.append(f'<rect {strip} rx="2" fill="{colour}"/>')
        parts.append(_svg_hatch(box.x, box.y, STRIP, box.height, hatch_of(box.tone)))
    return [*parts, *(_svg_text(text) for text in lines_of(box))]


def _svg_hatch(x: float, y: float, width: float, height: float, hatch: str) -> str:
    if not hatch or width < 1:
        return ""
    right, bottom = x + width, y + height
    if "-" in hatch:
        strokes = [f"M{x:.1f} {row:.1f}H{right:.1f}" for row in _steps(y + 4, bottom)]
    elif "." in hatch:
        rows, columns = _steps(y + 4, bottom), _steps(x + 3, right - 2)
        strokes = [f"M{column:.1f} {row:.1f}h2" for row in rows for column in columns]
    else:
        strokes = _slanted(x, y, right, bottom, crossed="x" in hatch)
    return f'<path d="{"".join(strokes)}" stroke="white" stroke-width="1.8" opacity="0.75"/>'


def _slanted(x: float, y: float, right: float, bottom: float, *, crossed: bool) -> list[str]:
    """Return rising lines, cut to the rectangle, and falling ones too if they are crossed."""
    strokes = []
    height = bottom - y
    for start in _steps(x - height + 3, right):
        left, end = max(start, x), min(start + height, right)
        strokes.append(f"M{left:.1f} {bottom - (left - start):.1f}L{end:.1f} {bottom - (end - start):.1f}")
        if crossed:
            strokes.append(f"M{left:.1f} {y + (left - start):.1f}L{end:.1f} {y + (end - start):.1f}")
    return strokes


def _steps(start: float, end: float, step: float = 7) -> list[float]:
    return [start + step * index for index in range(max(0, math.ceil((end - start) / step)))]


def _svg_arrow(arrow: Arrow) -> list[str]:
    colour = colour_of(arrow.tone, "currentColor")
    cx, cy = arrow.control
    dash = ' stroke-dasharray="5 3"' if arrow.dashed else ""
    line = f"M{arrow.x1:.1f} {arrow.y1:.1f}Q{cx:.1f} {cy:.1f} {arrow.x2:.1f} {arrow.y2:.1f}"
    parts = [f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="{arrow.width:g}"{dash}/>']
    if arrow.head:
        parts.append(f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in arrow.tip)}" fill="{colour}"/>')
    return parts
