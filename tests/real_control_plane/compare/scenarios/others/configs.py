"""ConfigMaps, Secrets and ServiceAccounts."""

from __future__ import annotations

from tests.objects import config, merged
from tests.real_control_plane.compare.session import MERGE, TABLE, Session


def configs(session: Session) -> None:
    for number, more in enumerate(
        (
            {},
            {"data": {"a": "b"}},
            {"data": {"a b": "c"}},
            {"data": {"..": "c"}},
            {"data": {"..a": "c"}},
            {"data": {"": "c"}},
            {"data": {"a" * 254: "b"}},
            {"data": {"a": 1}},
            {"data": {"a": None}},
            {"data": ["a"]},
            {"data": "x"},
            {"binaryData": {"a": "eA=="}},
            {"binaryData": {"a": "!"}},
            {"data": {"a": "b"}, "binaryData": {"a": "eA=="}},
            {"data": {"a": "x" * 1048577}},
            {"data": {"a": "x" * 3200000}},
            {"immutable": True, "data": {"a": "b"}},
            {"immutable": "yes"},
            {"foo": 1},
            {"data": None},
        )
    ):
        session.create("configmaps", config(f"c{number}", **more), note=f"{number} {str(more)[:60]}")
    for name in ("", "A", "a.b", "a" * 254):
        session.create("configmaps", config(name))
    path = session.path("configmaps", "c16")
    for change in (
        {"data": {"a": "c"}},
        {"data": None},
        {"immutable": False},
        {"immutable": None},
        {"binaryData": {"x": "eA=="}},
        {"metadata": {"labels": {"a": "b"}}},
    ):
        session.patch(path, change, MERGE)
    session.get("configmaps", accept=TABLE)


def secrets(session: Session) -> None:
    for number, more in enumerate(
        (
            {},
            {"data": {"a": "eA=="}},
            {"data": {"a": "plain!"}},
            {"stringData": {"a": "b"}},
            {"stringData": {"a": "b"}, "data": {"a": "eA==", "b": "eQ=="}},
            {"type": "kubernetes.io/tls"},
            {"type": "kubernetes.io/tls", "stringData": {"tls.crt": "a", "tls.key": "b"}},
            {"type": "kubernetes.io/basic-auth"},
            {"type": "kubernetes.io/ssh-auth"},
            {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "x"}},
            {"type": "kubernetes.io/dockerconfigjson"},
            {"type": "kubernetes.io/dockercfg"},
            {"type": "kubernetes.io/service-account-token"},
            {"type": "example.com/x"},
            {"stringData": {"a b": "c"}},
            {"stringData": {"a": 1}},
            {"immutable": True},
            {"type": "bootstrap.kubernetes.io/token"},
        )
    ):
        session.create("secrets", {"metadata": {"name": f"s{number}"}, **more}, note=str(more))
    session.patch(session.path("secrets", "s1"), {"type": "other"}, MERGE)
    session.patch(session.path("secrets", "s1"), {"stringData": {"z": "y"}}, MERGE)
    session.patch(session.path("secrets", "s16"), {"stringData": {"z": "y"}}, MERGE)
    session.get("secrets", accept=TABLE)
    session.get("secrets", fieldSelector="type=Opaque")


def accounts(session: Session) -> None:
    for more in (
        {},
        {"metadata": {"name": "A"}},
        {"automountServiceAccountToken": False},
        {"secrets": [{"name": "a"}]},
        {"imagePullSecrets": [{"name": "b"}]},
        {"automountServiceAccountToken": "x"},
    ):
        session.create("serviceaccounts", merged({"metadata": {"name": "robot"}}, more))
        session.delete(session.path("serviceaccounts", "robot"))
    session.get("serviceaccounts", accept=TABLE)
    session.get(session.path("serviceaccounts", "default"))
    for body in (
        {},
        {"spec": {"audiences": ["a"], "expirationSeconds": 5}},
        {"spec": {"expirationSeconds": 2**33}},
        {"spec": {"boundObjectRef": {"kind": "Pod", "name": "missing"}}},
        {"metadata": {"name": "x"}},
    ):
        answer = session.send("POST", session.path("serviceaccounts", "default", "token"), body, record=False)
        if answer.status >= 400:
            session.answers.append(answer)
    session.create(session.path("serviceaccounts", "missing", "token"), {})
    session.get(session.path("serviceaccounts", "default", "token"))
    session.delete(session.path("serviceaccounts", "default"), dryRun="All")
