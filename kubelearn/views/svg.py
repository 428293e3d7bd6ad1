"""A drawing as SVG, in the colours of JupyterLab's theme."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable

from .colours import colour_of, hatch_of
from .shapes import STRIP, Arrow, Bar, Box, Shape, Text, label_of, lines_of

_HALO = "paint-order:stroke;stroke:var(--jp-layout-color0,white);stroke-width:4px;stroke-linejoin:round"
_FONT = "font-family:var(--jp-ui-font-family,sans-serif);color:var(--jp-ui-font-color1,black)"


def svg_of(shapes: Iterable[Shape], width: float, height: float, alt: str, identity: str = "") -> str:
    """Return shapes as an SVG element.

    Args:
        alt: the picture in words, for screen readers.
        identity: the element's ``id``; none without.
    """
    label = html.escape(alt, quote=True)
    given = f'id="{html.escape(identity, quote=True)}" ' if identity else ""
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    style = f"display:block;width:100%;max-width:{width:g}px;min-width:{0.75 * width:g}px;height:auto;{_FONT}"
    parts = [f'<svg {given}role="img" aria-label="{label}" {size} style="{style}">']
    for shape in shapes:
        parts.extend(_svg(shape))
    return "".join([*parts, "</svg>"])


def _svg(shape: Shape) -> list[str]:
    if isinstance(shape, Box):
        return _svg_box(shape)
    if isinstance(shape, Arrow):
        return _svg_arrow(shape)
    if isinstance(shape, Bar):
        return _svg_bar(shape)
    return [_svg_text(shape)]


def _svg_bar(bar: Bar) -> list[str]:
    width = max(bar.width, 0)
    opacity = ' opacity="0.2"' if bar.faint else ""
    size = f'x="{bar.x:.1f}" y="{bar.y:.1f}" width="{width:.1f}" height="{bar.height:.1f}"'
    rectangle = f'<rect {size} fill="{colour_of(bar.tone, "currentColor")}"{opacity}/>'
    return [rectangle, _svg_hatch(bar.x, bar.y, width, bar.height, hatch_of(bar.tone))]


def _svg_text(text: Text) -> str:
    style = f' style="{_HALO}"' if text.halo else ""
    weight = ' font-weight="600"' if text.bold else ""
    return (
        f'<text x="{text.x:.1f}" y="{text.y:.1f}" font-size="{text.size:g}" text-anchor="{text.anchor}"{weight}'
        f' fill="currentColor"{style}>{html.escape(text.text)}</text>'
    )


def _svg_box(box: Box) -> list[str]:
    colour = colour_of(box.tone, "currentColor")
    dash = ' stroke-dasharray="5 3"' if box.dashed else ""
    fill = "none" if box.frame else "var(--jp-layout-color0,white)"
    size = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    parts = [f'<rect {size} rx="4" fill="{fill}" stroke="{colour}" stroke-width="1.6"{dash}/>']
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
    if arrow.label:
        parts.append(_svg_text(label_of(arrow)))
    return parts
