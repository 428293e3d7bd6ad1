"""What a real server serves: groups, versions and resources, in the order of its discovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from . import data


class Subresource(NamedTuple):
    """What a subresource speaks, and what it can do."""

    kind: str
    group: str
    version: str
    verbs: tuple[str, ...]


class Served(NamedTuple):
    """A resource as the real server's discovery lists it."""

    plural: str
    kind: str
    group: str
    version: str
    singular: str
    namespaced: bool
    short_names: tuple[str, ...]
    categories: tuple[str, ...]
    verbs: tuple[str, ...]
    subresources: dict[str, Subresource]

    @property
    def key(self) -> str:
        """The resource's name in RBAC: ``services``, ``deployments.apps``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def resources() -> Iterator[Served]:
    """Yield all resources: groups and versions by their priority, resources by name."""
    for group, versions in data.served()["groups"]:
        for version, listed in versions:
            for entry in listed:
                yield _resource(group, version, entry)


def _resource(group: str, version: str, entry: dict[str, Any]) -> Served:
    return Served(
        entry["name"],
        entry["kind"],
        group,
        version,
        entry["singularName"],
        entry["namespaced"],
        tuple(entry.get("shortNames", ())),
        tuple(entry.get("categories", ())),
        tuple(entry["verbs"]),
        {
            sub["name"]: Subresource(
                sub["kind"], sub.get("group", group), sub.get("version", version), tuple(sub["verbs"])
            )
            for sub in entry.get("subresources", ())
        },
    )
