"""The real API as a registry.

Reads come from a copy that watches keep up, writes go to the server and then into the copy.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import orjson
import urllib3

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store

SLICES = "endpointslices.discovery.k8s.io"
#: What nodes, kube-proxy and cluster DNS read.
FOLLOWED = ("namespaces", "nodes", "configmaps", "secrets", "services", SLICES, "pods")
#: Where an update without a resourceVersion is refused.
_CONDITIONAL = ("leases.coordination.k8s.io",)
#: The copy lags: what is to be changed may have gone, or be another one by now. The watch will tell.
_LATE = ("NotFound", "Conflict")


class MirroredRegistry(Registry):
    """A :class:`Registry` whose objects are on a real API server.

    Writes block the event loop for the milliseconds that the server takes: that is as the registry
    is for the parts that use it, atomic.
    """

    def __init__(self, url: str, authority: str, token: str):
        super().__init__(Store())
        self._url, self._headers = url, {"Authorization": f"Bearer {token}"}
        self._authority = authority
        self._pool = urllib3.PoolManager(ca_certs=authority, retries=False, timeout=10)
        #: The server's revision of every object in the copy, and of those that have gone.
        self._versions: dict[tuple[str, str, str], int] = {}

    # Reading

    async def follow(self, resource: str, listed: asyncio.Event) -> None:
        """Keep the copy of a resource up until cancelled."""
        import ssl

        context = ssl.create_default_context(cafile=self._authority)
        async with aiohttp.ClientSession(
            headers=self._headers,
            connector=aiohttp.TCPConnector(ssl=context),
            timeout=aiohttp.ClientTimeout(total=None),
            read_bufsize=2**24,
        ) as session:
            while True:
                version = await self._list(session, resource)
                listed.set()
                await self._watch(session, resource, version)

    async def _list(self, session: aiohttp.ClientSession, resource: str) -> str:
        async with session.get(self._path(resource)) as answer:
            answer.raise_for_status()
            found = orjson.loads(await answer.read())
        names = set()
        for obj in found["items"]:
            self._take(resource, obj)
            names.add((meta.namespace_of(obj), meta.name_of(obj)))
        for obj in self.list(resource):
            if (meta.namespace_of(obj), meta.name_of(obj)) not in names:
                self._drop(resource, obj, int(found["metadata"]["resourceVersion"]))
        return str(found["metadata"]["resourceVersion"])

    async def _watch(self, session: aiohttp.ClientSession, resource: str, version: str) -> None:
        """Take in events until the server ends the watch."""
        async with session.get(self._path(resource), params={"watch": "1", "resourceVersion": version}) as answer:
            answer.raise_for_status()
            async for line in answer.content:
                event = orjson.loads(line)
                if event["type"] == "DELETED":
                    self._drop(resource, event["object"], int(event["object"]["metadata"]["resourceVersion"]))
                elif event["type"] in ("ADDED", "MODIFIED"):
                    self._take(resource, event["object"])
                else:
                    return

    def _take(self, resource: str, obj: Object) -> Object:
        """Put an object of the server's into the copy, unless the copy has a later state of it."""
        key = (resource, meta.namespace_of(obj), meta.name_of(obj))
        version = int(obj["metadata"]["resourceVersion"])
        if version > self._versions.get(key, 0):
            self._versions[key] = version
            kind = BY_KEY[resource]
            self.store.put(
                resource, {**obj, "kind": kind.kind, "apiVersion": kind.api_version, "metadata": dict(obj["metadata"])}
            )
        return self.get(resource, *key[1:])

    def _drop(self, resource: str, obj: Object, version: int) -> None:
        key = (resource, meta.namespace_of(obj), meta.name_of(obj))
        if version > self._versions.get(key, 0):
            self._versions[key] = version
            if self.find(*key) is not None:
                self.store.delete(*key)

    # Writing

    def create(
        self,
        resource: str,
        namespace: str,
        obj: Object,
        *,
        manager: str = "unknown",
        dry_run: bool = False,
        operation: str = "Update",
    ) -> Object:
        return self._take(resource, self._send("POST", self._path(resource, namespace), obj, manager))

    def update(
        self,
        resource: str,
        namespace: str,
        obj: Object,
        *,
        subresource: str = "",
        manager: str = "unknown",
        dry_run: bool = False,
        operation: str = "Update",
    ) -> Object:
        metadata = {key: value for key, value in obj["metadata"].items() if key != "resourceVersion"}
        path = self._path(resource, namespace, metadata["name"])
        if resource in _CONDITIONAL:
            metadata["resourceVersion"] = str(self._versions[resource, namespace, metadata["name"]])
        try:
            if subresource == "status":
                return self._take(
                    resource, self._send("PATCH", f"{path}/status", self._status_patch(resource, obj), manager)
                )
            return self._take(resource, self._send("PUT", path, {**obj, "metadata": metadata}, manager))
        except ApiError as error:
            if error.reason not in _LATE:
                raise
            return obj

    def _status_patch(self, resource: str, obj: Object) -> Object:
        """Return what changes the status and nothing else, as a kubelet sends it.

        The metadata of the copy may be old.
        """
        metadata, status = obj["metadata"], obj["status"]
        before = self.get(resource, metadata.get("namespace", ""), metadata["name"]).get("status") or {}
        return {
            "metadata": {"uid": metadata["uid"]},
            "status": {**dict.fromkeys(before.keys() - status.keys()), **status},
        }

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        grace_period: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        resource_version: str | None = None,
        dry_run: bool = False,
    ) -> Object:
        options: Object = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if grace_period is not None:
            options["gracePeriodSeconds"] = grace_period
        if uid is not None:
            options["preconditions"] = {"uid": uid}
        try:
            return self._send("DELETE", self._path(resource, namespace, name), options)
        except ApiError as error:
            if error.reason not in _LATE:
                raise
            return self.get(resource, namespace, name)

    def _send(self, method: str, path: str, obj: Object, manager: str = "") -> Object:
        """Send a request and return the answer.

        Raises:
            ApiError: the server's.
        """
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        url = path + (f"?fieldManager={manager}" if manager else "")
        answer = self._pool.request(
            method, url, body=orjson.dumps(obj), headers={**self._headers, "Content-Type": kind}
        )
        found: Any = orjson.loads(answer.data)
        if answer.status >= 400:
            raise ApiError(found["code"], found.get("reason", ""), found["message"], found.get("details"))
        return dict(found)

    def _path(self, resource: str, namespace: str = "", name: str = "") -> str:
        kind = BY_KEY[resource]
        root = f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"
        parts = [self._url, root, f"namespaces/{namespace}" if namespace and kind.namespaced else "", kind.plural, name]
        return "/".join(part for part in parts if part)
