"""The official client, with every answer watched: a 5xx is never right."""

from __future__ import annotations

import json
from typing import Any

from kubernetes import client

Object = dict[str, Any]
PATHS = {
    "pods": "/api/v1",
    "services": "/api/v1",
    "endpoints": "/api/v1",
    "events": "/api/v1",
    "deployments": "/apis/apps/v1",
    "replicasets": "/apis/apps/v1",
    "endpointslices": "/apis/discovery.k8s.io/v1",
}


class ServerFailed(AssertionError):
    """The API answered with a 5xx."""


class Api:
    """Plain JSON through the client's own connection pool.

    Attributes:
        requests: how many there have been.
    """

    def __init__(self, connection: client.ApiClient, namespace: str):
        self._connection, self.namespace = connection, namespace
        self.requests = 0

    def call(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json"
    ) -> tuple[int, Object]:
        """Send a request and return the status and the answer.

        Raises:
            ServerFailed: the status is 500 or above.
        """
        self.requests += 1
        token = self._connection.configuration.get_api_key_with_prefix("authorization", "BearerToken")
        headers = {"Accept": "application/json", "Content-Type": content_type, "Authorization": token}
        answer = self._connection.rest_client.request(
            method, self._connection.configuration.host + path, headers=headers, body=body
        )
        status, data = answer.status, answer.read()
        if status >= 500:
            raise ServerFailed(f"{method} {path}: {status} {data!r}")
        return status, json.loads(data)

    def path(self, resource: str, name: str = "") -> str:
        return f"{PATHS[resource]}/namespaces/{self.namespace}/{resource}" + (f"/{name}" if name else "")

    def list(self, resource: str) -> list[Object]:
        return list(self.call("GET", self.path(resource))[1]["items"])

    def create(self, resource: str, body: Object) -> int:
        return self.call("POST", self.path(resource), body)[0]

    def patch(self, resource: str, name: str, body: Object) -> int:
        return self.call("PATCH", self.path(resource, name), body, "application/strategic-merge-patch+json")[0]

    def delete(self, resource: str, name: str, **options: Any) -> int:
        return self.call("DELETE", self.path(resource, name), options or None)[0]
