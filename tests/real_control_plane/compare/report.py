"""How two sequences of answers differ."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from itertools import zip_longest

from . import known, mask
from .session import Answer


def differences(real: list[Answer], embedded: list[Answer]) -> Iterator[tuple[str, list[str]]]:
    """Yield (request, lines of the difference) of every answer that differs: ``-`` is real, ``+`` embedded."""
    for theirs, ours in zip_longest(real, embedded):
        if theirs is None or ours is None:
            yield (
                (theirs or ours).request,
                [f"only the {'real' if ours is None else 'embedded'} cluster was asked this"],
            )
            continue
        before, after = _shown(theirs), _shown(ours)
        if theirs.status != ours.status and not theirs.request.startswith("kubectl"):
            before, after = _shortly(theirs), _shortly(ours)
        if before != after and not known.is_meant(theirs, ours):
            yield (
                theirs.request,
                [
                    line
                    for line in difflib.unified_diff(before, after, n=2, lineterm="")
                    if not line.startswith(("---", "+++"))
                ],
            )


def _shown(answer: Answer) -> list[str]:
    lines = [
        f"status {answer.status}",
        *(f"{name}: {mask.text(value)}" for name, value in sorted(answer.headers.items())),
    ]
    if answer.request.startswith("kubectl"):
        return [*lines, *mask.printed(answer.body).splitlines()]
    body = known.without(mask.masked(answer.body))
    shown = mask.text(body) if isinstance(body, str) else json.dumps(body, indent=1, sort_keys=True)
    return [*lines, *shown.splitlines()]


def _shortly(answer: Answer) -> list[str]:
    """Return the gist of an answer whose status is already another."""
    body = answer.body if isinstance(answer.body, dict) else {"message": str(answer.body)[:300]}
    return [
        f"{answer.status} {body.get('reason', '')}: {mask.text(str(body.get('message', body.get('kind', ''))))}",
        *(f"{name}: {value}" for name, value in answer.headers.items() if name == "Warning"),
    ]
