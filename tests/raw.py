"""One client that sends requests as they are: tests say themselves what goes over the wire."""

from __future__ import annotations

import base64
import json
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import urllib3
import yaml

JSON = "application/json"
MERGE, STRATEGIC, APPLY, YAML = (
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "application/yaml",
)


@dataclass(frozen=True)
class Door:
    """Where an API server listens, and with what one comes in."""

    host: str
    port: int
    token: str
    authority: str

    @classmethod
    def of(cls, kubeconfig: str, folder: Path = Path()) -> Door:
        """Read the text of a kubeconfig whose user has a token.

        Args:
            folder: where it is stored; what it names is relative to that.
        """
        config = yaml.safe_load(kubeconfig)
        cluster = config["clusters"][0]["cluster"]
        host, _, port = cluster["server"].removeprefix("https://").partition(":")
        if "certificate-authority" in cluster:
            authority = (folder / cluster["certificate-authority"]).read_text(encoding="utf-8")
        else:
            authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        return cls(host, int(port), config["users"][0]["user"]["token"], authority)

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}"

    def tls(self) -> ssl.SSLContext:
        """Return what trusts the server."""
        return ssl.create_default_context(cadata=self.authority)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    code: int
    headers: urllib3.HTTPHeaderDict
    data: bytes

    @cached_property
    def body(self) -> Any:
        """The JSON of the answer."""
        return json.loads(self.data)


class RawClient:
    """Sends requests as they are."""

    def __init__(self, door: Door):
        self._door = door
        self._pool = urllib3.PoolManager(ca_cert_data=door.authority, retries=False, timeout=10)

    def close(self) -> None:
        self._pool.clear()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = JSON,
        *,
        token: str | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request.

        Args:
            body: sent as JSON, unless text or bytes.
            token: another bearer token; empty for none.
            headers: more of them, with ``_`` for ``-``.
        """
        sent = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if bearer := self._door.token if token is None else token:
            sent["Authorization"] = f"Bearer {bearer}"
        data = body if isinstance(body, str | bytes | None) else json.dumps(body)
        response = self._pool.request(method, self._door.url + path, body=data, headers=sent, redirect=False)
        return Answer(response.status, response.headers, response.data)

    def ask(
        self, method: str, path: str, body: Any = None, content_type: str = JSON, **headers: str
    ) -> tuple[int, Any]:
        """Send one request; return the code and the JSON of its answer."""
        answer = self.send(method, path, body, content_type, **headers)
        return answer.code, answer.body
