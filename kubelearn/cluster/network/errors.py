"""What can go wrong between two programs, named as the C library names it."""

from __future__ import annotations

from collections.abc import Sequence


class NetworkError(Exception):
    """A network operation failed.

    Attributes:
        trace: how it came to it, one step a line.
    """

    #: What ``strerror`` says, for programs that print it.
    reason = "Network error"

    def __init__(self, message: str = "", trace: Sequence[str] = ()):
        super().__init__(message or self.reason)
        self.trace = list(trace)


class NameNotFound(NetworkError):
    """A name has no address.

    Attributes:
        name: the name that was looked for.
        temporary: whether no name server answered at all (EAI_AGAIN and not EAI_NONAME).
    """

    reason = "Name or service not known"

    def __init__(self, name: str, *, temporary: bool = False, trace: Sequence[str] = ()):
        super().__init__(f"{name}: {'Temporary failure in name resolution' if temporary else self.reason}", trace)
        self.name = name
        self.temporary = temporary


class ConnectionRefused(NetworkError):
    """Nobody listens there, or kube-proxy rejected the packet (ECONNREFUSED)."""

    reason = "Connection refused"


class ConnectionTimedOut(NetworkError):
    """Nobody answered in time (ETIMEDOUT).

    Attributes:
        pinned: whether kube-proxy had chosen an endpoint: connection tracking then sends every
            retransmission to the same place, so that trying longer is no use.
    """

    reason = "Connection timed out"

    def __init__(self, message: str = "", trace: Sequence[str] = (), *, pinned: bool = False):
        super().__init__(message, trace)
        self.pinned = pinned


class ConnectionReset(NetworkError):
    """The other side has gone while the connection was open (ECONNRESET)."""

    reason = "Connection reset by peer"


class NoRoute(NetworkError):
    """No way leads to the address (EHOSTUNREACH)."""

    reason = "No route to host"


class AddressInUse(NetworkError):
    """Another program of the same pod listens on the port (EADDRINUSE)."""

    reason = "Address already in use"


class AddressNotAvailable(NetworkError):
    """There is no address to give (EADDRNOTAVAIL)."""

    reason = "Cannot assign requested address"
