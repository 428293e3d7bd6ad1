"""Schedules of CronJobs, as github.com/robfig/cron/v3 reads them (ParseStandard).

Five fields, with lists, ranges, steps and names; ``@hourly`` and its like; ``@every 1h30m``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from kubelearn.cluster.apiserver.go.values import go_value

#: So far ahead is looked for the next time.
_YEARS: Final = 5
_NAMED: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
#: Least and greatest number, and names, of each field.
_BOUNDS: Final[tuple[tuple[int, int, dict[str, int]], ...]] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_is_number = re.compile(r"[+-]?[0-9]+").fullmatch
_is_zone_part = re.compile(r"[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}").fullmatch
_is_duration = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?(?:h|ms|m|s|us|µs|ns))+").fullmatch
_parts = re.compile(r"([0-9]+(?:\.[0-9]*)?)(h|ms|m|s|us|µs|ns)").findall


class ScheduleError(ValueError):
    """The schedule or the time zone means nothing; the message says why, in the words of robfig/cron or of Go."""


@dataclass(frozen=True)
class Schedule:
    """When something is to happen.

    Attributes:
        fields: the minutes, hours, days of the month, months and days of the week that fit.
        any_day: whether one of the two fields of days is ``*``: then both must fit, else one is enough.
        every: seconds from one time to the next, instead of all that.
    """

    fields: tuple[frozenset[int], ...] = ()
    any_day: bool = True
    every: int = 0

    def next(self, after: float, zone: tzinfo = UTC) -> float | None:
        """Return the first time after another, both as Unix time; None when there is none within five years."""
        if self.every:
            return float(int(after) + self.every)
        minutes, hours, _, months, _ = self.fields
        moment = (int(after) // 60 + 1) * 60
        last = datetime.fromtimestamp(moment, zone).year + _YEARS
        while (local := datetime.fromtimestamp(moment, zone)).year <= last:
            if local.month not in months or not self._has_day(local):
                midnight = local.replace(hour=0, minute=0, fold=0) + timedelta(days=1)
                moment = max(moment + 60, int(midnight.timestamp()))
            elif local.hour not in hours:
                moment += (60 - local.minute) * 60
            elif local.minute not in minutes:
                moment += 60
            else:
                return float(moment)
        return None

    def _has_day(self, local: datetime) -> bool:
        fits = local.day in self.fields[2], local.isoweekday() % 7 in self.fields[4]
        return all(fits) if self.any_day else any(fits)


def parse(text: str) -> Schedule:
    """Read a schedule.

    Raises:
        ScheduleError: it is none.
    """
    if text.startswith(("TZ=", "CRON_TZ=")):
        zone_name, _, text = text.partition("=")[2].partition(" ")
        zone(zone_name, problem=f"provided bad location {zone_name}: unknown time zone {zone_name}")
        text = text.strip()
    if not text:
        raise ScheduleError("empty spec string")
    if text.startswith("@every "):
        return Schedule(every=max(1, int(_seconds(text, text.removeprefix("@every ")))))
    if text.startswith("@"):
        if text not in _NAMED:
            raise ScheduleError(f"unrecognized descriptor: {text}")
        text = _NAMED[text]
    words = text.split()
    if len(words) != len(_BOUNDS):
        raise ScheduleError(f"expected exactly {len(_BOUNDS)} fields, found {len(words)}: [{' '.join(words)}]")
    found = [_field(word, *bounds) for word, bounds in zip(words, _BOUNDS, strict=True)]
    return Schedule(tuple(numbers for numbers, _ in found), any_day=found[2][1] or found[4][1])


def _seconds(text: str, duration: str) -> float:
    """Read a duration as Go writes it, ``1h30m``."""
    if not _is_duration(duration):
        why = f"time: invalid duration {go_value(duration)}"
        raise ScheduleError(f"failed to parse duration {text}: {why}")
    return sum(float(number) * _UNITS[unit] for number, unit in _parts(duration))


def _field(text: str, low: int, high: int, names: dict[str, int]) -> tuple[frozenset[int], bool]:
    """Return the numbers that a field stands for, and whether it says "any"."""
    numbers: set[int] = set()
    star = False
    for part in filter(None, text.split(",")):
        found, is_any = _range(part, low, high, names)
        numbers.update(found)
        star = star or is_any
    return frozenset(numbers), star


def _range(text: str, low: int, high: int, names: dict[str, int]) -> tuple[range, bool]:
    """Read ``number | number "-" number [ "/" number ]``."""
    limits, *steps = text.split("/")
    first, *others = limits.split("-")
    is_any = first in ("*", "?")
    start, end = low, high
    if not is_any:
        start = end = _number(first, names)
        if others:
            end = _number(others[0], names)
        if len(others) > 1:
            raise ScheduleError(f"too many hyphens: {text}")
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {text}")
    step = _number(steps[0], {}) if steps else 1
    if steps and not others:
        end = high
    for wrong, why in (
        (start < low, f"beginning of range ({start}) below minimum ({low})"),
        (end > high, f"end of range ({end}) above maximum ({high})"),
        (start > end, f"beginning of range ({start}) beyond end of range ({end})"),
        (step == 0, "step of range should be a positive number"),
    ):
        if wrong:
            raise ScheduleError(f"{why}: {text}")
    return range(start, end + 1, step), is_any and step == 1


def _number(text: str, names: dict[str, int]) -> int:
    named = names.get(text.lower())
    if named is not None:
        return named
    if not _is_number(text):
        raise ScheduleError(f"failed to parse int from {text}: strconv.Atoi: parsing {go_value(text)}: invalid syntax")
    if int(text) < 0:
        raise ScheduleError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


def zone(name: str, problem: str = "") -> tzinfo:
    """Return a time zone; no name is UTC.

    Raises:
        ScheduleError: there is none of this name.
    """
    if name in ("", "UTC"):
        return UTC
    from zoneinfo import ZoneInfo  # every start would pay for it, and few CronJobs name a zone

    try:
        if not all(_is_zone_part(part) and part not in (".", "..") for part in name.split("/")):
            raise ScheduleError(f"unknown time zone {name}")
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ScheduleError(problem or f"unknown time zone {name}") from error
