"""CertificateSigningRequests as ``kubectl get`` shows them (printCertificateSigningRequest)."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import AGE, NAME, NONE, Column, Printer, created, duration, name_of, part
from kubelearn.cluster.meta import Object

from .certificatesigningrequest import REQUESTS


def _request(obj: Object) -> list[Any]:
    spec = part(obj, "spec")
    seconds = spec.get("expirationSeconds")
    wanted = NONE if seconds is None else duration(seconds)
    who = spec.get("username", "")
    return [name_of(obj), created(obj), spec.get("signerName") or NONE, who, wanted, _condition(obj)]


def _condition(obj: Object) -> str:
    """Say what was decided (extractCSRStatus)."""
    status = part(obj, "status")
    kinds = {item["type"] for item in status.get("conditions") or ()}
    decided = next((kind for kind in ("Denied", "Approved") if kind in kinds), "Pending")
    return decided + (",Failed" if "Failed" in kinds else "") + (",Issued" if status.get("certificate") else "")


PRINTERS = {
    REQUESTS: Printer(
        (
            NAME,
            AGE,
            Column("SignerName", "Who is asked to sign"),
            Column("Requestor", "Who asks"),
            Column("RequestedDuration", "How long the certificate is to hold"),
            Column("Condition", "What was decided"),
        ),
        _request,
    )
}
