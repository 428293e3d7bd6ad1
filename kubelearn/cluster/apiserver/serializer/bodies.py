"""Request bodies: JSON, YAML or protobuf in, objects out (k8s.io/apimachinery serializers)."""

from __future__ import annotations

from typing import Any

import orjson
import yaml
from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go import json_errors
from kubelearn.cluster.apiserver.go.text import json_name
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.resources import BY_KIND
from kubelearn.cluster.meta import Object

from . import duplicates, protobuf, strict

#: Largest request body in bytes (apiserver's MaxRequestBodyBytes).
LIMIT = 3 * 1024 * 1024
#: Deepest nesting that any API object reaches is far below this; json and yaml recurse.
_DEPTH = 256

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
    """Return the media type of the body, JSON when the client does not say."""
    return (request.headers.get("Content-Type") or _JSON).split(";")[0].strip().lower()


def parse(body: bytes, content_type: str, kind: str) -> Object:
    """Decode a body to a JSON object of any kind.

    Args:
        kind: the Kind that the URL expects, for messages.

    Raises:
        ApiError: 400 for what is not an object, 415 for an unknown media type.
    """
    if content_type == _PROTOBUF:
        found = protobuf.decode(body, kind)
        _check_shape(found)  # JSON may stand in it
        return found
    if content_type == _YAML:
        value = parse_yaml(body, kind)
    elif content_type == _JSON:
        value = parse_json(body, kind)
    else:
        raise errors.unsupported_media_type(ACCEPTED)
    if value is None:
        return {}
    if not isinstance(value, dict):
        problem = (
            f"json: cannot unmarshal {json_name(value)} into Go value of type struct {{ APIVersion string "
            '"json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
        )
        raise _unrecognized(body, kind, problem)
    _check_type_meta(value, body, kind)
    return value


def _check_type_meta(value: Object, body: bytes, kind: str) -> None:
    """Refuse an ``apiVersion`` or a ``kind`` that cannot be one.

    Raises:
        ApiError: 400.
    """
    for field in ("apiVersion", "kind"):
        given = value.get(field)
        if not isinstance(given or "", str) or isinstance(given, bool):
            problem = f"json: cannot unmarshal {json_name(given)} into Go struct field .{field} of type string"
            raise _unrecognized(body, kind, problem)
    version = value.get("apiVersion") or ""
    if version.count("/") > 1:
        raise errors.bad_request(
            f"the object provided is unrecognized (must be of type {kind}): unexpected GroupVersion string: {version} "
            f"({_summary(body)})"
        )


def parse_json(body: bytes, kind: str) -> Any:
    """Decode JSON to whatever it is.

    Args:
        kind: the Kind that the URL expects, for messages.

    Raises:
        ApiError: 400 for what is not JSON, or too large or deep.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        problem = json_errors.syntax_error(body)
        if problem:
            raise _unrecognized(body, kind, problem) from None
        # Half of a surrogate pair, bytes that are no UTF-8, a number without limits: Go takes them as good as it can.
        raise errors.bad_request(f"the object provided cannot be decoded: {error}") from None
    _check_shape(value)
    return value


def parse_patch(body: bytes, where: str) -> Any:
    """Decode the body of a patch.

    Args:
        where: begins the message for what is not JSON.

    Raises:
        ApiError: 400 for what is not JSON.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise errors.bad_request(f"{where}{json_errors.syntax_error(body) or error}") from None
    _check_shape(value)
    return value


def parse_yaml(body: bytes, kind: str) -> Any:
    """Decode the first document of YAML to whatever it is; None for no document.

    Args:
        kind: the Kind that the URL expects, for messages.

    Raises:
        ApiError: 400 for what is not YAML, has no form in JSON, or is too large or deep.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(body)
    try:
        node = loader.get_node() if loader.check_node() else None
        if node is None:
            return None
        _expanded(node, {})
        value = loader.construct_document(node)
        _check_shape(value)
        # Timestamps, sets and other YAML-only values become what JSON has, or fail.
        return orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
    except yaml.YAMLError as error:
        raise errors.bad_request(
            f"the object provided is unrecognized (must be of type {kind}): {_yaml_error(error)} ({_summary(body)})"
        ) from None
    except (orjson.JSONEncodeError, RecursionError, ValueError) as error:
        raise _unrecognized(body, kind, f"error converting YAML to JSON: {error}") from None
    finally:
        loader.dispose()


def parse_applied(body: bytes) -> Object:
    """Decode the body of an apply, whose kind is looked at later.

    Raises:
        ApiError: 400 for what is no map.
    """
    value = parse_yaml(body, "")
    if value is None:
        return {}
    if not isinstance(value, dict):
        why = f"json: cannot unmarshal {json_name(value)} into Go value of type map[string]interface {{}}"
        raise errors.bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {why}")
    return value


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
        if known[id(node)] > 2 * protobuf.VALUES:  # keys count here
            raise ValueError("yaml: document contains excessive aliasing")
    return known[id(node)]


def _check_shape(value: Any) -> None:
    level, depth, count = [value], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > _DEPTH:
            raise errors.bad_request("the object provided is nested too deeply")
        if count > protobuf.VALUES:
            raise errors.bad_request(f"the object provided has too many values: limit is {protobuf.VALUES}")
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]


def _yaml_error(error: yaml.YAMLError) -> str:
    """Say why a text is not YAML, as go-yaml does.

    It counts lines from 0 and does not tell the first; its scanner counts from 1.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        return f"yaml: {error}"
    line = 0
    if error.problem_mark is not None and error.problem_mark.line:
        line = error.problem_mark.line + isinstance(error, yaml.scanner.ScannerError)
    elif error.context_mark is not None:
        line = error.context_mark.line
    return f"yaml: line {line}: {error.problem}" if line else f"yaml: {error.problem}"


def _summary(body: bytes) -> str:
    if not body:
        return "<empty>"
    shown = body[:30].decode(errors="replace") if body[:1] == b"{" else body[:30].hex()
    return shown + (" ..." if len(body) > 30 else "")


def _unrecognized(body: bytes, kind: str, problem: str) -> errors.ApiError:
    why = f"couldn't get version/kind; json parse error: {problem}"
    return errors.bad_request(f"the object provided is unrecognized (must be of type {kind}): {why} ({_summary(body)})")


def _strict_problems(unknown: list[str], body: bytes, content_type: str) -> list[str]:
    """Return all strict problems of a body, which :func:`parse` took, in the order in which Go's decoder meets them."""
    if content_type == _JSON:
        return duplicates.with_doubled(body, unknown)
    # YAML is decoded to a map first, which finds doubled keys and loses the order.
    return [*(duplicates.find_yaml(body) if content_type == _YAML else ()), *sorted(unknown)]


async def receive(request: web.Request, api_version: str, kind: str, options: WriteOptions) -> Object:
    """Read, parse and decode the object that a request brings (errors as for these three)."""
    body, content_type = await read(request), media_type(request)
    return decode(parse(body, content_type, kind), api_version, kind, options, (body, content_type))


def decode(
    value: Object,
    api_version: str,
    kind: str,
    options: WriteOptions | None = None,
    text: tuple[bytes, str] | None = None,
) -> Object:
    """Turn a JSON object into an API object: check types, drop what the kind does not have.

    Unknown and doubled fields are an error, a warning or nothing, as ``fieldValidation`` asks.

    Args:
        text: the body that the value came from and its media type.

    Raises:
        ApiError: 400 for another kind, wrong types, or unknown fields under Strict.
    """
    given = (value.get("apiVersion") or api_version, value.get("kind") or kind)
    if given != (api_version, kind):
        _wrong_kind(given, api_version, kind)
    obj, problems = strict.decode(value, api_version, kind)
    if options is None or options.validation == "Ignore":
        return obj
    problems = _strict_problems(problems, *text) if text is not None else sorted(problems)
    if problems and options.validation == "Strict":
        raise errors.bad_request(
            f'{kind} in version "{api_version.split("/")[-1]}" cannot be handled as a {kind}: strict decoding error: '
            + ", ".join(problems)
        )
    for problem in problems:
        # The doubled keys of a YAML document are one error, but one warning each.
        options.warnings.extend(line.strip() for line in problem.removeprefix(duplicates.YAML_HEADING).split("\n"))
    return obj


def _wrong_kind(given: tuple[str, str], api_version: str, kind: str) -> None:
    """Refuse an object of another kind or version, as the real server's decoder does.

    Raises:
        ApiError: 400, always.
    """
    version, shown = given
    group, known = api_version.rpartition("/")[0], BY_KIND.get((version, shown))
    if known is None:
        why = f'no kind "{shown}" is registered for version "{version}" in scheme "pkg/api/legacyscheme/scheme.go:30"'
    elif (known.group, known.kind) != (group, kind):
        why = (
            f"converting ({known.version}.{shown}) to ({group.partition('.')[0] or 'core'}.{kind}): unknown conversion"
        )
    else:
        raise errors.bad_request(
            f"the API version in the data ({version}) does not match the expected API version ({api_version})"
        )
    raise errors.bad_request(f'{shown} in version "{version.split("/")[-1]}" cannot be handled as a {kind}: {why}')
