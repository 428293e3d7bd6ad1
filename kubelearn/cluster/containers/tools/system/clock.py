"""``date`` and ``uptime``."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet

_FORM = "%a %b %e %H:%M:%S UTC %Y"
#: Forms that an option names, the first before the second.
_FORMS = {"R": "%a, %d %b %Y %H:%M:%S +0000", "I": "%Y-%m-%d"}
#: How ``-d`` may name a moment; without a date it is today's.
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S",
    "%Y.%m.%d-%H:%M:%S",
    "%Y.%m.%d-%H:%M",
    "%Y%m%d%H%M.%S",
    "%Y%m%d%H%M",
)
_TIMES = ("%H:%M:%S", "%H:%M")


@applet(
    "[OPTIONS] [+FMT] [[-s] TIME]",
    "uRI",
    "ds",
    operands=(0, 1),
    long={"utc": "u", "date": "d", "set": "s", "rfc-email": "R", "iso-8601": "I"},
)
async def _date(process: Process, given: Given) -> int:
    word = "".join(given.operands)
    is_set = word and not word.startswith("+")
    if is_set or "s" in given:
        _moment(word if is_set else given.get("s"))
        raise UsageError("can't set date: Operation not permitted")
    now = _moment(given.get("d")) if "d" in given else time.time()
    form = word[1:] or next((form for letter, form in _FORMS.items() if letter in given), _FORM)
    # strftime's own %s takes the time for one of this machine's time zone.
    form = form.replace("%s", str(int(now))).replace("%N", f"{int(now % 1 * 1e9):09d}").replace("%Z", "UTC")
    process.print(time.strftime(form, time.gmtime(now)))
    return 0


def _moment(text: str) -> float:
    """Return the time that a text names, in seconds since 1970.

    Raises:
        UsageError: it names none.
    """
    if re.fullmatch(r"@\d{1,11}", text):
        return float(text[1:])
    if text in ("now", ""):
        return time.time()
    today = time.strftime("%Y-%m-%d ", time.gmtime())
    for form, full in [*((form, text) for form in _MOMENTS), *((f"%Y-%m-%d {form}", today + text) for form in _TIMES)]:
        try:
            return float(calendar.timegm(datetime.strptime(full, form).replace(tzinfo=UTC).timetuple()))
        except ValueError:
            continue
    raise UsageError(f"invalid date '{text}'")


@applet("", operands=(0, 0))
async def _uptime(process: Process, _given: Given) -> int:
    process.print(f" {time.strftime('%H:%M:%S', time.gmtime())} up  1:00,  0 users,  load average: 0.10, 0.10, 0.10")
    return 0


TOOLS: dict[str, Program] = {"date": _date, "uptime": _uptime}
