"""Charts as inline SVG: quick to make, sharp at every zoom, readable by screen readers."""

from __future__ import annotations

import html
from collections.abc import Sequence

from ..display import COLOURS
from ..traffic import Traffic

_WIDTH, _ROW, _LEFT, _RIGHT, _TOP = 640, 26, 230, 60, 8


def bars(traffic: Traffic, summary: str, rows: int) -> str:
    """Return a bar chart of who answered.

    Args:
        traffic: the counts.
        summary: the same in words, for those who do not see the chart.
        rows: how many rows to leave room for, so that the page does not jump.
    """
    pods = traffic.pods
    low, high = traffic.band
    most = max([traffic.answers[pod] for pod in pods] + [high, 1])
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    height = _TOP + _ROW * max(rows, len(pods), 1) + 22
    parts = [_open(height, summary), _patterns()]
    bottom = _TOP + _ROW * max(len(pods), 1)
    if len(pods) > 1:
        parts.append(f'<rect x="{_LEFT + low * scale:.1f}" y="{_TOP}" width="{(high - low) * scale:.1f}" height="{bottom - _TOP}" fill="currentColor" opacity="0.14"/>')
        x = _LEFT + traffic.share * scale
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}" stroke="currentColor" stroke-dasharray="5 3"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle" font-size="11" fill="currentColor">expected {traffic.share:.0f}</text>')
    for index, pod in enumerate(pods):
        parts.append(_bar(index, pod, traffic.answers[pod], scale))
    return "".join([*parts, "</svg>"])


def _open(height: float, summary: str) -> str:
    label = html.escape(summary, quote=True)
    return (f'<svg role="img" aria-label="{label}" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
            'style="max-width:100%;font-family:var(--jp-ui-font-family,sans-serif)">')


def _patterns() -> str:
    return ('<defs><pattern id="kubelearn-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<line x1="0" y1="0" x2="0" y2="6" stroke="white" stroke-width="2" opacity="0.6"/></pattern></defs>')


def _bar(index: int, pod: str, count: int, scale: float) -> str:
    y, width = _TOP + _ROW * index + 4, count * scale
    shape = f'x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_ROW - 8}"'
    hatch = f'<rect {shape} fill="url(#kubelearn-hatch)"/>' if index % 2 else ""
    name = pod if len(pod) <= 30 else pod[:14] + "…" + pod[-15:]
    return (f'<text x="{_LEFT - 6}" y="{y + 13}" text-anchor="end" font-size="12" fill="currentColor">{html.escape(name)}</text>'
            f'<rect {shape} fill="{COLOURS[index % len(COLOURS)]}"/>{hatch}'
            f'<text x="{_LEFT + width + 5:.1f}" y="{y + 13}" font-size="12" fill="currentColor">{count}</text>')


def table(traffic: Traffic) -> str:
    """Return the counts as an HTML table."""
    cells: Sequence[tuple[object, ...]] = [(row["pod"], row["requests"], f"{row['percent']} %") for row in traffic.rows()]
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in cells)
    return f'<table><thead><tr><th scope="col">Pod</th><th scope="col">Requests</th><th scope="col">Share</th></tr></thead><tbody>{body}</tbody></table>'
