"""Patches, except apply: what a patch makes of an object (k8s.io/apiserver/pkg/endpoints/handlers/patch.go)."""

from __future__ import annotations

from typing import Any

import orjson

from .. import meta
from ..meta import Object
from . import errors, schema, values
from .patch.go_text import json_name, plain
from .patch.json_patch import json_patch
from .patch.merge_patch import merge_patch
from .patch.strategic import strategic_merge
from .requests import WriteOptions


def patched(style: str, current: Object, patch: Any, options: WriteOptions) -> Object:
    """Return an object with a patch applied.

    Args:
        style: ``json``, ``merge`` or ``strategic``.
        current: the object, of the kind and version that the client sees.
        patch: the decoded patch.
        options: unknown fields are an error, a warning or nothing, as these ask.

    Raises:
        ApiError: 400 for a patch of the wrong form, 422 for one that cannot be applied or
            whose result is no object of the kind.
    """
    api_version, kind = current["apiVersion"], current["kind"]
    if style == "json":
        changed = json_patch(meta.thaw(current), patch)
    elif not isinstance(patch, dict):
        raise errors.bad_request(f"error decoding patch: json: cannot unmarshal {json_name(patch)} into Go value of type map[string]interface {{}}")
    elif style == "merge":
        changed = merge_patch(current, patch)
    else:
        changed = strategic_merge(current, patch, api_version, kind)
    shown = plain(patch) if style == "strategic" else orjson.dumps(changed, option=orjson.OPT_SORT_KEYS).decode()
    try:
        _check_kind(changed, api_version, kind)
        obj, problems = schema.decode_patched(changed, api_version, kind, as_map=style == "strategic")
    except values.Invalid as error:
        raise errors.invalid("", "", [errors.invalid_value("patch", shown, str(error))]) from None
    if problems and options.validation == "Strict":
        raise errors.invalid("", "", [errors.invalid_value("patch", shown, "strict decoding error: " + ", ".join(problems))])
    if options.validation == "Warn":
        options.warnings.extend(problems)
    return obj


def _check_kind(changed: Any, api_version: str, kind: str) -> None:
    """Refuse what is no object of the kind any more.

    Raises:
        values.Invalid: as Go's decoder says it.
    """
    if not isinstance(changed, dict):
        raise values.Invalid(f"json: cannot unmarshal {json_name(changed)} into Go value of type map[string]interface {{}}")
    given = changed.get("kind") or kind, changed.get("apiVersion") or api_version
    if given != (kind, api_version):
        raise values.Invalid(f'no kind "{plain(given[0])}" is registered for version "{plain(given[1])}" in scheme "pkg/api/legacyscheme/scheme.go:30"')


def check_name(obj: Object, name: str, namespace: str) -> None:
    """Refuse a patch that would rename an object, or move it.

    Raises:
        ApiError: 400.
    """
    metadata = obj.get("metadata") or {}
    given = metadata.get("name", "")
    if not given:
        raise errors.bad_request(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")
    if given != name:
        raise errors.bad_request(f"the name of the object ({given}) does not match the name on the URL ({name})")
    if metadata.get("namespace", namespace) != namespace:
        raise errors.bad_request("the namespace of the provided object does not match the namespace sent on the request")
