"""Requests that were approved are signed by the API server's authority, for as long as was asked."""

from __future__ import annotations

import base64
import datetime
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from kubelearn.cluster.apiserver.kinds.certificates.certificatesigningrequest import REQUESTS
from kubelearn.cluster.controllers.certificates.signer import Authority, CertificateSigningController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio
CA = trustme.CA()
CLIENT = "kubernetes.io/kube-apiserver-client"
YEAR = datetime.timedelta(days=365)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    authority = Authority(CA.cert_pem.bytes(), CA.private_key_pem.bytes())
    with World(lambda informers: CertificateSigningController(informers, authority)) as world:
        yield world


def ask(world: World, **spec: Any) -> None:
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "jane"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "team"),
        ]
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    pem = made.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM)
    usual = {"request": base64.b64encode(pem).decode(), "signerName": CLIENT, "usages": ["client auth"]}
    world.registry.create(REQUESTS, "", {"metadata": {"name": "jane"}, "spec": {**usual, **spec}})
    world.settle()


def decide(world: World, kind: str) -> Object:
    """Approve or deny, and return the status that follows."""

    def change(obj: Object) -> None:
        obj["status"] = {"conditions": [{"type": kind, "status": "True"}]}

    world.registry.modify(REQUESTS, "", "jane", change, subresource="approval")
    world.settle()
    status: Object = world.registry.get(REQUESTS, "", "jane")["status"]
    return status


async def test_nothing_is_signed_before_it_is_approved(world: World) -> None:
    ask(world)
    assert world.registry.get(REQUESTS, "", "jane")["status"] == {}
    assert "certificate" not in decide(world, "Denied")


@pytest.mark.parametrize(
    ("asked", "holds"),
    [({}, YEAR), ({"expirationSeconds": 3600}, datetime.timedelta(hours=1)), ({"expirationSeconds": 2**31 - 1}, YEAR)],
)
async def test_what_is_approved_is_signed(world: World, asked: Object, holds: datetime.timedelta) -> None:
    ask(world, **asked)
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    certificate = x509.load_pem_x509_certificate(base64.b64decode(decide(world, "Approved")["certificate"]))
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(CA.cert_pem.bytes()))
    assert certificate.subject.rfc4514_string() == "O=team,CN=jane"
    assert before <= certificate.not_valid_after_utc - holds <= datetime.datetime.now(datetime.UTC)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [ExtendedKeyUsageOID.CLIENT_AUTH]


async def test_other_signers_sign_themselves(world: World) -> None:
    ask(world, signerName="example.com/mine")
    assert "certificate" not in decide(world, "Approved")


@pytest.mark.parametrize("usages", [["server auth"], ["client auth", "server auth"], ["digital signature"]])
async def test_a_client_may_be_a_client_only(world: World, usages: list[str]) -> None:
    ask(world, usages=usages)
    status = decide(world, "Approved")
    assert "certificate" not in status
    assert [item["type"] for item in status["conditions"]] == ["Failed", "Approved"]
