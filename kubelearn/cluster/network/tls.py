"""TLS between programs in pods: nothing is encrypted, but a client believes a server only if it would in life."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import NetworkError

if TYPE_CHECKING:
    from cryptography import x509

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
#: OpenSSL's numbers (X509_V_ERR_…) and words.
_EXPIRED = (10, "certificate has expired")
_NOT_YET = (9, "certificate is not yet valid")
_SELF_SIGNED = (18, "self-signed certificate")
_NO_ISSUER = (20, "unable to get local issuer certificate")


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
        code, why = self.doubt(trusted)
        if code:
            raise CertificateError(why, code)
        if not any(_is_for(name, host.lower()) for name in self.names):
            raise CertificateError(f"no alternative certificate subject name matches target host name '{host}'")

    def doubt(self, trusted: bytes) -> tuple[int, str]:
        """Return OpenSSL's number and words for what is wrong with the chain, 0 for nothing (``ssl_verify_result``)."""
        return (0, "") if self.authority.strip() in trusted else _NO_ISSUER


@dataclass(frozen=True)
class FileCertificate(Certificate):
    """A certificate that a server has read from a file, with those above it.

    Attributes:
        chain: the server's own first.
        pair: certificates and private key, PEM, for clients that really encrypt.
    """

    chain: tuple[x509.Certificate, ...] = ()
    pair: bytes = field(default=b"", repr=False)

    def doubt(self, trusted: bytes) -> tuple[int, str]:
        """Return OpenSSL's number and words for what is wrong with the chain, 0 for nothing."""
        import datetime

        from cryptography import x509

        authorities = [x509.load_pem_x509_certificate(pem) for pem in _PEM.findall(trusted)]
        now, leaf = datetime.datetime.now(datetime.UTC), self.chain[0]
        if any(leaf == each for each in authorities) or any(
            _signed(each, authority) for each in self.chain for authority in authorities
        ):
            if now > leaf.not_valid_after_utc:
                return _EXPIRED
            return _NOT_YET if now < leaf.not_valid_before_utc else (0, "")
        return _SELF_SIGNED if leaf.issuer == leaf.subject else _NO_ISSUER


def certificate_of(pem: bytes, key: bytes) -> FileCertificate:
    """Return the certificate that a server has in two files.

    Raises:
        CertificateError: they cannot be used, in OpenSSL's words; code 1 if it is for the key.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        chain = tuple(x509.load_pem_x509_certificate(each) for each in _PEM.findall(pem))
    except ValueError:
        chain = ()
    if not chain:
        raise CertificateError(
            "PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:"
            "Expecting: TRUSTED CERTIFICATE)"
        )
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        raise CertificateError(
            "PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to "
            "decode. Input type: PEM)",
            1,
        ) from None

    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != chain[0].public_key().public_bytes(*form):
        raise CertificateError(
            "SSL_CTX_use_PrivateKey() failed (SSL: error:05800074:x509 certificate routines::key values mismatch)", 1
        )
    pair = b"".join([each.public_bytes(Encoding.PEM) for each in chain] + [key])
    return FileCertificate(_names(chain[0]), chain[-1].public_bytes(Encoding.PEM), chain, pair)


def _names(certificate: x509.Certificate) -> frozenset[str]:
    """Return whom a certificate is for: its alternative names, or the subject's where it has none."""
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return frozenset(str(each.value).lower() for each in common)
    return frozenset(str(each.value).lower() for each in names if isinstance(each, (x509.DNSName, x509.IPAddress)))


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Return whether an authority has signed a certificate."""
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_for(name: str, host: str) -> bool:
    """Return whether a name of a certificate, perhaps with ``*``, is a host's (RFC 6125)."""
    if name.startswith("*."):
        return "." in host and host.partition(".")[2] == name[2:]
    return name == host
