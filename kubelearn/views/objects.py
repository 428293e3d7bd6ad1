"""The cluster's objects as the API sends them: read once, or followed by watches."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from kubernetes.client import ApiException
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from kubelearn.target.connection import Cluster

Object = dict[str, Any]
#: Kind (its plural, as in ``kubectl get``) → objects, in the order of their namespaces and names.
Objects = dict[str, list[Object]]
#: Called with the kind, ``ADDED``, ``MODIFIED`` or ``DELETED``, and the object.
Changed = Callable[[str, str, Object], None]

#: Kind → the handle's API group, and the noun in the client's method names.
_KINDS = {
    "nodes": ("core", "node"),
    "namespaces": ("core", "namespace"),
    "pods": ("core", "pod"),
    "services": ("core", "service"),
    "events": ("core", "event"),
    "endpointslices": ("discovery", "endpoint_slice"),
    "deployments": ("apps", "deployment"),
    "replicasets": ("apps", "replica_set"),
    "networkpolicies": ("networking", "network_policy"),
}
#: What pictures do without when it may not be looked at.
_OPTIONAL = ("networkpolicies",)
_CLUSTER_WIDE = ("nodes", "namespaces")
#: Failures in a row after which a watch is given up, and the pause after each, in seconds.
_ATTEMPTS, _PAUSE = 5, 1.0


def read(cluster: Cluster, *kinds: str, namespace: str | None = None, selector: str = "") -> Objects:
    """Return all objects of some kinds.

    Who may not look everywhere sees what there is in the handle's namespace, and no nodes.  Without the right to see
    NetworkPolicies there seem to be none.

    Args:
        kinds: plural names: ``pods``, ``services``, ``endpointslices``, ``nodes``, …
        namespace: where; by default the handle's namespace, and ``""`` for all.
        selector: labels that they have, as kubectl takes them; by default any.

    Raises:
        kubernetes.client.ApiException: the API refuses.
    """
    return {kind: sorted(_listed(cluster, kind, namespace, selector).items.values(), key=_order) for kind in kinds}


def _order(item: Object) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _request(cluster: Cluster, kind: str, namespace: str | None, **options: Any) -> HTTPResponse:
    group, noun = _KINDS[kind]
    api = getattr(cluster, group)
    if kind in _CLUSTER_WIDE:
        found = getattr(api, f"list_{noun}")(_preload_content=False, **options)
    elif namespace == "":
        found = getattr(api, f"list_{noun}_for_all_namespaces")(_preload_content=False, **options)
    else:
        found = getattr(api, f"list_namespaced_{noun}")(
            namespace or cluster.namespace, _preload_content=False, **options
        )
    response: HTTPResponse = found
    if response.status >= 400:
        raise ApiException(status=response.status, reason=json.loads(response.data).get("message", response.reason))
    return response


def _list(cluster: Cluster, kind: str, namespace: str | None, selector: str = "") -> tuple[dict[str, Object], str]:
    """Return uid → object, and the version that a watch goes on from."""
    found = json.loads(_request(cluster, kind, namespace, label_selector=selector or None).data)
    return {item["metadata"]["uid"]: item for item in found["items"]}, found["metadata"]["resourceVersion"]


class _Listed(NamedTuple):
    """What a list gave.

    Attributes:
        items: uid → object.
        version: what a watch goes on from; empty if there is nothing to watch.
        namespace: where it was.
    """

    items: dict[str, Object]
    version: str
    namespace: str | None


def _listed(cluster: Cluster, kind: str, namespace: str | None, selector: str = "") -> _Listed:
    """List what the learner may see: on somebody's cluster that may be a namespace only."""
    try:
        return _Listed(*_list(cluster, kind, namespace, selector), namespace)
    except ApiException as error:
        narrower = namespace == "" and kind not in _CLUSTER_WIDE
        if error.status != 403 or not (narrower or kind in (*_CLUSTER_WIDE, *_OPTIONAL)):
            raise
    return _listed(cluster, kind, None, selector) if narrower else _Listed({}, "", namespace)


class Follower:
    """A copy of some objects that watches keep up to date.

    Attributes:
        lost: why following has ended, when the cluster did not answer any more; empty while it goes on.
    """

    def __init__(self, cluster: Cluster, kinds: Sequence[str], changed: Changed, namespace: str | None = None):
        """List the objects; :meth:`start` follows them.

        Args:
            changed: called from a watch's thread after the copy has changed.
            namespace: as for :func:`read`.

        Raises:
            kubernetes.client.ApiException: the API refuses.
        """
        self._cluster, self._changed = cluster, changed
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._responses: set[HTTPResponse] = set()
        self.lost = ""
        listed = {kind: _listed(cluster, kind, namespace) for kind in kinds}
        self._found = {kind: found.items for kind, found in listed.items()}
        self._namespaces = {kind: found.namespace for kind, found in listed.items()}
        self._threads = [
            threading.Thread(
                target=self._follow, args=(kind, found.version), daemon=True, name=f"kubelearn-watch-{kind}"
            )
            for kind, found in listed.items()
            if found.version
        ]

    def start(self) -> None:
        """Start a thread for each kind."""
        for thread in self._threads:
            thread.start()

    def objects(self) -> Objects:
        """Return the objects as they are now."""
        with self._lock:
            return {kind: sorted(items.values(), key=_order) for kind, items in self._found.items()}

    def close(self) -> None:
        """End the watches and wait for their threads."""
        self._closed.set()
        with self._lock:
            for response in self._responses:
                with suppress(RuntimeError, OSError):  # it has just ended by itself
                    response.shutdown()
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join()

    def _follow(self, kind: str, version: str) -> None:
        failures = 0
        while not (self._closed.is_set() or self._cluster.closed):
            try:
                if not version:
                    version = self._list_again(kind)
                for event, item in self._events(kind, version):
                    failures = 0
                    self._apply(kind, event, item)
                version = ""  # the server ends a watch now and then, and forgets old versions
            except (ApiException, HTTPError, OSError) as error:
                version, failures = "", failures + 1
                if failures == _ATTEMPTS:
                    self.lost = str(getattr(error, "reason", None) or error)
                    return
                self._closed.wait(_PAUSE)

    def _events(self, kind: str, version: str) -> Iterator[tuple[str, Object]]:
        response = _request(self._cluster, kind, self._namespaces[kind], watch=True, resource_version=version)
        with self._lock:
            self._responses.add(response)
        try:
            rest = b""
            # A watch that close() has not seen must not start to read.
            for chunk in response.stream() if not self._closed.is_set() else ():
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    event = json.loads(line)
                    if event["type"] == "ERROR":  # 410: the version is too old
                        return
                    yield event["type"], event["object"]
        finally:
            with self._lock:
                self._responses.discard(response)
            response.close()

    def _apply(self, kind: str, event: str, item: Object) -> None:
        if self._closed.is_set():
            return
        with self._lock:
            if event == "DELETED":
                self._found[kind].pop(item["metadata"]["uid"], None)
            else:
                self._found[kind][item["metadata"]["uid"]] = item
        self._changed(kind, event, item)

    def _list_again(self, kind: str) -> str:
        """Compare a new list with the copy, as if a watch had told of what differs; return its version."""
        now, version = _list(self._cluster, kind, self._namespaces[kind])
        before = dict(self._found[kind])
        for uid, item in now.items():
            if uid not in before:
                self._apply(kind, "ADDED", item)
            elif item["metadata"]["resourceVersion"] != before[uid]["metadata"]["resourceVersion"]:
                self._apply(kind, "MODIFIED", item)
        for uid in before.keys() - now.keys():
            self._apply(kind, "DELETED", before[uid])
        return version
