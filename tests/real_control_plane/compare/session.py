"""One cluster of the two: sends requests, and keeps the answers in order."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from tests.raw import Door

JSON = "application/json"
YAML = "application/yaml"
JSON_PATCH, MERGE, STRATEGIC, APPLY = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
#: Headers that clients act on.
HEADERS = (
    "Content-Type",
    "Warning",
    "Location",
    "Retry-After",
    "Cache-Control",
    "Allow",
    "WWW-Authenticate",
    "Vary",
    "X-Content-Type-Options",
)
#: How long a state may take to come, in seconds.
PATIENCE = 30.0
_GROUPS = {
    "deployments": "apis/apps/v1",
    "replicasets": "apis/apps/v1",
    "jobs": "apis/batch/v1",
    "endpointslices": "apis/discovery.k8s.io/v1",
    "leases": "apis/coordination.k8s.io/v1",
    "horizontalpodautoscalers": "apis/autoscaling/v2",
}


@dataclass(frozen=True)
class Answer:
    """What a cluster answered.

    Attributes:
        request: what was asked, for people.
        body: parsed JSON, a list of that for a watch, or text.
    """

    request: str
    status: int
    headers: dict[str, str]
    body: Any


class Session:
    """A client of one cluster, working in one namespace."""

    def __init__(self, kubeconfig: Path, namespace: str):
        """Read a kubeconfig whose user has a token."""
        self._door = Door.of(kubeconfig.read_text(encoding="utf-8"), kubeconfig.parent)
        self._pool = urllib3.PoolManager(retries=False, timeout=60, ca_cert_data=self._door.authority)
        self.kubeconfig = kubeconfig
        self.namespace = namespace
        self.answers: list[Answer] = []

    def path(self, resource: str, name: str = "", subresource: str = "") -> str:
        """Return the path of a resource in the namespace; ``/`` at the start means it is one already."""
        if resource.startswith("/"):
            return resource
        root = _GROUPS.get(resource, "api/v1")
        where = "" if resource in ("namespaces", "nodes") else f"namespaces/{self.namespace}"
        return "/" + "/".join(part for part in (root, where, resource, name, subresource) if part)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        kind: str | None = None,
        accept: str | None = None,
        note: str = "",
        token: str | None = None,
        record: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request and keep its answer.

        Args:
            path: as :meth:`path` takes it.
            body: sent as JSON, unless text or bytes.
            kind: media type of the body.
            note: says in the report what is special about the request.
            token: another bearer token; empty for none.
            record: whether the answers are to be compared.
        """
        path = self.path(path) + ("?" + urlencode(query) if query else "")
        sent = {"User-Agent": "compare/1.0", **(headers or {})}
        if bearer := self._door.token if token is None else token:
            sent["Authorization"] = f"Bearer {bearer}"
        if body is not None:
            sent["Content-Type"] = JSON if kind is None else kind
        if accept is not None:
            sent["Accept"] = accept
        response = self._pool.request(method, self._door.url + path, body=_encoded(body), headers=sent, redirect=False)
        request = f"{method} {path} {note or _summary(body)}".strip()
        kept = {name: value for name in HEADERS if (value := ", ".join(response.headers.getlist(name))) != ""}
        is_stream = bool(query and query.get("watch")) and response.status == 200
        answer = Answer(request, response.status, kept, _parsed(response.data, is_stream))
        if record:
            self.answers.append(answer)
        return answer

    def get(self, path: str, *, accept: str | None = None, note: str = "", record: bool = True, **query: Any) -> Answer:
        return self.send("GET", path, query=query, accept=accept, note=note, record=record)

    def create(self, resource: str, obj: Any, *, note: str = "", record: bool = True, **query: Any) -> Answer:
        return self.send("POST", resource, obj, query=query, note=note, record=record)

    def put(self, path: str, obj: Any, *, note: str = "", **query: Any) -> Answer:
        return self.send("PUT", path, obj, query=query, note=note)

    def patch(self, path: str, patch: Any, kind: str = MERGE, *, note: str = "", **query: Any) -> Answer:
        return self.send("PATCH", path, patch, query=query, kind=kind, note=note)

    def apply(self, path: str, obj: Any, manager: str | None = "m", **query: Any) -> Answer:
        return self.send(
            "PATCH",
            path,
            obj,
            query={**({"fieldManager": manager} if manager is not None else {}), **query},
            kind=APPLY,
        )

    def delete(self, path: str, options: Any = None, *, record: bool = True, **query: Any) -> Answer:
        return self.send("DELETE", path, options, query=query, record=record)

    def watch(self, path: str, **query: Any) -> Answer:
        """Watch for a second."""
        return self.send("GET", path, query={"watch": "1", "timeoutSeconds": 1, **query})

    def until(self, path: str, condition: Callable[[Any], bool], **query: Any) -> Any:
        """Ask until an answer's body fulfils a condition; return the body, which is not compared.

        Raises:
            TimeoutError: it never did.
        """
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.get(path, record=False, **query)
            if condition(answer.body):
                return answer.body
            if time.monotonic() > until:
                raise TimeoutError(
                    f"{self.kubeconfig.name}: {path} did not come to the wanted state: {json.dumps(answer.body)[:2000]}"
                )
            time.sleep(0.1)

    def kubectl(self, *words: str, stdin: str = "") -> Answer:
        """Run kubectl in the namespace, and keep what it printed."""
        ran = subprocess.run(
            ["kubectl", "--kubeconfig", str(self.kubeconfig), "--namespace", self.namespace, *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        answer = Answer(f"kubectl {' '.join(words)}", ran.returncode, {}, ran.stdout + ran.stderr)
        self.answers.append(answer)
        return answer

    def begin(self) -> None:
        """Make the namespace, and wait until pods can be created in it."""
        self.create("namespaces", {"metadata": {"name": self.namespace}}, record=False)
        self.until(
            "serviceaccounts", lambda found: any(item["metadata"]["name"] == "default" for item in found["items"])
        )
        self.until(
            "configmaps", lambda found: any(item["metadata"]["name"] == "kube-root-ca.crt" for item in found["items"])
        )
        self.delete("configmaps", fieldSelector="metadata.name=openshift-service-ca.crt", record=False)

    def end(self) -> None:
        """Let the namespace go; nobody waits for it."""
        self.delete(f"/api/v1/namespaces/{self.namespace}", record=False)
        self._pool.clear()


def _encoded(body: Any) -> bytes | None:
    if isinstance(body, bytes | None):
        return body
    text = body if isinstance(body, str) else json.dumps(body)
    return text.encode()


def _parsed(data: bytes, lines: bool) -> Any:
    text = data.decode(errors="replace")
    try:
        return [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)
    except ValueError:
        return text


def _summary(body: Any, limit: int = 300) -> str:
    if body is None:
        return ""
    if isinstance(body, bytes):
        return repr(body[:limit])
    text = body if isinstance(body, str) else json.dumps(body)
    return text if len(text) <= limit else text[:limit] + "…"
