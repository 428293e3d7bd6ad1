"""Port numbers, names and protocols."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, not_supported, required

from . import names
from .causes import invalid_each

PORT_RANGE = names.in_range(1, 65535)
PROTOCOLS = ("SCTP", "TCP", "UDP")


def number(value: int, path: str) -> list[Cause]:
    """Check a port number."""
    return [] if 1 <= value <= 65535 else [invalid_value(path, value, PORT_RANGE)]


def number_or_name(value: Any, path: str) -> list[Cause]:
    """Check what may be a port's number or its name, such as ``targetPort``."""
    if isinstance(value, str):
        return invalid_each(path, value, names.port_name(value))
    return number(value or 0, path)


def protocol(value: str | None, path: str) -> list[Cause]:
    """Check the protocol of a port, which must be given."""
    if not value:
        return [required(path)]
    return [] if value in PROTOCOLS else [not_supported(path, value, PROTOCOLS)]
