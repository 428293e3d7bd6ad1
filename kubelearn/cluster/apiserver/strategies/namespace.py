"""Namespaces: their finalizer, their label, and what may be created in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import meta
from ...meta import Object
from .. import errors
from ..resources import Resource
from ..validation import names
from .base import Context, Strategy

if TYPE_CHECKING:
    from ..registry import Registry

#: Namespaces that nobody may delete (admission plugin NamespaceLifecycle).
_IMMORTAL = {"default", "kube-system", "kube-public"}


class NamespaceStrategy(Strategy):
    """K/pkg/registry/core/namespace."""

    name_rule = staticmethod(names.label)
    field_selectors = {"status.phase": lambda obj: (obj.get("status") or {}).get("phase", ""), "name": meta.name_of}

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})
        if obj["metadata"].get("name"):
            obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]

    def prepare_create(self, obj: Object, context: Context) -> None:
        finalizers = obj["spec"].setdefault("finalizers", [])
        if "kubernetes" not in finalizers:
            finalizers.append("kubernetes")
        obj["status"] = {"phase": "Active"}

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        new["spec"] = old.get("spec") or {}
        self.keep_status(new, old)

    def check_delete(self, obj: Object) -> None:
        name = meta.name_of(obj)
        if name in _IMMORTAL:
            raise errors.forbidden("namespaces", name, "this namespace may not be deleted")


def check_namespace(registry: Registry, namespace: str, resource: Resource, name: str) -> None:
    """Refuse to create an object where there is no namespace, or one that is going.

    Raises:
        ApiError: 404 or 403 (admission plugin NamespaceLifecycle).
    """
    found = registry.find("namespaces", "", namespace)
    if found is None:
        raise errors.not_found("namespaces", namespace)
    if meta.is_terminating(found):
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        cause = {"reason": "NamespaceTerminating", "message": f"namespace {namespace} is being terminated", "field": "metadata.namespace"}
        raise errors.forbidden(resource.plural, name, why, resource.group, causes=[cause])
