"""Colours and hatches, once for all pictures: what is told by colour is told by a hatch, too."""

from __future__ import annotations

#: Colour-blind safe colours (Okabe and Ito, https://jfly.uni-koeln.de/color/).
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
VERMILION = "#D55E00"
GREY = "#999999"

#: Meaning → colour and hatch; ``""`` is the colour of text.
TONES = {
    "plain": ("", ""),
    "muted": (GREY, "--"),
    "service": (BLUE, ""),
    "ready": (GREEN, ""),
    "waiting": (ORANGE, "//"),
    "broken": (VERMILION, "xx"),
    "call": (PURPLE, ""),
    "old": (SKY, ".."),
}


def colour_of(tone: str, plain: str = "black") -> str:
    """Return a tone's colour, and a plain one where it has none."""
    return TONES[tone][0] or plain


def hatch_of(tone: str) -> str:
    """Return a tone's hatch: ``//``, ``xx``, ``--``, ``..`` or none."""
    return TONES[tone][1]
