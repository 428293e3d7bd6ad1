"""The certificates that agnhost's servers show: the image's own for localhost, or those of two files."""

from __future__ import annotations

import datetime

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Certificate, CertificateError, certificate_of

#: What the image has in its root, made when somebody first wants it.
OWN = ("/localhost.crt", "/localhost.key")


class NoCertificate(Exception):
    """Files that no server can use; the text is Go's."""


def certificate(process: Process, certificate_file: str, key_file: str) -> Certificate:
    """Return what two files are.

    Raises:
        NoCertificate: they are none.
    """
    paths = [resolve(process.cwd, name) for name in (certificate_file, key_file)]
    if tuple(paths) == OWN and not all(map(process.files.is_file, paths)):
        for path, data in zip(paths, _made(), strict=True):
            process.files.write(path, data)
    for name, path in zip((certificate_file, key_file), paths, strict=True):
        if not process.files.is_file(path):
            raise NoCertificate(f"open {name}: no such file or directory")
    try:
        return certificate_of(*map(process.files.read, paths))
    except CertificateError:
        raise NoCertificate("tls: failed to find any PEM data in certificate input") from None


def _made() -> tuple[bytes, bytes]:
    """Return a certificate for localhost that has signed itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Acme Co")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return built.public_bytes(serialization.Encoding.PEM), key.private_bytes(serialization.Encoding.PEM, *form)
