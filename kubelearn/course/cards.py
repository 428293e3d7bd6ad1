"""Cards: exercises, and what is said about them, stand out from a lesson's prose and from each other.

Colour, frame and sign say the same, and the words at the beginning say it without any of them.
"""

from __future__ import annotations

from enum import Enum

from kubelearn.views.colours import BLUE, GREEN, GREY, PURPLE, SKY, VERMILION

#: Parts of a bar, and what they are drawn with.
_PARTS, _DONE, _OPEN = 20, "█", "░"


class Look(Enum):
    """How a card looks: its sign, its colour and its frame."""

    EXERCISE = ("✎", BLUE, "solid")
    PASSED = ("✔", GREEN, "double")
    NOT_YET = ("◐", VERMILION, "dashed")
    NOT_ATTEMPTED = ("○", GREY, "dotted")
    UNCHECKED = ("⚠", PURPLE, "dashed")
    HELP = ("☞", SKY, "solid")


def card(look: Look, markdown: str) -> str:
    """Return Markdown in a frame of its own; the background lets a dark page's through."""
    sign, colour, frame = look.value
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    style = (
        f"border: 1px {frame} {colour}; border-left: 6px {frame} {colour}; border-radius: 4px; padding: 4px 12px; "
        f"background-color: rgba({red}, {green}, {blue}, 0.07)"
    )
    return f'<div style="{style}">\n\n{_sign(sign)} {markdown}\n\n</div>'


def bar(done: int, of: int) -> str:
    """Return a bar in Markdown: full only when all is done, and empty only when nothing is."""
    filled = min(max(_PARTS * done // max(of, 1), done > 0), _PARTS)
    return f"{_sign(_DONE * filled + _OPEN * (_PARTS - filled))} {done} of {of} ({100 * done // max(of, 1)} %)"


def _sign(text: str) -> str:
    """Return what is for the eyes only: the words beside it say the same."""
    return f'<span aria-hidden="true">{text}</span>'
