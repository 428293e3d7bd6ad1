"""What the API server knows of one resource: its defaults, its rules, its side effects."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...meta import Object
from ..errors import Cause
from ..validation import metadata, names

if TYPE_CHECKING:
    from ..registry import Registry


@dataclass(frozen=True)
class Context:
    """One write.

    Attributes:
        registry: for looking at other objects.
        dry_run: nothing may be kept.
        random: source of chance for allocations.
    """

    registry: Registry
    dry_run: bool
    random: random.Random


class Strategy:
    """The rules of resources that have none of their own; base of all others.

    Attributes:
        has_generation: whether metadata.generation counts changes of the spec.
        field_selectors: field label → value of it, beside metadata.name and metadata.namespace.
        name_rule: returns what is wrong with a name.
    """

    has_generation = False
    field_selectors: dict[str, Callable[[Object], str]] = {}
    name_rule: Callable[[str], Iterable[str]] = staticmethod(names.subdomain)

    def default(self, obj: Object) -> None:
        """Fill in defaults, in place."""

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Set what only the server sets; allocate.

        Raises:
            ApiError: 422 when an allocation is not possible.
        """

    def validate(self, obj: Object) -> list[Cause]:
        """Return everything that is wrong with a new object."""
        return metadata.validate(obj, self.name_rule)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Keep what a client may not write; count the generation; allocate and release."""
        self.keep_status(new, old)
        self.count_generation(new, old)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Return everything that is wrong with a changed object."""
        return [*metadata.validate_update(new, old), *self.validate(new)]

    def prepare_status(self, new: Object, old: Object, context: Context) -> None:
        """Take only the status (and labels, annotations and finalizers) from a write to ``/status``."""
        for key in [key for key in new if key not in ("status", "metadata")]:
            del new[key]
        new.update({key: value for key, value in old.items() if key not in ("status", "metadata")})

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Return what the server warns of although it accepts the object."""
        return []

    def check_delete(self, obj: Object) -> None:
        """Refuse a deletion.

        Raises:
            ApiError: 403.
        """

    def on_deleted(self, obj: Object, context: Context) -> None:
        """Release what the object held."""

    def on_failed(self, obj: Object, context: Context) -> None:
        """Release what :meth:`prepare_create` allocated, since the creation failed."""

    def on_failed_update(self, new: Object, old: Object, context: Context) -> None:
        """Take back what :meth:`prepare_update` did, since the update failed."""

    @staticmethod
    def keep_status(new: Object, old: Object) -> None:
        new.pop("status", None)
        if "status" in old:
            new["status"] = old["status"]

    def count_generation(self, new: Object, old: Object) -> None:
        if self.has_generation and _desired(new) != _desired(old):
            new["metadata"]["generation"] = old["metadata"].get("generation", 1) + 1


def _desired(obj: Object) -> dict[str, Any]:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}
