"""The API's errors: Status bodies, word for word those of Kubernetes 1.36.

Texts come from k8s.io/apimachinery/pkg/api/errors and pkg/util/validation/field.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kubelearn.cluster.meta import Object

from .go.values import go_value


@dataclass(frozen=True)
class Cause:
    """One problem of one field (``field.Error`` of apimachinery).

    Attributes:
        field: path such as ``spec.ports[0].port``.
        reason: one of the ``FieldValue…`` reasons of metav1.
        message: text without the field's path.
    """

    field: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def required(field: str, detail: str = "") -> Cause:
    """Say that a field must be set."""
    return Cause(field, "FieldValueRequired", "Required value" + (f": {detail}" if detail else ""))


def invalid_value(field: str, value: Any, detail: str) -> Cause:
    """Say that a value is not allowed, and why."""
    return Cause(field, "FieldValueInvalid", f"Invalid value: {go_value(value)}: {detail}")


def not_supported(field: str, value: Any, supported: Sequence[str]) -> Cause:
    """Say that a value is none of those allowed, which are listed in order of the alphabet."""
    choices = ", ".join(json.dumps(item) for item in sorted(supported))
    return Cause(field, "FieldValueNotSupported", f"Unsupported value: {go_value(value)}: supported values: {choices}")


def duplicate(field: str, value: Any) -> Cause:
    """Say that a value is there already."""
    return Cause(field, "FieldValueDuplicate", f"Duplicate value: {go_value(value)}")


def forbidden_field(field: str, detail: str) -> Cause:
    """Say that a field may not be set."""
    return Cause(field, "FieldValueForbidden", f"Forbidden: {detail}")


def too_long(field: str, maximum: int) -> Cause:
    """Say that a text is longer than ``maximum`` bytes."""
    return Cause(field, "FieldValueTooLong", f"Too long: may not be more than {maximum} bytes")


class ApiError(Exception):
    """An answer that is not a success; carries the whole Status.

    Attributes:
        code: HTTP status.
        reason: metav1.StatusReason, for example ``NotFound``.
        message: text for people.
        details: ``status.details`` or None when the real server sends none.
    """

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None):
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    @property
    def status(self) -> Object:
        """The Status body, keys in the order in which Go writes them."""
        body: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


def _details(name: str, group: str, kind: str, **more: Any) -> Object:
    details: Object = {}
    if name:
        details["name"] = name
    if group:
        details["group"] = group
    if kind:
        details["kind"] = kind
    details.update(more)
    return details


def _qualified(plural: str, group: str) -> str:
    return f"{plural}.{group}" if group else plural


def not_found(plural: str, name: str, group: str = "") -> ApiError:
    """404: there is no such object."""
    return ApiError(404, "NotFound", f'{_qualified(plural, group)} "{name}" not found', _details(name, group, plural))


def no_such_path() -> ApiError:
    """404: the server has no such URL."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(plural: str, name: str, group: str = "", *, being_deleted: bool = False) -> ApiError:
    """409: the name is taken, perhaps by an object that is still being deleted."""
    text = f'{_qualified(plural, group)} "{name}" already exists'
    if being_deleted:
        text = f"object is being deleted: {text}"
    return ApiError(409, "AlreadyExists", text, _details(name, group, plural))


def conflict(plural: str, name: str, group: str = "", why: str = "") -> ApiError:
    """409: the object is not in the state that the client has seen."""
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    text = f'Operation cannot be fulfilled on {_qualified(plural, group)} "{name}": {why}'
    return ApiError(409, "Conflict", text, _details(name, group, plural))


def invalid(kind: str, name: str, causes: Sequence[Cause], group: str = "") -> ApiError:
    """422 with every cause; ``kind`` is the Kind, as in ``The Service "web" is invalid``."""
    distinct = list(dict.fromkeys(str(cause) for cause in causes))
    text = distinct[0] if len(distinct) == 1 else "[" + ", ".join(distinct) + "]"
    listed = [{"reason": c.reason, "message": c.message, "field": c.field} for c in causes]
    qualified = f"{kind}.{group}" if group else kind
    return ApiError(
        422, "Invalid", f'{qualified} "{name}" is invalid: {text}', _details(name, group, kind, causes=listed)
    )


def bad_request(message: str) -> ApiError:
    """400: the request cannot be read."""
    return ApiError(400, "BadRequest", message)


def forbidden(plural: str, name: str, why: str, group: str = "", **more: Any) -> ApiError:
    """403: nobody may do that; ``more`` goes into the details."""
    shown = f'{_qualified(plural, group)} "{name}"' if name else _qualified(plural, group)
    return ApiError(403, "Forbidden", f"{shown} is forbidden: {why}", _details(name, group, plural, **more))


def unauthorized() -> ApiError:
    """401: the client did not say who it is."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def method_not_allowed() -> ApiError:
    """405: the resource has no such verb."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def unsupported_media_type(accepted: Sequence[str]) -> ApiError:
    """415: the body is in none of the formats that are ``accepted``."""
    text = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(accepted)
    return ApiError(415, "UnsupportedMediaType", text)


def too_large(limit: int) -> ApiError:
    """413: the body has more bytes than the limit."""
    return ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {limit}")


def expired(message: str = "") -> ApiError:
    """410: changes since that resourceVersion are forgotten; the client has to list again."""
    return ApiError(410, "Expired", message or "The resourceVersion for the provided watch is too old.")


def too_large_revision(wanted: int, current: int) -> ApiError:
    """504: the store has not seen the resourceVersion yet; the client may try again in a second."""
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    details = {"causes": causes, "retryAfterSeconds": 1}
    return ApiError(504, "Timeout", f"Timeout: Too large resource version: {wanted}, current: {current}", details)


def unexplained(message: str) -> ApiError:
    """An error without a reason: a mistake of the client's that the real server does not expect.

    The real server blames itself, with 500.  Here only a fault of the server is a 500; kubectl prints the same.
    """
    return ApiError(400, "", message)


def too_many_requests(message: str, cause: tuple[str, str], retry_after: int = 0) -> ApiError:
    """429: not now.

    Args:
        cause: reason and message.
        retry_after: seconds after which a client may try again by itself, 0 for not by itself.
    """
    reason, why = cause
    details: Object = {"causes": [{"reason": reason, "message": why}]}
    if retry_after:
        details["retryAfterSeconds"] = retry_after
    return ApiError(429, "TooManyRequests", message, details)


def internal(message: str) -> ApiError:
    """500: something failed inside the server."""
    return ApiError(500, "InternalError", f"Internal error occurred: {message}", {"causes": [{"message": message}]})


def unavailable(message: str) -> ApiError:
    """503: what the request needs is not there now."""
    return ApiError(503, "ServiceUnavailable", message)
