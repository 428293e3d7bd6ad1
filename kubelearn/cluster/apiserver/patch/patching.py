"""Patches, except apply: what a patch makes of an object (k8s.io/apiserver/pkg/endpoints/handlers/patch.go)."""

from __future__ import annotations

from typing import Any

import orjson

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.text import json_name, plain
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.resources import BY_KIND
from kubelearn.cluster.apiserver.serializer import bodies, duplicates, scalars, strict
from kubelearn.cluster.meta import Object

from .json_patch import json_patch
from .merge_patch import merge_patch
from .strategic import strategic_merge


def patched(style: str, current: Object, body: bytes, options: WriteOptions) -> Object:
    """Return an object with a patch applied.

    Args:
        style: ``json``, ``merge`` or ``strategic``.
        current: the object, of the kind and version that the client sees.
        body: the patch.
        options: unknown fields are an error, a warning or nothing, as these ask.

    Raises:
        ApiError: 400 for a patch of the wrong form, 422 for one that cannot be applied or
            whose result is no object of the kind.
    """
    api_version, kind = current["apiVersion"], current["kind"]
    where = "" if style == "strategic" else "error decoding patch: "
    patch = bodies.parse_patch(body, where)
    changed = _changed(style, current, patch, where)
    shown = plain(patch) if style == "strategic" else orjson.dumps(changed, option=orjson.OPT_SORT_KEYS).decode()
    try:
        _check_kind(changed, api_version, kind)
        obj, problems = strict.decode_patched(changed, api_version, kind, as_map=style == "strategic")
    except scalars.Invalid as error:
        raise errors.invalid("", "", [errors.invalid_value("patch", shown, str(error))]) from None
    problems = [*(duplicates.with_doubled(body, []) if style == "merge" else ()), *sorted(problems)]
    if problems and options.validation == "Strict":
        why = "strict decoding error: " + ", ".join(problems)
        raise errors.invalid("", "", [errors.invalid_value("patch", shown, why)])
    if options.validation == "Warn":
        options.warnings.extend(problems)
    return obj


def _changed(style: str, current: Object, patch: Any, where: str) -> Any:
    """Return what a patch makes of an object, which may be no object any more.

    Raises:
        ApiError: as for :func:`patched`.
    """
    if style == "json":
        return json_patch(meta.thaw(current), patch)
    if style == "merge" and patch is None:
        raise errors.bad_request("Invalid JSON Patch")
    if not isinstance(patch, dict | None):
        raise errors.bad_request(
            f"{where}json: cannot unmarshal {json_name(patch)} into Go value of type map[string]interface {{}}"
        )
    if style == "merge":
        return merge_patch(current, patch)
    api_version, kind = current["apiVersion"], current["kind"]
    # What the result is is not asked again: a patch may call it what it likes.
    return {**strategic_merge(current, patch or {}, api_version, kind), "apiVersion": api_version, "kind": kind}


def _check_kind(changed: Any, api_version: str, kind: str) -> None:
    """Refuse what is no object of the kind any more.

    Raises:
        scalars.Invalid: as Go's decoder says it.
    """
    if not isinstance(changed, dict):
        raise scalars.Invalid(
            f"json: cannot unmarshal {json_name(changed)} into Go value of type map[string]interface {{}}"
        )
    for field in ("apiVersion", "kind"):
        if not isinstance(changed.get(field), str | None):
            raise scalars.Invalid(
                f"couldn't get version/kind; json parse error: json: cannot unmarshal {json_name(changed[field])} into "
                f"Go struct field .{field} of type string"
            )
    given = changed.get("kind") or kind, changed.get("apiVersion") or api_version
    if given != (kind, api_version):
        known = BY_KIND.get((given[1], given[0]))
        group = api_version.rpartition("/")[0].partition(".")[0] or "core"
        if known is not None:
            raise scalars.Invalid(f"converting ({known.version}.{known.kind}) to ({group}.{kind}): unknown conversion")
        raise scalars.Invalid(
            f'no kind "{plain(given[0])}" is registered for version "{plain(given[1])}" in scheme '
            '"pkg/api/legacyscheme/scheme.go:30"'
        )


def check_name(obj: Object, name: str, namespace: str) -> None:
    """Refuse a patch that would rename an object, or move it.

    Raises:
        ApiError: 400.
    """
    metadata = obj.get("metadata") or {}
    given = metadata.get("name", "")
    if not given:
        raise errors.bad_request(
            f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
        )
    if given != name:
        raise errors.bad_request(f"the name of the object ({given}) does not match the name on the URL ({name})")
    # A resource without namespaces takes any, and drops it.
    if namespace and metadata.get("namespace", namespace) != namespace:
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )


def check_uid(obj: Object, old: Object, group: str) -> None:
    """Refuse a patch that would give an object another UID: what a PUT says is a precondition, a patch would change.

    Raises:
        ApiError: 422.
    """
    uid = obj["metadata"].get("uid") or old["metadata"]["uid"]
    if uid != old["metadata"]["uid"]:
        cause = errors.invalid_value("metadata.uid", uid, "field is immutable")
        raise errors.invalid(old["kind"], old["metadata"]["name"], [cause, cause], group)
