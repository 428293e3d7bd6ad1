"""What goes wrong on the way to a cluster."""

from __future__ import annotations


class ConnectionFailedError(RuntimeError):
    """The cluster cannot be reached or used; the message says what to do."""
