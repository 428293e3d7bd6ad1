"""Answers: JSON as Go writes it, Tables for kubectl, Status bodies for errors."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import yaml
from aiohttp import web

from ..meta import Object
from .errors import ApiError

#: Most characters of all warnings of an answer, and of one of them when together they are more.
_WARNINGS_LIMIT, _WARNING_LIMIT = 4096, 256


@dataclass(frozen=True)
class Format:
    """What a client accepts.

    Attributes:
        shape: ``""`` for the objects themselves, else ``Table``, ``PartialObjectMetadata``
            or ``PartialObjectMetadataList``.
        version: version of the shape, ``v1`` or ``v1beta1``.
        yaml: whether the client wants YAML.
    """

    shape: str = ""
    version: str = "v1"
    yaml: bool = False


_SHAPES = ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")


def negotiate(request: web.Request) -> Format:
    """Choose the first accepted media type that this server speaks.

    Raises:
        ApiError: 406 when there is none; protobuf answers are not offered.
    """
    accept = request.headers.get("Accept", "")
    if not accept:
        return Format()
    for choice in accept.split(","):
        media, *parameters = (part.strip() for part in choice.split(";"))
        options = dict(part.split("=", 1) for part in parameters if "=" in part)
        if media in ("application/json", "*/*", "application/*", "text/plain"):
            shape = options.get("as", "")
            if not shape:
                return Format()
            if shape in _SHAPES and options.get("g") == "meta.k8s.io" and options.get("v") in ("v1", "v1beta1"):
                return Format(shape, options["v"])
        elif media in ("application/yaml", "text/yaml"):
            return Format(yaml=True)
    raise ApiError(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml")


def reply(value: Object, status: int = 200, warnings: list[str] | None = None, form: Format | None = None) -> web.Response:
    """Answer with one object."""
    if form is not None and form.yaml:
        response = web.Response(body=yaml.safe_dump(value).encode(), status=status, content_type="application/yaml")
    else:
        response = raw(orjson.dumps(value), status)
    for text in _presentable(warnings or ()):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.add("Warning", f'299 - "{quoted}"')
    return response


def _presentable(warnings: Sequence[str]) -> list[str]:
    """Return the warnings that fit into headers: without control characters, and 4,096 characters at most (endpoints/filters/warning.go)."""
    texts = [text for text in dict.fromkeys(text.replace("\n", " ") for text in warnings) if not any(unicodedata.category(c) == "Cc" for c in text)]
    if sum(map(len, texts)) <= _WARNINGS_LIMIT:
        return texts
    return [text[:_WARNING_LIMIT] for text in texts[: _WARNINGS_LIMIT // _WARNING_LIMIT]]


def raw(body: bytes, status: int = 200) -> web.Response:
    """Answer with JSON that is already encoded."""
    return web.Response(body=body, status=status, headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"})


def failure(error: ApiError) -> web.Response:
    """Answer with a Status; the trailing newline is Go's encoder's."""
    response = raw(orjson.dumps(error.status) + b"\n", error.code)
    if error.code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="kubernetes-master"'
    if error.code == 429 or (error.details or {}).get("retryAfterSeconds"):
        response.headers["Retry-After"] = str((error.details or {}).get("retryAfterSeconds", 1))
    return response
