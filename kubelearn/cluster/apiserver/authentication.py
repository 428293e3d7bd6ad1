"""Who is asking: client certificates, the administrator's token, and tokens of service accounts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects

from . import errors

#: How tokens are signed: with a key that only the server has.
ALGORITHM = "HS256"
ISSUER = "https://kubernetes.default.svc.cluster.local"
ALL_AUTHENTICATED = "system:authenticated"
_ACCOUNT = "system:serviceaccount:"
#: What a token may be bound to, beside its account: kind → resource.
BOUND = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}
_EXTRA = "authentication.kubernetes.io/"
_CREDENTIAL = f"{_EXTRA}credential-id"


@dataclass(frozen=True)
class User:
    """An identity (authentication.k8s.io UserInfo)."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Object = field(default_factory=dict)

    @property
    def info(self) -> Object:
        """The user as ``authentication.v1.UserInfo``; empty fields are left out."""
        info: Object = {"username": self.name}
        if self.uid:
            info["uid"] = self.uid
        info["groups"] = list(self.groups)
        if self.extra:
            info["extra"] = self.extra
        return info


ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))
ADMINISTRATOR = User("kubernetes-admin", ("kubeadm:cluster-admins", ALL_AUTHENTICATED))
#: Who makes the request that is being answered; None for the components of the cluster, which make none.
REQUESTER: Final[ContextVar[User | None]] = ContextVar("requester", default=None)


def account_name(namespace: str, name: str) -> str:
    """Return the name of the user that a service account is."""
    return f"{_ACCOUNT}{namespace}:{name}"


def service_account(namespace: str, name: str, uid: str = "", extra: Object | None = None) -> User:
    """Return the user that a service account is."""
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", ALL_AUTHENTICATED)
    return User(account_name(namespace, name), groups, uid, extra or {})


def named_account(username: str) -> User | None:
    """Return the service account that a username is that of, None if it is none."""
    namespace, colon, name = username.removeprefix(_ACCOUNT).partition(":")
    if not username.startswith(_ACCOUNT) or not colon or not namespace or not name or ":" in name:
        return None
    return service_account(namespace, name)


def certified(described: Any, encoded: bytes) -> User | None:
    """Return the user that a client certificate is for: its common name, and its organizations as groups.

    K/staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go

    Args:
        described: a certificate that TLS has verified, as :meth:`ssl.SSLObject.getpeercert` describes it.
        encoded: the same, as DER.

    Returns:
        None if it names nobody.
    """
    subject = [pair for names in described["subject"] for pair in names]
    common = [value for key, value in subject if key == "commonName"]
    if not common:
        return None
    groups = [value for key, value in subject if key == "organizationName"]
    extra = {_CREDENTIAL: [f"X509SHA256={hashlib.sha256(encoded).hexdigest()}"]}
    return User(common[-1], (*groups, ALL_AUTHENTICATED), extra=extra)


class InvalidTokenError(Exception):
    """A token that is not accepted; the text says why."""


@dataclass(frozen=True)
class TokenRequest:
    """What a service account's token is to be.

    Attributes:
        account: the ServiceAccount.
        seconds: how long it holds.
        audiences: for whom it is; by default for the API server.
        bound: what must be there as long as the token is to hold, beside the account.
    """

    account: Object
    seconds: int
    audiences: Sequence[str] = (ISSUER,)
    bound: Object | None = None


class Tokens:
    """The bearer tokens of one cluster.

    Attributes:
        administrator: the token in the kubeconfig; made new at each start.
    """

    def __init__(self, objects: StoredObjects):
        self._objects = objects
        self.administrator = secrets.token_urlsafe(32)
        self._key = secrets.token_bytes(32)

    def authenticate(self, header: str | None) -> User:
        """Return who an ``Authorization`` header stands for.

        Raises:
            ApiError: 401 for a token that is not ours or does not hold any more.
        """
        if header is None:
            return ANONYMOUS
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise errors.unauthorized()
        try:
            return self.user_of(token.strip(), (ISSUER,))
        except InvalidTokenError:
            raise errors.unauthorized() from None

    def user_of(self, token: str, audiences: Sequence[str]) -> User:
        """Return whose a token is.

        Args:
            token: the administrator's, or a service account's.
            audiences: it must be for one of them.

        Raises:
            InvalidTokenError: it is nobody's, or does not hold any more.
        """
        if hmac.compare_digest(token.encode(errors="surrogateescape"), self.administrator.encode()):
            return ADMINISTRATOR
        claims = self._claims(token)
        if claims["exp"] < time.time():
            raise InvalidTokenError("service account token has expired")
        if not set(audiences) & set(claims["aud"]):
            raise InvalidTokenError(
                f"token audiences {claims['aud']} are invalid for the target audiences {list(audiences)}"
            )
        return self._holder(claims)

    def issue(self, request: TokenRequest) -> tuple[str, float]:
        """Return a service account's token (a signed JWT) and the Unix time of its end."""
        now = time.time()
        account = request.account["metadata"]
        namespace, name = account["namespace"], account["name"]
        private: Object = {"namespace": namespace, "serviceaccount": {"name": name, "uid": account["uid"]}}
        if request.bound is not None:
            described = request.bound["metadata"]
            private[request.bound["kind"].lower()] = {"name": described["name"], "uid": described["uid"]}
        claims = {
            "aud": list(request.audiences),
            "exp": int(now + request.seconds),
            "iat": int(now),
            "iss": ISSUER,
            "jti": str(uuid.uuid4()),
            "kubernetes.io": private,
            "nbf": int(now),
            "sub": account_name(namespace, name),
        }
        body = _segment(orjson.dumps({"alg": ALGORITHM, "typ": "JWT"})) + "." + _segment(orjson.dumps(claims))
        return f"{body}.{self._sign(body)}", now + request.seconds

    def _sign(self, body: str) -> str:
        return _segment(hmac.new(self._key, body.encode(), hashlib.sha256).digest())

    def _claims(self, token: str) -> Object:
        """Return what a token says that we have signed."""
        body, _, signature = token.rpartition(".")
        if not body or not hmac.compare_digest(signature.encode(errors="surrogateescape"), self._sign(body).encode()):
            raise InvalidTokenError
        payload = body.split(".")[1]
        claims: Object = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def _holder(self, claims: Object) -> User:
        """Return the account of a token, if it and what the token is bound to are still there."""
        private = claims["kubernetes.io"]
        namespace, account = private["namespace"], private["serviceaccount"]
        self._must_be_there("serviceaccounts", namespace, account)
        extra = {_CREDENTIAL: [f"JTI={claims['jti']}"]}
        for kind, resource in BOUND.items():
            bound = private.get(kind.lower())
            if bound is not None:
                self._must_be_there(resource, "" if resource == "nodes" else namespace, bound)
                extra |= {f"{_EXTRA}{kind.lower()}-{key}": [bound[key]] for key in ("name", "uid")}
        return service_account(namespace, account["name"], account["uid"], extra)

    def _must_be_there(self, resource: str, namespace: str, reference: Object) -> None:
        found = self._objects.find(resource, namespace, reference["name"])
        if found is None or found["metadata"]["uid"] != reference["uid"]:
            raise InvalidTokenError(f'{resource} "{reference["name"]}" not found')


def _segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
