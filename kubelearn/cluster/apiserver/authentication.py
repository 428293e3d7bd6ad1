"""Who is asking: the administrator's token, and tokens of service accounts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field

import orjson

from kubelearn.cluster.meta import Object

from . import errors

_ISSUER = "https://kubernetes.default.svc.cluster.local"
#: A client may look at these without a token (ClusterRole system:public-info-viewer).
PUBLIC = ("/healthz", "/livez", "/readyz", "/version", "/version/")


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
ADMINISTRATOR = User("kubernetes-admin", ("kubeadm:cluster-admins", "system:authenticated"))


class Tokens:
    """The bearer tokens of one cluster.

    Attributes:
        administrator: the token in the kubeconfig; made new at each start.
    """

    def __init__(self) -> None:
        self.administrator = secrets.token_urlsafe(32)
        self._key = secrets.token_bytes(32)

    def authenticate(self, header: str | None) -> User:
        """Return who an ``Authorization`` header stands for.

        Raises:
            ApiError: 401 for a token that is not ours or has expired.
        """
        if header is None:
            return ANONYMOUS
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise errors.unauthorized()
        token = token.strip()
        if hmac.compare_digest(token.encode(errors="surrogateescape"), self.administrator.encode()):
            return ADMINISTRATOR
        return self._service_account(token)

    def issue(
        self, namespace: str, name: str, uid: str, seconds: int, audiences: list[str] | None = None
    ) -> tuple[str, float]:
        """Return a service account's token (a signed JWT) and the Unix time of its end."""
        now = time.time()
        claims = {
            "aud": audiences or [_ISSUER],
            "exp": int(now + seconds),
            "iat": int(now),
            "iss": _ISSUER,
            "nbf": int(now),
            "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}},
            "sub": f"system:serviceaccount:{namespace}:{name}",
        }
        body = _segment(orjson.dumps({"alg": "HS256", "typ": "JWT"})) + "." + _segment(orjson.dumps(claims))
        return f"{body}.{self._sign(body)}", now + seconds

    def _sign(self, body: str) -> str:
        return _segment(hmac.new(self._key, body.encode(), hashlib.sha256).digest())

    def _service_account(self, token: str) -> User:
        body, _, signature = token.rpartition(".")
        if not body or not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise errors.unauthorized()
        payload = body.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if claims["exp"] < time.time():
            raise errors.unauthorized()
        account = claims["kubernetes.io"]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{account['namespace']}", "system:authenticated")
        return User(claims["sub"], groups, account["serviceaccount"]["uid"])


def _segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
