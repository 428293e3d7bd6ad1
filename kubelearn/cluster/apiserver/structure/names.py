"""What types are called: ``core.v1.Service`` here, other names in schemas and in objects."""

from __future__ import annotations

import functools
from typing import Final

#: Beginning of a schema's name → of the type's; the first that fits.
_SCHEMAS: Final = (
    ("io.k8s.api.", ""),
    ("io.k8s.apimachinery.pkg.apis.meta.", "meta."),
    ("io.k8s.apimachinery.pkg.util.intstr.", "intstr."),
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", "resource.Quantity"),
    ("io.k8s.apimachinery.pkg.runtime.", "runtime."),
    ("io.k8s.kube-aggregator.pkg.apis.apiregistration.", "apiregistration."),
)
#: apiVersion → beginning of the type's name, where that is not the group's first word.
_PACKAGES: Final = {"v1": "core.v1"}
#: Kinds that every group version has.
_COMMON: Final = frozenset({"DeleteOptions", "Status", "WatchEvent", "CreateOptions", "UpdateOptions", "PatchOptions"})


@functools.cache
def message_for(api_version: str, kind: str) -> str:
    """Return the type of a kind, for example ``core.v1.Service``."""
    if kind in _COMMON:
        return f"meta.v1.{kind}"
    package = _PACKAGES.get(api_version)
    if package is None:
        group, _, version = api_version.rpartition("/")
        package = f"{group.partition('.')[0]}.{version}"
    return f"{package}.{kind}"


def message_name(schema: str) -> str:
    """Return the type of a schema, ``core.v1.Service`` of ``io.k8s.api.core.v1.Service``."""
    for theirs, ours in _SCHEMAS:
        if schema.startswith(theirs):
            return ours + schema.removeprefix(theirs)
    return schema


def schema_name(message: str) -> str:
    """Return the name of a type's schema."""
    for theirs, ours in _SCHEMAS[1:]:
        if message.startswith(ours):
            return theirs + message.removeprefix(ours)
    return f"io.k8s.api.{message}"
