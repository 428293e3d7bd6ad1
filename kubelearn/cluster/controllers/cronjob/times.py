"""When a CronJob's next Job is due, and which one is overdue (K/pkg/controller/cronjob/utils.go)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.validation import schedules
from kubelearn.cluster.apiserver.validation.schedules import Schedule
from kubelearn.cluster.meta import Object

#: So many missed times are worth a warning.
_MANY = 100


@dataclass(frozen=True)
class Due:
    """What a CronJob's schedule says at some time.

    Attributes:
        time: of the last Job that ought to have been made since the one before, as Unix time; None for none.
        missed_many: more than a hundred were due.
        never: the schedule has no next time.
    """

    time: float | None = None
    missed_many: bool = False
    never: bool = False


def zone_of(cronjob: Object) -> tzinfo:
    """Return the time zone of a CronJob's schedule.

    Raises:
        ScheduleError: it does not exist.
    """
    return schedules.zone(cronjob["spec"].get("timeZone") or "")


def due(cronjob: Object, schedule: Schedule, now: float) -> Due:
    """Return what is due now (mostRecentScheduleTime)."""
    zone, earliest = zone_of(cronjob), _since(cronjob)
    deadline = cronjob["spec"].get("startingDeadlineSeconds")
    if deadline is not None:
        earliest = max(earliest, now - deadline)
    first = schedule.next(earliest, zone)
    second = None if first is None else schedule.next(first, zone)
    if first is None or second is None:
        return Due(never=True)
    if now < first:
        return Due()
    if now < second:
        return Due(first)
    interval = second - first
    count = int((now - first) // interval) + 1
    # From one interval before the last, step by step: intervals differ.
    last, following = None, schedule.next(first + (count - 2) * interval, zone)
    while following is not None and following <= now:
        last, following = following, schedule.next(following, zone)
    return Due(last, missed_many=count > _MANY)


def _since(cronjob: Object) -> float:
    last = (cronjob.get("status") or {}).get("lastScheduleTime")
    return meta.seconds_of(last or cronjob["metadata"]["creationTimestamp"])


def seconds_until_next(cronjob: Object, schedule: Schedule, now: float) -> float | None:
    """Return after how many seconds to look again."""
    following = schedule.next(now, zone_of(cronjob))
    return None if following is None else following - now + 0.1


def shown(cronjob: Object, time: float) -> str:
    """Return a time as Go's RFC 3339, in the CronJob's zone."""
    text = datetime.fromtimestamp(time, zone_of(cronjob)).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
