"""JSON values that have decoders of their own in Go: times, quantities, base64.

Sources: k8s.io/apimachinery (meta/v1/time.go, micro_time.go; api/resource/quantity.go), Go's time and encoding/base64.
"""

from __future__ import annotations

import datetime
import functools
import re
from typing import Any, Final

from kubelearn.cluster.apiserver.validation import quantities

_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_UTC_MICRO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_LAYOUT: Final = "2006-01-02T15:04:05Z07:00"
_MICRO_LAYOUT: Final = "2006-01-02T15:04:05.000000Z07:00"
#: Elements of RFC 3339 in Go's notation, what they match, and the range outside of which Go names the element.
_ELEMENTS: Final = (
    ("2006", r"\d{4}", "", 0, 9999),
    ("-", "-", "", 0, 0),
    ("01", r"\d\d", "month", 1, 12),
    ("-", "-", "", 0, 0),
    ("02", r"\d\d", "day", 1, 31),
    ("T", "T", "", 0, 0),
    ("15", r"\d\d", "hour", 0, 23),
    (":", ":", "", 0, 0),
    ("04", r"\d\d", "minute", 0, 59),
    (":", ":", "", 0, 0),
    ("05", r"\d\d(?:[.,]\d+)?", "second", 0, 59.999999999),
)
_ZONE: Final = re.compile(r"Z|[+-]\d\d:\d\d")


class Invalid(ValueError):
    """A value that its decoder refuses; decoding stops, with this text."""


def time(text: str) -> str:
    """Return a time as ``metav1.Time`` writes it: UTC, whole seconds.

    Raises:
        Invalid: it is no RFC 3339 time.
    """
    if _UTC.fullmatch(text) and _is_time(text):
        return text
    return _moment(text, _LAYOUT).strftime("%Y-%m-%dT%H:%M:%SZ")


#: A time to the second.
_WHOLE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def micro_time(text: str) -> str:
    """Return a time as ``metav1.MicroTime`` writes it: UTC, microseconds.

    Raises:
        Invalid: it is no RFC 3339 time with microseconds.
    """
    if _UTC_MICRO.fullmatch(text) and _is_time(text):
        return text
    whole = _WHOLE.match(text)
    if whole is not None and not text[whole.end() :].startswith((".", ",")):
        raise Invalid(f'parsing time "{text}" as "{_MICRO_LAYOUT}": cannot parse "{text[whole.end() :]}" as ".000000"')
    return _moment(text, _MICRO_LAYOUT).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _is_time(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(text: str, layout: str) -> datetime.datetime:
    problem = _time_problem(text)
    if problem:
        raise Invalid(f'parsing time "{text}"{problem.replace("LAYOUT", layout)}')
    try:
        # Python knows microseconds; what is finer is cut off, as both encoders do.
        return datetime.datetime.fromisoformat(re.sub(r"[.,](\d{1,6})\d*", r".\1", text)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise Invalid(f'parsing time "{text}": day out of range') from None


def _time_problem(text: str) -> str:
    """Say as Go's time.Parse does what is wrong with a time; ``""`` when nothing is."""
    rest = text
    for element, pattern, name, lowest, highest in _ELEMENTS:
        found = re.match(pattern, rest, re.ASCII)
        if not found:
            return f' as "LAYOUT": cannot parse "{rest}" as "{element}"'
        if name and not lowest <= float(found[0].replace(",", ".")) <= highest:
            return f": {name} out of range"
        rest = rest[found.end() :]
    found = _ZONE.match(rest)
    if not found:
        return f' as "LAYOUT": cannot parse "{rest}" as "Z07:00"'
    rest = rest[found.end() :]
    return f': extra text: "{rest}"' if rest else ""


def quantity(value: Any) -> str:
    """Return a quantity as the server writes it: ``1000m`` is ``1``.

    Raises:
        Invalid: it is none.
    """
    try:
        return quantities.canonical(value.strip() if isinstance(value, str) else _json_text(value))
    except quantities.QuantityError as error:
        raise Invalid(str(error)) from None


def _json_text(value: Any) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else "-"


@functools.lru_cache(1024)
def base64_problem(text: str) -> str:
    """Say as Go's encoding/base64 does what is wrong with a text; ``""`` when nothing is."""
    text = text.replace("\r", "").replace("\n", "")
    if _BASE64.fullmatch(text):
        return ""
    body = text.rstrip("=") if len(text) - len(text.rstrip("=")) <= 2 else text
    odd = re.search(r"[^A-Za-z0-9+/]", body)
    # A wrong character is where it is; a short last group is told by where it starts.
    last_group = len(body) - (len(body) % 4 if len(text) % 4 else 0)
    at = odd.start() if odd else last_group
    return f"illegal base64 data at input byte {at}"
