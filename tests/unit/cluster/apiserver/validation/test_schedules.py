"""Schedules: the words and the times are those of robfig/cron v3."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kubelearn.cluster.apiserver.validation.schedules import ScheduleError, parse, zone

UTC = ZoneInfo("UTC")


def following(schedule: str, after: str, where: str = "UTC") -> str | None:
    place = ZoneInfo(where)
    moment = datetime.fromisoformat(after).replace(tzinfo=place).timestamp()
    found = parse(schedule).next(moment, place)
    return None if found is None else datetime.fromtimestamp(found, place).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("* * * * *", "2026-01-01 00:00:00", "Thu 2026-01-01 00:01"),
        ("*/15 * * * *", "2026-01-01 00:01:30", "Thu 2026-01-01 00:15"),
        ("5/20 * * * *", "2026-01-01 00:06:00", "Thu 2026-01-01 00:25"),
        ("0-10/5,30 * * * *", "2026-01-01 00:10:00", "Thu 2026-01-01 00:30"),
        ("0 9-17 * * MON-fri", "2026-01-02 17:00:00", "Mon 2026-01-05 09:00"),
        ("0 0 1 Jan,jul *", "2026-01-01 00:00:00", "Wed 2026-07-01 00:00"),
        ("0 0 29 2 *", "2026-01-01 00:00:00", "Tue 2028-02-29 00:00"),
        ("0 0 31 * ?", "2026-03-31 00:00:00", "Sun 2026-05-31 00:00"),
        # One of two restricted fields of days is enough; with a star, both have to fit.
        ("0 0 13 * 5", "2026-01-01 00:00:00", "Fri 2026-01-02 00:00"),
        ("0 0 */2 * 5", "2026-01-02 00:00:00", "Sat 2026-01-03 00:00"),
        ("0 0 * * 5", "2026-01-02 00:00:00", "Fri 2026-01-09 00:00"),
        ("@hourly", "2026-01-01 00:59:59", "Thu 2026-01-01 01:00"),
        ("@daily", "2026-01-01 00:00:00", "Fri 2026-01-02 00:00"),
        ("@midnight", "2026-12-31 12:00:00", "Fri 2027-01-01 00:00"),
        ("@weekly", "2026-01-01 00:00:00", "Sun 2026-01-04 00:00"),
        ("@monthly", "2026-01-01 00:00:00", "Sun 2026-02-01 00:00"),
        ("@yearly", "2026-01-01 00:00:00", "Fri 2027-01-01 00:00"),
        ("@every 1h30m", "2026-01-01 00:00:00", "Thu 2026-01-01 01:30"),
        ("0 0 31 2 *", "2026-01-01 00:00:00", None),
    ],
)
def test_next(schedule: str, after: str, expected: str | None) -> None:
    assert following(schedule, after) == expected


def test_a_time_that_the_clocks_skip_comes_the_next_day() -> None:
    assert following("30 2 * * *", "2026-03-28 03:00:00", "Europe/Berlin") == "Mon 2026-03-30 02:30"


def test_the_zone_decides_what_midnight_is() -> None:
    after = datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()
    found = parse("@midnight").next(after, zone("Asia/Tokyo"))
    assert found == datetime(2026, 7, 1, 15, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("every day", "expected exactly 5 fields, found 2: [every day]"),
        ("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* 24 * * *", "end of range (24) above maximum (23): 24"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* * * 13 *", "end of range (13) above maximum (12): 13"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("30-10 * * * *", "beginning of range (30) beyond end of range (10): 30-10"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
        ("@never", "unrecognized descriptor: @never"),
        ("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'),
        ("TZ=Nowhere/At 0 0 * * *", "provided bad location Nowhere/At: unknown time zone Nowhere/At"),
    ],
)
def test_what_is_no_schedule(schedule: str, why: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse(schedule)
    assert str(caught.value) == why


@pytest.mark.parametrize("name", ["Europe/Pariss", "..", "Europe", "a" * 15, "-x", "Europe//Paris"])
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        zone(name)
    assert str(caught.value) == f"unknown time zone {name}"
