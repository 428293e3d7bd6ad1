"""What the API server does with an object of some kind before it is stored.

The steps and their names are those of k8s.io/apiserver/pkg/registry/rest (RESTCreateStrategy, …).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects


@dataclass(slots=True)
class Context:
    """One write.

    Attributes:
        registry: what is stored.
        dry_run: nothing will be stored.
        random: source of chance for addresses.
        port_in_use: whether the machine under the nodes uses a port for something else.
    """

    registry: StoredObjects
    dry_run: bool
    random: random.Random
    port_in_use: Callable[[int], bool] = lambda _: False


class Strategy:
    """The rules of one resource; this class has those that are the same for all.

    Attributes:
        has_generation: ``metadata.generation`` counts changes of the spec.
        has_status: there is a status subresource: only that changes the status.
        unconditional: an update may leave out ``metadata.resourceVersion``.
        default_propagation: what becomes of dependents when a deletion does not say it; empty for the garbage
            collector's own rule.
        field_selectors: fields beside ``metadata.name`` and ``metadata.namespace`` that lists can be cut by.
    """

    has_generation: ClassVar[bool] = False
    has_status: ClassVar[bool] = False
    unconditional: ClassVar[bool] = True
    default_propagation: ClassVar[str] = ""
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {}

    def default(self, obj: Object) -> None:
        """Fill in what the client left out, in place; every write goes through here, before admission."""
        drop_empty(obj["metadata"], "meta.v1.ObjectMeta")

    def prepare_create(self, obj: Object, context: Context) -> None:  # noqa: ARG002 - allocators need it
        """Set what only the server may set, and allocate.

        Raises:
            ApiError: admission or an allocator says no.
        """
        if self.has_status:
            obj["status"] = {}

    def validate(self, obj: Object) -> list[Cause]:
        """Return what is wrong with a new object."""
        return metadata.validate(obj, names.dns1123_subdomain)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:  # noqa: ARG002
        """Keep what an update may not touch, count the generation, and allocate.

        Raises:
            ApiError: admission or an allocator says no.
        """
        if self.has_status:
            keep(new, old, "status")
        if self.has_generation and new.get("spec") != old.get("spec"):
            bump_generation(new, old)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Return what is wrong with a replacement."""
        return metadata.validate_update(new, old)

    def prepare_subresource(self, subresource: str, new: Object, old: Object) -> None:
        """Take only what a subresource is for from an update of it."""
        if subresource == "status":
            self.prepare_status(new, old)

    def validate_subresource(self, subresource: str, new: Object, old: Object) -> list[Cause]:  # noqa: ARG002
        """Return what is wrong with an update of a subresource other than ``scale``."""
        return []

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take only the status from an update of the status subresource."""
        status, managed = new.get("status"), new["metadata"].get("managedFields")
        described = new["metadata"]
        described.clear()
        described.update(old["metadata"])
        if managed is not None:
            described["managedFields"] = managed
        new.clear()
        new.update(old)
        new["metadata"] = described
        new["status"] = {} if status is None else status

    def warnings(self, obj: Object, old: Object | None) -> list[str]:  # noqa: ARG002 - most kinds have none
        """Return what the client should be told although the write is fine."""
        return []

    def companions(self, obj: Object) -> dict[tuple[str, str], Object]:  # noqa: ARG002 - most kinds have none
        """Return what the server keeps beside an object, and removes with it.

        Returns:
            Objects of the whole cluster, by resource and name.
        """
        return {}

    def check_delete(self, obj: Object) -> None:
        """Refuse deletions.

        Raises:
            ApiError: 403.
        """


class ClusterScopedStrategy(Strategy):
    """The rules of a resource whose objects are in no namespace."""

    def validate(self, obj: Object) -> list[Cause]:
        """Return what is wrong with a new object."""
        return metadata.validate(obj, names.dns1123_subdomain, namespaced=False)


def keep(new: Object, old: Object, key: str) -> None:
    """Put one field back to what is stored."""
    if key in old:
        new[key] = old[key]
    else:
        new.pop(key, None)


def bump_generation(new: Object, old: Object) -> None:
    """Count a change: one more than what is stored."""
    new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
