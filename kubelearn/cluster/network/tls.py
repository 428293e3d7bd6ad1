"""TLS between programs in pods: nothing is encrypted here, but a client believes a server only if it would in life."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import NetworkError


class NotTls(NetworkError):
    """The other side does not speak TLS."""

    reason = "wrong version number"


class CertificateError(NetworkError):
    """The client does not believe the server.

    Attributes:
        code: OpenSSL's number of the reason, 0 when the certificate is another host's.
    """

    def __init__(self, message: str, code: int = 0):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Certificate:
    """What a server shows to clients that speak TLS.

    Attributes:
        names: hosts that it is for.
        authority: who has signed it, PEM.
    """

    names: frozenset[str]
    authority: bytes

    def verify(self, host: str, trusted: bytes) -> None:
        """Refuse a certificate that was not signed by whom the client trusts, or that is another host's.

        Args:
            host: as the client named it.
            trusted: certificates of authorities, PEM, one after another.

        Raises:
            CertificateError: as OpenSSL and curl say it.
        """
        if self.authority.strip() not in trusted:
            raise CertificateError("unable to get local issuer certificate", 20)
        if host not in self.names:
            raise CertificateError(f"no alternative certificate subject name matches target host name '{host}'")
