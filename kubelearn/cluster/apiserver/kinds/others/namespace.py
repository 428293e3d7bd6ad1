"""Namespaces, and what may be created in one (K/pkg/registry/core/namespace, admission plug-in NamespaceLifecycle)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, keep
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.validation import metadata
from kubelearn.cluster.meta import Object, name_of
from kubelearn.cluster.store import StoredObjects

from . import validation

NAME_LABEL = "kubernetes.io/metadata.name"
#: Namespaces that must not go.
IMMORTAL = frozenset({"default", "kube-public", "kube-system"})


def check_namespace(registry: StoredObjects, namespace: str, resource: Resource, name: str = "") -> None:
    """Refuse to create something in a namespace that is not there, or on its way out.

    Raises:
        ApiError: 404 or 403.
    """
    found = registry.find("namespaces", "", namespace)
    if found is None:
        raise errors.not_found("namespaces", namespace)
    if (found.get("status") or {}).get("phase") == "Terminating" or "deletionTimestamp" in found["metadata"]:
        cause = {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        raise errors.forbidden(resource.plural, name, why, resource.group, causes=[cause])


class NamespaceStrategy(Strategy):
    """Rules of ``namespaces``."""

    has_status = True
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        "status.phase": lambda obj: (obj.get("status") or {}).get("phase", "")
    }

    def default(self, obj: Object) -> None:
        """Set the label with the namespace's name."""
        super().default(obj)
        obj.setdefault("spec", {})
        _label(obj)

    def prepare_create(self, obj: Object, _context: Context) -> None:
        """Set the phase, and the finalizer by which the namespace controller empties the namespace."""
        _label(obj)
        finalizers = obj["spec"].get("finalizers") or []
        obj["spec"] = {"finalizers": finalizers if "kubernetes" in finalizers else [*finalizers, "kubernetes"]}
        obj["status"] = {"phase": "Active"}

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name."""
        return validation.namespace(obj)

    def prepare_update(self, new: Object, old: Object, _context: Context) -> None:
        """Keep the spec and the status, which have subresources of their own."""
        keep(new, old, "spec")
        keep(new, old, "status")

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check the metadata, all that an update can change."""
        return metadata.validate_update(new, old)

    def check_delete(self, obj: Object) -> None:
        """Refuse to delete the namespaces that the cluster needs."""
        if name_of(obj) in IMMORTAL:
            raise errors.forbidden("namespaces", name_of(obj), "this namespace may not be deleted")


def _label(obj: Object) -> None:
    name = obj["metadata"].get("name")
    labels = obj["metadata"].get("labels") or {}
    if name and labels.get(NAME_LABEL) != name:
        obj["metadata"]["labels"] = {**labels, NAME_LABEL: name}
