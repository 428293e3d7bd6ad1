"""Answers: JSON as Go writes it, Tables for kubectl, Status bodies for errors."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import yaml
from aiohttp import web

from kubelearn.cluster.apiserver.errors import ApiError, bad_request
from kubelearn.cluster.apiserver.go.values import go_value
from kubelearn.cluster.apiserver.options import WARNINGS
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.serializer.go_order import in_go_order
from kubelearn.cluster.meta import Object

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
#: What the real server can answer with.
_PRODUCED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
#: Clients that people look over the shoulder of (endpoints/handlers/negotiation, isPrettyPrint).
_BY_HAND = ("curl", "Wget", "Mozilla/5.0")
_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_YAML_TEXT = "tag:yaml.org,2002:str"


class _Dumper(yaml.SafeDumper):
    """Writes YAML as the real server does."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write every value out, as Go's encoder does."""
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = None
        if "\n" in text:
            style = "|"
        elif self.resolve(yaml.ScalarNode, text, (True, False)) != _YAML_TEXT:  # type: ignore[no-untyped-call]
            style = '"'
        return self.represent_scalar(_YAML_TEXT, text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


def indented(request: web.Request, response: web.StreamResponse) -> None:
    """Write an answer for people's eyes if the client asks for that, or is one that people use by hand."""
    wanted = request.query.get("pretty", "")
    if not (wanted in _TRUE if wanted else request.headers.get("User-Agent", "").startswith(_BY_HAND)):
        return
    if (
        isinstance(response, web.Response)
        and isinstance(response.body, bytes)
        and response.content_type == "application/json"
        and response.body
    ):
        response.body = orjson.dumps(in_go_order(orjson.loads(response.body)), option=orjson.OPT_INDENT_2)


def negotiate(request: web.Request, listed: Resource | None = None) -> Format:
    """Choose the first accepted media type that this server speaks.

    Args:
        listed: the resource when the answer is a list of it.

    Raises:
        ApiError: 406 when there is none; protobuf answers are not offered (docs/limits.md).
    """
    accept = request.headers.get("Accept", "")
    if not accept:
        return Format()
    choices = [[part.strip() for part in choice.split(";")] for choice in accept.split(",")]
    if not any(media in ("*/*", *_PRODUCED) for media, *_ in choices):
        streams = [f"{media};stream=watch" for media in (_PRODUCED[0], _PRODUCED[2])] if listed else []
        raise ApiError(
            406,
            "NotAcceptable",
            "406: Not Acceptable\n\nAvailable representations: " + ", ".join([*_PRODUCED, *streams]),
            {},
        )
    for media, *parameters in choices:
        options = dict(part.split("=", 1) for part in parameters if "=" in part)
        if media not in ("application/json", "application/yaml", "*/*", "application/*"):
            continue
        shape = options.get("as", "")
        if not shape or (
            shape in _SHAPES and options.get("g") == "meta.k8s.io" and options.get("v") in ("v1", "v1beta1")
        ):
            form = Format(shape, options.get("v") or "v1", media == "application/yaml")
            _check_shape(request, form, listed)
            return form
    spoken = _PRODUCED[:2] if all("as" not in part for choice in choices for part in choice[1:]) else _PRODUCED
    raise ApiError(406, "NotAcceptable", f"only the following media types are accepted: {', '.join(spoken)}")


def _check_shape(request: web.Request, form: Format, listed: Resource | None) -> None:
    include = request.query.get("includeObject", "")
    if form.shape == "Table" and include not in ("", "None", "Metadata", "Object"):
        why = f"includeObject: Invalid value: {go_value(include)}: must be 'Metadata', 'Object', 'None', or empty"
        raise bad_request(f"Unable to convert to Table as requested: {why}")
    if form.shape == "PartialObjectMetadata" and listed:
        why = f"you requested PartialObjectMetadata, but the requested object is a list ({_go_type(listed)}List)"
        raise ApiError(406, "NotAcceptable", why)


def no_list(resource: Resource) -> ApiError:
    """Refuse to show one object as a list."""
    why = f"you requested PartialObjectMetadataList, but the requested object is not a list ({_go_type(resource)})"
    return ApiError(406, "NotAcceptable", why)


def _go_type(resource: Resource) -> str:
    return f"*{resource.group.partition('.')[0] or 'core'}.{resource.kind}"


def reply(value: Object, status: int = 200, form: Format | None = None) -> web.Response:
    """Answer with one object."""
    if form is not None and form.yaml:
        text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True)
        return web.Response(
            body=text.encode(),
            status=status,
            headers={"Content-Type": "application/yaml", "Cache-Control": "no-cache, private"},
        )
    return raw(orjson.dumps(value), status)


def with_warnings(_request: web.Request, response: web.StreamResponse) -> None:
    """Put what there is to warn of into the headers of an answer, unless they are sent already."""
    if response.prepared:
        return
    for text in _presentable(WARNINGS.get()):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.add("Warning", f'299 - "{quoted}"')


def _presentable(warnings: Sequence[str]) -> list[str]:
    """Return the warnings that fit into headers (k8s.io/apiserver/pkg/endpoints/filters/warning.go).

    They have no control characters, and 4,096 characters at most.
    """
    texts = [
        text
        for text in dict.fromkeys(text.replace("\n", " ") for text in warnings)
        if not any(unicodedata.category(c) == "Cc" for c in text)
    ]
    if sum(map(len, texts)) <= _WARNINGS_LIMIT:
        return texts
    return [text[:_WARNING_LIMIT] for text in texts[: _WARNINGS_LIMIT // _WARNING_LIMIT]]


def raw(body: bytes, status: int = 200) -> web.Response:
    """Answer with JSON that is already encoded; the newline at its end is Go's encoder's."""
    return web.Response(
        body=body + b"\n",
        status=status,
        headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"},
    )


def failure(error: ApiError) -> web.Response:
    """Answer with a Status."""
    response = raw(orjson.dumps(error.status), error.code)
    if retry_after := (error.details or {}).get("retryAfterSeconds"):
        response.headers["Retry-After"] = str(retry_after)
    return response
