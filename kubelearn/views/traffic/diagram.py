"""The chart of who answered: a bar a pod, with the share that chance would give it."""

from __future__ import annotations

import html
from collections.abc import Mapping

from kubelearn.views.drawing import WIDTH, Arrow, Bar, Drawing, Text, shorten

from .requests import Traffic

_ROW, _LEFT, _RIGHT, _TOP = 26, 236, 60, 22
#: Neighbours differ in colour and in hatch.
_TONES = ("service", "waiting", "ready", "old", "call", "broken", "muted")


def bars(traffic: Traffic, states: Mapping[str, str], rows: int) -> Drawing:
    """Draw the counts.

    Args:
        traffic: the counts; its pods have a row each.
        states: pod → its state, for those that have a row whether they answer or not.
        rows: how many rows to leave room for, so that the page does not jump.
    """
    pods = sorted({*traffic.pods, *states})
    shares = {pod: traffic.expectation(pod) for pod in traffic.pods if not traffic.sticky and len(traffic.pods) > 1}
    most = max([traffic.answers[pod] for pod in pods] + [high for _, _, high in shares.values()] + [1])
    scale = (WIDTH - _LEFT - _RIGHT) / most
    drawing = Drawing(WIDTH, _TOP + _ROW * max(rows, len(pods), 1), traffic.summary)
    drawing.add(
        Text(
            _LEFT,
            14,
            "requests"
            f" answered{' (dashed: expected share; grey: where 95 of 100 runs end)' if any(mean for mean, _, _ in shares.values()) else ''}",
            11,
        )
    )
    for row, pod in enumerate(pods):
        y, count = _TOP + _ROW * row, traffic.answers[pod]
        state = states.get(pod, "gone" if states else "")
        note = f" ({state})" if state not in ("Ready", "") else ""
        drawing.add(Text(_LEFT - 8, y + 17, shorten(pod, 33 - len(note)) + note, 12, "end"))
        if count:
            drawing.add(Bar(_LEFT, y + 4, count * scale, _ROW - 8, _TONES[row % len(_TONES)]))
        if pod in shares and shares[pod][0]:
            mean, low, high = (value * scale for value in shares[pod])
            drawing.add(Bar(_LEFT + low, y + 1, high - low, _ROW - 2, "plain", faint=True))
            drawing.add(Arrow(_LEFT + mean, y + 1, _LEFT + mean, y + _ROW - 1, dashed=True, head=False, width=1.2))
        drawing.add(Text(_LEFT + count * scale + 6, y + 17, str(count), 12, bold=True, halo=True))
    return drawing


def table(traffic: Traffic) -> str:
    """Return the counts and what was expected as an HTML table."""
    body = []
    for row in traffic.rows():
        mean, low, high = traffic.expectation(row["pod"])
        expected = "" if traffic.sticky else f"{mean:.0f} ({low:.0f} to {high:.0f})"
        body.append(_row(row["pod"], row["requests"], f"{row['percent']} %", expected))
    body += [_row(message, count, "", "") for message, count in traffic.failures.most_common()]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Pod", "Requests", "Share", "Expected (95 % band)"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _row(*cells: object) -> str:
    return f"<tr>{''.join(f'<td>{html.escape(str(cell))}</td>' for cell in cells)}</tr>"
