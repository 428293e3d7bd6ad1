"""JSON merge patch (RFC 7386), ``application/merge-patch+json``."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.text import json_name
from kubelearn.cluster.meta import Object, thaw


def merge_patch(obj: Object, patch: Any) -> Object:
    """Return an object with a merge patch applied; neither argument is changed.

    Args:
        obj: the current object.
        patch: a JSON object: ``null`` removes a field, objects are merged, all else replaces.

    Raises:
        ApiError: 400 when the patch is not an object (k8s.io/apiserver/pkg/endpoints/handlers/patch.go).
    """
    if patch is None:
        raise errors.bad_request("Invalid JSON Patch")
    if not isinstance(patch, dict):
        raise errors.bad_request(
            f"error decoding patch: json: cannot unmarshal {json_name(patch)} into Go value of type "
            "map[string]interface {}"
        )
    merged: Object = _merge(obj, patch)
    return merged


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return thaw(patch)
    merged = {key: thaw(value) for key, value in target.items() if key not in patch} if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is not None:
            merged[key] = _merge(target.get(key) if isinstance(target, dict) else None, value)
    return merged
