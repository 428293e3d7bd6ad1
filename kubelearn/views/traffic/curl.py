"""What curl says of a request that failed, so that failures of one kind count as one."""

from __future__ import annotations

import re

_FAILED = re.compile(r"curl: \(\d+\)")
#: Numbers that differ from request to request: how long it took, and how much came meanwhile.
#: Ports, addresses and statuses stay.
_VARIES = (
    re.compile(r"(?<=\bafter )\d+(?:\.\d+)?(?= ?(?:ms|s|milliseconds?|seconds?)\b)"),
    re.compile(r"\b\d+(?= (?:milliseconds?|seconds?)\b)"),
    re.compile(r"\b\d+(?= (?:out of \d+ )?(?:more )?bytes?\b)"),
    re.compile(r"(?<=out of )\d+(?= bytes?\b)"),
)


def failed(line: str) -> bool:
    """Say whether a line is curl's message about a request that failed, and not an answer."""
    return _FAILED.match(line) is not None


def kind(message: str) -> str:
    """Return curl's message with N for the times and amounts in it; its exit code, and all else, stays.

    >>> kind("curl: (28) Operation timed out after 1001 milliseconds with 0 bytes received")
    'curl: (28) Operation timed out after N milliseconds with N bytes received'
    """
    for varies in _VARIES:
        message = varies.sub("N", message)
    return message
