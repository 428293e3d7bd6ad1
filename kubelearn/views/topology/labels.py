"""Where the labels of arrows stand: on their own lines, and clear of each other and of what the boxes say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubelearn.views.shapes import Arrow, Box, Extent, extent, label_of, lines_of

#: How far from its usual place, and in which steps, a label may move along its line.
_PLACES = [0.1 + 0.04 * step for step in range(21)]
#: Points of a line that are looked at: one every few pixels.
_POINTS = 48
#: How bad it is to lie on what a box says, on a box's edge, on another arrow; to move by the whole line is worth 1.
_ON_WORDS, _ON_EDGE, _ON_ARROW = 100.0, 12.0, 4.0
#: What stays free around a label.
_AIR = 2


def spread(arrows: Sequence[Arrow], boxes: Sequence[Box], width: float) -> list[Arrow]:
    """Return arrows with their labels moved along the lines to where least is.

    No label lies on another: one that finds no place is left out, and so is one that would lie on other arrows, if
    an arrow with the same start says the same. Later arrows are placed first, for they lie above.
    """
    lines = [[arrow.point(index / _POINTS) for index in range(_POINTS + 1)] for arrow in arrows]
    words = [extent(text) for box in boxes for text in lines_of(box)]
    whole = [Extent(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
    placed: list[Extent] = []
    said: set[tuple[float, float, str]] = set()
    found = list(arrows)
    for number in (number for number in reversed(range(len(arrows))) if arrows[number].label):
        arrow = arrows[number]
        others = lines[:number] + lines[number + 1 :]
        free = [moved for moved in _moved(arrow) if not any(each.meets(_cover(moved, width)) for each in placed)]
        costs = [_cost(_cover(moved, width), words, whole, others) + abs(moved.at - arrow.at) for moved in free]
        what = (arrow.x1, arrow.y1, arrow.label)
        if not free or (what in said and min(costs) >= _ON_ARROW):
            found[number] = replace(arrow, label="")
            continue
        found[number] = free[costs.index(min(costs))]
        placed.append(_cover(found[number], width))
        said.add(what)
    return found


def _moved(arrow: Arrow) -> list[Arrow]:
    return [arrow, *(replace(arrow, at=place) for place in _PLACES)]


def _cover(arrow: Arrow, width: float) -> Extent:
    covered = extent(label_of(arrow, width))
    return Extent(covered.left - _AIR, covered.top - _AIR, covered.right + _AIR, covered.bottom + _AIR)


def _cost(
    covered: Extent, words: Sequence[Extent], boxes: Sequence[Extent], lines: Sequence[list[tuple[float, float]]]
) -> float:
    on_words = sum(covered.meets(each) for each in words)
    on_edges = sum(covered.meets(each) and not each.encloses(covered) for each in boxes)
    on_arrows = sum(any(covered.holds(*point) for point in line) for line in lines)
    return _ON_WORDS * on_words + _ON_EDGE * on_edges + _ON_ARROW * on_arrows
