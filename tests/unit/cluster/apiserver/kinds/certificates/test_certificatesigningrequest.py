"""CertificateSigningRequests: who asks, what may be asked, and what was decided."""

from __future__ import annotations

import base64
import functools
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kubelearn.cluster.apiserver.authentication import REQUESTER, User
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.kinds.certificates.certificatesigningrequest import REQUESTS
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.unit.strategy_fakes import causes_of

APPROVED, DENIED, FAILED = ({"type": kind, "status": "True"} for kind in ("Approved", "Denied", "Failed"))


@functools.cache
def pem() -> str:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "jane")])
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return base64.b64encode(made.public_bytes(Encoding.PEM)).decode()


def request(**spec: Any) -> Object:
    usual = {"request": pem(), "signerName": "kubernetes.io/kube-apiserver-client", "usages": ["client auth"]}
    return {"metadata": {"name": "jane"}, "spec": {**usual, **spec}}


@pytest.fixture
def registry() -> Registry:
    return Registry(Store(), 1)


def decide(registry: Registry, *conditions: Object, subresource: str = "approval", **status: Any) -> Object:
    def change(obj: Object) -> None:
        obj["spec"]["signerName"] = "example.com/other"
        obj["status"] = {**status, "conditions": list(conditions)}

    return registry.modify(REQUESTS, "", "jane", change, subresource=subresource)


def condition_of(obj: Object) -> str:
    return str(tables.table(BY_KEY[REQUESTS], [obj])["rows"][0]["cells"][-1])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, []),
        ({"expirationSeconds": 600}, []),
        ({"request": "eA=="}, ['spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST']),
        ({"usages": []}, ["spec.usages: Required value"]),
        ({"usages": ["client auth", "client auth"]}, ['spec.usages[1]: Duplicate value: "client auth"']),
        (
            {"expirationSeconds": 599},
            ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds"],
        ),
        (
            {"signerName": "signer"},
            [
                'spec.signerName: Invalid value: "signer": must be a fully qualified domain and path of the form '
                "'example.com/signer-name'"
            ],
        ),
        (
            {"signerName": "example/signer"},
            [
                'spec.signerName: Invalid value: "example": should be a domain with at least two segments separated '
                "by dots"
            ],
        ),
    ],
)
def test_what_may_be_asked(registry: Registry, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: registry.create(REQUESTS, "", request(**spec))) == expected


def test_an_unknown_usage(registry: Registry) -> None:
    [cause] = causes_of(lambda: registry.create(REQUESTS, "", request(usages=["x"])))
    assert cause.startswith('spec.usages[0]: Unsupported value: "x": supported values: "any", "cert sign"')


def test_a_damaged_request(registry: Registry) -> None:
    broken = base64.b64encode(base64.b64decode(pem()).replace(b"\nMI", b"\nAA")).decode()
    [cause] = causes_of(lambda: registry.create(REQUESTS, "", request(request=broken)))
    assert cause.startswith(f'spec.request: Invalid value: "{broken}": ')


def test_who_asks_is_who_has_sent_it(registry: Registry) -> None:
    REQUESTER.set(User("jane", ("team",), "u-1", {"a": ["b"]}))
    try:
        spec = registry.create(REQUESTS, "", request(username="root", groups=["system:masters"]))["spec"]
    finally:
        REQUESTER.set(None)
    assert {key: spec[key] for key in ("username", "groups", "uid", "extra")} == {
        "username": "jane",
        "groups": ["team"],
        "uid": "u-1",
        "extra": {"a": ["b"]},
    }


def test_an_update_changes_nothing_but_metadata(registry: Registry) -> None:
    made = registry.create(REQUESTS, "", {**request(), "status": {"conditions": [APPROVED]}})
    assert made["status"] == {}

    def change(obj: Object) -> None:
        obj["metadata"]["labels"] = {"a": "b"}
        obj["spec"]["usages"] = ["any"]
        obj["status"] = {"conditions": [APPROVED]}

    changed = registry.modify(REQUESTS, "", "jane", change)
    assert (changed["spec"], changed["status"]) == (made["spec"], {})
    assert changed["metadata"]["labels"] == {"a": "b"}


def test_a_decision_is_dated_and_shown(registry: Registry) -> None:
    made = registry.create(REQUESTS, "", request())
    assert condition_of(made) == "Pending"
    approved = decide(registry, {**APPROVED, "reason": "R", "message": "m"}, certificate="eA==")
    assert approved["spec"] == made["spec"]
    [condition] = approved["status"]["conditions"]
    assert condition["lastUpdateTime"] == condition["lastTransitionTime"]
    assert (condition["reason"], "certificate" in approved["status"]) == ("R", False)
    assert condition_of(approved) == "Approved"


def test_a_status_takes_no_decision_back(registry: Registry) -> None:
    registry.create(REQUESTS, "", request())
    decide(registry, APPROVED)
    signed = decide(registry, FAILED, DENIED, subresource="status", certificate="eA==")
    assert [each["type"] for each in signed["status"]["conditions"]] == ["Failed", "Approved"]
    assert condition_of(signed) == "Approved,Failed,Issued"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([APPROVED, DENIED], "Approved and Denied conditions are mutually exclusive"),
        (
            [{**DENIED, "status": "False"}],
            'status.conditions[0].status: Unsupported value: "False": supported values: ',
        ),
        ([APPROVED, APPROVED], 'status.conditions[1].type: Duplicate value: "Approved"'),
        ([{"type": "", "status": "True"}], "status.conditions[0].type: Required value"),
    ],
)
def test_decisions_that_make_no_sense(registry: Registry, conditions: list[Object], expected: str) -> None:
    registry.create(REQUESTS, "", request())
    with pytest.raises(ApiError) as refused:
        decide(registry, *conditions)
    assert refused.value.code == 422
    assert expected in refused.value.message
