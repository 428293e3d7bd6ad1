"""Certificates for who was approved, as clients of the API server (K/pkg/controller/certificates/signer)."""

from __future__ import annotations

import base64
import datetime
from typing import Final, NamedTuple

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.certificates.certificatesigningrequest import REQUESTS
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

_SIGNER: Final = "kubernetes.io/kube-apiserver-client"
_NEEDED, _ALLOWED = "client auth", frozenset({"client auth", "digital signature", "key encipherment"})
#: How long a certificate holds at most, and by how much a clock may be wrong.
_LONGEST: Final = datetime.timedelta(days=365)
_LEEWAY: Final = datetime.timedelta(minutes=5)


class Authority(NamedTuple):
    """Who signs: a certificate and its key, PEM."""

    certificate: bytes
    key: bytes


class CertificateSigningController(Controller):
    """Signs requests for the one signer by whose certificates somebody comes in; others wait for their own."""

    def __init__(self, informers: Informers, authority: Authority):
        """Prepare the controller.

        Args:
            informers: the shared view of the cluster.
            authority: the API server's.
        """
        super().__init__(informers)
        self._authority = authority
        informers.of(REQUESTS).add_handler(self._changed)

    def _changed(self, event: StoreEvent) -> None:
        if event.type != "DELETED" and _waits(event.object):
            self.queue.add(("", meta.name_of(event.object)))

    def reconcile(self, key: Key) -> None:
        """Sign a request, or say why not."""
        request = self.registry.find(REQUESTS, *key)
        if request is None or not _waits(request):
            return
        usages = set(request["spec"]["usages"])
        problem = "" if _NEEDED in usages <= _ALLOWED else f"invalid usage for client certificate: {sorted(usages)}"
        signed = b"" if problem else sign(request["spec"], self._authority)

        def change(obj: Object) -> None:
            status = obj["status"] = dict(obj["status"])
            if problem:
                failed = {"type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": problem}
                status["conditions"] = [*status["conditions"], failed]
            else:
                status["certificate"] = base64.b64encode(signed).decode()

        self.registry.modify(REQUESTS, *key, change, subresource="status", manager=self.manager)


def _waits(request: Object) -> bool:
    """Return whether a request was approved, and has neither a certificate nor a refusal."""
    status = request.get("status") or {}
    kinds = {item["type"] for item in status.get("conditions") or ()}
    is_open = "Approved" in kinds and not kinds & {"Denied", "Failed"} and not status.get("certificate")
    return is_open and request["spec"]["signerName"] == _SIGNER


def sign(spec: Object, authority: Authority) -> bytes:
    """Return the certificate for a request, PEM.

    Args:
        spec: the request's.
        authority: who signs.
    """
    from cryptography import x509  # a start does not need it
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    asked = x509.load_pem_x509_csr(base64.b64decode(spec["request"]))
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    key = serialization.load_pem_private_key(authority.key, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - the server has made it
    seconds = spec.get("expirationSeconds")
    wanted = _LONGEST if seconds is None else datetime.timedelta(seconds=seconds)
    now = datetime.datetime.now(datetime.UTC)
    client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    built = (
        x509.CertificateBuilder()
        .subject_name(asked.subject)
        .issuer_name(issuer.subject)
        .public_key(asked.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LEEWAY)
        .not_valid_after(now + min(wanted, _LONGEST))
        .add_extension(client, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
    )
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
