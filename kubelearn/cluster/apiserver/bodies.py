"""Request bodies: JSON, YAML or protobuf in, objects out (k8s.io/apimachinery serializers)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import yaml
from aiohttp import web

from ..meta import Object
from . import duplicates, errors, protobuf, schema
from .requests import WriteOptions

#: Largest request body in bytes (apiserver's MaxRequestBodyBytes).
LIMIT = 3 * 1024 * 1024
#: Deepest nesting that any API object reaches is far below this; json and yaml recurse.
_DEPTH = 256
#: Most values in one body. No object that serves a purpose has as many, and one event loop serves everybody.
_VALUES = 50_000

_JSON, _YAML, _PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
ACCEPTED = (_JSON, _YAML, _PROTOBUF)


async def read(request: web.Request) -> bytes:
    """Return the body.

    Raises:
        ApiError: 413 when it is larger than the real server takes.
    """
    if (request.content_length or 0) > LIMIT:
        raise errors.too_large(LIMIT)
    chunks = bytearray()
    async for chunk in request.content.iter_any():
        chunks += chunk
        if len(chunks) > LIMIT:
            raise errors.too_large(LIMIT)
    return bytes(chunks)


def media_type(request: web.Request) -> str:
    return request.headers.get("Content-Type", _JSON).split(";")[0].strip().lower()


def parse(body: bytes, content_type: str, kind: str) -> Object:
    """Decode a body to a JSON object of any kind.

    Args:
        kind: the Kind that the URL expects, for messages.

    Raises:
        ApiError: 400 for what is not an object, 415 for an unknown media type.
    """
    if content_type == _PROTOBUF:
        return protobuf.decode(body, kind)
    if content_type in (_YAML, "application/apply-patch+yaml"):
        value = parse_yaml(body, kind)
    elif content_type == _JSON:
        value = parse_json(body, kind)
    else:
        raise errors.unsupported_media_type(ACCEPTED)
    if not isinstance(value, dict):
        shown = "array" if isinstance(value, list) else "string" if isinstance(value, str) else "number"
        problem = f"json: cannot unmarshal {shown} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}"
        raise _unrecognized(body, kind, problem)
    return value


def parse_json(body: bytes, kind: str) -> Any:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _unrecognized(body, kind, go_json_error(body, error.pos)) from None
    _check_shape(value)
    return value


def parse_yaml(body: bytes, kind: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(body)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _expanded(node, {})
        value = loader.construct_document(node)
        _check_shape(value)
        # Timestamps, sets and other YAML-only values become what JSON has, or fail.
        return orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
    except yaml.YAMLError as error:
        raise _unrecognized(body, kind, f"yaml: {error}".replace("\n", " ")) from None
    except (orjson.JSONEncodeError, RecursionError, ValueError) as error:
        raise _unrecognized(body, kind, f"error converting YAML to JSON: {error}") from None
    finally:
        loader.dispose()


def _expanded(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many values a YAML node stands for once its aliases are written out.

    Raises:
        ValueError: too many, or a node that contains itself.
        RecursionError: nested too deeply.
    """
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if known.get(id(node)) == 0:
        raise ValueError("yaml: anchor value contains itself")
    if id(node) not in known:
        known[id(node)] = 0  # being counted
        children = node.value if isinstance(node, yaml.SequenceNode) else [item for pair in node.value for item in pair]
        known[id(node)] = 1 + sum(_expanded(child, known) for child in children)
        if known[id(node)] > 2 * _VALUES:  # keys count here
            raise ValueError("yaml: document contains excessive aliasing")
    return known[id(node)]


def _check_shape(value: Any) -> None:
    level, depth, count = [value], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > _DEPTH:
            raise errors.bad_request("the object provided is nested too deeply")
        if count > _VALUES:
            raise errors.bad_request(f"the object provided has too many values: limit is {_VALUES}")
        level = [child for item in level if isinstance(item, dict | list) for child in (item.values() if isinstance(item, dict) else item)]


def go_json_error(body: bytes, position: int) -> str:
    """Say in Go's words why a text is not JSON."""
    text = body.decode(errors="replace")
    if position >= len(text.rstrip()):
        return "unexpected end of JSON input"
    before = text[:position].rstrip()
    where = "after object key:value pair" if before.endswith(('"', "}", "]")) and position else "looking for beginning of value"
    return f"invalid character {text[position]!r} {where}"


def _unrecognized(body: bytes, kind: str, problem: str) -> errors.ApiError:
    if not body:
        summary = "<empty>"
    elif body[:1] == b"{":
        summary = body[:30].decode(errors="replace") + (" ..." if len(body) > 30 else "")
    else:
        summary = body[:30].hex() + (" ..." if len(body) > 30 else "")
    return errors.bad_request(f"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {problem} ({summary})")


def doubled(body: bytes, content_type: str) -> list[str]:
    """Return strict problems about keys that a body, which :func:`parse` took, has twice."""
    if content_type == _JSON:
        return duplicates.find(body)
    return duplicates.find_yaml(body) if content_type == _YAML else []


def decode(value: Object, api_version: str, kind: str, options: WriteOptions | None = None, more: Sequence[str] = ()) -> Object:
    """Turn a JSON object into an API object: check types, drop what the kind does not have.

    Unknown and doubled fields are an error, a warning or nothing, as ``fieldValidation`` asks.

    Args:
        more: strict problems of the text that the value came from.

    Raises:
        ApiError: 400 for another kind, wrong types, or unknown fields under Strict.
    """
    given = (value.get("apiVersion") or api_version, value.get("kind") or kind)
    if given != (api_version, kind):
        _wrong_kind(value, given, api_version, kind)
    obj, problems = schema.decode(value, api_version, kind)
    problems = sorted([*more, *problems])
    if problems and options is not None:
        if options.validation == "Strict":
            raise errors.bad_request(f'{kind} in version "{api_version.split("/")[-1]}" cannot be handled as a {kind}: strict decoding error: ' + ", ".join(problems))
        if options.validation == "Warn":
            options.warnings.extend(problems)
    return obj


def _wrong_kind(value: Object, given: tuple[object, object], api_version: str, kind: str) -> None:
    version, shown = given
    if not isinstance(version, str) or not isinstance(shown, str):
        name, field = ("Kind", "kind") if not isinstance(shown, str) else ("APIVersion", "apiVersion")
        raise errors.bad_request(f"couldn't get version/kind; json parse error: json: cannot unmarshal value into Go struct field .{field} of type string ({name})")
    if version == api_version:
        why = f'no kind "{shown}" is registered for version "{version}" in scheme "pkg/api/legacyscheme/scheme.go:30"'
        raise errors.bad_request(f'{shown} in version "{version.split("/")[-1]}" cannot be handled as a {kind}: {why}')
    raise errors.bad_request(f"the API version in the data ({version}) does not match the expected API version ({api_version})")
