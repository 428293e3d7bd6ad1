"""Lists: selectors, chunks that stay consistent, and encoding without decoding."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.values import parse_uint
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.selectors import Selection, parse_selection
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Compacted, Store

from . import versions
from .requests import ListOptions

#: How many unfinished chunked lists are remembered; the oldest gets 410 after that.
_SNAPSHOTS = 64
#: How long a read waits for a revision that is still to come, and how often it looks, in seconds.
_PATIENCE, _INTERVAL = 3.0, 0.05


@dataclass
class _Snapshot:
    where: tuple[str, str]
    revision: int
    objects: list[Object]
    is_whole: bool


@dataclass
class Page:
    """One answer to a list request.

    Attributes:
        metadata: ListMeta of the answer.
        objects: the objects, in key order.
    """

    metadata: Object
    objects: list[Object]


class Lister:
    """Answers list requests from the store."""

    def __init__(self, store: Store):
        self._store = store
        self._snapshots: OrderedDict[str, _Snapshot] = OrderedDict()
        self._next = 0

    def page(self, resource: Resource, namespace: str, selection: Selection, options: ListOptions) -> Page:
        """Return a list, or one chunk of it.

        Raises:
            ApiError: 410 when a chunk's list or the revision is no longer remembered, 400 for a bad token.
        """
        if options.token:
            return self._continue((resource.key, namespace), options.token, options.limit, options.revision)
        revision = self._store.revision
        if options.is_exact:
            revision = int(options.revision)
            try:
                objects = self._store.list_at(revision, resource.key, namespace)
            except Compacted:
                raise errors.expired("The resourceVersion for the provided list is too old.") from None
        else:
            objects = self._store.list(resource.key, namespace)
        if not selection.everything:
            objects = [obj for obj in objects if selection.matches(obj)]
        return self._cut(
            _Snapshot((resource.key, namespace), revision, objects, selection.everything), 0, options.limit
        )

    async def until(self, text: str) -> None:
        """Wait for a revision that is still to come, as long as the real server does (cacher's waitUntilFreshAndBlock).

        Raises:
            ApiError: 504 when it does not come; 400 for what is no revision.
        """
        wanted = parse_revision(text) if text else 0
        end = time.monotonic() + _PATIENCE
        while wanted > self._store.revision:
            if time.monotonic() > end:
                raise errors.too_large_revision(wanted, self._store.revision)
            await asyncio.sleep(_INTERVAL)

    def _cut(self, snapshot: _Snapshot, start: int, limit: int, key: str = "") -> Page:
        end = start + limit if limit else len(snapshot.objects)
        metadata: Object = {"resourceVersion": str(snapshot.revision)}
        remaining = len(snapshot.objects) - end
        if remaining > 0:
            if not key:
                self._next += 1
                key = str(self._next)
                self._snapshots[key] = snapshot
                while len(self._snapshots) > _SNAPSHOTS:
                    self._snapshots.popitem(last=False)
            token = orjson.dumps({"v": "meta.k8s.io/v1", "rv": snapshot.revision, "list": key, "start": end})
            metadata["continue"] = base64.urlsafe_b64encode(token).decode().rstrip("=")
            if snapshot.is_whole:  # with a selector, the real server does not know
                metadata["remainingItemCount"] = remaining
        return Page(metadata, snapshot.objects[start:end])

    def _continue(self, where: tuple[str, str], token: str, limit: int, revision: str) -> Page:
        if revision not in ("", "0"):
            raise errors.bad_request("specifying resource version is not allowed when using continue")
        try:
            state = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            key, start = str(state["list"]), int(state["start"])
            if start < 0:
                raise ValueError(start)
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise errors.bad_request(
                "invalid continue token: continue key is not valid: illegal base64 data at input byte 0"
            ) from None
        snapshot = self._snapshots.get(key)
        if snapshot is None:
            raise errors.expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new "
                "list without the continue parameter."
            )
        if snapshot.where != where:
            raise errors.bad_request("continue key is not valid: it belongs to another list")
        return self._cut(snapshot, start, limit, key)


def parse_revision(text: str) -> int:
    """Return a resourceVersion as a number.

    Raises:
        ApiError: 400 in apimachinery's words.
    """
    try:
        return parse_uint(text)
    except ValueError as error:
        raise errors.unexplained(str(errors.invalid_value("resourceVersion", text, str(error)))) from None


def select(resource: Resource, labels: str, fields: str) -> Selection:
    """Compile the two selectors of a request.

    Raises:
        ApiError: 400 in kubectl's and the server's words.
    """
    return parse_selection(resource, labels, fields, versions.field_selectors(resource))


def encode(store: Store, resource: Resource, page: Page) -> bytes:
    """Encode a list from the JSON that the store keeps; items carry no kind, as Go writes them."""
    skip = len(orjson.dumps({"kind": resource.kind, "apiVersion": resource.api_version}))
    head = orjson.dumps({"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": page.metadata})
    # One join copies every byte once: lists may have megabytes.
    parts: list[bytes | memoryview] = [head[:-1], b',"items":[{']
    for obj in page.objects:
        parts += (memoryview(store.encoded(resource.key, obj))[skip:], b",{")
    parts[-1] = b"]}" if page.objects else b',"items":[]}'
    return b"".join(parts)


def encode_with(convert: Callable[[Object], Object], resource: Resource, page: Page) -> bytes:
    """Encode a list whose objects are converted first (another version of the API)."""
    items = [{k: v for k, v in convert(obj).items() if k not in ("kind", "apiVersion")} for obj in page.objects]
    return orjson.dumps(
        {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": page.metadata, "items": items}
    )
