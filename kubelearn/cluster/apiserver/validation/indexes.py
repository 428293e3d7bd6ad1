"""Indexes of Indexed Jobs, written as ``1,3-5,7`` (K/pkg/controller/job/indexed_job_utils.go)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelearn.cluster.apiserver.go.values import go_value


def parse(text: str, completions: int) -> set[int]:
    """Read indexes below a number.

    Raises:
        ValueError: they mean nothing; the message is Kubernetes'.
    """
    found: set[int] = set()
    last: int | None = None
    for part in text.split(",") if text else ():
        first, end = _interval(part, completions)
        if last is not None and last >= first:
            raise ValueError(f"non-increasing order, previous: {last}, current: {first}")
        found.update(range(first, end + 1))
        last = end
    return found


def _interval(text: str, completions: int) -> tuple[int, int]:
    words = text.split("-")
    if len(words) > 2:
        why = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise ValueError(f"the fragment {go_value(text)} {why}")
    limits = [_index(word, completions) for word in words]
    if len(limits) == 2 and limits[0] >= limits[1]:
        raise ValueError(f"non-increasing order, previous: {limits[0]}, current: {limits[1]}")
    return limits[0], limits[-1]


def _index(text: str, completions: int) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"cannot convert string to integer for index: {go_value(text)}")
    if int(text) >= completions:
        raise ValueError(f"too large index: {go_value(text)}")
    return int(text)


def show(found: Iterable[int]) -> str:
    """Write indexes; two neighbours are no interval."""
    return ",".join(_shown(first, last) for first, last in _intervals(found))


def _shown(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}{',' if last == first + 1 else '-'}{last}"


def _intervals(found: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for index in sorted(found):
        if first is None or last is None:
            first = last = index
        elif index == last + 1:
            last = index
        else:
            yield first, last
            first = last = index
    if first is not None and last is not None:
        yield first, last
